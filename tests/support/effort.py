"""How much work something is, told so that a slow or busy machine changes nothing about the answer."""

from __future__ import annotations

import gc
import itertools
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Lines:
    """Lines of Python that were run while they were counted."""

    def __init__(self) -> None:
        self._counter = itertools.count()
        self.counted = 0

    def follow(self, _frame: FrameType, _event: str, _argument: Any) -> Any:
        next(self._counter)
        return self.follow

    def stop(self) -> None:
        self.counted = next(self._counter)


@contextmanager
def lines_run() -> Iterator[Lines]:
    """Counts in this thread and in those that begin meanwhile, such as a server's for a new connection."""
    lines = Lines()
    before = sys.gettrace()
    threading.settrace(lines.follow)
    sys.settrace(lines.follow)
    try:
        yield lines
    finally:
        sys.settrace(before)
        threading.settrace(before)
        lines.stop()


def least_cpu_seconds(work: Callable[[], object], *, tries: int = 3) -> float:
    """CPU time of this thread alone, without the garbage of others; the best of several tries."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return min(_cpu_seconds(work) for _ in range(tries))
    finally:
        if collecting:
            gc.enable()


def _cpu_seconds(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began
