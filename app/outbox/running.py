"""What a handler holds while it runs: its row's number, and transactions that only the rightful run can commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import db
from app.outbox import actions
from app.outbox.models import Job, JobState
from app.outbox.registry import Postpone


class LostLease(Exception):
    """Another run has taken over: whatever this one was about to write must not be written."""


@dataclass
class Running:
    """
    One run of one job.

    :param attempt: fencing token; see `Job.attempts`.
    :param failures: how often it failed before.
    """

    id: int
    name: str
    attempt: int
    failures: int
    finished: bool = False

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """
        A step on the way. What it writes stays even if the job runs again, so the job must expect it.

        :raises LostLease: before anything is written, if this run is no longer the rightful one.
        """
        with db.transaction() as session:
            self._hold(session)
            yield session

    @contextmanager
    def finishing(self) -> Iterator[Session]:
        """
        The last step: its writes and "done" commit together, or not at all.

        :raises LostLease: as above.
        """
        with db.transaction() as session:
            self._hold(session)
            yield session
            actions.finish(session, self.id, self.attempt)
        self.finished = True

    def wait_after(self, error: Exception) -> timedelta | None:
        """
        How long to wait without counting a failure: for `Postpone` and whatever names a `retry_after`. Names it
        `tries` as well, it is waited for that often; who is busy for ever would otherwise be asked for ever.
        """
        if isinstance(error, Postpone):
            return error.wait
        wait, tries = getattr(error, "retry_after", None), getattr(error, "tries", None)
        waited_before = self.attempt - 1 - self.failures
        is_patient = tries is None or waited_before < tries
        return wait if isinstance(wait, timedelta) and is_patient else None

    def _hold(self, session: Session) -> None:
        held = session.scalar(
            select(Job.id)
            .where(Job.id == self.id, Job.attempts == self.attempt, Job.state == JobState.RUNNING)
            .with_for_update()
        )
        if held is None:
            raise LostLease(f"job {self.id} attempt {self.attempt}")
