"""The table of jobs, and the list of who works on them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    """Gave up; shown in the console, where a person replays or discards it."""
    DISCARDED = "discarded"


class Job(Base):
    """One thing that has to happen, once, at or after `due_at`."""

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    lane: Mapped[str] = mapped_column(Text)
    args: Mapped[dict[str, Any]]
    unique_key: Mapped[str | None] = mapped_column(Text, unique=True)
    """Two rows with one key cannot be: the judge of "only once"."""
    order_key: Mapped[str | None] = mapped_column(Text)
    """Rows with one order key run one after the other, oldest first; other rows never wait for them."""
    state: Mapped[JobState] = mapped_column(Text, server_default=JobState.WAITING)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(server_default="0")
    """Counts every start. Fencing token: only the attempt that the row names may finish it."""
    failures: Mapped[int] = mapped_column(server_default="0")
    """Counts what raised or died; waiting for a rate limit is no failure."""
    rung_at: Mapped[datetime | None]
    """When the relay last handed it to RQ."""
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(Text)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'dead', 'discarded')", name="state"),
        Index("ix_jobs_due", "lane", "due_at", "id", postgresql_where=text("state = 'waiting'")),
        Index("ix_jobs_order", "order_key", "id", postgresql_where=text("state IN ('waiting', 'running')")),
        Index("ix_jobs_lease", "lease_until", postgresql_where=text("state = 'running'")),
        Index("ix_jobs_dead", "name", "id", postgresql_where=text("state = 'dead'")),
        Index("ix_jobs_finished", "finished_at", postgresql_where=text("state IN ('done', 'discarded')")),
    )


class WorkerAtWork(Base):
    """A worker process, for as long as it holds the advisory lock of its row; see `app.outbox.presence`."""

    __tablename__ = "workers"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    process: Mapped[str] = mapped_column(Text)
    """Lane, process id and host, for people. In `Job.worker` the id of this row follows."""
    lane: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
