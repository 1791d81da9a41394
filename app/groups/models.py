"""A customer group chat, and each stay of somebody in it."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

MEMBER, EXTERNAL = 1, 2
"""WeCom's `type` of somebody in a group."""


class CustomerGroup(Base):
    __tablename__ = "customer_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    """Empty when the group was never named; people then see the first members' names."""
    owner_userid: Mapped[str]
    owner_member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    notice: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    member_version: Mapped[str] = mapped_column(default="")
    """WeCom's fingerprint of the member list; an event names the one to wait for."""
    status: Mapped[int] = mapped_column(default=0)
    """0 normal, 1 the owner left, 2 being inherited, 3 inherited."""
    dismissed_at: Mapped[datetime | None]
    synced_at: Mapped[datetime]

    __table_args__ = (Index("ix_customer_groups_owner_member_id", "owner_member_id"),)


class GroupMember(Base):
    """One stay: somebody who left and came back has two rows."""

    __tablename__ = "group_members"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("customer_groups.id", ondelete="CASCADE"))
    wecom_id: Mapped[str]
    """A userid or an external_user_id."""
    type: Mapped[int]
    name: Mapped[str] = mapped_column(default="")
    nickname: Mapped[str] = mapped_column(default="")
    """How they call themselves in this group."""
    join_scene: Mapped[int] = mapped_column(default=0)
    """1 invited directly, 2 by an invitation link, 3 by scanning the group's code."""
    invitor: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="")
    """The channel, when they came through a join way that has one."""
    is_admin: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_group_members_present",
            "group_id",
            "wecom_id",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
        Index("ix_group_members_group_id", "group_id", "joined_at"),
        Index("ix_group_members_left_at", "group_id", "left_at"),
        Index("ix_group_members_wecom_id", "wecom_id"),
    )
