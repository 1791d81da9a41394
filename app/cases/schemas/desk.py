"""Shapes of the desk's own rules and of who is told."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.http import Schema
from app.http.schemas import Text

ActionWord = Literal["record", "warn", "replace", "block"]


class RulesBody(Schema):
    """
    :param entry_times: so many texts of one person blocked by one entry within 24 hours open a case; 0: never.
    :param category_times: the same for one category.
    :param keep_days: of hits and objections that belong to no case.
    """

    entry_times: int = Field(ge=0, le=100)
    category_times: int = Field(ge=0, le=100)
    keep_days: int = Field(ge=180, le=3650)


class RulesView(RulesBody):
    changed_by: str | None
    changed_at: datetime | None


class SubscriptionBody(Schema):
    """
    :param categories: at once for these only; empty: for all.
    :param actions: at once for these; empty: nothing at once.
    """

    wants_digest: bool
    digest_hour: int = Field(default=9, ge=0, le=23)
    categories: list[Text] = Field(default=[], max_length=50)
    actions: list[ActionWord] = Field(default=[], max_length=4)


class SubscriptionView(SubscriptionBody):
    """
    :param last_told: what was sent last, and how it ended; null when nothing was.
    """

    userid: str
    name: str
    is_chosen: bool
    last_told: str | None
    last_told_at: datetime | None


class SubscriptionList(Schema):
    items: list[SubscriptionView]
