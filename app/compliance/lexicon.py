"""
The published list as this process holds it: built beside the old one, swapped in one assignment, at most a second
behind the database. Without a list, or without an answer from the database, there is none: sending stops.
"""

import hashlib
import json
import logging
import os
import threading
import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import db
from app.compliance.models import LexiconVersion
from app.errors import Unavailable
from sensitive_words import Entry, InvalidEntry, Lexicon, Options, warm_up

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
STALE_SECONDS = 2.0
"""No list is used whose being the newest was confirmed longer ago than this."""

FIRST_SECONDS = 10.0
"""Patience of those who come while a process loads its first list, and the dictionary along with it, or builds a
long new one."""


class CheckUnavailable(Unavailable):
    """The filter cannot answer, so nothing may leave."""

    code = "check_unavailable"

    def __init__(self, message: str = "检查服务没有回应，暂时不能发送，请稍后再试。", **details: Any) -> None:
        super().__init__(message, **details)


@dataclass(frozen=True)
class Held:
    lexicon: Lexicon
    sha256: bytes
    engine: Engine
    """The database it was read from: the same number means another list elsewhere."""


@dataclass
class _Process:
    """What this process knows. Replaced whole after a fork, because another thread may have held the lock."""

    lock: threading.Lock
    held: Held | None = None
    confirmed_at: float = float("-inf")
    is_building: bool = False
    broken: bytes | None = None
    """SHA-256 of a newer version that could not be built, so that it is not tried every second."""


_process = _Process(threading.Lock())


def _renew_lock() -> None:
    _process.lock, _process.is_building = threading.Lock(), False


os.register_at_fork(after_in_child=_renew_lock)


def current(session: Session | None = None) -> Lexicon:
    """
    The newest published list.

    :param session: needed inside a transaction; outside one, a transaction is opened when it is time to look.
    :raises CheckUnavailable: if none was ever published, or nobody can say which is the newest.
    """
    held = _held_here()
    age = time.monotonic() - _process.confirmed_at
    if held is not None and age < POLL_SECONDS:
        return held.lexicon
    patience = 0.0
    if held is None or age >= STALE_SECONDS:
        patience = FIRST_SECONDS if held is None or _process.is_building else STALE_SECONDS
    if not _process.lock.acquire(timeout=patience):
        if held is not None and patience == 0.0:
            return held.lexicon
        raise CheckUnavailable
    try:
        return _look(session).lexicon
    finally:
        _process.lock.release()


def look_again() -> None:
    """Do not wait for the second to pass: this process has just published."""
    _process.confirmed_at = float("-inf")


def hold(lexicon: Lexicon, sha256: bytes) -> Held:
    """Make `lexicon` the one that this process checks with, as of now."""
    held = Held(lexicon, sha256, db.engine())
    _process.held, _process.confirmed_at = held, time.monotonic()
    return held


def sha256_of(entries: list[Any]) -> bytes:
    """Over the entries as canonical JSON."""
    canonical = json.dumps(entries, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).digest()


def built(entries: list[Any], *, version: int = 0) -> Lexicon:
    """
    :param entries: `sensitive_words.Entry.to_dict()` of each.
    :raises InvalidEntry: for the first that cannot be used.
    """
    # What is checked is what leaves: a rendered text has no template variables to spare.
    return Lexicon(
        (Entry.from_dict(each) for each in entries), version=version, options=Options(mask_templates=False)
    )


def _held_here() -> Held | None:
    held = _process.held
    return held if held is not None and held.engine is db.engine() else None


def _look(session: Session | None) -> Held:
    held = _held_here()
    if held is not None and time.monotonic() - _process.confirmed_at < POLL_SECONDS:
        return held  # another thread looked while this one waited
    try:
        if session is not None:
            # A savepoint, because some callers go on without a verdict, and their transaction has to hold.
            with session.begin_nested():
                return _refreshed(session, held)
        with db.transaction() as own:
            return _refreshed(own, held)
    except SQLAlchemyError as error:
        logger.error("nobody can say which word list is the newest: %s", type(error).__name__)
        raise CheckUnavailable from error


def _refreshed(session: Session, held: Held | None) -> Held:
    newest = session.execute(
        select(LexiconVersion.version, LexiconVersion.sha256).order_by(LexiconVersion.version.desc()).limit(1)
    ).first()
    if newest is None:
        raise CheckUnavailable("还没有发布敏感词库，所以什么都不能发出。请合规管理员先发布。")
    known = held is not None and (held.lexicon.version, held.sha256) == (newest.version, newest.sha256)
    if held is not None and (known or newest.sha256 == _process.broken):
        _process.confirmed_at = time.monotonic()
        return held
    return _loaded(session, newest.version, newest.sha256, held)


def _loaded(session: Session, version: int, sha256: bytes, held: Held | None) -> Held:
    entries = session.scalar(select(LexiconVersion.entries).where(LexiconVersion.version == version)) or []
    _process.is_building = True
    try:
        if not entries:
            raise InvalidEntry("词库是空的", field="entries")
        if sha256_of(entries) != sha256:
            raise InvalidEntry("词库与发布时不一样了", field="entries")
        if held is None:
            # A dictionary of 350,000 words: loaded here, not within the time that a check may take.
            warm_up()
        return hold(built(entries, version=version), sha256)
    except Exception as error:  # whatever is wrong with it: a broken list never replaces a good one
        logger.error("word list %s cannot be used: %s %s", version, type(error).__name__, error)
        if held is None:
            raise CheckUnavailable from error
        _process.broken, _process.confirmed_at = sha256, time.monotonic()
        return held
    finally:
        _process.is_building = False
