"""What the children say: each line into its log file, and with a prefix to the person who watches."""

import contextlib
import os
import sys
from io import FileIO
from pathlib import Path

_LARGEST_LOG = 20 * 1024 * 1024
"""Bytes after which a log file moves to `.1`, replacing the one before."""
_COLOURS = ("36", "32", "35", "33", "34", "96", "92", "95")


class Log:
    """
    One child's words.

    :param shown: whether they also go to the terminal.
    """

    def __init__(self, name: str, directory: Path, *, shown: bool, number: int = 0) -> None:
        self.name = name
        self.path = directory / f"{name}.log"
        self._shown = shown
        self._prefix = _coloured(f"{name:<10}│ ", _COLOURS[number % len(_COLOURS)])
        self._unfinished = b""
        self._file = self._open()
        self._began = self._file.tell()

    def take(self, chunk: bytes) -> None:
        *lines, self._unfinished = (self._unfinished + chunk).split(b"\n")
        for line in lines:
            self._write(line)

    def close(self) -> None:
        if self._unfinished:
            self._write(self._unfinished)
            self._unfinished = b""
        with contextlib.suppress(OSError):
            self._file.close()

    def tail(self, lines: int = 15) -> str:
        """Its last words of this run, for when something did not start."""
        words = self.path.read_bytes()[self._began :]
        return "\n".join(words.decode(errors="replace").splitlines()[-lines:])

    def _write(self, line: bytes) -> None:
        with contextlib.suppress(OSError):  # a full disk must not stop the shop either
            self._keep(line)
        if self._shown:
            say(self._prefix + line.decode(errors="replace"))

    def _keep(self, line: bytes) -> None:
        self._file.write(line + b"\n")
        if self._file.tell() > _LARGEST_LOG:
            full, self._file, self._began = self._file, self._open(), 0
            full.close()

    def _open(self) -> FileIO:
        if self.path.exists() and self.path.stat().st_size > _LARGEST_LOG:
            self.path.replace(self.path.with_suffix(".log.1"))
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "ab", buffering=0)  # what a full disk refused is gone, not kept for ever


def say(line: str) -> None:
    """To the person. A terminal that was closed must not stop the shop."""
    with contextlib.suppress(OSError, ValueError):
        print(line, flush=True)


def _coloured(text: str, colour: str) -> str:
    return f"\033[{colour}m{text}\033[0m" if sys.stdout.isatty() else text
