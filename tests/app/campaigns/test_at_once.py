"""Several touch one mass message at the same moment, in a database where that really happens at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, text

import app as package
from app import clock, db, outbox
from app.campaigns import actions, queries
from app.campaigns.audience import Audience, content_hash
from app.campaigns.models import MassMessage, MessageState, Part, PartState
from app.outbox import Job, JobState
from app.outbox.perform import perform
from app.viewer import Viewer
from tests.support import shop

HELLO = "周六见"


@pytest.fixture
def sending(own_database: str, settings: object) -> tuple[Viewer, int]:
    """陈思远, and a message whose one part waits for its task."""
    outbox.register_jobs_of(package)
    with db.transaction() as session:
        shop.move_in(session)
    with db.transaction() as session:
        boss, lin = (shop.viewer_called(session, userid) for userid in ("boss", "lin"))
        now = clock.now()
        message = MassMessage(
            title="冬季新品",
            text=HELLO,
            audience=Audience().as_json(),
            state=MessageState.SENDING,
            created_by_id=lin.member_id,
            created_at=now,
            updated_at=now,
            written_by=[lin.member_id],
            decided_by_id=boss.member_id,
            approved_hash=content_hash(HELLO, Audience(), None),
        )
        session.add(message)
        session.flush()
        part = Part(mass_message_id=message.id, member_id=lin.member_id, number=0, customers=1, text=HELLO)
        session.add(part)
        session.flush()
        outbox.enqueue(session, "campaigns.create_part", part_id=part.id)
    return boss, message.id


def waiting_for_locks(how_many: int) -> None:
    """Return once so many stand in line for a row."""
    for _ in range(1000):
        with db.transaction() as session:
            waiting = session.scalar(text("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"))
        if waiting == how_many:
            return
        threading.Event().wait(0.01)
    raise AssertionError(f"{how_many} were expected to wait")


def test_a_message_is_cancelled_while_its_task_is_about_to_be_made(sending: tuple[Viewer, int]) -> None:
    """Sabotage: lock the part before its message in `_cleared`: each waits for what the other holds."""
    boss, message_id = sending

    def cancel() -> None:
        with db.transaction() as session:
            actions.cancel(session, boss, message_id)

    def create() -> None:
        with db.transaction() as session:
            due = session.execute(select(Job.id, Job.attempts).where(Job.name == "campaigns.create_part")).one()
        perform(due.id, due.attempts, worker="tests")

    with ThreadPoolExecutor(2) as two:
        with db.transaction() as session:
            queries.locked(session, message_id)
            cancelling = two.submit(cancel)
            in_their_own_thread(waiting_for_locks, 1)
            creating = two.submit(create)
            in_their_own_thread(waiting_for_locks, 2)
        cancelling.result(20)
        creating.result(20)
    with db.transaction() as session:
        assert session.scalars(select(Part.state)).all() == [PartState.CANCELLED]
        made = session.scalars(select(Job.state).where(Job.name == "campaigns.create_part")).all()
    assert made == [JobState.DONE]


def in_their_own_thread(look: Callable[..., Any], *arguments: Any) -> None:
    """A transaction is open in this one."""
    with ThreadPoolExecutor(1) as one:
        one.submit(look, *arguments).result(20)
