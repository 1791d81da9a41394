"""
WeCom's frequency limits as data.

https://developer.work.weixin.qq.com/document/path/90312, page of 2023-08-28.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass

MINUTE, HOUR, DAY, MONTH = 60, 3600, 86400, 30 * 86400


@dataclass(frozen=True)
class Limit:
    count: int
    seconds: int


EVERY_API = (Limit(10_000, MINUTE), Limit(150_000, HOUR))
PER_IP = (Limit(20_000, MINUTE), Limit(600_000, HOUR))
PER_API: dict[str, tuple[Limit, ...]] = {
    "get_jsapi_ticket": (Limit(400, HOUR),),
    "ticket/get": (Limit(100, HOUR),),
    "media/uploadimg": (Limit(1000, DAY), Limit(3000, MONTH)),
}
APP_MESSAGE_PER_MEMBER = (Limit(30, MINUTE), Limit(1000, HOUR))
"""Excess is dropped silently, errcode 0."""
ROBOT = (Limit(20, MINUTE),)
REMINDERS = Limit(3, DAY)
DEBUG = (Limit(5, MINUTE),)


class Limits:
    """
    Counts in windows that start with the first call. Whoever exceeds one is blocked for the window's length.

    Counts live in memory only: a restarted WeCom remembers no traffic.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started: dict[tuple[str, Limit], float] = {}
        self._counts: Counter[tuple[str, Limit]] = Counter()
        self._blocked_until: dict[tuple[str, Limit], float] = {}
        self.overridden: dict[str, tuple[Limit, ...]] = {}

    def set(self, path: str, *limits: Limit) -> None:
        """A test's own limit for one endpoint, instead of the table's."""
        self.overridden[path] = limits

    def of(self, path: str) -> tuple[Limit, ...]:
        return self.overridden.get(path) or (*EVERY_API, *PER_API.get(path, ()))

    def allows(self, key: str, limits: tuple[Limit, ...], now: float) -> bool:
        """Counts this call against all of the limits, also if one refuses it."""
        with self._lock:
            allowed = [self._count(key, limit, now) for limit in limits]
        return all(allowed)

    def clear(self) -> None:
        with self._lock:
            self._started.clear()
            self._counts.clear()
            self._blocked_until.clear()

    def _count(self, key: str, limit: Limit, now: float) -> bool:
        slot = (key, limit)
        if now < self._blocked_until.get(slot, 0):
            return False
        if now - self._started.get(slot, 0) >= limit.seconds:
            self._started[slot] = now
            self._counts[slot] = 0
        self._counts[slot] += 1
        if self._counts[slot] > limit.count:
            self._blocked_until[slot] = now + limit.seconds
            self._counts[slot] = 0
            return False
        return True
