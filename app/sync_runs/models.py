"""One row for each full sync of one kind of data."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Kind(StrEnum):
    """What is synced. `<kind>.sync` is the job that starts it."""

    STAFF = "staff"
    CUSTOMERS = "customers"
    TAGS = "tags"
    GROUPS = "groups"


class RunState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class SyncRun(Base):
    __tablename__ = "sync_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(Text)
    state: Mapped[RunState] = mapped_column(Text, default=RunState.RUNNING)
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    """A member's userid, or `schedule`, `cli`, `system`."""
    heard_at: Mapped[datetime]
    """When a job of this run last committed something."""
    finished_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    """Things read so far: members, customers, tags, groups."""
    total: Mapped[int | None]
    """How many there will be, as far as known."""
    parts_open: Mapped[int] = mapped_column(default=0)
    """Chains of jobs that have not finished; the run is done when none is left."""
    calls: Mapped[int] = mapped_column(default=0)
    """Calls to WeCom so far."""
    repaired: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What callbacks had missed: `{"customers_added": 3, "follows_ended": 1}`."""
    error: Mapped[str | None]

    __table_args__ = (
        Index("uq_sync_runs_one_running", "kind", unique=True, postgresql_where=text("state = 'running'")),
        Index("ix_sync_runs_started_at", "started_at"),
    )
