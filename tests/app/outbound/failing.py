"""What can go wrong with a filter, made real: lists that no publication would write, an engine that fails."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from app import db
from app.compliance import lexicon
from app.compliance.models import LexiconVersion
from sensitive_words import Entry, Lexicon
from tests.support import words

Restart = Callable[[], None]
"""Forget the list that this process holds, as one does that has just started."""


class Raising(Lexicon):
    def check(self, text: str, **_: Any) -> Any:
        raise MemoryError(text)


class Endless(Lexicon):
    ended = threading.Event()

    def check(self, text: str, **_: Any) -> Any:
        self.ended.wait(20)
        return super().check(text)


@contextmanager
def endless_checks() -> Iterator[None]:
    """Checks by an `Endless` list end with this."""
    Endless.ended.clear()
    yield
    Endless.ended.set()
    for thread in threading.enumerate():
        if thread.name == "word-check":
            thread.join()


def hold(kind: type[Lexicon]) -> None:
    """Let this process check with a list of that kind."""
    now = lexicon.current()
    with db.transaction() as session:
        newest = session.scalars(select(LexiconVersion.sha256).order_by(LexiconVersion.version.desc())).first()
    assert newest is not None
    lexicon.hold(kind([Entry(id="1", text="最低价")], version=now.version), newest)


def failures(restart: Restart) -> dict[str, Callable[[], object]]:
    """By name, each on top of the one before; the first on top of a good list."""

    def newest_is(entries: list[Any], sha256: bytes | None = None) -> None:
        restart()
        words.store(entries, sha256=sha256)

    def none() -> None:
        restart()
        _run("ALTER TABLE lexicon_versions DISABLE TRIGGER ALL", "DELETE FROM lexicon_versions")

    def unreadable() -> None:
        # A good list is held, but nobody can say whether it is the newest.
        lexicon.current()
        _run("ALTER TABLE lexicon_versions RENAME TO elsewhere")
        lexicon.look_again()

    def raises() -> None:
        _run("ALTER TABLE elsewhere RENAME TO lexicon_versions")
        hold(Raising)

    return {
        "it cannot be read": unreadable,
        "the engine raises": raises,
        "a row cannot be built": lambda: newest_is([{"id": "1", "text": "新", "mode": "no such mode"}]),
        "a row is no entry": lambda: newest_is(["最低价", 5]),
        "it is not what was published": lambda: newest_is([{"id": "1", "text": "新"}], b"another"),
        "it is empty": lambda: newest_is([]),
        "there is none": none,
    }


def _run(*statements: str) -> None:
    with db.transaction() as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)
