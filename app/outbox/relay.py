"""
From rows to RQ: due rows in batches, what dead workers held again, and the occurrences of what runs by the clock.

Any number of relays may run: rows are taken with SKIP LOCKED, and a row handed over twice is run once.
"""

import logging
from datetime import datetime, timedelta

import redis
from rq import Queue
from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, aliased

from app import clock, db
from app.outbox import actions, presence
from app.outbox.models import Job, JobState
from app.outbox.queues import BATCH, PERFORM, RQ_TIMEOUT, WINDOW, queue_of
from app.outbox.registry import Lane
from app.outbox.schedule import enqueue_occurrences
from app.valkey import valkey

logger = logging.getLogger(__name__)

RING_AGAIN = timedelta(seconds=10)
"""A row handed over this long ago and not started, while its queue stands empty, was lost on the way."""

HEARTBEAT = "guidedesk:relay"
HEARTBEAT_SECONDS = 15


def pass_on() -> int:
    """
    One look at the table.

    :returns: how many rows were handed over.
    :raises sqlalchemy.exc.OperationalError, redis.RedisError: when a server does not answer; nothing is lost.
    """
    with db.transaction() as session:
        silent = actions.take_back_silent(session)
        gone = presence.forget_the_gone(session)
        for worker, lane in gone:
            silent += actions.release_of(session, worker)
            _forget_rings(session, lane, before=clock.now())
        enqueue_occurrences(session)
    if gone:
        logger.info("workers left or died: %s", ", ".join(worker for worker, _ in gone))
    if silent:
        logger.warning("%s jobs went silent and were taken back", len(silent))
    handed = sum(_hand_over(lane) for lane in Lane)
    valkey().set(HEARTBEAT, clock.now().isoformat(), ex=HEARTBEAT_SECONDS)
    return handed


def _hand_over(lane: Lane) -> int:
    queue = queue_of(lane)
    with db.transaction() as session:
        if len(queue) == 0:
            _forget_rings(session, lane, before=clock.now() - RING_AGAIN)
        rows = _take_due(session, lane)
    _send(queue, lane, rows)
    return len(rows)


def _forget_rings(session: Session, lane: str, *, before: datetime) -> None:
    session.execute(
        update(Job)
        .where(Job.lane == lane, Job.state == JobState.WAITING, Job.rung_at < before)
        .values(rung_at=None)
        .execution_options(synchronize_session=False)
    )


def _take_due(session: Session, lane: Lane) -> list[tuple[int, int]]:
    on_the_way = select(func.count()).where(
        Job.lane == lane, Job.state == JobState.WAITING, Job.rung_at.is_not(None)
    )
    room = WINDOW[lane] - (session.scalar(on_the_way) or 0)
    if room <= 0:
        return []
    earlier = aliased(Job)
    blocked = exists().where(
        earlier.order_key == Job.order_key, earlier.id < Job.id, earlier.state.in_(actions.UNDONE)
    )
    due = (
        select(Job.id)
        .where(
            Job.lane == lane,
            Job.state == JobState.WAITING,
            Job.due_at <= clock.now(),
            Job.rung_at.is_(None),
            ~blocked,
        )
        .order_by(Job.due_at, Job.id)
        .limit(room)
        .with_for_update(skip_locked=True)
    )
    taken = session.execute(
        update(Job)
        .where(Job.id.in_(due.scalar_subquery()))
        .values(rung_at=clock.now())
        .returning(Job.id, Job.attempts)
        .execution_options(synchronize_session=False)
    ).all()
    return sorted((row.id, row.attempts) for row in taken)


def _send(queue: Queue, lane: Lane, rows: list[tuple[int, int]]) -> None:
    size = BATCH[lane]
    batches = [rows[start : start + size] for start in range(0, len(rows), size)]
    if not batches:
        return
    queue.enqueue_many(
        [
            Queue.prepare_data(
                PERFORM, args=[[list(pair) for pair in batch]], timeout=RQ_TIMEOUT, result_ttl=0, failure_ttl=3600
            )
            for batch in batches
        ]
    )


def is_alive() -> bool:
    """Whether a relay has looked within the last seconds; False as well when Redis does not answer."""
    try:
        return valkey().get(HEARTBEAT) is not None
    except redis.RedisError:
        return False
