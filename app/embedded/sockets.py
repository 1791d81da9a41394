"""Where a server's unix socket goes."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

_LONGEST_PATH = 100
"""Kernels allow 103 (macOS) or 107 (Linux) bytes for the path of a unix socket."""


def directory_for(wanted: Path, socket_name: str) -> Path:
    """`wanted`, or a short private temporary directory when the socket's path would be too long for the kernel."""
    if len(os.fsencode(wanted / socket_name)) <= _LONGEST_PATH:
        wanted.mkdir(mode=0o700, exist_ok=True)
        return wanted
    note = wanted.with_name(wanted.name + "-is-at")
    with contextlib.suppress(OSError):
        _remove_previous(Path(note.read_text()))
    short = Path(tempfile.mkdtemp(prefix="guidedesk-"))
    note.write_text(str(short))
    return short


def _remove_previous(place: Path) -> None:
    if place.name.startswith("guidedesk-") and place.parent == Path(tempfile.gettempdir()):
        shutil.rmtree(place)
