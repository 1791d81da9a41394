"""A published list and 林晓's customer 王姐, with whom texts can leave."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection
from werkzeug.test import TestResponse

from app import clock as app_clock
from app import db
from app.compliance import actions as compliance
from app.customers.models import Customer, Follow, WriteState
from app.scripts import actions as scripts
from app.viewer import Viewer
from scripts_library import starter_pack

WANG_JIE = "wmWangJie0000000000000000000001"

LIST: list[dict[str, Any]] = [
    {"text": "最低价", "action": "block", "suggestion": "实惠价"},
    {"text": "限时", "action": "warn"},
    {"text": "秒杀", "action": "replace", "suggestion": "特惠"},
]

Press = Callable[..., TestResponse]


@pytest.fixture
def listed(database: Connection, he: Viewer) -> None:
    """最低价 blocks, 限时 warns, 秒杀 becomes 特惠."""
    with db.transaction() as session:
        for fields in LIST:
            compliance.add_entry(session, he, {"category": "advertising", **fields})
        compliance.publish(session, he, note="测试")


@pytest.fixture
def wang_jie(database: Connection, lin: Viewer) -> Customer:
    """王姐, whom 林晓 alone follows."""
    with db.transaction() as session:
        now = app_clock.now()
        customer = Customer(external_user_id=WANG_JIE, name="小鹿", synced_at=now)
        session.add(customer)
        session.flush()
        session.add(
            Follow(
                customer_id=customer.id,
                member_id=lin.member_id,
                userid=lin.userid,
                remark="王姐 M码",
                added_at=now - timedelta(days=1),
                synced_at=now,
                write_state=WriteState.SYNCED,
                tag_write_state=WriteState.SYNCED,
            )
        )
    return customer


@pytest.fixture
def library(database: Connection, yun: Viewer) -> None:
    with db.transaction() as session:
        scripts.import_pack(session, yun, starter_pack())


@pytest.fixture
def press(sign_in: Callable[[str], FlaskClient], listed: None, wang_jie: Customer) -> Press:
    """Called with texts: 林晓 presses 放入会话 in the chat with 王姐."""
    browser = sign_in("lin")

    def pressed(*texts: str, by: FlaskClient = browser, **fields: Any) -> TestResponse:
        body = {
            "press_id": str(uuid4()),
            "script_id": None,
            "entry": "single",
            "external_user_id": WANG_JIE,
            "parts": [{"type": "text", "text": text} for text in texts],
            "blanks": {},
            "confirmed_reason": None,
        }
        return by.post("/api/outbound/sidebar-sends", json={**body, **fields})

    pressed.browser = browser  # type: ignore[attr-defined]
    return pressed


@pytest.fixture
def report(press: Press) -> Callable[..., TestResponse]:
    """Called with an intent's id and an outcome: the page tells what WeCom answered."""

    def told(intent_id: str, outcome: str, *, part: int = 0, raw: str | None = None) -> TestResponse:
        return press.browser.post(  # type: ignore[attr-defined]
            f"/api/outbound/sidebar-sends/{intent_id}/outcome",
            json={"part": part, "outcome": outcome, "raw": raw},
        )

    return told
