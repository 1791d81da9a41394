"""Reading runs."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.sync_runs.models import Kind, RunState, SyncRun


def latest(session: Session, *, limit: int = 50) -> Sequence[SyncRun]:
    """The newest runs of every kind, newest first."""
    return session.scalars(select(SyncRun).order_by(SyncRun.id.desc()).limit(limit)).all()


def get(session: Session, run_id: int) -> SyncRun:
    """
    :raises NotFound: if there is none.
    """
    run = session.get(SyncRun, run_id)
    if run is None:
        raise NotFound("没有这次同步。")
    return run


def running(session: Session, kind: Kind) -> SyncRun | None:
    return session.scalar(select(SyncRun).where(SyncRun.kind == kind, SyncRun.state == RunState.RUNNING))


def is_running(session: Session, run_id: int) -> bool:
    """Whether a job of this run should go on: not when a person cancelled it or another run took over."""
    return session.scalar(select(SyncRun.state).where(SyncRun.id == run_id)) == RunState.RUNNING
