"""Caps and limits from platform_limits.yaml, read once."""

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.clock import SHANGHAI

FILE = Path(__file__).with_name("platform_limits.yaml")


@dataclass(frozen=True)
class Cap:
    """
    :param since: when the running period began; :param most: messages a customer may receive in it.
    """

    since: datetime
    most: int


@cache
def _limits() -> dict[str, Any]:
    limits: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return limits


def receive_cap(now: datetime, rule: str | None = None) -> Cap:
    """How many mass messages a customer may receive in the day, week or month of Shanghai that `now` lies in."""
    local = now.astimezone(SHANGHAI)
    today = local.replace(hour=0, minute=0, second=0, microsecond=0)
    rule = rule or _limits()["receive_cap"]["rule"]
    if rule == "day":
        return Cap(today, 1)
    if rule == "week":
        return Cap(today - timedelta(days=today.weekday()), 7)
    if rule == "month":
        return Cap(today.replace(day=1), calendar.monthrange(local.year, local.month)[1])
    raise ValueError(f"platform_limits.yaml: unknown rule {rule!r}")


def most_reminders() -> tuple[int, timedelta]:
    """How many, in which time."""
    limit = _limits()["reminders"]
    return int(limit["most"]), timedelta(hours=limit["hours"])


def customers_per_task() -> int:
    return int(_limits()["customers_per_task"]["most"])


def opted_out_tags() -> tuple[str, ...]:
    return tuple(_limits()["opted_out_tags"])
