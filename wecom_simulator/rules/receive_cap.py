"""How many mass messages one customer or group may get, https://developer.work.weixin.qq.com/document/path/92135."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
"""China has no summer time; WeCom counts its days there."""


def may_receive(received: Iterable[float], now: float, cap: str) -> bool:
    """`cap` is month (days of the month per calendar month), week (7 a week) or day (1 a day)."""
    today = datetime.fromtimestamp(now, SHANGHAI)
    moments = [datetime.fromtimestamp(each, SHANGHAI) for each in received]
    if cap == "day":
        return sum(each.date() == today.date() for each in moments) < 1
    if cap == "week":
        return sum(each.isocalendar()[:2] == today.isocalendar()[:2] for each in moments) < 7
    days = monthrange(today.year, today.month)[1]
    return sum((each.year, each.month) == (today.year, today.month) for each in moments) < days
