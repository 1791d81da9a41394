"""Compliance decides, administrators read, nobody else sees it; and every decision is on record."""

import pytest
from sqlalchemy import select

from app import db
from app.audit.models import AuditEntry
from tests.app.interception.conftest import rules_in

WRITES = [
    ("PUT", "/api/interception/choices", {"is_on": True, "semantics": [], "accepted": []}),
    ("POST", "/api/interception/checks", None),
    ("POST", "/api/interception/updates", {"fingerprint": "0" * 64}),
    ("POST", "/api/interception/removals", None),
    ("DELETE", "/api/interception/refused-words", None),
]
READS = ["/api/interception", "/api/interception/words?side=only_ours", "/api/interception/left-out"]


@pytest.mark.parametrize("userid", ["lin", "li", "yun"])
def test_guides_managers_and_operators_see_nothing_of_it(simulator, publish, sign_in, userid):
    publish("全网最低价")
    browser = sign_in(userid)
    assert {browser.get(path).status_code for path in READS} == {403}
    assert {browser.open(path, method=method, json=body).status_code for method, path, body in WRITES} == {403}


def test_an_administrator_reads_and_decides_nothing(simulator, publish, sign_in, run_jobs):
    publish("全网最低价")
    boss = sign_in("boss")
    assert {boss.get(path).status_code for path in READS} == {200}
    assert {boss.open(path, method=method, json=body).status_code for method, path, body in WRITES} == {403}
    run_jobs()
    assert rules_in(simulator) == {}


def test_every_decision_and_every_writing_is_on_record(simulator, publish, desk, run_jobs):
    publish("全网最低价")
    desk.choose(is_on=False, accepted=["negation"])
    desk.update()
    desk.browser.post("/api/interception/removals")
    run_jobs()
    with db.transaction() as session:
        rows = session.scalars(
            select(AuditEntry).where(AuditEntry.action.startswith("interception.")).order_by(AuditEntry.number)
        ).all()
        told = [(row.actor, row.action, row.details.get("created"), row.details.get("deleted")) for row in rows]
    assert told == [
        ("he", "interception.chosen", None, None),
        ("he", "interception.update_ordered", None, None),
        ("he", "interception.carried_out", 1, 0),
        ("he", "interception.removal_ordered", None, None),
        ("he", "interception.carried_out", 0, 1),
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"is_on": True, "semantics": [4], "accepted": []},
        {"is_on": True, "semantics": [], "accepted": ["too_long"]},
        {"is_on": True},
        {"is_on": "maybe", "semantics": [], "accepted": []},
    ],
)
def test_choices_that_make_no_sense_change_nothing(simulator, publish, desk, run_jobs, body):
    publish("全网最低价")
    answer = desk.browser.put("/api/interception/choices", json=body)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    run_jobs()
    assert not desk.look()["is_on"]


def test_before_the_first_publication_the_page_says_what_is_missing(simulator, desk):
    answer = desk.browser.get("/api/interception")
    assert (answer.status_code, answer.json["code"]) == (409, "no_lexicon")
    assert "请先在「词库」里发布" in answer.json["message"]


def test_pressing_twice_is_one_run(simulator, publish, desk, run_jobs):
    publish("全网最低价")
    fingerprint = desk.look()["fingerprint"]
    first = desk.browser.post("/api/interception/updates", json={"fingerprint": fingerprint}).json
    again = desk.browser.post("/api/interception/updates", json={"fingerprint": fingerprint}).json
    assert first["id"] == again["id"]
    run_jobs()
    assert len(desk.look()["runs"]) == 1


def test_long_lists_come_in_pages_and_can_be_searched(simulator, publish, desk):
    publish(*(f"不许说第{number}句" for number in range(45)))
    page = desk.browser.get("/api/interception/words?side=only_ours&page=3&page_size=20").json
    assert (len(page["items"]), page["total"]) == (5, 45)
    found = desk.browser.get("/api/interception/words", query_string={"side": "only_ours", "q": "第44"}).json
    assert [(each["word"], each["category_name"]) for each in found["items"]] == [("不许说第44句", "广告法")]
