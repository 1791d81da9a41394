"""
Ends a group of processes when the one that started them is gone, however it went.

The kernel does that on Linux (see `process`); this is for other systems and for children of children. It reads
from a pipe that only the parent holds open: `123 15` (session leader and the signal that stops it) when one
starts, `-123` when it has ended, and the end of the file when there is no parent any more.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from app.embedded.process import kill_session

_GRACE_SECONDS = 5


class Watchdog:
    """The parent's end."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app.embedded.watchdog"],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def mind(self, leader: int, stop_signal: signal.Signals) -> None:
        self._tell(f"{leader} {int(stop_signal)}")

    def forget(self, leader: int) -> None:
        self._tell(f"-{leader}")

    def dismiss(self) -> None:
        """All children have ended."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()

    def _tell(self, line: str) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(f"{line}\n".encode())
                self._process.stdin.flush()


def watch() -> None:
    """Runs as a process of its own until the pipe closes."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    minded: dict[int, int] = {}
    for line in sys.stdin:
        leader, _, stop_signal = line.strip().partition(" ")
        if leader.startswith("-"):
            minded.pop(int(leader[1:]), None)
        else:
            minded[int(leader)] = int(stop_signal)
    _end(minded)


def _end(minded: dict[int, int]) -> None:
    for leader, stop_signal in minded.items():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(leader, stop_signal)
    deadline = time.monotonic() + _GRACE_SECONDS
    while any(_lives(leader) for leader in minded) and time.monotonic() < deadline:
        time.sleep(0.05)
    for leader in minded:
        kill_session(leader)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    watch()
