"""A list that is published through the desk reaches WeCom's own rules at once, and once."""

import pytest

from app import db
from app.compliance import actions
from tests.app.interception.conftest import clock_strikes, rules_in


@pytest.fixture
def published(database, he, publish):
    """The desk's own way to a first list: 全网最低价 blocks."""
    with db.transaction() as session:
        actions.add_entry(session, he, {"text": "全网最低价", "category": "advertising", "action": "block"})
        actions.publish(session, he, note="测试")


def test_an_approval_is_followed_without_waiting_for_the_clock(published, simulator, desk, sign_in, run_jobs):
    """Sabotage: take `interception.follow` out of `proposals._tell`."""
    desk.choose(is_on=True)
    keeper, approver = sign_in("he"), sign_in("boss")
    keeper.post("/api/lexicon/entries", json={"text": "史上最低价", "category": "advertising", "action": "block"})
    keeper.post("/api/lexicon/replays", json={})
    run_jobs()
    asked = keeper.post("/api/lexicon/proposals", json={"note": "加一个", "accepts_blocked": True}).json
    simulator.calls.clear()
    decision = {"comment": "", "content_hash": asked["content_hash"]}
    assert approver.post(f"/api/lexicon/proposals/{asked['id']}/approve", json=decision).status_code == 200

    run_jobs()

    assert rules_in(simulator) == {"导购台·广告法·拦": ["全网最低价", "史上最低价"]}
    assert desk.look()["carried_version"] == 2
    writes = simulator.calls.count("externalcontact/update_intercept_rule")
    clock_strikes("interception.follow", run_jobs)
    assert (writes, simulator.calls.count("externalcontact/update_intercept_rule")) == (1, 1)


def test_an_emergency_is_followed_at_once_too(published, simulator, desk, sign_in, run_jobs):
    desk.choose(is_on=True)
    keeper = sign_in("he")
    entry = {"text": "史上最低价", "category": "advertising", "action": "block"}
    made = keeper.post("/api/lexicon/entries", json=entry).json
    answer = keeper.post("/api/lexicon/urgent", json={"entry_ids": [made["id"]], "reason": "监管来函"})
    assert answer.status_code == 201, answer.json
    run_jobs()
    assert rules_in(simulator) == {"导购台·广告法·拦": ["全网最低价", "史上最低价"]}


def test_while_it_is_off_a_publication_writes_nothing(published, simulator, desk, sign_in, run_jobs):
    desk.look()
    simulator.calls.clear()
    run_jobs()
    assert rules_in(simulator) == {}
    assert simulator.calls.count("externalcontact/add_intercept_rule") == 0
