"""A guide says 「觉得拦错了」, or takes it back."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.cases.models import Objection, ObjectionState
from app.cases.queries import objections as queries
from app.compliance.checks import verdict
from app.compliance.hits import entry_id_of, hash_of, name_of, passage_around
from app.compliance.schemas import told
from app.errors import Conflict, TooMany
from app.viewer import Viewer

MOST_A_DAY = 50
"""Of one person within 24 hours: more is no feedback on single texts any more."""


def object_to(session: Session, viewer: Viewer, *, text: str, channel: str, entry_id: int) -> Objection:
    """
    The hit is looked for anew, so that nothing is on record that the filter did not say. The same person, entry
    and text again is the same objection; one that was withdrawn is open again.

    :raises Conflict: if the entry does not hit the text now.
    :raises TooMany: over `MOST_A_DAY`.
    :raises CheckUnavailable: if the filter cannot answer.
    """
    said = verdict(text, channel=channel, session=session, by=viewer)
    # What the person saw first: of nested hits the one that covers the others.
    found = next((hit for hit in (*told(said.hits), *said.hits) if entry_id_of(hit) == entry_id), None)
    if found is None:
        raise Conflict("现在的词库已经不提示这个词了，重新检查一下就可以。", code="not_hit")
    same = (
        select(Objection)
        .where(
            Objection.member_id == viewer.member_id,
            Objection.entry_id == entry_id,
            Objection.text_hash == hash_of(text),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    before = session.scalar(same)
    if before is not None:
        if before.state == ObjectionState.WITHDRAWN:
            before.state = ObjectionState.OPEN
        return before
    if queries.count_since(session, viewer.member_id, clock.now() - timedelta(days=1)) >= MOST_A_DAY:
        raise TooMany(f"一天最多反馈 {MOST_A_DAY} 次，请直接联系合规同事。")
    kept = passage_around(text, found)
    session.execute(
        insert(Objection)
        .values(
            at=clock.now(),
            member_id=viewer.member_id,
            channel=channel,
            entry_id=entry_id,
            word=name_of(found),
            category=found.category,
            action=found.action.value,
            lexicon_version=said.version,
            passage=kept.text,
            marked_start=kept.start,
            marked_end=kept.end,
            text_hash=hash_of(text),
            state=ObjectionState.OPEN,
        )
        .on_conflict_do_nothing(index_elements=[Objection.member_id, Objection.entry_id, Objection.text_hash])
    )
    return session.scalars(same).one()


def withdraw(session: Session, viewer: Viewer, objection_id: int) -> None:
    """
    Twice changes nothing more.

    :raises NotFound: if it is not the viewer's own.
    :raises Conflict: if it was answered.
    """
    own = queries.get_own(session, viewer, objection_id)
    if own.state in (ObjectionState.ACCEPTED, ObjectionState.DECLINED):
        raise Conflict("合规已经答复了这条反馈，不能再撤回。", code="answered_already")
    own.state = ObjectionState.WITHDRAWN
