"""Contact codes, welcome texts, and what became of each welcome."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class CodeState(StrEnum):
    CREATING = "creating"
    """Waits for WeCom to make it, or for a sync to find what WeCom made without answering."""
    LIVE = "live"
    FAILED = "failed"
    ENDED = "ended"


class ContactCode(Base):
    """A QR code of one guide. Its `state` comes back with whoever scans it."""

    __tablename__ = "contact_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(Text, unique=True)
    config_id: Mapped[str | None] = mapped_column(Text, unique=True)
    """WeCom's number; WeCom's console does not show it, so losing it means losing the code."""
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    name: Mapped[str] = mapped_column(Text)
    qr_code: Mapped[str] = mapped_column(Text, default="")
    """URL of the picture."""
    welcome_text: Mapped[str | None] = mapped_column(Text)
    """Goes before the store's and the corp's text."""
    life: Mapped[CodeState] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)
    """Why WeCom made none, in Chinese."""
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("life IN ('creating', 'live', 'failed', 'ended')", name="life"),
        Index("ix_contact_codes_member_id", "member_id"),
    )


class WelcomeText(Base):
    """What new customers read first. One for the corp, and one for each store that wants its own."""

    __tablename__ = "welcome_texts"

    store_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """A department; 0 is the corp's own."""
    text: Mapped[str] = mapped_column(Text)
    """With {品牌名}, {导购名} and {见面礼}: who we are, who you talk to, what you get."""
    brand: Mapped[str] = mapped_column(Text)
    benefit: Mapped[str] = mapped_column(Text)
    confirmed_reason: Mapped[str | None] = mapped_column(Text)
    """Why whoever saved it keeps words that need a confirmation."""
    confirmed_for: Mapped[list[str]] = mapped_column(default=list, server_default=sql("'[]'"))
    """The words of which they were warned then, as `checks.warned_in` names them: the reason covers no others."""
    updated_by: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]


class WelcomeResult(StrEnum):
    SENT = "sent"
    ALREADY = "already"
    """The chat had begun, or another app was first."""
    LATE = "late"
    REFUSED = "refused"
    BLOCKED = "blocked"
    PAUSED = "paused"
    UNKNOWN = "unknown"
    NO_TEXT = "no_text"


class Welcome(Base):
    """One welcome code and what became of it."""

    __tablename__ = "welcomes"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """SHA-256: the code itself is worth a message to a customer and is not kept."""
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    state: Mapped[str] = mapped_column(Text)
    result: Mapped[WelcomeResult] = mapped_column(Text)
    errcode: Mapped[int | None]
    happened_at: Mapped[datetime]
    settled_at: Mapped[datetime]

    __table_args__ = (Index("ix_welcomes_happened_at", "happened_at"),)
