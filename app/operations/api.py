"""Health for machines; jobs and syncs for the person who looks after the installation."""

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.db import transaction
from app.http import PUBLIC, route
from app.operations import actions, health, queries, wording
from app.operations.redaction import shown_args, shown_error
from app.operations.schemas import (
    DiscardBody,
    Health,
    JobList,
    JobsQuery,
    JobView,
    LaneView,
    ReadyQuery,
    ReplayBody,
    Replayed,
    StartSyncs,
    SyncRunList,
    SyncRunView,
    TaskRecallBody,
)
from app.outbox import Job, JobState, Lane
from app.staff.queries import members_by_userid
from app.sync_runs import queries as runs
from app.sync_runs.models import Kind, SyncRun
from app.viewer import HEAD_OFFICE, Role, Viewer

blueprint = Blueprint("operations", __name__)

OPERATORS = frozenset({Role.OPERATOR, Role.ADMIN})


@route(
    blueprint,
    "GET",
    "/healthz",
    may=PUBLIC("asked by load balancers; says only that this process answers"),
    answer=Health,
)
def healthz() -> Health:
    """This process answers. The one for load balancers: callbacks are taken even while the database is down."""
    return Health(status="ok", checks={})


@route(
    blueprint,
    "GET",
    "/readyz",
    may=PUBLIC("asked by supervisors and monitoring; says only what answers and what does not"),
    query=ReadyQuery,
)
def readyz(query: ReadyQuery) -> Response:
    """Whether people can work: database, migrations, Redis; and whether the word list and the relay are there."""
    try:
        with transaction() as session:
            checks = health.of_database(session)
    except SQLAlchemyError:
        checks = health.without_database()
    checks |= health.of_redis()
    is_down = not all(checks[name] for name in health.NEEDED)
    is_whole = all(checks.values())
    status = "down" if is_down else "ok" if is_whole else "degraded"
    answer = jsonify(Health(status=status, checks=checks).model_dump())
    answer.status_code = 503 if is_down or (query.strict and not is_whole) else 200
    return answer


@route(blueprint, "GET", "/api/operations/jobs", may=OPERATORS, query=JobsQuery, answer=JobList)
def list_jobs(_viewer: Viewer, query: JobsQuery) -> JobList:
    """Jobs in one state, dead letters first of all, and how each lane stands."""
    found = queries.jobs(
        state=JobState(query.state), name=query.name, lane=Lane(query.lane) if query.lane else None
    )
    with transaction() as session:
        rows, total = queries.page(session, found, offset=query.offset, limit=query.page_size)
        return JobList(
            items=[_job_view(row) for row in rows],
            total=total,
            lanes={lane: LaneView.model_validate(each) for lane, each in queries.lanes(session).items()},
            names=dict(queries.dead_by_name(session)),
        )


@route(blueprint, "POST", "/api/operations/jobs/replay", may=OPERATORS, body=ReplayBody, answer=Replayed)
def replay_jobs(viewer: Viewer, body: ReplayBody) -> Replayed:
    """Try several dead letters again."""
    with transaction() as session:
        ids = body.ids if body.ids is not None else queries.dead_ids(session, body.name or "")
        return Replayed(replayed=actions.replay(session, viewer, ids))


@route(blueprint, "POST", "/api/operations/jobs/<int:job_id>/replay", may=OPERATORS, answer=Replayed)
def replay_job(viewer: Viewer, job_id: int) -> Replayed:
    """Try one dead letter again."""
    with transaction() as session:
        actions.replay_one(session, viewer, job_id)
    return Replayed(replayed=1)


@route(blueprint, "POST", "/api/operations/jobs/<int:job_id>/discard", may=OPERATORS, body=DiscardBody)
def discard_job(viewer: Viewer, body: DiscardBody, job_id: int) -> None:
    """Let it rest, with a reason."""
    with transaction() as session:
        actions.discard(session, viewer, job_id, reason=body.reason.strip())


@route(
    blueprint,
    "POST",
    "/api/operations/mass-message-tasks/recall",
    may=HEAD_OFFICE,
    body=TaskRecallBody,
)
def recall_tasks(viewer: Viewer, body: TaskRecallBody) -> None:
    """While all sending is stopped: take back every mass message that is not confirmed yet."""
    with transaction() as session:
        actions.recall_tasks(session, viewer, reason=body.reason.strip())


@route(blueprint, "GET", "/api/operations/syncs", may=OPERATORS, answer=SyncRunList)
def list_syncs(_viewer: Viewer) -> SyncRunList:
    """The latest runs of every kind, newest first."""
    with transaction() as session:
        return _runs_view(session, list(runs.latest(session)))


@route(
    blueprint,
    "POST",
    "/api/operations/syncs",
    may=OPERATORS,
    body=StartSyncs,
    answer=SyncRunList,
    status=202,
)
def start_syncs(viewer: Viewer, body: StartSyncs) -> SyncRunList:
    """Read everything of these kinds anew; one that runs already is shown instead."""
    with transaction() as session:
        return _runs_view(session, actions.start_syncs(session, viewer, [Kind(each) for each in body.kinds]))


@route(blueprint, "POST", "/api/operations/syncs/<int:run_id>/cancel", may=OPERATORS, answer=SyncRunView)
def cancel_sync(viewer: Viewer, run_id: int) -> SyncRunView:
    """Stop a run; what was read stays."""
    with transaction() as session:
        return _runs_view(session, [actions.cancel_sync(session, viewer, run_id)]).items[0]


def _job_view(job: Job) -> JobView:
    return JobView(
        id=job.id,
        name=job.name,
        title=wording.job_title(job.name),
        lane=Lane(job.lane).value,
        args=shown_args(job.args),
        state=JobState(job.state).value,
        attempts=job.attempts,
        failures=job.failures,
        last_error=shown_error(job.last_error),
        created_at=job.created_at,
        due_at=job.due_at,
        finished_at=job.finished_at,
    )


def _runs_view(session: Session, found: list[SyncRun]) -> SyncRunList:
    names = members_by_userid(session, {run.started_by for run in found})
    return SyncRunList(
        items=[
            SyncRunView(
                id=run.id,
                kind=Kind(run.kind).value,
                kind_name=wording.KINDS[Kind(run.kind)],
                state=run.state,
                started_at=run.started_at,
                finished_at=run.finished_at,
                heard_at=run.heard_at,
                done=run.done,
                total=run.total,
                repaired=run.repaired,
                error=run.error,
                started_by=run.started_by,
                started_by_name=names[run.started_by].name
                if run.started_by in names
                else wording.STARTERS.get(run.started_by, run.started_by),
            )
            for run in found
        ]
    )
