"""The audit chain: each entry's hash covers its content and the hash before it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class AuditEntry(Base):
    """A trigger refuses UPDATE, DELETE and TRUNCATE on this table."""

    __tablename__ = "audit_entries"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """1, 2, 3 … without gaps: given under a lock, not by a sequence, so that a missing entry shows."""
    at: Mapped[datetime]
    actor: Mapped[str]
    """The member's userid, or what acted without a person: `system`, `cli`."""
    actor_name: Mapped[str] = mapped_column(default="")
    action: Mapped[str]
    """`area.verb`: `customer.phone_revealed`."""
    subject: Mapped[str]
    """What it was done to: `customer:wm…`, `member:lin`."""
    details: Mapped[dict[str, Any]]
    prev_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)

    __table_args__ = (
        Index("ix_audit_entries_at", "at"),
        Index("ix_audit_entries_actor", "actor", "at"),
        Index("ix_audit_entries_subject", "subject", "at"),
    )
