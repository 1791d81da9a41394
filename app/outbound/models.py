"""What guides hand over in the sidebar, the ledger of calls that send, and the switches that stop them."""

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
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base


class IntentState(StrEnum):
    """How far a text came on its way into the chat. WeCom never says whether it was really sent."""

    CHECKED = "checked"
    HANDING = "handing"
    HANDED = "handed"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class SendIntent(Base):
    """One press of one guide: stored before WeCom is asked, then told what became of it."""

    __tablename__ = "send_intents"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    press_id: Mapped[UUID]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    entry: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("customer_groups.id"))
    script_id: Mapped[int | None] = mapped_column(ForeignKey("scripts.id"))
    blanks: Mapped[dict[str, Any]]
    was_edited: Mapped[bool]
    text_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the parts as they were asked for: the same press with other words is refused."""
    check: Mapped[dict[str, Any]]
    """The verdict as it was shown, with the list's version."""
    confirmed_reason: Mapped[str | None] = mapped_column(Text)
    confirmed_for: Mapped[list[str]] = mapped_column(default=list, server_default=sql("'[]'"))
    """The words that were warned of then, as `checks.warned_in` names them: the reason covers no others."""
    created_at: Mapped[datetime]
    parts: Mapped[list["SendIntentPart"]] = relationship(
        order_by="SendIntentPart.index", lazy="selectin", cascade="all"
    )

    __table_args__ = (
        UniqueConstraint("member_id", "press_id"),
        CheckConstraint(
            "(entry = 'single' AND customer_id IS NOT NULL AND group_id IS NULL)"
            " OR (entry = 'group' AND group_id IS NOT NULL AND customer_id IS NULL)",
            name="one_subject",
        ),
        Index("ix_send_intents_created_at", "created_at", "id"),
        Index("ix_send_intents_customer_id", "customer_id", "created_at"),
    )


class SendIntentPart(Base):
    __tablename__ = "send_intent_parts"

    intent_id: Mapped[int] = mapped_column(ForeignKey("send_intents.id", ondelete="CASCADE"), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    """What may go into the chat: the cleared text, replacements included."""
    state: Mapped[IntentState] = mapped_column(Text, default=IntentState.CHECKED)
    raw: Mapped[str | None] = mapped_column(Text)
    """WeCom's own words, of a refusal."""
    reported_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "state IN ('checked', 'handing', 'handed', 'cancelled', 'refused', 'unknown')", name="state"
        ),
    )


class SendState(StrEnum):
    CALLING = "calling"
    """Committed before the call. Older than the time-out it becomes `unknown`, never a second call."""
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Send(Base):
    """One call that sends, made at most once for its key."""

    __tablename__ = "sends"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    """`welcome:…`, `mass_message:3:part:7`: what must happen at most once."""
    channel: Mapped[str] = mapped_column(Text)
    attempt: Mapped[UUID]
    """Of the run that called: a run that was written off may still correct `unknown`, another may not."""
    state: Mapped[SendState] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    attachments: Mapped[list[Any]]
    on_behalf_of: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    lexicon_version: Mapped[int]
    worker: Mapped[str | None] = mapped_column(Text)
    """Who calls, as in `Job.worker`: should it die, the outcome is unknown from that moment on."""
    claimed_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    errcode: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
    """For the person who reads the list, in Chinese."""
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What WeCom gave: `{"msgid": …}`."""

    __table_args__ = (
        CheckConstraint("state IN ('calling', 'accepted', 'refused', 'unknown')", name="state"),
        Index("ix_sends_claimed_at", "claimed_at", "id"),
        Index("ix_sends_calling", "claimed_at", postgresql_where=sql("state = 'calling'")),
        Index("ix_sends_unsettled", "state", "id", postgresql_where=sql("state IN ('refused', 'unknown')")),
    )


class SendSwitch(Base):
    """A stop that somebody pulled. No row, or `paused` false: sending goes on."""

    __tablename__ = "send_switches"

    scope: Mapped[str] = mapped_column(Text, primary_key=True)
    """`all`, a channel, or one thing such as `mass_message:3`."""
    paused: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(Text)
    changed_by_name: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
