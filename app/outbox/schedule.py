"""What runs by the clock: one row an occurrence, made by whichever relay looks first."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from app import clock, db
from app.outbox.actions import enqueue
from app.outbox.registry import UnknownJob, handler_of


@dataclass(frozen=True)
class Recurring:
    """
    :param every: distance of the occurrences, counted from midnight UTC; a missed one is not made up for.
    :param offset: how far behind each of them, so that not everything starts on the hour.
    """

    name: str
    every: timedelta
    offset: timedelta = timedelta()

    def latest(self, now: datetime) -> datetime:
        """The newest occurrence that is due at `now`."""
        epoch = datetime(2020, 1, 1, tzinfo=UTC) + self.offset
        return epoch + (now - epoch) // self.every * self.every


_recurring: dict[str, Recurring] = {}


def recurs(name: str, *, every: timedelta, offset: timedelta = timedelta()) -> None:
    """Let the job `name`, which takes no arguments, run again and again."""
    _recurring[name] = Recurring(name, every, offset)


def recurring() -> list[Recurring]:
    return list(_recurring.values())


_made: dict[str, datetime] = {}
"""What this process made already, to spare the database a try a second; the unique key is the judge."""


def enqueue_occurrences(session: Session) -> None:
    for each in _recurring.values():
        due = each.latest(clock.now())
        if _made.get(each.name) == due:
            continue
        try:
            handler_of(each.name)
        except UnknownJob:
            continue
        enqueue(session, each.name, key=f"{each.name}@{due.isoformat()}")
        db.after_commit(session, f"made {each.name}", partial(_made.__setitem__, each.name, due))
