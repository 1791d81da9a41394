"""What the system notices by itself, and whom it tells: once, by counts, without a word of the list."""

from datetime import timedelta

import pytest

from app import db
from app.outbox import enqueue
from tests.app.cases.conftest import BEST, WARNED

EVERY_HIT = ["record", "warn", "replace", "block"]


@pytest.fixture
def run(run_jobs):
    """Called with a job's name: it runs now, and what it enqueues."""

    def called(name: str) -> None:
        with db.transaction() as session:
            enqueue(session, name)
        run_jobs()

    return called


@pytest.fixture
def listed(clock, publish, simulator, app):
    return publish(BEST, WARNED, {"text": "全网第一", "action": "block"})


def cards(simulator) -> list[dict]:
    return [call.body for call in simulator.calls if call.path == "message/send"]


def choose(keeper, **given) -> None:
    body = {"wants_digest": False, "digest_hour": 9, "categories": [], "actions": [], **given}
    assert keeper.put("/api/desk/subscriptions/he", json=body).status_code == 200


def test_who_is_blocked_again_and_again_becomes_a_case(keeper, listed, try_to_send, run, clock):
    """Sabotage: count hits instead of texts: the third text with two hits opens it too early."""
    for number in range(4):
        try_to_send("lin", f"{number} 最低价，真的最低价")
        try_to_send("zhang", f"{number} 最低价")
    run("cases.watch")
    assert keeper.get("/api/cases").json["total"] == 0

    try_to_send("lin", "还是最低价")
    run("cases.watch")

    (case,) = keeper.get("/api/cases").json["items"]
    assert (case["who"], case["opened_by"], case["title"]) == ("lin", "system", "反复被拦：最低价")
    assert case["hits"] == 9
    run("cases.watch")
    assert keeper.get("/api/cases").json["total"] == 1


def test_what_follows_joins_the_open_case_and_a_closed_one_stays_closed(keeper, listed, try_to_send, run, clock):
    for number in range(5):
        try_to_send("lin", f"{number} 最低价")
    run("cases.watch")
    try_to_send("lin", "又是最低价")
    run("cases.watch")
    (case,) = keeper.get("/api/cases").json["items"]
    assert case["hits"] == 6
    path = f"/api/cases/{case['id']}/state"
    keeper.post(path, json={"to": "reviewed", "expected": "open", "conclusion": "training"})
    keeper.post(path, json={"to": "closed", "expected": "reviewed"})

    try_to_send("lin", "第七次最低价")
    run("cases.watch")
    assert keeper.get("/api/cases").json["total"] == 1
    for number in range(4):
        try_to_send("lin", f"再 {number} 最低价")
    run("cases.watch")
    assert keeper.get("/api/cases").json["total"] == 2


def test_different_words_of_one_category_count_together(keeper, listed, try_to_send, run, clock):
    for number in range(4):
        try_to_send("lin", f"{number} 最低价")
        try_to_send("lin", f"{number} 全网第一")
    run("cases.watch")
    (case,) = keeper.get("/api/cases").json["items"]
    assert (case["title"], case["hits"]) == ("反复被拦：广告法", 8)


def test_texts_with_several_words_are_one_matter(keeper, listed, try_to_send, run, clock):
    """Sabotage: let `hits_of_texts` give those of the one word: a case for each word of the same five texts."""
    for number in range(5):
        try_to_send("lin", f"{number} 全网第一，最低价，限时")
    run("cases.watch")
    (case,) = keeper.get("/api/cases").json["items"]
    assert case["hits"] == 15


def test_after_a_day_the_count_begins_anew(keeper, listed, try_to_send, run, clock):
    for number in range(4):
        try_to_send("lin", f"{number} 最低价")
    clock(timedelta(hours=24, minutes=1))
    try_to_send("lin", "最低价")
    run("cases.watch")
    assert keeper.get("/api/cases").json["total"] == 0


def test_the_thresholds_can_be_chosen_and_switched_off(keeper, listed, try_to_send, run, sign_in):
    rules = {"entry_times": 2, "category_times": 0, "keep_days": 365}
    assert keeper.get("/api/desk/rules").json["entry_times"] == 5
    changed = keeper.put("/api/desk/rules", json=rules).json
    assert (changed["entry_times"], changed["changed_by"]) == (2, "he")
    keeper.put("/api/desk/rules", json=rules)
    assert keeper.put("/api/desk/rules", json={**rules, "keep_days": 179}).status_code == 422
    (entry,) = sign_in("boss").get("/api/audit?action=desk.rules_changed").json["items"]
    assert entry["details"] == {"entry_times": [5, 2], "category_times": [8, 0], "keep_days": [180, 365]}

    try_to_send("lin", "1 最低价")
    try_to_send("lin", "2 最低价")
    run("cases.watch")
    assert keeper.get("/api/cases").json["total"] == 1


def test_the_day_is_told_once_at_the_chosen_hour(keeper, listed, try_to_send, run, clock, simulator):
    """Sabotage: put the time instead of the day into the notice's key: the second run tells again."""
    choose(keeper, wants_digest=True, digest_hour=11)
    try_to_send("lin", "开业最低价")
    try_to_send("lin", "限时三天", channel="bot")
    clock(timedelta(hours=24))
    run("cases.digest")
    assert cards(simulator) == []

    clock(timedelta(hours=1))
    run("cases.digest")
    clock(timedelta(minutes=15))
    run("cases.digest")

    (card,) = cards(simulator)
    assert card["touser"] == "he"
    shown = card["template_card"]
    assert shown["main_title"]["title"] == "检查日报 11月20日"
    assert "拦下 1 段文字" in shown["sub_title_text"]
    assert "等说明理由 1 段" in shown["sub_title_text"]
    assert shown["card_action"]["url"].endswith("/console/hits?from=2026-11-20&to=2026-11-20")
    for word in ("最低价", "限时", "林晓"):
        assert word not in str(card)


def test_a_quiet_day_is_no_message(keeper, listed, run, clock, simulator):
    choose(keeper, wants_digest=True)
    clock(timedelta(days=1))
    run("cases.digest")
    assert cards(simulator) == []


def test_who_chose_so_is_told_at_once_and_not_every_minute(keeper, listed, try_to_send, run, clock, simulator):
    try_to_send("lin", "以前的最低价")
    choose(keeper, actions=["block"], categories=["advertising"])
    clock(timedelta(seconds=1))
    try_to_send("lin", "最低价")
    try_to_send("lin", "限时三天")
    clock(timedelta(minutes=1))
    run("cases.watch")
    run("cases.watch")
    (card,) = cards(simulator)
    assert "新增 1 条" in card["template_card"]["sub_title_text"]

    try_to_send("lin", "又是最低价")
    clock(timedelta(minutes=1))
    run("cases.watch")
    assert len(cards(simulator)) == 1
    clock(timedelta(minutes=10))
    run("cases.watch")
    assert len(cards(simulator)) == 2


def test_changing_the_choice_loses_nothing_that_is_still_to_be_told(
    keeper, listed, try_to_send, run, clock, simulator
):
    choose(keeper, actions=["block"])
    clock(timedelta(seconds=1))
    try_to_send("lin", "最低价")
    clock(timedelta(seconds=1))
    choose(keeper, actions=["block", "warn"])
    clock(timedelta(minutes=1))
    run("cases.watch")
    assert len(cards(simulator)) == 1


def test_other_categories_and_previews_are_not_told(keeper, listed, try_to_send, run, clock, simulator, sign_in):
    choose(keeper, actions=EVERY_HIT, categories=["insult"])
    clock(timedelta(seconds=1))
    try_to_send("lin", "最低价")
    sign_in("lin").post("/api/checks", json={"text": "最低价", "channel": "sidebar"})
    clock(timedelta(minutes=1))
    run("cases.watch")
    assert cards(simulator) == []


def test_who_lost_the_role_is_told_nothing_more(keeper, listed, try_to_send, run, clock, simulator, sign_in):
    choose(keeper, wants_digest=True, actions=EVERY_HIT)
    clock(timedelta(seconds=1))
    try_to_send("lin", "最低价")
    assert sign_in("boss").put("/api/staff/members/he/roles", json={"roles": []}).status_code == 200
    clock(timedelta(days=1))
    run("cases.watch")
    run("cases.digest")
    assert cards(simulator) == []


def test_only_who_keeps_the_lists_can_be_chosen(keeper, listed):
    body = {"wants_digest": True, "digest_hour": 9, "categories": [], "actions": []}
    assert keeper.put("/api/desk/subscriptions/lin", json=body).status_code == 404
    (view,) = keeper.get("/api/desk/subscriptions").json["items"]
    assert (view["userid"], view["is_chosen"]) == ("he", False)
    choose(keeper, wants_digest=True)
    assert keeper.get("/api/desk/subscriptions").json["items"][0]["wants_digest"]
    for _ in range(2):
        assert not keeper.delete("/api/desk/subscriptions/he").json["items"][0]["is_chosen"]


def test_a_notice_leaves_even_if_its_own_words_are_listed(
    keeper, publish, try_to_send, run, clock, simulator, app
):
    """The list stops 「拦下」: something plainer is said instead; nothing goes round the filter."""
    publish(BEST, "拦下")
    choose(keeper, wants_digest=True)
    try_to_send("lin", "最低价")
    clock(timedelta(days=1))
    run("cases.digest")
    (card,) = cards(simulator)
    assert card["template_card"]["main_title"]["title"] == "有新的提醒"


def test_who_has_to_decide_about_an_entry_is_told_before_it_runs_out(keeper, publish, run, clock, simulator):
    """On the fourteenth, seventh and last days; twice a day it is one message."""
    publish(BEST, {"text": "双十一", "action": "block", "valid_until": "2026-12-01"})
    run("cases.digest")
    assert cards(simulator) == []
    clock(timedelta(days=4))
    for _ in range(2):
        run("cases.digest")
    clock(timedelta(days=1))
    run("cases.digest")

    (card,) = cards(simulator)
    assert card["touser"] == "he"
    assert card["template_card"]["main_title"]["title"] == "你负责的词条快到期了"
    assert "双十一" not in str(card)
