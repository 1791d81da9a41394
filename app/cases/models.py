"""What people say of hits: objections of guides, cases with notes; who is told, and how long all of it is kept."""

from datetime import datetime
from enum import StrEnum
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
from sqlalchemy.orm import Mapped, mapped_column

from app.compliance.models import Review
from app.db import Base


class ObjectionState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    """An exception went into the draft because of it."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Objection(Base):
    """A guide says that an entry is wrong about a text: 「觉得拦错了」."""

    __tablename__ = "objections"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    channel: Mapped[str] = mapped_column(Text)
    entry_id: Mapped[int]
    """No foreign key: entries go, and what was said of them stays."""
    word: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    lexicon_version: Mapped[int]
    passage: Mapped[str] = mapped_column(Text)
    """The hit with some of the text around it, as hits are kept."""
    marked_start: Mapped[int]
    marked_end: Mapped[int]
    text_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """Of the whole text, as in hits: what belongs together is found by it."""
    state: Mapped[ObjectionState] = mapped_column(Text, default=ObjectionState.OPEN)
    exception: Mapped[str | None] = mapped_column(Text)
    """What was put into the draft because of it."""
    answer: Mapped[str | None] = mapped_column(Text)
    """For the guide, in Chinese."""
    answered_by: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("member_id", "entry_id", "text_hash"),
        CheckConstraint("state IN ('open', 'accepted', 'declined', 'withdrawn')", name="state"),
        CheckConstraint("(state IN ('accepted', 'declined')) = (answered_at IS NOT NULL)", name="answered"),
        Index("ix_objections_entry_id", "entry_id", "at"),
        Index("ix_objections_at", "at"),
        Index("ix_objections_open", "entry_id", postgresql_where=sql("state = 'open'")),
    )


class CaseState(StrEnum):
    OPEN = "open"
    REVIEWED = "reviewed"
    CLOSED = "closed"


class Case(Base):
    """Hits that somebody has to look into together: open → reviewed → closed."""

    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[CaseState] = mapped_column(Text, default=CaseState.OPEN)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    """Whose texts these are; empty for what a job wrote."""
    about: Mapped[str | None] = mapped_column(Text)
    """Why the system opened it: `entry:12`, `category:advertising`; empty when a person did."""
    opened_by: Mapped[str] = mapped_column(Text)
    """A userid, or `system`."""
    opened_at: Mapped[datetime]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    conclusion: Mapped[Review | None] = mapped_column(Text)
    changed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('open', 'reviewed', 'closed')", name="state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at"),
        CheckConstraint("state = 'open' OR conclusion IS NOT NULL", name="concluded"),
        Index("ix_cases_changed_at", "changed_at", "id"),
        Index("ix_cases_member_id", "member_id", "opened_at"),
        # One person is looked into once for one thing at a time, however many processes notice it.
        Index("uq_cases_about", "member_id", "about", unique=True, postgresql_where=sql("state <> 'closed'")),
    )


class CaseHit(Base):
    """A hit belongs to one case at most, so that nobody looks into it twice."""

    __tablename__ = "case_hits"

    hit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("hits.id"), primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))

    __table_args__ = (Index("ix_case_hits_case_id", "case_id"),)


class NoteKind(StrEnum):
    NOTE = "note"
    """What somebody wrote; the others tell what was done."""
    OPENED = "opened"
    STATE = "state"
    ASSIGNED = "assigned"
    HITS = "hits"


class CaseNote(Base):
    """One line of a case's history. Never changed, and gone only with its case: a trigger refuses."""

    __tablename__ = "case_notes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    author: Mapped[str] = mapped_column(Text)
    author_name: Mapped[str] = mapped_column(Text)
    kind: Mapped[NoteKind] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    press_id: Mapped[UUID | None]
    """Made by the page: the same note sent twice is one."""

    __table_args__ = (
        CheckConstraint("kind IN ('note', 'opened', 'state', 'assigned', 'hits')", name="kind"),
        UniqueConstraint("case_id", "press_id"),
        Index("ix_case_notes_case_id", "case_id", "id"),
    )


class DeskRules(Base):
    """How the desk works; one row."""

    __tablename__ = "desk_rules"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    entry_times: Mapped[int]
    """So many texts of one person blocked by one entry within 24 hours open a case; 0: never."""
    category_times: Mapped[int]
    """The same for one category."""
    keep_days: Mapped[int]
    """How long hits and objections are kept that belong to no case."""
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("entry_times BETWEEN 0 AND 100 AND category_times BETWEEN 0 AND 100", name="times"),
        CheckConstraint("keep_days BETWEEN 180 AND 3650", name="keep_days"),
    )


class Subscription(Base):
    """Who is told of hits: once a day, at once, or both."""

    __tablename__ = "hit_subscriptions"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    wants_digest: Mapped[bool]
    digest_hour: Mapped[int]
    """Of the shop's clock."""
    categories: Mapped[list[str]]
    """At once for these; with no actions beside them: nothing at once."""
    actions: Mapped[list[str]]
    told_until: Mapped[datetime]
    """Hits up to here were told at once, or were not to be."""
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("digest_hour BETWEEN 0 AND 23", name="digest_hour"),)


class NoticeKind(StrEnum):
    DIGEST = "digest"
    AT_ONCE = "at_once"
    ANSWER = "answer"
    """To a guide: what became of their objection."""


class Notice(Base):
    """One app message to one person, decided on once; what became of it stands in the ledger of sends."""

    __tablename__ = "hit_notices"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    kind: Mapped[NoticeKind] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    """The day of a digest, the end of what is told at once, the answer's time."""
    at: Mapped[datetime]
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    """Counts, never words."""
    path: Mapped[str] = mapped_column(Text)
    """Where a tap leads, on our own pages."""

    __table_args__ = (
        CheckConstraint("kind IN ('digest', 'at_once', 'answer')", name="kind"),
        UniqueConstraint("member_id", "kind", "key"),
    )
