"""The relay's process: one thing that is broken does not hold up the rest."""

from app import db, relay
from app.config import Settings
from app.outbox import Job, enqueue
from app.outbox.queues import queue_of
from app.outbox.registry import Lane
from tests.support import jobs


def test_a_spool_that_cannot_be_read_holds_up_no_job(database: object, valkey: object, settings: Settings) -> None:
    """Sabotage: drain the spool in the same breath as jobs are handed over."""
    (settings.data_path / "spool" / "draining-1.jsonl").mkdir(parents=True)  # read as root, a file would open
    with db.transaction() as session:
        jobs.make_table(session)
        job_id = enqueue(session, "test.note", name="handed over")
    relay._look()
    with db.transaction() as session:
        assert session.get_one(Job, job_id).rung_at is not None
    assert len(queue_of(Lane.DEFAULT)) == 1
