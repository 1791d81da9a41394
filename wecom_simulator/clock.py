"""The simulator's own time: real time plus an offset that tests and people may move."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime


class Clock:
    """Every window of the simulator (tokens, welcome codes, media, quotas) is measured with it."""

    def __init__(self, offset: float = 0.0) -> None:
        self._lock = threading.Lock()
        self._offset = offset

    @property
    def offset(self) -> float:
        return self._offset

    def now(self) -> float:
        """Epoch seconds."""
        return time.time() + self._offset

    def seconds(self) -> int:
        return int(self.now())

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._offset += seconds

    def set(self, moment: float | datetime) -> None:
        epoch = moment.timestamp() if isinstance(moment, datetime) else float(moment)
        with self._lock:
            self._offset = epoch - time.time()
