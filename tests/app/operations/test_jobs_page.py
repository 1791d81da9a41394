"""Dead letters are seen without their secrets, tried again or let rest, and each act is on record."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import db
from app.audit.models import AuditEntry
from app.outbox import Job, enqueue
from tests.support import jobs as _jobs  # noqa: F401  (registers the jobs that misbehave)
from tests.support.words import FORBIDDEN

SignIn = Callable[[str], FlaskClient]
RunJobs = Callable[[], int]
URL = "/api/operations/jobs"


@pytest.fixture
def dead(people: object, run_jobs: RunJobs) -> int:
    """A job that gave up."""
    with db.transaction() as session:
        job_id = enqueue(session, "test.give_up")
    run_jobs()
    assert job_id is not None
    return job_id


def audited() -> list[str]:
    with db.transaction() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def test_dead_letters_are_listed_and_tried_again(sign_in: SignIn, dead: int, run_jobs: RunJobs) -> None:
    boss = sign_in("boss")
    listed = boss.get(URL).json
    assert [each["id"] for each in listed["items"]] == [dead]
    assert listed["items"][0]["last_error"].startswith("GiveUp: nothing can be done")
    assert (listed["lanes"]["default"]["dead"], listed["names"]) == (1, {"test.give_up": 1})
    assert boss.post(f"{URL}/{dead}/replay").json == {"replayed": 1}
    assert boss.post(f"{URL}/{dead}/replay").status_code == 409
    assert run_jobs() == 1
    assert boss.post(f"{URL}/replay", json={"name": "test.give_up"}).json == {"replayed": 1}
    assert audited()[-2:] == ["jobs.replayed", "jobs.replayed"]


def test_letting_it_rest_needs_a_reason(sign_in: SignIn, dead: int, run_jobs: RunJobs) -> None:
    boss = sign_in("boss")
    assert boss.post(f"{URL}/{dead}/discard", json={"reason": ""}).status_code == 422
    assert boss.post(f"{URL}/{dead}/discard", json={"reason": "已在企业微信里处理"}).status_code == 204
    assert (boss.get(URL).json["items"], run_jobs()) == ([], 0)
    assert audited()[-1] == "jobs.discarded"


def test_what_people_wrote_and_codes_are_not_shown(sign_in: SignIn, run_jobs: RunJobs) -> None:
    with db.transaction() as session:
        for text in (FORBIDDEN, "我的电话 13800001234"):
            args = {
                "userid": "lin",
                "message_id": text[-4:],
                "kind": "text",
                "happened_at": "2026-11-20T02:00:00Z",
            }
            enqueue(session, "chatbot.answer", text=text, **args)
        session.execute(
            Job.__table__.update().values(state="dead", last_error="ValueError: 13800001234 access_token=abc&x")
        )
    shown = sign_in("boss").get(f"{URL}?name=chatbot").get_data(as_text=True)
    assert "lin" in shown
    assert not [secret for secret in (FORBIDDEN, "1380000", "abc") if secret in shown]


def test_guides_and_managers_do_not_see_the_machine_room(sign_in: SignIn, dead: int) -> None:
    for userid in ("lin", "li", "he"):
        browser = sign_in(userid)
        assert browser.get(URL).status_code == 403
        assert browser.post(f"{URL}/{dead}/replay").status_code == 403
        assert browser.post("/api/operations/syncs", json={"kinds": ["staff"]}).status_code == 403


def test_a_sync_is_started_once_watched_and_cancelled(sign_in: SignIn, run_jobs: RunJobs) -> None:
    boss = sign_in("boss")
    first = boss.post("/api/operations/syncs", json={"kinds": ["staff", "tags"]})
    again = boss.post("/api/operations/syncs", json={"kinds": ["staff"]})
    assert (first.status_code, again.json["items"][0]["id"]) == (202, first.json["items"][0]["id"])
    assert boss.post(f"/api/operations/syncs/{first.json['items'][1]['id']}/cancel").json["state"] == "cancelled"
    run_jobs()
    runs = {each["kind"]: each for each in boss.get("/api/operations/syncs").json["items"]}
    assert (runs["staff"]["state"], runs["tags"]["state"]) == ("done", "cancelled")
    assert (runs["staff"]["kind_name"], runs["staff"]["started_by_name"]) == ("成员和门店", "陈思远")
    assert [each for each in audited() if each.startswith("syncs.")] == ["syncs.started", "syncs.cancelled"]


def test_tasks_are_recalled_only_while_sending_is_stopped(sign_in: SignIn) -> None:
    boss = sign_in("boss")
    url = "/api/operations/mass-message-tasks/recall"
    assert boss.post(url, json={"reason": "价格写错"}).json["code"] == "not_paused"
    boss.put("/api/operations/send-switch", json={"paused": True, "reason": "价格写错"})
    assert boss.post(url, json={"reason": "价格写错"}).status_code == 204
