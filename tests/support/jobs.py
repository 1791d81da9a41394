"""Jobs that exist for tests only: they note what ran in a table of their own, or misbehave on request."""

import os
import signal
import time
from datetime import timedelta

from sqlalchemy import Text, insert, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app import clock
from app.db import Base
from app.outbox import GiveUp, Lane, Postpone, Running, job

QUICK = (timedelta(milliseconds=200),) * 4


class Effect(Base):
    """One line for each effect that really happened."""

    __tablename__ = "test_effects"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    attempt: Mapped[int]


def make_table(session: Session) -> None:
    session.execute(
        text("CREATE TABLE IF NOT EXISTS test_effects (id serial PRIMARY KEY, name text, attempt int)")
    )


@job("test.note")
def note(running: Running, name: str) -> None:
    with running.finishing() as session:
        session.add(Effect(name=name, attempt=running.attempt))


@job("test.note_quickly", lane=Lane.URGENT, back_off=QUICK)
def note_quickly(running: Running, name: str) -> None:
    note(running, name)


@job("test.note_in_bulk", lane=Lane.BULK, back_off=QUICK, time_limit=5)
def note_in_bulk(running: Running, name: str, busy_ms: int = 0) -> None:
    time.sleep(busy_ms / 1000)  # stands for a call to somebody slow
    note(running, name)


@job("test.raise")
def always_raise(running: Running, message: str = "no") -> None:
    raise ValueError(message)


@job("test.give_up")
def give_up(running: Running) -> None:
    raise GiveUp("nothing can be done")


@job("test.wait")
def wait(running: Running, name: str, until_attempt: int) -> None:
    if running.attempt < until_attempt:
        raise Postpone(timedelta(minutes=1), "not yet")
    note(running, name)


@job("test.note_then_raise")
def note_then_raise(running: Running, name: str) -> None:
    with running.finishing() as session:
        session.add(Effect(name=name, attempt=running.attempt))
        session.flush()
        raise ValueError("died between effect and done")


@job("test.note_null")
def note_null(running: Running, name: str) -> None:
    """PostgreSQL refuses the row, and says which it was."""
    with running.finishing() as session:
        session.execute(text("ALTER TABLE test_effects ALTER attempt SET NOT NULL"))
        session.execute(insert(Effect).values(name=name, attempt=None))


@job("test.misbehave", lane=Lane.DEFAULT, back_off=QUICK, time_limit=2)
def misbehave(running: Running, name: str, how: str, mended: str) -> None:
    """Misbehaves until the file `mended` exists."""
    if not os.path.exists(mended):
        if how == "raise":
            raise ValueError(f"poison at {clock.now()}")
        if how == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        if how == "hang":
            time.sleep(3600)
        if how == "exit":
            os._exit(7)
    note(running, name)
