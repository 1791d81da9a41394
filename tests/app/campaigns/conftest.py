"""A synced shop, and the steps of a mass message up to any point."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import db
from app.sync_runs import actions as runs
from app.sync_runs.models import Kind
from app.viewer import Viewer
from tests.support import words
from wecom_simulator import Simulator
from wecom_simulator.shop import fixed_id

GOLD = fixed_id("et", "会员等级/金卡")
WANG_JIE = "wmWangJie0000000000000000000001"
URL = "/api/mass-messages"
HELLO = "周六店里到了 12 款新外套，来坐坐？{导购名}在{门店名}等您。"


@pytest.fixture
def shop(
    app: Flask,
    clock: Callable[[timedelta], None],
    people: Callable[[str], Viewer],
    simulator: Simulator,
    run_jobs: Callable[[], int],
) -> Simulator:
    """Members, tags and customers are synced; a word list is published; time stands still."""
    words.publish()
    with db.transaction() as session:
        for kind in (Kind.TAGS, Kind.CUSTOMERS):
            runs.start(session, kind, started_by="tests")
    run_jobs()
    return simulator


@dataclass
class Campaign:
    """One mass message as its people work on it."""

    author: FlaskClient
    approver: FlaskClient
    id: int

    def get(self, who: FlaskClient | None = None) -> Any:
        return (who or self.author).get(f"{URL}/{self.id}").json

    def edit(self, **changes: Any) -> Any:
        return self.author.patch(f"{URL}/{self.id}", json=changes)

    def submit(self, **body: Any) -> Any:
        return self.author.post(f"{URL}/{self.id}/submit", json=body)

    def approve(self, who: FlaskClient | None = None, **body: Any) -> Any:
        seen = {"comment": "", "content_hash": self.get()["content_hash"]} | body
        return (who or self.approver).post(f"{URL}/{self.id}/approve", json=seen)

    def act(self, what: str, who: FlaskClient | None = None, **body: Any) -> Any:
        return (who or self.author).post(f"{URL}/{self.id}/{what}", json=body)

    def senders(self, who: FlaskClient | None = None) -> dict[str, Any]:
        items = (who or self.author).get(f"{URL}/{self.id}/senders").json["items"]
        return {each["userid"]: each for each in items}

    def approved(self) -> "Campaign":
        for answer in (self.submit(), self.approve()):
            assert answer.status_code == 200, answer.text
        return self


@pytest.fixture
def begin(shop: Simulator, sign_in: Callable[[str], FlaskClient]) -> Callable[..., Campaign]:
    """Called: a draft of 李昂, manager of 上海南京路店, to the gold members there; 周云 would approve it."""

    def begun(author: str = "li", approver: str = "yun", **changes: Any) -> Campaign:
        signed_in = sign_in(author)
        made = signed_in.post(URL, json={"title": "冬季新品邀约"})
        assert made.status_code == 201, made.text
        campaign = Campaign(signed_in, sign_in(approver), made.json["id"])
        answer = campaign.edit(**({"text": HELLO, "audience": {"tag_ids_all": [GOLD]}} | changes))
        assert answer.status_code == 200, answer.text
        return campaign

    return begun


def tasks(simulator: Simulator) -> list[Any]:
    """The tasks that WeCom holds."""
    return list(simulator.world.state.mass_messages.values())
