"""What waits for a second person, and what that person decides."""

from app.compliance import actions, queries, rights, shown
from app.compliance.api.blueprint import blueprint
from app.compliance.schemas import (
    ApproveBody,
    ConfirmBody,
    ProposalList,
    ProposalQuery,
    ProposalView,
    RejectBody,
    ReviewState,
    UrgentBody,
)
from app.db import transaction
from app.http import route
from app.viewer import HEAD_OFFICE, Viewer


@route(blueprint, "GET", "/api/lexicon/review", may=HEAD_OFFICE, answer=ReviewState)
def review_state(viewer: Viewer) -> ReviewState:
    """What waits, what came back, and what was published in an emergency."""
    with transaction() as session:
        found = (queries.submitted(session), queries.last_turned_down(session))
        waiting, turned_down = (shown.proposal_views(session, viewer, [each] if each else []) for each in found)
        return ReviewState(
            waiting=waiting[0] if waiting else None,
            turned_down=turned_down[0] if turned_down else None,
            unconfirmed=shown.proposal_views(session, viewer, queries.unconfirmed(session)),
        )


@route(blueprint, "GET", "/api/lexicon/proposals", may=HEAD_OFFICE, query=ProposalQuery, answer=ProposalList)
def list_proposals(viewer: Viewer, query: ProposalQuery) -> ProposalList:
    """Everything that was ever submitted, newest first."""
    with transaction() as session:
        rows, total = queries.page(session, queries.proposals(), offset=query.offset, limit=query.page_size)
        return ProposalList(items=shown.proposal_views(session, viewer, rows), total=total)


@route(
    blueprint,
    "POST",
    "/api/lexicon/proposals/<int:proposal_id>/approve",
    may=rights.MAY_DECIDE,
    body=ApproveBody,
    answer=ProposalView,
)
def approve(viewer: Viewer, body: ApproveBody, proposal_id: int) -> ProposalView:
    """Publish exactly what was submitted."""
    with transaction() as session:
        proposal = actions.approve(
            session, viewer, proposal_id, comment=body.comment, content_hash=bytes.fromhex(body.content_hash)
        )
        return shown.proposal_views(session, viewer, [proposal])[0]


@route(
    blueprint,
    "POST",
    "/api/lexicon/proposals/<int:proposal_id>/reject",
    may=rights.MAY_DECIDE,
    body=RejectBody,
    answer=ProposalView,
)
def reject(viewer: Viewer, body: RejectBody, proposal_id: int) -> ProposalView:
    """Back to its authors, with what has to change."""
    with transaction() as session:
        proposal = actions.reject(session, viewer, proposal_id, comment=body.comment)
        return shown.proposal_views(session, viewer, [proposal])[0]


@route(
    blueprint,
    "POST",
    "/api/lexicon/proposals/<int:proposal_id>/withdraw",
    may=rights.MAY_EDIT,
    answer=ProposalView,
)
def withdraw(viewer: Viewer, proposal_id: int) -> ProposalView:
    """Not yet, after all."""
    with transaction() as session:
        return shown.proposal_views(session, viewer, [actions.withdraw(session, viewer, proposal_id)])[0]


@route(
    blueprint,
    "POST",
    "/api/lexicon/proposals/<int:proposal_id>/confirm",
    may=rights.MAY_DECIDE,
    body=ConfirmBody,
    answer=ProposalView,
)
def confirm_urgent(viewer: Viewer, body: ConfirmBody, proposal_id: int) -> ProposalView:
    """A second person has looked at what went out in an emergency."""
    with transaction() as session:
        proposal = actions.confirm_urgent(session, viewer, proposal_id, comment=body.comment)
        return shown.proposal_views(session, viewer, [proposal])[0]


@route(
    blueprint,
    "POST",
    "/api/lexicon/urgent",
    may=rights.MAY_EDIT,
    body=UrgentBody,
    answer=ProposalView,
    status=201,
)
def publish_urgently(viewer: Viewer, body: UrgentBody) -> ProposalView:
    """Put chosen entries in force at once, if that only tightens."""
    with transaction() as session:
        proposal = actions.publish_urgently(session, viewer, body.entry_ids, reason=body.reason)
        return shown.proposal_views(session, viewer, [proposal])[0]
