"""Entries with their draft, proposals to publish it, published versions, and hits."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Identity, Index, LargeBinary, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Integer

from app.db import Base


class EntryStatus(StrEnum):
    PUBLISHED = "published"
    DRAFT_NEW = "draft_new"
    DRAFT_CHANGED = "draft_changed"
    DRAFT_REMOVED = "draft_removed"


class LexiconEntry(Base):
    """
    One entry as it is drafted and, beside it, as it was last published. Sending knows neither: it reads the
    snapshot in `LexiconVersion`.
    """

    __tablename__ = "lexicon_entries"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    """Also the entry's id in the snapshots and in hits, where it stays when the entry is gone."""
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """`sensitive_words.Entry.to_dict()` without its id; empty: removed at the next publication."""
    published: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The same, of the newest version; empty: not in it."""
    text: Mapped[str] = mapped_column(Text)
    """These three repeat what the draft says, or the published entry once its removal is drafted."""
    category: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    status: Mapped[EntryStatus] = mapped_column(
        Text,
        Computed(
            "CASE WHEN draft IS NULL THEN 'draft_removed' WHEN published IS NULL THEN 'draft_new' "
            "WHEN draft <> published THEN 'draft_changed' ELSE 'published' END",
            persisted=True,
        ),
    )
    author: Mapped[str] = mapped_column(Text)
    """The userid of who changed it last."""
    owner: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The userid of who answers for it and is told before it runs out. No part of what is published."""
    draft_written_by: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list, server_default="{}")
    """Members who had a hand in what the draft changes: none of them may approve it."""
    draft_why: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The last reason that somebody gave for what the draft changes; whoever approves reads it."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("draft IS NOT NULL OR published IS NOT NULL", name="drafted_or_published"),
        Index(
            "uq_lexicon_entries_text",
            "category",
            "text",
            unique=True,
            postgresql_where=sql("draft IS NOT NULL"),
        ),
        Index("ix_lexicon_entries_unpublished", "id", postgresql_where=sql("status <> 'published'")),
    )


class LexiconVersion(Base):
    """A whole list as it was published. Never changed: a trigger refuses."""

    __tablename__ = "lexicon_versions"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entries: Mapped[list[Any]]
    """`sensitive_words.Entry.to_dict()` of each."""
    entry_count: Mapped[int]
    note: Mapped[str] = mapped_column(Text)
    published_by: Mapped[str] = mapped_column(Text)
    published_by_name: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    """Over the entries as canonical JSON."""


class Category(Base):
    """A category of this shop's own, beside the known ones of `sensitive_words`."""

    __tablename__ = "lexicon_categories"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    """What people read, and what entries hold as their category."""
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class ProposalKind(StrEnum):
    REVIEW = "review"
    """Published by the approval of a second person."""
    URGENT = "urgent"
    """Only tightens: published at once by one person, and confirmed afterwards by another."""


class ProposalState(StrEnum):
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"
    """The draft or the published list was changed after it had been submitted."""


class Proposal(Base):
    """The draft as somebody wants it published, and who decided on it."""

    __tablename__ = "lexicon_proposals"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[ProposalKind] = mapped_column(Text)
    state: Mapped[ProposalState] = mapped_column(Text)
    base_version: Mapped[int]
    """The version it was written against; 0 before the first."""
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """Of the list as it would be published: the same as `LexiconVersion.sha256` once it is."""
    changes: Mapped[list[Any]]
    """`[{"entry_id", "text", "category", "before", "after", "why"}]`; before or after is null: new, or removed."""
    written_by: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    """Everybody who had a hand in any of the changes, and who submitted: none of them may decide."""
    note: Mapped[str] = mapped_column(Text)
    impact: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What the replay of this very draft found, in figures."""
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    submitted_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    """Of an urgent one: who confirmed it afterwards."""
    decided_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    """Of who decided; of a voided one why, in Chinese."""
    version: Mapped[int | None] = mapped_column(ForeignKey("lexicon_versions.version"), unique=True)

    __table_args__ = (
        CheckConstraint("kind IN ('review', 'urgent')", name="kind"),
        CheckConstraint("state IN ('submitted', 'published', 'rejected', 'withdrawn', 'voided')", name="state"),
        CheckConstraint("(state = 'published') = (version IS NOT NULL)", name="published_as_a_version"),
        CheckConstraint(
            "state NOT IN ('published', 'rejected') OR kind = 'urgent' OR decided_by_id IS NOT NULL",
            name="decided_by_somebody",
        ),
        CheckConstraint(
            "decided_by_id IS NULL OR NOT decided_by_id = ANY (written_by)", name="decided_by_another"
        ),
        Index("uq_lexicon_proposals_submitted", "state", unique=True, postgresql_where=sql("state = 'submitted'")),
        Index(
            "ix_lexicon_proposals_unconfirmed",
            "id",
            postgresql_where=sql("kind = 'urgent' AND decided_by_id IS NULL"),
        ),
    )


class Outcome(StrEnum):
    """What became of a text with a hit."""

    PREVIEWED = "previewed"
    """Somebody looked at the verdict while writing; nothing was to be sent."""
    BLOCKED = "blocked"
    NEEDS_CONFIRMATION = "needs_confirmation"
    """Held back because nobody has confirmed it with a reason."""
    CONFIRMED = "confirmed"
    REPLACED = "replaced"
    RECORDED = "recorded"


class Review(StrEnum):
    RIGHT = "right"
    FALSE_ALARM = "false_alarm"
    TRAINING = "training"


class Hit(Base):
    """One passage of one text that met an entry."""

    __tablename__ = "hits"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime]
    times: Mapped[int] = mapped_column(default=1)
    """The same person trying the same passage again within the day adds to this, for previews only."""
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    """Empty when a job acted without a person."""
    channel: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    """For whom or from what: `customer:wm…`, `chat:wr…`, `script:12`, `mass_message:3`."""
    passage: Mapped[str] = mapped_column(Text)
    """The hit with some of the text around it."""
    marked_start: Mapped[int]
    """The hit inside the passage, in code points."""
    marked_end: Mapped[int]
    entry_id: Mapped[int]
    word: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    matched_by: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    lexicon_version: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(Text)
    confirmed_reason: Mapped[str | None] = mapped_column(Text)
    sent_instead: Mapped[str | None] = mapped_column(Text)
    """What stood in the hit's place when it left."""
    text_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the whole text: hits of one text belong together."""
    once_key: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    """Of what is on record once, however often it is met: a passage being written, a job that runs again."""
    review: Mapped[Review | None] = mapped_column(Text)
    review_note: Mapped[str | None] = mapped_column(Text)
    reviewed_by: Mapped[str | None] = mapped_column(Text)
    reviewed_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_hits_at", "at", "id"),
        Index("ix_hits_entry_id", "entry_id", "at"),
        Index("ix_hits_category", "category", "at"),
        Index("ix_hits_member_id", "member_id", "at"),
        Index("ix_hits_text_hash", "text_hash"),
    )
