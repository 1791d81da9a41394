"""Shapes of verdicts, entries, versions and hits."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from app.http import Page, Schema
from app.http.schemas import Text
from sensitive_words import CATEGORIES, Action, Hit, Verdict

Channel = Literal["sidebar", "welcome", "mass_message", "bot", "app_message", "remark", "tag_name"]
"""By which way a text leaves; entries may be limited to some."""
ActionName = Literal["pass", "record", "warn", "replace", "block"]
LONGEST_TEXT = 20_000


class HitView(Schema):
    start: int
    end: int
    utf16_start: int
    utf16_end: int
    text: str
    entry_id: int | None
    word: str
    category: str
    category_name: str
    action: Literal["record", "warn", "replace", "block"]
    reason: str | None
    suggestion: str | None
    why: str | None


class CheckView(Schema):
    """
    :param replaced: what may leave: the text with the wordings put in that are a condition for sending it.
    """

    action: ActionName
    hits: list[HitView]
    replaced: str
    lexicon_version: int


class CheckText(Schema):
    text: Text = Field(max_length=LONGEST_TEXT)
    channel: Channel


STRICTEST_FIRST = (Action.BLOCK, Action.REPLACE, Action.WARN, Action.RECORD, Action.PASS)


def category_name(category: str) -> str:
    return CATEGORIES.get(category, category)


def hit_view(hit: Hit) -> HitView:
    return HitView(
        start=hit.start,
        end=hit.end,
        utf16_start=hit.utf16_start,
        utf16_end=hit.utf16_end,
        text=hit.text,
        entry_id=int(hit.entry_id) if hit.entry_id.isdecimal() else None,
        word=hit.word,
        category=hit.category,
        category_name=category_name(hit.category),
        action=hit.action.value,
        reason=hit.reason or None,
        suggestion=hit.suggestion,
        why=hit.why,
    )


def told(hits: Sequence[Hit]) -> list[Hit]:
    """What a person has to be told: not 「最」 inside 「最低价」, if the longer one is at least as strict."""
    return [hit for hit in hits if not any(_covers(other, hit) for other in hits)]


def _covers(longer: Hit, hit: Hit) -> bool:
    return (
        longer.category == hit.category
        and longer.start <= hit.start
        and hit.end <= longer.end
        and longer.end - longer.start > hit.end - hit.start
        and STRICTEST_FIRST.index(longer.action) <= STRICTEST_FIRST.index(hit.action)
    )


def check_view(verdict: Verdict, *, replaced: str) -> CheckView:
    return CheckView(
        action=verdict.action.value,
        hits=[hit_view(hit) for hit in told(verdict.hits)],
        replaced=replaced,
        lexicon_version=verdict.version,
    )


def as_details(view: CheckView) -> dict[str, Any]:
    """The `details` of a refusal."""
    return {"check": view.model_dump(mode="json")}


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
    kind: Literal["word", "rule"] | None = None


class NewEntry(EntryFields):
    text: Text = Field(min_length=1)


class EntryEdit(EntryFields):
    """
    Fields that are not given stay; null takes a field's value away.

    :param expected_updated_at: of the entry as it was read; a change in between is a conflict.
    """

    text: Text | None = Field(default=None, min_length=1)
    expected_updated_at: AwareDatetime | None = None


class ProblemView(Schema):
    entry_id: int
    text: str
    field: str
    message: str


class EntryView(Schema):
    """
    :param published: how a changed entry is published now; null when it is not in the published list.
    :param problems: examples that do not hold; with one, nothing can be published.
    """

    id: int
    text: str
    category: str
    category_name: str
    action: ActionName
    mode: str
    exceptions: list[str]
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
    kind: str
    author: str
    status: Literal["published", "draft_new", "draft_changed", "draft_removed"]
    hits_30_days: int
    updated_at: datetime
    published: dict[str, Any] | None
    problems: list[ProblemView]


class EntryQuery(Page):
    q: str | None = None
    category: str | None = None
    action: ActionName | None = None
    status: Literal["published", "draft_new", "draft_changed", "draft_removed", "changed"] | None = None
    expires_soon: bool = False


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


class TryText(Schema):
    """
    :param entry: as it stands in the editor, not saved yet; with `entry_id` in place of that one.
    """

    text: Text = Field(max_length=LONGEST_TEXT)
    against: Literal["draft", "published"] = "draft"
    entry: NewEntry | None = None
    entry_id: int | None = None


class StepView(Schema):
    title: str
    detail: str


class TryAnswer(Schema):
    check: CheckView
    steps: list[StepView]


class PublishNote(Schema):
    note: Text = Field(min_length=1, max_length=500)


class VersionView(Schema):
    version: int
    note: str
    entry_count: int
    published_by: str
    published_by_name: str
    published_at: datetime
    sha256: str


class VersionList(Schema):
    items: list[VersionView]


class Published(Schema):
    version: int


class Restored(Schema):
    draft_changes: int


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
