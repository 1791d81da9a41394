"""Shapes of hits, their review, and what they come to per entry."""

from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from app.http import Page, Schema
from app.http.schemas import Text

ReviewName = Literal["right", "false_alarm", "training"]


MOST_NAMED = 50


class HitQuery(Page):
    """
    :param guide: userids; :param store_id: departments, each with all below it.
    """

    q: str | None = None
    category: str | None = None
    action: Literal["record", "warn", "replace", "block"] | None = None
    channel: str | None = None
    outcome: str | None = None
    entry_id: int | None = None
    guide: list[str] = Field(default=[], max_length=MOST_NAMED)
    store_id: list[int] = Field(default=[], max_length=MOST_NAMED)
    review: Literal["right", "false_alarm", "training", "none"] | None = None
    since: AwareDatetime | None = Field(default=None, alias="from")
    until: AwareDatetime | None = Field(default=None, alias="to")

    def as_filters(self) -> dict[str, Any]:
        """As `queries.hits` takes them."""
        given = self.model_dump(exclude={"q", "guide", "store_id", "page", "page_size"})
        return {**given, "text": self.q, "guides": self.guide, "store_ids": self.store_id}


class Marked(Schema):
    start: int
    end: int


class HitRecord(Schema):
    """
    :param subject: as programs name it; :param subject_name: as people do, with a customer's name masked.
    :param entry_text: by which the entry is found in the list; null if it is gone.
    :param objections: guides who said that this entry is wrong about this very text.
    """

    id: int
    at: datetime
    times: int
    who: str
    who_name: str
    store_name: str
    channel: str
    subject: str
    subject_name: str
    passage: str
    marked: Marked
    entry_id: int
    entry_text: str | None
    word: str
    category: str
    category_name: str
    action: str
    why: str
    outcome: str
    confirmed_reason: str | None
    sent_instead: str | None
    lexicon_version: int
    review: str | None
    review_note: str | None
    reviewed_by: str | None
    reviewed_at: datetime | None
    case_id: int | None
    objections: int


class HitList(Schema):
    items: list[HitRecord]
    total: int


class ReviewBody(Schema):
    verdict: ReviewName
    note: Text = Field(default="", max_length=500)


class WordQuery(Page):
    """
    :param q: part of the word.
    :param sort: with `-` before it the most first, else the least.
    """

    days: int = Field(default=30, ge=7, le=366)
    q: str | None = None
    category: str | None = None
    sort: str = Field(default="-doubt", pattern=r"^-?(doubt|rate|hits|false_alarms|objections|open|last)$")
    entry_id: int | None = None


class WordLine(Schema):
    """
    What one entry came to.

    :param hits: of all texts, those that were only being written included.
    :param wrong: hits that were reviewed as false alarms, and objections that nobody has declined.
    :param rate: `wrong` of `hits`, in per cent, at most 100.
    """

    entry_id: int
    word: str
    category: str
    category_name: str
    action: str
    hits: int
    reviewed: int
    false_alarms: int
    objections: int
    open_objections: int
    wrong: int
    rate: int
    last_at: datetime | None


class WordList(Schema):
    items: list[WordLine]
    total: int
