"""Folders, scripts, favourites, uses, and what scripts say about a store."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Folder(Base):
    __tablename__ = "script_folders"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("script_folders.id"))
    name: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(default=0)
    pack_key: Mapped[str | None] = mapped_column(Text, unique=True)
    """`pack/folder`: a later import of the pack finds the folder again."""

    __table_args__ = (Index("ix_script_folders_parent_id", "parent_id", "position", "id"),)


class Script(Base):
    __tablename__ = "scripts"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    folder_id: Mapped[int] = mapped_column(ForeignKey("script_folders.id"))
    title: Mapped[str] = mapped_column(Text)
    parts: Mapped[list[Any]]
    """`[{"type": "text", "text": "{称呼}您好"}]`: bubbles, sent one by one."""
    shortcuts: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    situations: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """Ids of `scripts_library.SITUATIONS`."""
    industry: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(default=0)
    pack_key: Mapped[str | None] = mapped_column(Text, unique=True)
    """`pack/script`: a later import of the pack finds the script again."""
    grams: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """`scripts_library.bigrams` of title, shortcuts, folders and texts: what a search asks for."""
    pinyin: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """`scripts_library.pinyin_pairs` of title and shortcuts."""
    archived_at: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(Text)
    updated_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_scripts_folder_id", "folder_id", "position", "id", postgresql_where=text("archived_at IS NULL")),
        Index("ix_scripts_grams", "grams", postgresql_using="gin"),
        Index("ix_scripts_pinyin", "pinyin", postgresql_using="gin"),
    )


class Favourite(Base):
    __tablename__ = "script_favourites"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    script_id: Mapped[int] = mapped_column(ForeignKey("scripts.id"), primary_key=True)
    at: Mapped[datetime]


class ScriptUse(Base):
    """Somebody handed the script over to WeCom; once for each press."""

    __tablename__ = "script_uses"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    script_id: Mapped[int] = mapped_column(ForeignKey("scripts.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]
    was_edited: Mapped[bool]
    """The text differed from the script as it would have been filled in."""
    key: Mapped[str] = mapped_column(Text, unique=True)
    """What it was used in; told twice, it counts once."""

    __table_args__ = (
        Index("ix_script_uses_script_id", "script_id", "at"),
        Index("ix_script_uses_member_id", "member_id", "at"),
    )


class StoreDetails(Base):
    """What scripts say about a store and WeCom does not know. What is empty comes from the department above."""

    __tablename__ = "store_details"

    department_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    brand: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(Text, default="")
    """The store's own number, for customers: no personal data."""
    opening_hours: Mapped[str] = mapped_column(Text, default="")
    updated_by: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]


class MissedSearch(Base):
    """What guides looked for and did not find: the backlog of those who write scripts."""

    __tablename__ = "script_missed_searches"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    query: Mapped[str] = mapped_column(Text, unique=True)
    times: Mapped[int] = mapped_column(default=1)
    last_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    """An editor wrote it, or decided not to."""
