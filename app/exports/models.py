"""Files that somebody asked for, and the pieces they are stored in."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class ExportState(StrEnum):
    RUNNING = "running"
    """Or waiting for a worker to begin."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """Its file is gone; that it was asked for, and what for, stays for a while, and in the audit log."""


class Export(Base):
    """One list as a file, for one person."""

    __tablename__ = "exports"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    press_id: Mapped[UUID]
    """Made by the page: the same press twice is one export."""
    what: Mapped[str] = mapped_column(Text)
    """A name in `app.exports.sources.SOURCES`."""
    format: Mapped[str] = mapped_column(Text)
    filters: Mapped[dict[str, Any]]
    """As the list was asked for them."""
    purpose: Mapped[str] = mapped_column(Text)
    header: Mapped[list[str]]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    asked_at: Mapped[datetime]
    state: Mapped[ExportState] = mapped_column(Text, default=ExportState.RUNNING)
    newest: Mapped[int] = mapped_column(BigInteger)
    """The largest key there was when it was asked for: what comes later is not in it."""
    after: Mapped[int] = mapped_column(BigInteger)
    """The key that was written last; keys go downwards. A killed job goes on from it."""
    total: Mapped[int]
    """Rows there were when it was asked for; some may be gone by the time it reaches them."""
    done: Mapped[int] = mapped_column(default=0)
    pieces: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    """Bytes of the file."""
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    """For the person who asked, in Chinese."""

    __table_args__ = (
        CheckConstraint("format IN ('csv', 'xlsx')", name="format"),
        CheckConstraint("state IN ('running', 'done', 'failed', 'cancelled', 'expired')", name="state"),
        CheckConstraint("state <> 'done' OR sha256 IS NOT NULL", name="done_with_sum"),
        UniqueConstraint("asked_by_id", "press_id"),
        Index("ix_exports_asked_by_id", "asked_by_id", "id"),
    )


class ExportPiece(Base):
    """A part of the file, or of the rows that it is being made of: no process needs the whole of it at once."""

    __tablename__ = "export_pieces"

    export_id: Mapped[int] = mapped_column(ForeignKey("exports.id", ondelete="CASCADE"), primary_key=True)
    is_rows: Mapped[bool] = mapped_column(primary_key=True)
    """Rows of which a file is to be made, rather than a part of the file."""
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
