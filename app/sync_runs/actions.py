"""Starting a run and reporting its progress. Counts are added in SQL, because parts of a run work side by side."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app import clock
from app.outbox import enqueue
from app.sync_runs import queries
from app.sync_runs.models import Kind, RunState, SyncRun

SILENT_AFTER = timedelta(minutes=30)
"""A run of which nothing was heard for so long no longer keeps a new one from starting."""

STARTING = 471_322_704
"""Advisory lock. One for all kinds, because several are started together, in any order."""

NIGHTLY_AT = time(3, 40)
"""Shanghai time: the shops are closed, and it is neither :00 nor :30, when everybody calls WeCom."""


def start(session: Session, kind: Kind, *, started_by: str) -> tuple[SyncRun, bool]:
    """
    Begin a run, or find the one that is under way. From the first run on, every night has one by itself.

    :returns: the run, and whether it is a new one.
    """
    # In one line: who presses at the same moment finds the run of who was first.
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": STARTING})
    under_way = session.scalar(
        select(SyncRun).where(SyncRun.kind == kind, SyncRun.state == RunState.RUNNING).with_for_update()
    )
    if under_way is not None:
        if under_way.heard_at > clock.now() - SILENT_AFTER:
            return under_way, False
        _end(under_way, RunState.FAILED, "很久没有进展，已由新的同步接替。")
        session.flush()
    run = SyncRun(kind=kind, started_at=clock.now(), heard_at=clock.now(), started_by=started_by)
    session.add(run)
    session.flush()
    enqueue(session, f"{kind.value}.sync", run_id=run.id)
    plan_nightly(session)
    return run, True


def begin_parts(session: Session, run_id: int, *, parts: int, total: int | None, calls: int = 0) -> None:
    """The run is split: `end_part` has to be called for each part before it is done."""
    session.execute(
        update(SyncRun)
        .where(SyncRun.id == run_id)
        .values(
            parts_open=SyncRun.parts_open + parts,
            total=total,
            calls=SyncRun.calls + calls,
            heard_at=clock.now(),
        )
    )


def progress(
    session: Session, run_id: int, *, done: int = 0, calls: int = 0, repaired: Mapping[str, int] | None = None
) -> None:
    """Add to what the run has read, called and repaired."""
    run = session.scalars(
        select(SyncRun).where(SyncRun.id == run_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    run.done += done
    run.calls += calls
    run.heard_at = clock.now()
    if repaired:
        run.repaired = dict(Counter(run.repaired) + Counter(repaired))


def end_part(session: Session, run_id: int) -> bool:
    """
    One part has nothing left to do.

    :returns: whether it was the last, so that the caller closes the run with `finish`.
    """
    left = session.scalar(
        update(SyncRun)
        .where(SyncRun.id == run_id, SyncRun.state == RunState.RUNNING)
        .values(parts_open=SyncRun.parts_open - 1, heard_at=clock.now())
        .returning(SyncRun.parts_open)
    )
    return left == 0


def finish(session: Session, run_id: int) -> None:
    run = _locked(session, run_id)
    if run.state == RunState.RUNNING:
        _end(run, RunState.DONE, None)


def fail(session: Session, run_id: int, reason: str) -> None:
    """
    :param reason: a Chinese sentence for the person who started it.
    """
    run = _locked(session, run_id)
    if run.state == RunState.RUNNING:
        _end(run, RunState.FAILED, reason)


def cancel(session: Session, run_id: int) -> SyncRun:
    """What has been read stays; jobs of the run that are still to come stop at once."""
    queries.get(session, run_id)
    run = _locked(session, run_id)
    if run.state == RunState.RUNNING:
        _end(run, RunState.CANCELLED, None)
    return run


def _locked(session: Session, run_id: int) -> SyncRun:
    return session.scalars(
        select(SyncRun).where(SyncRun.id == run_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def _end(run: SyncRun, state: RunState, error: str | None) -> None:
    run.state, run.error, run.finished_at = state, error, clock.now()


def plan_nightly(session: Session) -> None:
    """See to it that the next nightly run is planned. Calling it often plans it once."""
    today = clock.in_shop_time(clock.now()).date()
    day = today + timedelta(days=1) if clock.now() >= _due_on(today) else today
    enqueue(session, "sync_runs.nightly", key=f"nightly:{day}", due_at=_due_on(day))


def _due_on(day: date) -> datetime:
    return datetime.combine(day, NIGHTLY_AT, tzinfo=clock.SHANGHAI)
