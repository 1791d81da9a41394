"""Replays of a draft of the word list over the texts there are, and what each found."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class ReplayState(StrEnum):
    RUNNING = "running"
    """Or waiting for a worker to begin."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Replay(Base):
    __tablename__ = "lexicon_replays"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """Of the draft it tries: a later change of the draft makes it out of date."""
    base_version: Mapped[int]
    """The published version it compares with; 0 for none."""
    changes: Mapped[int]
    """Entries in which the draft differs."""
    entries: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The draft as it was at the start; let go of at the end."""
    state: Mapped[ReplayState] = mapped_column(Text, default=ReplayState.RUNNING)
    started_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    started_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    """When a batch was committed last."""
    finished_at: Mapped[datetime | None]
    source: Mapped[int] = mapped_column(default=0)
    """Which of `app.replays.texts.SOURCES` is being read; those before it are through."""
    after: Mapped[str] = mapped_column(Text, default="")
    """The last text of it that was judged."""
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    live: Mapped[int] = mapped_column(default=0)
    """How many of `done` are contents in use; the others left within the last days."""
    new_hits: Mapped[int] = mapped_column(default=0)
    lost_hits: Mapped[int] = mapped_column(default=0)
    changed_hits: Mapped[int] = mapped_column(default=0)
    blocked: Mapped[int] = mapped_column(default=0)
    """Contents in use that could not leave any more."""
    samples: Mapped[int] = mapped_column(default=0)
    """Findings that are kept of texts that left."""
    error: Mapped[str | None] = mapped_column(Text)
    """For the person who started it, in Chinese."""

    __table_args__ = (
        CheckConstraint("state IN ('running', 'done', 'failed', 'cancelled')", name="state"),
        CheckConstraint("state <> 'running' OR entries IS NOT NULL", name="running_has_a_draft"),
        Index("uq_lexicon_replays_one_running", "state", unique=True, postgresql_where=sql("state = 'running'")),
        Index("ix_lexicon_replays_started_at", "started_at"),
    )


class Difference(StrEnum):
    NEW = "new"
    LOST = "lost"
    CHANGED = "changed"


class Finding(Base):
    """One text that the draft judges otherwise: a passage of it, never whom it went to."""

    __tablename__ = "lexicon_replay_findings"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    replay_id: Mapped[int] = mapped_column(ForeignKey("lexicon_replays.id", ondelete="CASCADE"))
    difference: Mapped[Difference] = mapped_column(Text)
    is_live: Mapped[bool]
    """In use now, rather than gone out already."""
    source: Mapped[str] = mapped_column(Text)
    """Of `app.replays.texts.SOURCES`."""
    subject: Mapped[str] = mapped_column(Text)
    """`script:12`, `mass_message:3`, `welcome:11`; empty for what left."""
    title: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    """The userid of who answers for the content, or who sent the text."""
    at: Mapped[datetime | None]
    passage: Mapped[str] = mapped_column(Text)
    marked_start: Mapped[int]
    marked_end: Mapped[int]
    entry_id: Mapped[int]
    word: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    assumed: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """What the entry asks for, such as `store`, and nobody knows of this text: it counts as inside."""

    __table_args__ = (
        CheckConstraint("difference IN ('new', 'lost', 'changed')", name="difference"),
        Index("ix_lexicon_replay_findings_replay_id", "replay_id", "id"),
    )
