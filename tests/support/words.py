"""A small published word list, so that texts may leave: without one the filter stops everything."""

from typing import Any

from sqlalchemy import func, select

import sensitive_words
from app import clock, db
from app.compliance.lexicon import look_again, sha256_of
from app.compliance.models import LexiconVersion

FORBIDDEN = "全网最低价"


def publish(*words: str) -> None:
    """One forbidden word, and those given, as the newest version."""
    publish_entries(*({"text": word} for word in words))


def publish_entries(*entries: dict[str, Any]) -> None:
    """One forbidden word, and entries as `Entry.from_dict` takes them, as the newest version; they block."""
    reason = "广告法不许用绝对化用语"
    given = [{"text": FORBIDDEN}, *entries]
    store(
        [
            sensitive_words.Entry.from_dict(
                {"id": str(number), "category": "advertising", "action": "block", "reason": reason, **fields}
            ).to_dict()
            for number, fields in enumerate(given, start=1)
        ]
    )


def store(entries: list[Any], *, sha256: bytes | None = None) -> None:
    """The newest version, also as no publication would write it."""
    with db.transaction() as session:
        newest = session.scalar(select(func.max(LexiconVersion.version))) or 0
        session.add(
            LexiconVersion(
                version=newest + 1,
                entries=entries,
                entry_count=len(entries),
                note="tests",
                published_by="he",
                published_by_name="何静",
                published_at=clock.now(),
                sha256=sha256 or sha256_of(entries),
            )
        )
    look_again()
