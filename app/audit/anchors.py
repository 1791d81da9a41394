"""
Anchors: the chain's head, written down outside the database. A chain cannot see that its own end was cut off.

One JSON line each, appended and fsynced; every line is linked to the one before, so that the file cannot be edited
in the middle either.
"""

import fcntl
import hashlib
import json
import os
import socket
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.audit.chain import GENESIS, canonical


@dataclass(frozen=True)
class Anchor:
    """
    :param number: of the chain's last entry at that moment; `hash` is its hash.
    :param link: SHA-256 over `previous`, the link of the line before, and this line.
    """

    number: int
    hash: bytes
    at: datetime
    previous: bytes
    link: bytes


@dataclass(frozen=True)
class AnchorFile:
    """
    :param exists: False when there is no such file (yet).
    :param problems: Chinese sentences about the file itself.
    """

    exists: bool
    anchors: Sequence[Anchor] = ()
    problems: Sequence[str] = field(default=())

    @property
    def by_number(self) -> Mapping[int, Sequence[Anchor]]:
        return numbered(self.anchors)


def numbered(anchors: Iterable[Anchor]) -> Mapping[int, Sequence[Anchor]]:
    found: dict[int, list[Anchor]] = defaultdict(list)
    for anchor in anchors:
        found[anchor.number].append(anchor)
    return found


def made(number: int, entry_hash: bytes, at: datetime, *, previous: bytes) -> Anchor:
    return Anchor(number, entry_hash, at, previous, _link(number, entry_hash, at, previous))


def place_of(path: Path) -> str:
    """Where a file is, for people with several machines."""
    return f"{socket.gethostname()}:{path}"


def read(path: Path) -> AnchorFile:
    """
    :raises OSError: if the file is there and cannot be read.
    """
    if not path.exists():
        return AnchorFile(exists=False)
    anchors: list[Anchor] = []
    problems: list[str] = []
    link = GENESIS
    for position, line in enumerate(path.read_bytes().splitlines(), start=1):
        anchor = _parsed(line)
        if anchor is None:
            continue  # a power cut leaves half a line; if a whole one is gone, the next does not link
        if anchor.previous != link:
            problems.append(f"库外留存文件第 {position} 行接不上前一行：文件被改过，或有几行被删掉")
        if not is_linked(anchor):
            problems.append(f"库外留存文件第 {position} 行被改过")
        anchors.append(anchor)
        link = anchor.link
    return AnchorFile(True, anchors, problems)


def append(path: Path, number: int, entry_hash: bytes, at: datetime) -> Anchor:
    """
    On disk when this returns. The same head again adds nothing and gives the line that is there.

    :raises OSError:
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        content = file.read()
        last = next((each for each in map(_parsed, reversed(content.splitlines())) if each), None)
        if last is not None and (last.number, last.hash) == (number, entry_hash):
            return last
        anchor = made(number, entry_hash, at, previous=last.link if last else GENESIS)
        torn = bool(content) and not content.endswith(b"\n")
        file.write(b"\n" * torn + line_of(anchor).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return anchor


def line_of(anchor: Anchor) -> str:
    return json.dumps(
        {
            "number": anchor.number,
            "hash": anchor.hash.hex(),
            "at": written(anchor.at),
            "previous": anchor.previous.hex(),
            "link": anchor.link.hex(),
        }
    )


def from_json(values: Mapping[str, Any]) -> Anchor:
    """
    :raises ValueError, KeyError, TypeError: if it is no anchor.
    """
    return Anchor(
        int(values["number"]),
        bytes.fromhex(values["hash"]),
        datetime.fromisoformat(values["at"]).astimezone(UTC),
        bytes.fromhex(values["previous"]),
        bytes.fromhex(values["link"]),
    )


def is_linked(anchor: Anchor) -> bool:
    """Whether the line is as it was written."""
    return anchor.link == _link(anchor.number, anchor.hash, anchor.at, anchor.previous)


def _parsed(line: bytes) -> Anchor | None:
    try:
        return from_json(json.loads(line))
    except (ValueError, KeyError, TypeError):
        return None


def _link(number: int, entry_hash: bytes, at: datetime, previous: bytes) -> bytes:
    said = {"number": number, "hash": entry_hash.hex(), "at": written(at)}
    return hashlib.sha256(previous + canonical(said)).digest()


def written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
