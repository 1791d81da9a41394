"""A mass message, its parts (one task of WeCom each), its recipients, and reminders."""

from datetime import datetime
from enum import StrEnum
from typing import Any

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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Integer

from app.db import Base


class MessageState(StrEnum):
    DRAFT = "draft"
    PENDING_APPROVAL = "pending_approval"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    """Approved, and its time has not come."""
    SENDING = "sending"
    """Recipients are frozen; tasks are being made, confirmed and read."""
    DONE = "done"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


class PartState(StrEnum):
    WAITING = "waiting"
    CREATED = "created"
    """The task exists in WeCom; nothing is sent until its member confirms."""
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """No answer to the create. Looked for by listing; never created again by itself."""
    AMBIGUOUS = "ambiguous"
    """Several tasks in WeCom look like it: a person decides."""
    NOT_CREATED = "not_created"
    """Not found for an hour, or a person said so."""
    CANCELLED = "cancelled"


class RecipientState(StrEnum):
    UNSENT = "unsent"
    SENT = "sent"
    NOT_FRIEND = "not_friend"
    OVER_CAP = "over_cap"
    REFUSED = "refused"
    """WeCom left the customer out, or refused the whole task."""
    CANCELLED = "cancelled"


class MassMessage(Base):
    __tablename__ = "mass_messages"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, default="")
    """May hold `{导购名}` and `{门店名}`: one task has one text, so nothing of the single customer."""
    audience: Mapped[dict[str, Any]]
    """`app.campaigns.audience.Audience` as JSON."""
    send_at: Mapped[datetime | None]
    state: Mapped[MessageState] = mapped_column(Text, default=MessageState.DRAFT)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    written_by: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    """Everybody who had a hand in it: none of them may approve it."""
    confirmed_reason: Mapped[str | None] = mapped_column(Text)
    """Why it goes out although the word filter warned."""
    confirmed_for: Mapped[list[str]] = mapped_column(default=list, server_default=sql("'[]'"))
    """The words it warned of then, as `checks.warned_in` names them: the reason covers no others."""
    submitted_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    decided_at: Mapped[datetime | None]
    decision_comment: Mapped[str] = mapped_column(Text, default="")
    approved_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    """SHA-256 of text, audience and time as they were approved; without it, or with another one, nothing goes."""
    planned_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    left_out: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Reason → number of customers, as it was when the recipients were frozen."""
    notice: Mapped[str | None] = mapped_column(Text)
    """For the people who wrote it: what the system did with it by itself, in Chinese."""

    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'pending_approval', 'approved', 'scheduled', 'sending', 'done', 'cancelled',"
            " 'rejected')",
            name="state",
        ),
        CheckConstraint(
            "state NOT IN ('approved', 'scheduled', 'sending', 'done') OR approved_hash IS NOT NULL",
            name="approved_by_somebody",
        ),
        CheckConstraint(
            "approved_hash IS NULL OR (decided_by_id IS NOT NULL AND NOT decided_by_id = ANY (written_by))",
            name="approved_by_another",
        ),
        Index("ix_mass_messages_state", "state", "id"),
        Index("ix_mass_messages_created_by_id", "created_by_id", "id"),
    )


class Part(Base):
    """The customers of one sender, at most 10,000: one call, one task."""

    __tablename__ = "mass_message_parts"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    mass_message_id: Mapped[int] = mapped_column(ForeignKey("mass_messages.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    number: Mapped[int]
    """0, 1, … of this sender."""
    customers: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    """For this sender; once it has left, exactly what left."""
    state: Mapped[PartState] = mapped_column(Text, default=PartState.WAITING)
    round: Mapped[int] = mapped_column(default=1)
    """Counts how often a person had it created: each time has its own key in the send ledger."""
    called_at: Mapped[datetime | None]
    msgid: Mapped[str | None] = mapped_column(Text, unique=True)
    candidates: Mapped[list[str]] = mapped_column(JSONB, default=list)
    """Msgids that look like it, when there are several."""
    errcode: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
    """For the person who reads the list, in Chinese."""
    confirmed_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    """When WeCom was last asked what came of it; empty while it is still handing the task out."""

    __table_args__ = (
        UniqueConstraint("mass_message_id", "member_id", "number"),
        CheckConstraint(
            "state IN ('waiting', 'created', 'refused', 'unknown', 'ambiguous', 'not_created', 'cancelled')",
            name="state",
        ),
        CheckConstraint("state <> 'created' OR msgid IS NOT NULL", name="created_has_msgid"),
        Index("ix_mass_message_parts_member_id", "member_id"),
    )


class Recipient(Base):
    """One customer of one mass message: there can be only one row, so nobody is asked twice for them."""

    __tablename__ = "mass_message_recipients"

    mass_message_id: Mapped[int] = mapped_column(ForeignKey("mass_messages.id"), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    number: Mapped[int]
    """Of the part."""
    part_id: Mapped[int | None] = mapped_column(ForeignKey("mass_message_parts.id"))
    state: Mapped[RecipientState] = mapped_column(Text, default=RecipientState.UNSENT)
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "state IN ('unsent', 'sent', 'not_friend', 'over_cap', 'refused', 'cancelled')", name="state"
        ),
        Index("ix_mass_message_recipients_part_id", "part_id", "state"),
        Index(
            "ix_mass_message_recipients_received",
            "customer_id",
            "sent_at",
            postgresql_where=sql("state IN ('sent', 'unsent')"),
        ),
    )


class Reminder(Base):
    """Written before WeCom is asked to remind, because only three in 24 hours are allowed."""

    __tablename__ = "mass_message_reminders"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("mass_message_parts.id"))
    by_member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]
    error: Mapped[str | None] = mapped_column(Text)
    """Why it did not reach the sender, in Chinese."""

    __table_args__ = (Index("ix_mass_message_reminders_part_id", "part_id", "at"),)
