"""「觉得拦错了」: said by whoever writes, answered by compliance."""

from app.cases.actions import answering, objecting
from app.cases.api.blueprint import blueprint
from app.cases.queries import objections as queries
from app.cases.queries.pages import page
from app.cases.rights import READERS
from app.cases.schemas.objections import (
    AcceptBody,
    Answered,
    Candidate,
    CountsQuery,
    DeclineBody,
    EntryCount,
    EntryCounts,
    NewObjection,
    ObjectionList,
    ObjectionQuery,
    OwnList,
    OwnObjection,
    OwnQuery,
    Proposal,
)
from app.cases.shown.objections import objection_views, own
from app.db import transaction
from app.http import route
from app.viewer import EVERY_ROLE, HEAD_OFFICE, Viewer


@route(blueprint, "POST", "/api/objections", may=EVERY_ROLE, body=NewObjection, answer=OwnObjection, status=201)
def object_to(viewer: Viewer, body: NewObjection) -> OwnObjection:
    """Say that an entry is wrong about a text that one is writing."""
    with transaction() as session:
        return own(
            objecting.object_to(session, viewer, text=body.text, channel=body.channel, entry_id=body.entry_id)
        )


@route(blueprint, "GET", "/api/objections/mine", may=EVERY_ROLE, query=OwnQuery, answer=OwnList)
def list_own(viewer: Viewer, query: OwnQuery) -> OwnList:
    """What one objected to, and the answers."""
    with transaction() as session:
        rows, total = page(session, queries.visible_to(viewer), offset=query.offset, limit=query.page_size)
        return OwnList(items=[own(row) for row in rows], total=total)


@route(blueprint, "DELETE", "/api/objections/<int:objection_id>", may=EVERY_ROLE)
def withdraw(viewer: Viewer, objection_id: int) -> None:
    """Take one's own objection back, while nobody has answered it."""
    with transaction() as session:
        objecting.withdraw(session, viewer, objection_id)


@route(blueprint, "GET", "/api/objections", may=READERS, query=ObjectionQuery, answer=ObjectionList)
def list_objections(_viewer: Viewer, query: ObjectionQuery) -> ObjectionList:
    """Everybody's, newest first."""
    found = queries.objections(entry_id=query.entry_id, state=query.state)
    with transaction() as session:
        rows, total = page(session, found, offset=query.offset, limit=query.page_size)
        return ObjectionList(items=objection_views(session, rows), total=total)


@route(blueprint, "GET", "/api/objections/counts", may=HEAD_OFFICE, query=CountsQuery, answer=EntryCounts)
def count_objections(_viewer: Viewer, query: CountsQuery) -> EntryCounts:
    """How many objected to each entry; entries that nobody objected to are left out."""
    with transaction() as session:
        counts = queries.counts(session, query.entry_ids)
    return EntryCounts(
        items=[EntryCount(entry_id=each, total=total, open=waiting) for each, (total, waiting) in counts.items()]
    )


@route(blueprint, "GET", "/api/objections/entries/<int:entry_id>/proposal", may=READERS, answer=Proposal)
def propose(_viewer: Viewer, entry_id: int) -> Proposal:
    """Exceptions that would let the passages through that were objected to, each tried on the entry."""
    with transaction() as session:
        found = answering.propose(session, entry_id)
    return Proposal(
        entry_id=entry_id,
        word=found.word,
        open=len(found.open),
        others=found.others,
        candidates=[
            Candidate(
                exception=each.exception,
                frees=each.frees,
                broken_examples=list(each.broken_examples),
                lost=each.lost,
                is_safe=each.is_safe,
            )
            for each in found.candidates
        ],
        hindrance=found.hindrance,
    )


@route(
    blueprint,
    "POST",
    "/api/objections/entries/<int:entry_id>/accept",
    may=READERS,
    body=AcceptBody,
    answer=Answered,
)
def accept(viewer: Viewer, body: AcceptBody, entry_id: int) -> Answered:
    """Put an exception into the draft, and tell the guides."""
    with transaction() as session:
        answered, still_hit = answering.accept(
            session,
            viewer,
            entry_id,
            exception=body.exception.strip(),
            note=body.note,
            in_spite_of=body.in_spite_of,
        )
    return Answered(answered=answered, still_hit=still_hit)


@route(
    blueprint,
    "POST",
    "/api/objections/entries/<int:entry_id>/decline",
    may=READERS,
    body=DeclineBody,
    answer=Answered,
)
def decline(viewer: Viewer, body: DeclineBody, entry_id: int) -> Answered:
    """Leave the entry as it is, and tell the guides why."""
    with transaction() as session:
        answered = answering.decline(session, viewer, entry_id, ids=body.objection_ids, answer=body.answer)
        left = len(queries.open_of(session, entry_id))
    return Answered(answered=answered, still_hit=left)
