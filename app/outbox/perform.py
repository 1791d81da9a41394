"""Running handed-over rows: claim, call the handler, record what came of it."""

import logging
import signal
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app import clock, db
from app.outbox import actions
from app.outbox.models import Job, JobState
from app.outbox.presence import this_worker
from app.outbox.registry import GiveUp, Handler, Lane, UnknownJob, accepts, handler_of
from app.outbox.running import LostLease, Running

logger = logging.getLogger(__name__)

BATCH_SECONDS = 20
"""A batch that has run this long hands the rest back, so that one slow lane visit cannot starve a worker."""


class TookTooLong(Exception):
    """The handler was interrupted at its time limit."""


def perform_batch(rows: Sequence[tuple[int, int]]) -> None:
    """
    What RQ runs: the rows of one hand-over, in order.

    :param rows: `(id, attempt)` pairs.
    """
    worker = this_worker() or "unnamed"
    began = time.monotonic()
    for position, (job_id, attempt) in enumerate(rows):
        if time.monotonic() - began > BATCH_SECONDS:
            _hand_back([each_id for each_id, _ in rows[position:]])
            return
        perform(job_id, attempt, worker=worker)


def _hand_back(job_ids: list[int]) -> None:
    with db.transaction() as session:
        actions.ring_again(session, job_ids)


def perform(job_id: int, attempt: int, *, worker: str) -> bool:
    """Run one row; False when somebody else has it or it is not its turn."""
    with db.transaction() as session:
        claimed = actions.claim(session, job_id, attempt, worker=worker)
    if claimed is None:
        logger.info("job %s attempt %s was taken already or must wait its turn", job_id, attempt)
        return False
    running = Running(claimed.id, claimed.name, claimed.attempts, claimed.failures)
    handler: Handler | None = None
    try:
        handler = handler_of(claimed.name)
        if not accepts(handler, claimed.args):
            raise GiveUp("the stored arguments do not fit this version of the job")
        with _time_limit(handler.time_limit):
            handler.run(running, **claimed.args)
    except LostLease:
        logger.warning("job %s attempt %s was taken over by another run", job_id, running.attempt)
    except Exception as error:  # whatever a handler raises is the row's outcome, never the worker's end
        _record_failure(running, handler, error)
    else:
        _record_success(running)
    return True


def _record_success(running: Running) -> None:
    if running.finished:
        return
    with db.transaction() as session:
        if not actions.finish(session, running.id, running.attempt):
            logger.warning("job %s attempt %s ended after its lease", running.id, running.attempt)


def _record_failure(running: Running, handler: Handler | None, error: Exception) -> None:
    wait = running.wait_after(error)
    with db.transaction() as session:
        if wait is not None:
            actions.postpone(session, running.id, running.attempt, wait=wait, reason=_reason(error))
            logger.info("job %s (%s) waits %s: %s", running.id, running.name, wait, type(error).__name__)
            return
        final = isinstance(error, GiveUp | UnknownJob)
        actions.fail(session, running.id, running.attempt, handler=handler, reason=_reason(error), final=final)
    logger.warning("job %s (%s) failed: %s", running.id, running.name, type(error).__name__, exc_info=error)


def _reason(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1] if error.__traceback__ else None
    where = f" ({last.name}, {last.filename.rsplit('/', 1)[-1]}:{last.lineno})" if last else ""
    return f"{type(error).__name__}: {error}{where}"


@contextmanager
def _time_limit(seconds: int) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread can be interrupted; the lease still ends the row's patience
        return

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise TookTooLong(f"took longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, interrupt)
    # RQ counts its own time-out with the same clock: ours is shorter, and its parent process still counts.
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def drain(lane: Lane | None = None, *, limit: int = 10_000) -> int:
    """
    Run what is due, in this process, through the same path as a worker, until nothing is left.

    :returns: how many runs there were.
    """
    runs = 0
    while runs < limit:
        with db.transaction() as session:
            earlier = aliased(Job)
            blocked = exists().where(
                earlier.order_key == Job.order_key, earlier.id < Job.id, earlier.state.in_(actions.UNDONE)
            )
            due = select(Job.id, Job.attempts).where(
                Job.state == JobState.WAITING, Job.due_at <= clock.now(), ~blocked
            )
            if lane is not None:
                due = due.where(Job.lane == lane)
            row = session.execute(due.order_by(Job.due_at, Job.id).limit(1)).first()
        if row is None:
            return runs
        perform(row.id, row.attempts, worker="drain")
        runs += 1
    raise RuntimeError(f"more than {limit} runs: some job keeps making work")
