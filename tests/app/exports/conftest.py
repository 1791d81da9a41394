"""Hits on record, as many as a test wants."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, insert

from app import clock as app_clock
from app import db
from app.compliance.models import Hit
from app.viewer import Viewer


@pytest.fixture
def keeper(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """The browser of 何静, who keeps the word lists."""
    return sign_in("he")


@pytest.fixture
def met(database: Connection, lin: Viewer) -> Callable[..., None]:
    """Called with a number: 林晓 met 最低价 so often, with 「第 1 句最低价」 and so on, a second apart."""

    def hits(count: int, *, text: str = "第 {} 句最低价") -> None:
        began = app_clock.now() - timedelta(days=1)
        rows = []
        for number in range(1, count + 1):
            passage = text.format(number)
            rows.append(
                {
                    "at": began + timedelta(seconds=number),
                    "member_id": lin.member_id,
                    "channel": "sidebar",
                    "subject": "customer:wm1",
                    "passage": passage,
                    "marked_start": passage.index("最低价"),
                    "marked_end": passage.index("最低价") + 3,
                    "entry_id": 1,
                    "word": "最低价",
                    "category": "advertising",
                    "action": "block",
                    "matched_by": "plain",
                    "why": "原样出现",
                    "lexicon_version": 1,
                    "outcome": "blocked",
                    "text_hash": hashlib.sha256(passage.encode()).digest(),
                }
            )
        with db.transaction() as session:
            session.execute(insert(Hit), rows)

    return hits
