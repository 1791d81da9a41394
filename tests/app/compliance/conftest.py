"""Lists that are published the way a compliance admin publishes them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, select
from werkzeug.test import TestResponse

from app import db
from app.compliance import actions
from app.compliance.models import Hit
from app.viewer import Viewer

Publish = Callable[..., int]


@pytest.fixture
def publish(database: Connection, he: Viewer) -> Publish:
    """Called with the fields of entries (a bare word blocks): they are drafted and published; the version."""

    def published(*entries: dict[str, Any] | str) -> int:
        with db.transaction() as session:
            for each in entries:
                fields = {"text": each} if isinstance(each, str) else each
                actions.add_entry(session, he, {"category": "advertising", "action": "block", **fields})
            return actions.publish(session, he, note="测试").version

    return published


@pytest.fixture
def keeper(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """The browser of 何静, who keeps the word lists."""
    return sign_in("he")


@pytest.fixture
def approver(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """The browser of 陈思远, who may let out what 何静 wrote."""
    return sign_in("boss")


@pytest.fixture
def submit(keeper: FlaskClient, run_jobs: Callable[[], int]) -> Callable[..., TestResponse]:
    """Called: 何静 looks at what her draft does, and submits it."""

    def submitted(note: str = "改动", **more: Any) -> TestResponse:
        started = keeper.post("/api/lexicon/replays", json={})
        if started.status_code != 202:
            return started
        run_jobs()
        return keeper.post("/api/lexicon/proposals", json={"note": note, **more})

    return submitted


@pytest.fixture
def release(submit: Callable[..., TestResponse], approver: FlaskClient) -> Callable[..., TestResponse]:
    """Called: the draft goes through a second person and is published."""

    def released(note: str = "改动", **more: Any) -> TestResponse:
        asked = submit(note, **more)
        if asked.status_code != 201:
            return asked
        path = f"/api/lexicon/proposals/{asked.json['id']}/approve"
        return approver.post(path, json={"comment": "好", "content_hash": asked.json["content_hash"]})

    return released


@pytest.fixture
def hits(database: Connection) -> Callable[[], list[Hit]]:
    """Called: what is on record, oldest first."""

    def recorded() -> list[Hit]:
        with db.transaction() as session:
            return list(session.scalars(select(Hit).order_by(Hit.id)))

    return recorded
