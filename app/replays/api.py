"""What publishing the draft of the word list would change, and submitting it once somebody has looked."""

from collections.abc import Mapping

from flask import Blueprint
from sqlalchemy.orm import Session

from app.compliance import queries as words
from app.compliance import rights
from app.compliance.differing import SCOPES
from app.compliance.schemas import ProposalView
from app.compliance.schemas.verdicts import utf16_length
from app.compliance.shown import proposal_views
from app.db import transaction
from app.http import route
from app.replays import actions, queries
from app.replays.models import Finding, Replay, ReplayState
from app.replays.schemas import FindingList, FindingQuery, FindingView, LatestReplay, ReplayView, SubmitBody
from app.replays.texts import NAMES
from app.viewer import HEAD_OFFICE, Viewer

blueprint = Blueprint("replays", __name__)


@route(blueprint, "POST", "/api/lexicon/replays", may=HEAD_OFFICE, answer=ReplayView, status=202)
def start_replay(viewer: Viewer) -> ReplayView:
    """Try the draft on every text there is, in the background."""
    with transaction() as session:
        return _view(session, actions.start(session, viewer)[0])


@route(blueprint, "GET", "/api/lexicon/replays/latest", may=HEAD_OFFICE, answer=LatestReplay)
def latest_replay(_viewer: Viewer) -> LatestReplay:
    """The newest, whatever became of it."""
    with transaction() as session:
        replay = queries.latest(session)
        return LatestReplay(replay=_view(session, replay) if replay else None)


@route(blueprint, "GET", "/api/lexicon/replays/<int:replay_id>", may=HEAD_OFFICE, answer=ReplayView)
def get_replay(_viewer: Viewer, replay_id: int) -> ReplayView:
    """How far it has come, and what it found so far."""
    with transaction() as session:
        return _view(session, queries.get(session, replay_id))


@route(
    blueprint,
    "GET",
    "/api/lexicon/replays/<int:replay_id>/findings",
    may=HEAD_OFFICE,
    query=FindingQuery,
    answer=FindingList,
)
def list_findings(viewer: Viewer, query: FindingQuery, replay_id: int) -> FindingList:
    """Texts that the draft judges otherwise, as passages; what was said to customers is not for operators."""
    is_live = query.is_live if viewer.has(*rights.MAY_DECIDE) else True
    with transaction() as session:
        queries.get(session, replay_id)
        found = queries.findings(
            replay_id, difference=query.difference, is_live=is_live, is_blocked=query.is_blocked
        )
        rows, total = queries.page(session, found, offset=query.offset, limit=query.page_size)
        names = words.names_of(session, [row.owner for row in rows])
        return FindingList(items=[_finding(row, names) for row in rows], total=total)


@route(blueprint, "POST", "/api/lexicon/replays/<int:replay_id>/cancel", may=HEAD_OFFICE, answer=ReplayView)
def cancel_replay(viewer: Viewer, replay_id: int) -> ReplayView:
    """Stop it; what was found stays."""
    with transaction() as session:
        return _view(session, actions.cancel(session, viewer, replay_id))


@route(
    blueprint,
    "POST",
    "/api/lexicon/proposals",
    may=rights.MAY_EDIT,
    body=SubmitBody,
    answer=ProposalView,
    status=201,
)
def submit(viewer: Viewer, body: SubmitBody) -> ProposalView:
    """Ask another person to let the draft out as it stands."""
    with transaction() as session:
        proposal = actions.submit(session, viewer, note=body.note, accepts_blocked=body.accepts_blocked)
        return proposal_views(session, viewer, [proposal])[0]


def _view(session: Session, row: Replay) -> ReplayView:
    people = words.people_by_id(session, [row.started_by_id])
    return ReplayView(
        id=row.id,
        state=ReplayState(row.state).value,
        is_current=queries.is_current(session, row),
        base_version=row.base_version,
        changes=row.changes,
        started_by_name=people[row.started_by_id][1],
        started_at=row.started_at,
        finished_at=row.finished_at,
        total=row.total,
        done=row.done,
        live=row.live,
        texts=row.done - row.live,
        new_hits=row.new_hits,
        lost_hits=row.lost_hits,
        changed_hits=row.changed_hits,
        blocked=row.blocked,
        error=row.error,
    )


def _finding(row: Finding, names: Mapping[str, str]) -> FindingView:
    return FindingView.model_validate(
        {
            **{name: getattr(row, name) for name in FindingView.model_fields if hasattr(row, name)},
            "source_name": NAMES[row.source],
            "utf16_start": utf16_length(row.passage[: row.marked_start]),
            "utf16_end": utf16_length(row.passage[: row.marked_end]),
            "assumed": [name for key, name in SCOPES.items() if key in row.assumed],
            "owner_name": "系统" if row.owner == "system" else names.get(row.owner, row.owner),
        }
    )
