"""What the app asked of the simulated WeCom, for tests to look at."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from wecom_simulator.faults import endpoint_name

KEPT = 20_000


@dataclass(frozen=True)
class Call:
    path: str
    """Without /cgi-bin/, for instance `externalcontact/get`."""
    method: str
    query: dict[str, str]
    """Without the access token."""
    body: Any
    at: float
    answer: dict[str, Any] | None
    """None if none was given (reset, truncated, a gateway's page)."""


class Calls:
    """Counts are of everything since the last clear(); the calls themselves are the last 20,000."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: deque[Call] = deque(maxlen=KEPT)
        self._counts: Counter[str] = Counter()
        self.in_hand = 0
        """Calls that came and are not answered yet: a slow one may still take effect after its caller died."""

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """Around each call, also one whose caller has hung up."""
        with self._lock:
            self.in_hand += 1
        try:
            yield
        finally:
            with self._lock:
                self.in_hand -= 1

    def add(self, call: Call) -> None:
        with self._lock:
            self._calls.append(call)
            self._counts[call.path] += 1

    def count(self, path: str) -> int:
        with self._lock:
            return self._counts[endpoint_name(path)]

    def to(self, path: str) -> list[Call]:
        name = endpoint_name(path)
        return [call for call in self if call.path == name]

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
            self._counts.clear()

    def __iter__(self) -> Iterator[Call]:
        with self._lock:
            return iter(list(self._calls))

    def __len__(self) -> int:
        with self._lock:
            return self._counts.total()
