"""Changes of the row: made, claimed, finished, failed, brought back."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Select, delete, exists, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from app import clock, db
from app.outbox import bell
from app.outbox.models import Job, JobState
from app.outbox.registry import DEFAULT_ATTEMPTS, Handler, UnknownJob, handler_of, mourn

UNDONE = (JobState.WAITING, JobState.RUNNING)

LEASE_MARGIN = timedelta(seconds=5)
"""Added to a job's time limit: how long a started job may stay silent before it is handed over again."""


def enqueue(
    session: Session,
    name: str,
    /,
    *,
    key: str | None = None,
    order_key: str | None = None,
    due_at: datetime | None = None,
    **args: Any,
) -> int | None:
    """
    Write the job into the caller's transaction: it happens if, and only if, that commits.

    :param key: there can be only one row with this key, done ones included (they are kept 30 days).
    :param order_key: rows with the same one run one after the other, oldest first.
    :param args: ids and small values, as JSON.
    :returns: the id of the row, or None when a row with `key` exists already.
    :raises UnknownJob: if no handler of that name is registered.
    """
    now = clock.now()
    statement = (
        insert(Job)
        .values(
            name=name,
            lane=handler_of(name).lane,
            args=args,
            unique_key=key,
            order_key=order_key,
            due_at=due_at or now,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=[Job.unique_key])
        .returning(Job.id)
    )
    job_id = session.scalar(statement)
    if job_id is not None and (due_at is None or due_at <= now):
        db.after_commit(session, "bell", bell.ring)
    return job_id


def claim(session: Session, job_id: int, attempt: int, *, worker: str) -> Job | None:
    """
    Take the row for one run.

    :param attempt: the row's count as it was handed over; a stale hand-over finds another number and gets None.
    """
    # Losing this commit in a crash only means that the row is still waiting; whatever is committed later
    # in the same log, such as a claim in the send ledger, carries it along.
    session.execute(text("SET LOCAL synchronous_commit = off"))
    now = clock.now()
    earlier = aliased(Job)
    blocked = exists().where(earlier.order_key == Job.order_key, earlier.id < Job.id, earlier.state.in_(UNDONE))
    claimed = session.execute(
        update(Job)
        .where(
            Job.id == job_id, Job.attempts == attempt, Job.state == JobState.WAITING, Job.due_at <= now, ~blocked
        )
        .values(
            state=JobState.RUNNING,
            attempts=Job.attempts + 1,
            worker=worker,
            lease_until=now + timedelta(minutes=1),
        )
        .returning(Job)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if claimed is None:
        session.execute(update(Job).where(Job.id == job_id, Job.state == JobState.WAITING).values(rung_at=None))
        return None
    try:
        limit = handler_of(claimed.name).time_limit
    except UnknownJob:
        limit = 0
    claimed.lease_until = now + timedelta(seconds=limit) + LEASE_MARGIN
    return claimed


def finish(session: Session, job_id: int, attempt: int) -> bool:
    """Mark it done, if `attempt` still holds it."""
    return _close(session, job_id, attempt, state=JobState.DONE, finished_at=clock.now(), lease_until=None)


def postpone(session: Session, job_id: int, attempt: int, *, wait: timedelta, reason: str) -> bool:
    """Put it back without counting a failure."""
    return _close(
        session,
        job_id,
        attempt,
        state=JobState.WAITING,
        due_at=clock.now() + wait,
        rung_at=None,
        lease_until=None,
        last_error=reason[:2000],
    )


def fail(
    session: Session, job_id: int, attempt: int, *, handler: Handler | None, reason: str, final: bool
) -> bool:
    """Count a failure: back off, or become a dead letter when nothing is left to try."""
    failures = session.scalar(select(Job.failures).where(Job.id == job_id)) or 0
    if final or handler is None or failures + 1 >= handler.attempts:
        return _close(
            session,
            job_id,
            attempt,
            state=JobState.DEAD,
            failures=failures + 1,
            lease_until=None,
            finished_at=clock.now(),
            last_error=reason[:2000],
        )
    wait = handler.back_off[min(failures, len(handler.back_off) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311
    return _close(
        session,
        job_id,
        attempt,
        state=JobState.WAITING,
        failures=failures + 1,
        due_at=clock.now() + wait,
        rung_at=None,
        lease_until=None,
        last_error=reason[:2000],
    )


def _close(session: Session, job_id: int, attempt: int, **values: Any) -> bool:
    changed = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.attempts == attempt, Job.state == JobState.RUNNING)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    db.after_commit(session, "bell", bell.ring)
    return cast("CursorResult[Any]", changed).rowcount == 1


def take_back_silent(session: Session) -> list[int]:
    """Rows whose lease has lapsed count a failure and wait again; the hopeless become dead letters."""
    lapsed = select(Job).where(Job.state == JobState.RUNNING, Job.lease_until < clock.now()).limit(500)
    return _take_back(session, lapsed, reason="the worker died or did not answer in time")


def release_of(session: Session, worker: str) -> list[int]:
    """The same at once, for a worker whose run is known to be dead; what else it left open ends too."""
    mourn(session, worker)
    held = select(Job).where(Job.state == JobState.RUNNING, Job.worker == worker)
    return _take_back(session, held, reason="the run was killed")


def ring_again(session: Session, job_ids: Sequence[int]) -> None:
    """Have waiting rows handed over anew, because what held their hand-over is gone. Twice does no harm."""
    session.execute(
        update(Job)
        .where(Job.id.in_(job_ids), Job.state == JobState.WAITING)
        .values(rung_at=None)
        .execution_options(synchronize_session=False)
    )
    db.after_commit(session, "bell", bell.ring)


def _take_back(session: Session, held: Select[Job], *, reason: str) -> list[int]:
    rows = session.scalars(held.with_for_update(skip_locked=True)).all()
    for row in rows:
        row.failures += 1
        row.lease_until = None
        row.last_error = reason
        if row.failures >= _attempts_of(row.name):
            row.state, row.finished_at = JobState.DEAD, clock.now()
        else:
            row.state, row.rung_at = JobState.WAITING, None
    if rows:
        db.after_commit(session, "bell", bell.ring)
    return [row.id for row in rows]


def _attempts_of(name: str) -> int:
    try:
        return handler_of(name).attempts
    except UnknownJob:  # known to the worker, which may be a newer version than this process
        return DEFAULT_ATTEMPTS


def replay(session: Session, job_id: int) -> bool:
    """A dead letter gets a fresh set of tries. Its effect stays single: the key and the handler see to that."""
    changed = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.DEAD)
        .values(state=JobState.WAITING, failures=0, due_at=clock.now(), rung_at=None, finished_at=None)
    )
    db.after_commit(session, "bell", bell.ring)
    return cast("CursorResult[Any]", changed).rowcount == 1


def discard(session: Session, job_id: int) -> bool:
    """A person decided that it shall not happen any more."""
    changed = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.DEAD)
        .values(state=JobState.DISCARDED, finished_at=clock.now())
    )
    return cast("CursorResult[Any]", changed).rowcount == 1


KEEP_DONE = timedelta(days=30)
"""Longer than the window in which a captured callback could be accepted again (10 minutes)."""


def prune(session: Session, *, limit: int = 5000) -> int:
    """Forget what is long done, a batch at a time."""
    old = (
        select(Job.id)
        .where(Job.state.in_((JobState.DONE, JobState.DISCARDED)), Job.finished_at < clock.now() - KEEP_DONE)
        .limit(limit)
    )
    removed = session.execute(delete(Job).where(Job.id.in_(old.scalar_subquery())))
    return cast("CursorResult[Any]", removed).rowcount
