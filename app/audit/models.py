"""The audit chain: each entry's hash covers its content and the hash before it. Its anchors, and checks of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, LargeBinary, Text
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
    seal: Mapped[str | None] = mapped_column(Text)
    """`hash` signed with this installation's key, which the database does not have: its owner cannot write entries
    of their own, however well they calculate. Empty on those from before there were seals; see `chain.hash_of`."""

    __table_args__ = (
        Index("ix_audit_entries_at", "at"),
        Index("ix_audit_entries_actor", "actor", "at"),
        Index("ix_audit_entries_subject", "subject", "at"),
    )


class AuditAnchor(Base):
    """
    What was written into the file outside the database (`anchors`), so that the console can say so and a file that
    was cut shows. Not the anchor itself: whoever cuts the chain can cut here, too. A trigger refuses changes.
    """

    __tablename__ = "audit_anchors"

    link: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    number: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    place: Mapped[str] = mapped_column(Text)
    """`host:/path` of the file."""

    __table_args__ = (Index("ix_audit_anchors_at", "at"), Index("ix_audit_anchors_number", "number"))


class AuditCheck(Base):
    """One reading of the whole chain by a job, with how far it is."""

    __tablename__ = "audit_checks"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    started_by: Mapped[str] = mapped_column(Text)
    started_by_name: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    target: Mapped[int] = mapped_column(BigInteger)
    """The chain's last number when it began: what is written meanwhile is left for the next one."""
    number: Mapped[int] = mapped_column(BigInteger, default=0)
    """Read up to here; a killed job goes on from it."""
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    entries: Mapped[int] = mapped_column(BigInteger, default=0)
    is_sealed: Mapped[bool] = mapped_column(default=False)
    """Whether a sealed entry was met: after it none may be without."""
    problems: Mapped[list[Any]]
    """The first of them, as `verifying.Problem`."""
    problem_count: Mapped[int] = mapped_column(default=0)
    anchors: Mapped[int | None]
    """How many anchors were compared; empty when there was no file to compare with."""

    __table_args__ = (Index("ix_audit_checks_started_at", "started_at"),)


class AuditBreak(Base):
    """A problem of the chain that people were told of; each once, however many checks meet it again."""

    __tablename__ = "audit_breaks"

    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """SHA-256 of what is wrong and where."""
    check_id: Mapped[int] = mapped_column(BigInteger)
    """The check that met it first."""
    found_at: Mapped[datetime]
