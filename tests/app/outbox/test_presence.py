"""Workers that die are missed at once; workers that live keep what they hold."""

from datetime import datetime

from sqlalchemy import select, text

from app import db
from app.outbox import Job, JobState, actions, enqueue, relay
from app.outbox.presence import Presence
from app.outbox.queues import queue_of
from app.outbox.registry import Lane
from tests.support import jobs


def put() -> int:
    with db.transaction() as session:
        jobs.make_table(session)
        job_id = enqueue(session, "test.note", name="held")
    assert job_id is not None
    return job_id


def start(job_id: int, worker: str) -> None:
    with db.transaction() as session:
        assert actions.claim(session, job_id, 0, worker=worker) is not None


def state_of(job_id: int) -> tuple[JobState, int]:
    with db.transaction() as session:
        row = session.scalars(select(Job).where(Job.id == job_id)).one()
        return row.state, row.failures


def rung_at(job_id: int) -> datetime | None:
    with db.transaction() as session:
        return session.scalars(select(Job.rung_at).where(Job.id == job_id)).one()


def test_what_a_dead_worker_held_is_handed_over_again_at_the_next_look(own_database: object, valkey: object):
    """
    Sabotage: let `forget_the_gone` return nothing: the row stays with the dead until its lease lapses.
    """
    presence = Presence("default-1@here", Lane.DEFAULT)
    presence.confirm()
    job_id = put()
    start(job_id, presence.worker)

    relay.pass_on()
    assert state_of(job_id) == (JobState.RUNNING, 0)

    presence.leave()  # as the kernel does for a process that was killed: the socket is closed
    relay.pass_on()
    assert state_of(job_id) == (JobState.WAITING, 1)
    assert rung_at(job_id) is not None


def test_rows_that_died_on_their_way_to_a_dead_worker_are_handed_over_again(own_database: object, valkey: object):
    """
    Sabotage: do not forget the lane's rings: the row waits ten seconds for the second ring.
    """
    presence = Presence("default-2@here", Lane.DEFAULT)
    presence.confirm()
    job_id = put()
    relay.pass_on()
    first = rung_at(job_id)
    queue_of(Lane.DEFAULT).empty()  # the worker took it, and nobody heard of it again

    relay.pass_on()
    assert rung_at(job_id) == first
    presence.leave()
    relay.pass_on()
    assert first is not None
    assert rung_at(job_id) > first


def test_a_worker_whose_connection_broke_says_again_that_it_is_there(own_database: object, valkey: object):
    """
    Sabotage: let `confirm` return when it has a connection, broken or not.
    """
    presence = Presence("default-3@here", Lane.DEFAULT)
    presence.confirm()
    with db.transaction() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )
    presence.confirm()
    job_id = put()
    start(job_id, presence.worker)

    relay.pass_on()
    presence.leave()
    assert state_of(job_id) == (JobState.RUNNING, 0)
