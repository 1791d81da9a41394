"""A published list, and guides who run into it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection

from app import db
from app.compliance import actions, checks
from app.errors import Blocked
from app.viewer import Viewer

BEST = {"text": "最低价", "action": "block", "suggestion": "实惠价", "reason": "广告法第九条"}
WARNED = {"text": "限时", "action": "warn"}


@pytest.fixture
def publish(database: Connection, he: Viewer) -> Callable[..., int]:
    """Called with the fields of entries (a bare word blocks): they are drafted and published; the version."""

    def published(*entries: dict[str, Any] | str) -> int:
        with db.transaction() as session:
            for each in entries:
                fields = {"text": each} if isinstance(each, str) else each
                actions.add_entry(session, he, {"category": "advertising", "action": "block", **fields})
            return actions.publish(session, he, note="测试").version

    return published


@pytest.fixture
def try_to_send(database: Connection) -> Callable[..., None]:
    """Called with a userid and a text: it goes through the filter as if it left; a refusal is no failure here."""

    def tried(
        userid: str, text: str, *, channel: str = "sidebar", subject: str = "customer:wm1", **given: Any
    ) -> None:
        with suppress(Blocked), db.transaction() as session:
            checks.passed(session, text, channel=channel, on_behalf_of=userid, subject=subject, **given)

    return tried


@pytest.fixture
def keeper(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """The browser of 何静, who keeps the word lists."""
    return sign_in("he")
