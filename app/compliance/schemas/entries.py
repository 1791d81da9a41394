"""Shapes of entries, categories and files of words."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from app.compliance.schemas.phrases import PhraseView
from app.compliance.schemas.verdicts import ActionName
from app.http import Page, Schema
from app.http.schemas import Text


class EntryFields(Schema):
    """What may be said about an entry; `sensitive_words.Entry` tells what each means."""

    category: str | None = Field(default=None, min_length=1, max_length=40)
    action: ActionName | None = None
    mode: Literal["substring", "segment", "word", "clause"] | None = None
    exceptions: list[Text] | None = None
    counter_exceptions: list[Text] | None = None
    near: list[Text] | None = None
    far_action: ActionName | None = None
    negation: bool | None = None
    aliases: list[Text] | None = None
    disguises: dict[str, bool | int | None] | None = None
    suggestion: Text | None = None
    reason: Text | None = None
    source: Text | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    must_hit: list[Text] | None = None
    must_not_hit: list[Text] | None = None
    scope: dict[str, list[Text]] | None = None
    kind: Literal["word", "rule", "name"] | None = None


class NewEntry(EntryFields):
    """
    :param owner: userid of who answers for it.
    :param why: for whoever reads the audit.
    """

    text: Text = Field(min_length=1)
    owner: str | None = Field(default=None, max_length=64)
    why: Text = Field(default="", max_length=200)


class EntryEdit(EntryFields):
    """
    Fields that are not given stay; null takes a field's value away.

    :param expected_updated_at: of the entry as it was read; a change in between is a conflict.
    """

    text: Text | None = Field(default=None, min_length=1)
    expected_updated_at: AwareDatetime | None = None
    owner: str | None = Field(default=None, max_length=64)
    why: Text = Field(default="", max_length=200)


class RemovalBody(Schema):
    """
    :param why: for whoever approves it, and for the audit; needed for what is published.
    """

    why: Text = Field(default="", max_length=200)


class ProblemView(Schema):
    entry_id: int
    text: str
    field: str
    message: str


class EntryView(Schema):
    """
    :param published: how a changed entry is published now; null when it is not in the published list.
    :param problems: examples that do not hold; with one, nothing can be published.
    :param expiry: `soon` within 30 days; an expired entry stops nothing any more.
    :param not_urgent: why this change has to wait for a second person; null if it only tightens.
    :param phrases: the exceptions as people read them, in the same order.
    :param scope_words: where it counts, by name; empty for everywhere.
    :param draft_why: the last reason given for what the draft changes.
    """

    id: int
    text: str
    category: str
    category_name: str
    action: ActionName
    mode: str
    exceptions: list[str]
    phrases: list[PhraseView]
    counter_exceptions: list[str]
    near: list[str]
    far_action: str
    negation: bool
    aliases: list[str]
    disguises: dict[str, bool | int | None]
    suggestion: str | None
    reason: str
    source: str
    must_hit: list[str]
    must_not_hit: list[str]
    valid_from: date | None
    valid_until: date | None
    scope: dict[str, list[str]]
    scope_words: str
    kind: str
    author: str
    author_name: str
    owner: str
    owner_name: str
    expiry: Literal["none", "later", "soon", "expired"]
    not_urgent: str | None
    status: Literal["published", "draft_new", "draft_changed", "draft_removed"]
    hits_30_days: int
    updated_at: datetime
    published: dict[str, Any] | None
    draft_why: str
    problems: list[ProblemView]


class EntryQuery(Page):
    q: str | None = None
    category: str | None = None
    action: ActionName | None = None
    status: Literal["published", "draft_new", "draft_changed", "draft_removed", "changed"] | None = None
    expiry: Literal["soon", "expired"] | None = None
    owner: str | None = None


class EntryList(Schema):
    items: list[EntryView]
    total: int
    version: int
    published_at: datetime | None
    published_by: str | None
    draft_changes: int


class CategoryView(Schema):
    id: str
    name: str
    entries: int


class CategoryList(Schema):
    items: list[CategoryView]


class NewCategory(Schema):
    name: Text = Field(min_length=1, max_length=20)


class EveryEntry(Schema):
    """All that the list shows with these filters, instead of ids."""

    q: str | None = None
    category: str | None = None
    action: ActionName | None = None
    status: Literal["published", "draft_new", "draft_changed", "draft_removed", "changed"] | None = None
    expiry: Literal["soon", "expired"] | None = None
    owner: str | None = None


class BulkFields(Schema):
    """Fields that are not given stay; null takes a field's value away."""

    category: str | None = Field(default=None, min_length=1, max_length=40)
    action: Literal["record", "warn", "replace", "block"] | None = None
    valid_until: date | None = None


class BulkBody(Schema):
    """
    :param everything: instead of `entry_ids`, all that fit.
    :param why: for whoever approves it, and for the audit; needed to remove what is published.
    :param act: `give` makes `owner` answer for them; `revert` goes back to what is published.
    :param dry_run: only tell what would happen.
    """

    entry_ids: list[int] = Field(default_factory=list, max_length=2000)
    everything: EveryEntry | None = None
    act: Literal["change", "remove", "revert", "give"]
    fields: BulkFields = Field(default_factory=BulkFields)
    owner: str = Field(default="", max_length=64)
    why: Text = Field(default="", max_length=200)
    dry_run: bool


class SkippedEntry(Schema):
    entry_id: int
    text: str
    why: str


class BulkAnswer(Schema):
    """
    :param revertible: those of the touched that a revert brings back exactly to what they were.
    """

    touched: list[int]
    revertible: list[int]
    skipped: list[SkippedEntry]


class ImportBody(Schema):
    """
    :param text: the file; of `xlsx` in base64.
    """

    format: Literal["lines", "csv", "json", "xlsx"]
    text: str
    category: str = Field(default="custom", min_length=1, max_length=40)
    dry_run: bool


class RowProblem(Schema):
    """
    :param line: 0 when the whole entry is meant.
    """

    line: int
    field: str
    message: str


class ImportAnswer(Schema):
    problems: list[RowProblem]
    added: int
    changed: int
    unchanged: int
