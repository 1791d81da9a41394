"""What people chose, our rules in WeCom as far as we know, words WeCom refuses, and each look and update."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class InterceptionSetting(Base):
    """One row: the switch, the choices, and what the last look saw besides our own rules."""

    __tablename__ = "interception_settings"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    is_on: Mapped[bool] = mapped_column(default=False)
    """Off: everything is compared and shown, nothing is written but what a person orders."""
    semantics: Mapped[list[Any]] = mapped_column(default=list)
    """WeCom's own classes that a person chose: 1 mobile numbers, 2 e-mail addresses, 3 red packets."""
    accepted: Mapped[list[str]] = mapped_column(default=list)
    """Kinds of risk (`fitting.Reason`) at which a word goes to WeCom all the same, to warn only."""
    others: Mapped[list[Any]] = mapped_column(default=list)
    """Rules of other hands at the last look: `rule_id`, `name`, `words`, `kind`; `words` is null if unread."""
    looked_at: Mapped[datetime | None]
    carried_version: Mapped[int | None]
    """The list version that was last carried out completely, and the day (entries begin and expire)."""
    carried_on: Mapped[date | None]
    changed_by: Mapped[str] = mapped_column(Text, default="")
    changed_by_name: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)


class RuleState(StrEnum):
    CALLING = "calling"
    """The call that makes it is under way, or its process died: WeCom may have it."""
    UNKNOWN = "unknown"
    """WeCom did not answer. It is looked for by its name before it is asked for again."""
    LIVE = "live"
    MISSING = "missing"
    """WeCom has none of this name: never made, or deleted by hand."""


class InterceptRule(Base):
    """A rule of ours in WeCom. What it should hold is planned anew each time; this is what it holds."""

    __tablename__ = "intercept_rules"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    """Begins with our mark and ends with a number, so that no other rule is called so."""
    rule_id: Mapped[str | None] = mapped_column(Text, unique=True)
    """WeCom's."""
    state: Mapped[RuleState] = mapped_column(Text)
    kind: Mapped[int]
    """WeCom's intercept_type: 1 warn and block, 2 warn only."""
    category: Mapped[str] = mapped_column(Text)
    stores: Mapped[list[Any]]
    """Departments; empty: everybody."""
    words: Mapped[list[str]]
    """As we last wrote them, or are writing them now."""
    seen: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What WeCom said it holds: `looking.as_seen`; empty before the first look."""
    claimed_at: Mapped[datetime | None]
    """When the call that makes it began."""
    written_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('calling', 'unknown', 'live', 'missing')", name="state"),
        CheckConstraint("(state = 'live') = (rule_id IS NOT NULL)", name="live_has_rule_id"),
    )


class RefusedWord(Base):
    """A word that WeCom takes in no rule. The others of its rule go without it."""

    __tablename__ = "interception_refused_words"

    word: Mapped[str] = mapped_column(Text, primary_key=True)
    errcode: Mapped[int]
    refused_at: Mapped[datetime]


class Act(StrEnum):
    LOOK = "look"
    """Read and compare only."""
    KEEP = "keep"
    """By the clock, after a publication and every night; writes while the switch is on."""
    UPDATE = "update"
    """A person ordered what they saw."""
    REMOVE = "remove"
    """A person wants all our rules gone."""


class RunState(StrEnum):
    OPEN = "open"
    DONE = "done"
    FAILED = "failed"


class InterceptionRun(Base):
    """One look at WeCom's rules, with what was written if anything was."""

    __tablename__ = "interception_runs"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    act: Mapped[Act] = mapped_column(Text)
    state: Mapped[RunState] = mapped_column(Text, default=RunState.OPEN)
    started_by: Mapped[str] = mapped_column(Text)
    """A userid, or `schedule`."""
    started_by_name: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    """When it last committed something; long ago means that it died."""
    finished_at: Mapped[datetime | None]
    fingerprint: Mapped[str | None] = mapped_column(Text)
    """Of the steps that the person saw: nothing else may be written in their name."""
    lexicon_version: Mapped[int | None]
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    deleted: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    """Words."""
    error: Mapped[str | None] = mapped_column(Text)
    """A Chinese sentence: why it stopped, or why it waits."""

    __table_args__ = (
        CheckConstraint("act IN ('look', 'keep', 'update', 'remove')", name="act"),
        CheckConstraint("state IN ('open', 'done', 'failed')", name="state"),
        Index("uq_interception_runs_one_open", "act", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_interception_runs_started_at", "started_at"),
    )
