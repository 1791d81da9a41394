"""Where callbacks wait while the database is away: still sealed by WeCom, fsynced before the answer."""

import base64
import fcntl
import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app import db
from app.callbacks import intake
from app.config import settings
from app.wecom.envelope import BadEnvelope

logger = logging.getLogger(__name__)


def _folder() -> Path:
    return settings().data_path / "spool"


def append(body: bytes, query: Mapping[str, str]) -> None:
    """
    Returns once it is on disk.

    :raises OSError: if it cannot be, for want of space for example.
    """
    line = json.dumps({"body": base64.b64encode(body).decode(), "query": dict(query)}).encode() + b"\n"
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(folder / "callbacks.jsonl") as file:
        end = file.seek(0, os.SEEK_END)
        try:
            file.write(b"" if _ends_a_line(file, end) else b"\n")
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
            if end == 0:
                _sync_folder(folder)
        except OSError:
            file.truncate(end)  # half a line would spoil the next one
            raise


def _ends_a_line(file: IO[bytes], end: int) -> bool:
    """A power failure may have left half a line, which must not swallow the next."""
    if end == 0:
        return True
    file.seek(end - 1)
    return file.read(1) == b"\n"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    while True:
        with path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                same = os.fstat(file.fileno()).st_ino == path.stat().st_ino
            except FileNotFoundError:
                same = False
            if same:  # else it was taken away for draining between open and lock
                yield file
                return


def unopened() -> Path:
    """What no key of ours opens. Once the right one is set again, put back as the spool's `callbacks.jsonl`."""
    return settings().data_path / "spool-unopened.jsonl"


def pending() -> bool:
    """Whether anything waits here."""
    folder = _folder()
    return folder.is_dir() and any(folder.iterdir())


def drain() -> int:
    """
    Bring what waits into the database. Twice is harmless: the keys are those of the callbacks themselves.

    :returns: how many callbacks were stored.
    :raises sqlalchemy.exc.SQLAlchemyError: while the database is away; the files stay.
    """
    if not pending():
        return 0
    folder = _folder()
    waiting = folder / "callbacks.jsonl"
    if waiting.exists():
        with _locked(waiting):
            waiting.rename(folder / f"draining-{waiting.stat().st_ino}.jsonl")
    return sum(_drain_file(path) for path in sorted(folder.glob("draining-*.jsonl")))


def _drain_file(path: Path) -> int:
    stored = 0
    lines = path.read_bytes().splitlines()
    for start in range(0, len(lines), 200):
        with db.transaction() as session:
            for line in lines[start : start + 200]:
                plaintext = _plaintext(line)
                if plaintext is not None:
                    intake.store(session, plaintext)
                    stored += 1
    path.unlink(missing_ok=True)
    logger.info("%s callbacks came back from the spool", stored)
    return stored


def _plaintext(line: bytes) -> bytes | None:
    try:
        kept = json.loads(line)
        body, query = base64.b64decode(kept["body"]), kept["query"]
    except (ValueError, KeyError, TypeError):
        logger.exception("half a line in the spool: its callback was never acknowledged")
        return None
    try:
        return intake.opened(body, query, settings())
    except BadEnvelope as error:
        with _locked(unopened()) as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
        logger.error("no key opens a spooled callback (%s); it is kept in %s", error.kind, unopened())
        return None
