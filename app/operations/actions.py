"""What a person does about jobs and syncs; each act is on record."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.audit.actions import record
from app.errors import Conflict
from app.operations import queries
from app.outbound.switches import is_paused
from app.outbox import actions as outbox
from app.outbox import enqueue
from app.sync_runs import actions as runs
from app.sync_runs.models import Kind, SyncRun
from app.viewer import Viewer


def replay(session: Session, viewer: Viewer, job_ids: Sequence[int]) -> int:
    """
    Give dead letters a fresh set of tries; those that are not dead any more are passed over.

    :returns: how many were.
    """
    replayed = [job_id for job_id in dict.fromkeys(job_ids) if outbox.replay(session, job_id)]
    if replayed:
        record(session, viewer, "jobs.replayed", subject="jobs", count=len(replayed), ids=replayed[:100])
    return len(replayed)


def replay_one(session: Session, viewer: Viewer, job_id: int) -> None:
    """
    :raises Conflict: if it is not a dead letter any more.
    """
    job = queries.get(session, job_id)
    if not replay(session, viewer, [job.id]):
        raise Conflict("这个任务已经不在「失败」里了，请刷新。", code="wrong_state")


def discard(session: Session, viewer: Viewer, job_id: int, *, reason: str) -> None:
    """
    It shall not happen any more.

    :raises Conflict: if it is not a dead letter any more.
    """
    job = queries.get(session, job_id)
    if not outbox.discard(session, job.id):
        raise Conflict("这个任务已经不在「失败」里了，请刷新。", code="wrong_state")
    record(session, viewer, "jobs.discarded", subject=f"job:{job.id}", name=job.name, reason=reason)


def start_syncs(session: Session, viewer: Viewer, kinds: Sequence[Kind]) -> list[SyncRun]:
    """Those that run already are not started twice."""
    found = [runs.start(session, kind, started_by=viewer.userid) for kind in dict.fromkeys(kinds)]
    started = [run.kind for run, is_new in found if is_new]
    if started:
        record(session, viewer, "syncs.started", subject="syncs", kinds=[str(kind) for kind in started])
    return [run for run, _ in found]


def cancel_sync(session: Session, viewer: Viewer, run_id: int) -> SyncRun:
    """What was read stays."""
    run = runs.cancel(session, run_id)
    record(session, viewer, "syncs.cancelled", subject=f"sync:{run_id}", kind=str(run.kind))
    return run


def recall_tasks(session: Session, viewer: Viewer, *, reason: str) -> None:
    """
    Take back every mass message that nobody has confirmed. Only while all sending is stopped, so that no new task
    comes behind it.

    :raises Conflict: if it is not stopped.
    """
    if not is_paused(session):
        raise Conflict("请先暂停全部发送，再撤回未确认的群发任务。", code="not_paused")
    enqueue(session, "campaigns.cancel_all")
    record(session, viewer, "outbound.tasks_recalled", subject="send_switch:all", reason=reason)
