"""A published list, and 何静 who drafts."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection

from app import db
from app.compliance import actions
from app.viewer import Viewer


@pytest.fixture
def published(database: Connection, he: Viewer) -> None:
    """最低价 blocks."""
    with db.transaction() as session:
        actions.add_entry(session, he, {"text": "最低价", "category": "advertising", "action": "block"})
        actions.publish(session, he, note="测试")


@pytest.fixture
def keeper(published: None, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """The browser of 何静."""
    return sign_in("he")


@pytest.fixture
def draft(keeper: FlaskClient) -> Callable[..., int]:
    """Called with a word and fields: drafted; the id."""

    def drafted(text: str, **fields: Any) -> int:
        answer = keeper.post("/api/lexicon/entries", json={"text": text, "category": "advertising", **fields})
        assert answer.status_code == 201, answer.json
        return int(answer.json["id"])

    return drafted


@pytest.fixture
def replay(keeper: FlaskClient, run_jobs: Callable[[], int]) -> Callable[[], dict[str, Any]]:
    """Called: the draft is tried on everything; what came of it."""

    def replayed() -> dict[str, Any]:
        started = keeper.post("/api/lexicon/replays", json={})
        assert started.status_code == 202, started.json
        run_jobs()
        return dict(keeper.get(f"/api/lexicon/replays/{started.json['id']}").json)

    return replayed
