"""Shapes of hits and their review."""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, Field

from app.http import Page, Schema
from app.http.schemas import Text


class HitQuery(Page):
    q: str | None = None
    category: str | None = None
    channel: str | None = None
    outcome: str | None = None
    entry_id: int | None = None
    review: Literal["right", "false_alarm", "training", "none"] | None = None
    since: AwareDatetime | None = Field(default=None, alias="from")
    until: AwareDatetime | None = Field(default=None, alias="to")


class Marked(Schema):
    start: int
    end: int


class HitRecord(Schema):
    id: int
    at: datetime
    times: int
    who: str
    who_name: str
    channel: str
    subject: str
    passage: str
    marked: Marked
    entry_id: int
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


class HitList(Schema):
    items: list[HitRecord]
    total: int


class ReviewBody(Schema):
    verdict: Literal["right", "false_alarm", "training"]
    note: Text = Field(default="", max_length=500)
