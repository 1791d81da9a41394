"""A published list, and what the simulated WeCom holds of it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app import clock as app_clock
from app import db
from app.compliance.lexicon import look_again, sha256_of
from app.compliance.models import LexiconVersion
from app.outbox import enqueue
from app.staff import models as people
from app.staff.models import Department
from sensitive_words import Entry

Publish = Callable[..., int]


@pytest.fixture
def publish() -> Publish:
    """Called with words or fields of entries: they are the newest version. Returns its number."""

    def published(*given: "str | dict[str, Any]") -> int:
        fields = [{"text": each} if isinstance(each, str) else each for each in given]
        entries = [
            Entry.from_dict({"id": str(number), "category": "advertising", "action": "block", **each}).to_dict()
            for number, each in enumerate(fields, start=1)
        ]
        with db.transaction() as session:
            version = (session.scalar(select(func.max(LexiconVersion.version))) or 0) + 1
            session.add(
                LexiconVersion(
                    version=version,
                    entries=entries,
                    entry_count=len(entries),
                    note="tests",
                    published_by="he",
                    published_by_name="何静",
                    published_at=app_clock.now(),
                    sha256=sha256_of(entries),
                )
            )
        look_again()
        return version

    return published


class Desk:
    """何静 at the page."""

    def __init__(self, browser: FlaskClient, run_jobs: Callable[[], int]) -> None:
        self.browser = browser
        self.run_jobs = run_jobs

    def look(self) -> dict[str, Any]:
        answer = self.browser.get("/api/interception")
        assert answer.status_code == 200, answer.json
        return answer.json

    def check(self) -> dict[str, Any]:
        """Press 重新核对, wait, look."""
        assert self.browser.post("/api/interception/checks").status_code == 202
        self.run_jobs()
        return self.look()

    def choose(self, *, is_on: bool, semantics: "list[int] | None" = None, accepted: "list[str] | None" = None):
        body = {"is_on": is_on, "semantics": semantics or [], "accepted": accepted or []}
        answer = self.browser.put("/api/interception/choices", json=body)
        assert answer.status_code == 200, answer.json
        self.run_jobs()
        return self.look()

    def update(self) -> dict[str, Any]:
        """Press 按差异更新 on what is shown, wait, look."""
        body = {"fingerprint": self.look()["fingerprint"]}
        answer = self.browser.post("/api/interception/updates", json=body)
        assert answer.status_code == 202, answer.json
        self.run_jobs()
        return self.look()

    def words(self, side: str) -> list[str]:
        answer = self.browser.get("/api/interception/words", query_string={"side": side, "page_size": 100})
        return [each["word"] for each in answer.json["items"]]


@pytest.fixture
def desk(sign_in, run_jobs) -> Desk:
    return Desk(sign_in("he"), run_jobs)


def rules_in(simulator) -> dict[str, list[str]]:
    """Every rule that WeCom has, by its name without the number at the end."""
    with simulator.world.lock:
        return {
            rule.rule_name.rstrip("0123456789"): sorted(rule.words)
            for rule in simulator.world.state.intercept_rules.values()
            if not rule.deleted
        }


def names_in(simulator) -> list[str]:
    with simulator.world.lock:
        return [rule.rule_name for rule in simulator.world.state.intercept_rules.values() if not rule.deleted]


def clock_strikes(job: str, run_jobs: Callable[[], int]) -> None:
    """What the relay does every two minutes, and every night."""
    with db.transaction() as session:
        enqueue(session, job)
    run_jobs()


def only_members_are_visible(simulator, count: int) -> None:
    """The app's visible range is so many guides and no department, here and there."""
    for number in range(count):
        simulator.world.admin_creates_member(f"guide{number}", f"导购{number}", [1], position="导购")
    for application in simulator.world.state.applications.values():
        application.visible_departments = []
        application.visible_users = [f"guide{number}" for number in range(count)]
    with db.transaction() as session:
        session.execute(update(Department).values(deleted_at=app_clock.now()))
        session.execute(update(people.Member).values(serves_customers=False))
        for number in range(count):
            session.add(
                people.Member(
                    userid=f"guide{number}",
                    name=f"导购{number}",
                    serves_customers=True,
                    synced_at=app_clock.now(),
                )
            )
