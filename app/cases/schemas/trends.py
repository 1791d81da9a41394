"""Shapes of counts over days."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.http import Query, Schema

Dimension = Literal["category", "store", "guide", "entry"]


class TrendQuery(Query):
    """
    :param store_id: a department with all below it.
    """

    by: Dimension = "category"
    days: int = Field(default=30, ge=7, le=92)
    category: str | None = None
    channel: str | None = None
    store_id: int | None = None


class CountsQuery(Query):
    by: Literal["guide", "category"] = "guide"
    days: int = Field(default=30, ge=7, le=92)


class TrendLine(Schema):
    """
    :param total: texts with a hit that were to leave, each once; those only being written stand in `previewed`.
    :param before: `total` of as many days before.
    :param series: `total` of each day, oldest first.
    """

    key: str
    name: str
    total: int
    before: int
    blocked: int
    held: int
    confirmed: int
    replaced: int
    recorded: int
    previewed: int
    series: list[int]


class TrendList(Schema):
    """
    :param first_day: of the series, in the shop's time.
    :param left_out: lines beyond those shown.
    """

    first_day: date
    days: int
    items: list[TrendLine]
    left_out: int
