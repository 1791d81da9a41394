"""A customer, the relations members have with them, and what happened."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class EndedBy(StrEnum):
    MEMBER = "member"
    CUSTOMER = "customer"
    """The member still sees the customer and WeCom still lists the relation; messages do not arrive."""
    SYNC = "sync"
    """WeCom stopped listing the relation and no callback said why."""
    TRANSFER = "transfer"


class WriteState(StrEnum):
    """How far an edit made here has come on its way to WeCom."""

    SYNCED = "synced"
    PENDING = "pending"
    FAILED = "failed"


class Customer(Base):
    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    external_user_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    avatar: Mapped[str] = mapped_column(default="")
    type: Mapped[int] = mapped_column(default=1)
    """1 a WeChat user, 2 a WeCom user of another corp."""
    gender: Mapped[int] = mapped_column(default=0)
    corp_name: Mapped[str] = mapped_column(default="")
    position: Mapped[str] = mapped_column(default="")
    unionid: Mapped[str] = mapped_column(default="")
    synced_at: Mapped[datetime | None]
    """When WeCom last described this customer; empty when only an event named them so far."""
    first_added_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_customers_first_added_at", "first_added_at", "id"),)


class Follow(Base):
    """
    The relation of one member to one customer. Remark, description, phones and tags belong to it, not to the
    customer. One row for each pair: it ends and begins again; the timeline keeps the history.
    """

    __tablename__ = "follows"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    userid: Mapped[str]
    remark: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    add_way: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="")
    """The channel: `state` of the contact code the customer scanned."""
    oper_userid: Mapped[str] = mapped_column(default="")
    """Who began it: the member's userid or the external_user_id."""
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[EndedBy | None] = mapped_column(Text)
    tag_ids: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """Corp tags as the person here sees them: WeCom's, with changes that are still on their way."""
    write_state: Mapped[WriteState] = mapped_column(Text, default=WriteState.SYNCED)
    """Of remark, description and phones."""
    write_error: Mapped[str | None]
    """For the person, to stand after 「没写回企业微信：」."""
    write_number: Mapped[int] = mapped_column(default=0)
    """Counts edits, so that the job that wrote an older one does not call the newest written."""
    pending_fields: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """Which of `remark`, `description`, `phones` hold our edit; a sync leaves those alone."""
    base_remark: Mapped[str] = mapped_column(default="")
    """WeCom's own, as the person saw it: while an edit is on its way it stays, to notice what changed since."""
    base_description: Mapped[str] = mapped_column(default="")
    tag_write_state: Mapped[WriteState] = mapped_column(Text, default=WriteState.SYNCED)
    tag_write_error: Mapped[str | None]
    synced_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("customer_id", "member_id"),
        Index("ix_follows_member_id", "member_id", "added_at"),
        Index("ix_follows_tag_ids", "tag_ids", postgresql_using="gin"),
        Index("ix_follows_added_at", "added_at"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_together"),
    )


class FollowPhone(Base):
    """A phone number in the remark of a follow: sealed, never in a list, never in a log."""

    __tablename__ = "follow_phones"

    follow_id: Mapped[int] = mapped_column(ForeignKey("follows.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    blind_index: Mapped[bytes] = mapped_column(LargeBinary)
    masked: Mapped[str]

    __table_args__ = (Index("ix_follow_phones_blind_index", "blind_index"),)


class PhoneReveal(Base):
    """Somebody looked at a whole number: what the hourly limit counts."""

    __tablename__ = "phone_reveals"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    follow_id: Mapped[int] = mapped_column(ForeignKey("follows.id"))
    at: Mapped[datetime]

    __table_args__ = (Index("ix_phone_reveals_member_id", "member_id", "at"),)


class CustomerEvent(Base):
    """One line of the customer's timeline."""

    __tablename__ = "customer_events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    kind: Mapped[str]
    """`added`, `deleted_by_customer`, `remark_edited`, `message_handed` …: see `app.customers.timeline`."""
    at: Mapped[datetime]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    key: Mapped[str | None] = mapped_column(unique=True)
    """Of what can be told twice: the second telling changes nothing."""

    __table_args__ = (Index("ix_customer_events_customer_id", "customer_id", "at", "id"),)
