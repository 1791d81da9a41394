"""Tag groups and tags as WeCom has them, and each change a person made to a customer's tags."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Maintainer(StrEnum):
    GUIDE = "guide"
    SYSTEM = "system"
    """Set by rules alone; a person cannot press it."""


class ChangeState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class TagGroup(Base):
    __tablename__ = "tag_groups"

    id: Mapped[str] = mapped_column(primary_key=True)
    """WeCom's id."""
    name: Mapped[str]
    order: Mapped[int] = mapped_column(BigInteger, default=0)
    """The larger, the further in front: WeCom's rule."""
    deleted_at: Mapped[datetime | None]
    synced_at: Mapped[datetime]


class Tag(Base):
    __tablename__ = "tags"

    id: Mapped[str] = mapped_column(primary_key=True)
    """WeCom's id."""
    group_id: Mapped[str] = mapped_column(ForeignKey("tag_groups.id"))
    name: Mapped[str]
    order: Mapped[int] = mapped_column(BigInteger, default=0)
    maintainer: Mapped[Maintainer] = mapped_column(Text, default=Maintainer.GUIDE)
    """Ours alone: WeCom knows no such thing."""
    deleted_at: Mapped[datetime | None]
    synced_at: Mapped[datetime]

    __table_args__ = (Index("ix_tags_group_id", "group_id"),)


class TagChange(Base):
    """Who set or removed which tag on whose relation, when, and whether WeCom has it."""

    __tablename__ = "tag_changes"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    follow_id: Mapped[int] = mapped_column(ForeignKey("follows.id"))
    tag_id: Mapped[str] = mapped_column(ForeignKey("tags.id"))
    op: Mapped[str]
    """`add` or `remove`."""
    by_member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]
    state: Mapped[ChangeState] = mapped_column(Text, default=ChangeState.PENDING)
    error: Mapped[str | None]

    __table_args__ = (Index("ix_tag_changes_follow_id", "follow_id", "state", "id"),)
