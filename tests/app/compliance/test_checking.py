"""What the filter says, explains and remembers."""

import pytest

from app import db
from app.compliance import checks
from app.errors import Blocked

BEST = {"text": "最低价", "action": "block", "suggestion": "实惠价", "reason": "广告法第九条"}
WARNED = {"text": "限时", "action": "warn"}
NOTED = {"text": "活动", "action": "record"}
SWAPPED = {"text": "秒杀", "action": "replace", "suggestion": "特惠"}


def passed(text, **given):
    with db.transaction() as session:
        return checks.passed(session, text, channel="sidebar", on_behalf_of="lin", subject="customer:wm1", **given)


def test_a_text_is_checked_with_passage_reason_and_replacement(sign_in, publish):
    version = publish(BEST, SWAPPED)

    answer = sign_in("lin").post("/api/checks", json={"text": "😀全场最低价，秒杀", "channel": "sidebar"}).json

    block, swap = answer["hits"]
    assert (answer["action"], answer["lexicon_version"], answer["replaced"]) == (
        "block",
        version,
        "😀全场最低价，特惠",
    )
    assert (block["start"], block["end"], block["utf16_start"], block["utf16_end"]) == (3, 6, 4, 7)
    assert (block["category_name"], block["suggestion"], block["reason"]) == ("广告法", "实惠价", "广告法第九条")
    assert swap["action"] == "replace"
    assert "最低价" in block["why"]


def test_a_blocked_text_is_refused_and_on_record_although_its_transaction_is_not(publish, hits):
    """Sabotage: leave `if_rolled_back` out."""
    publish(BEST)

    with pytest.raises(Blocked) as refused:
        passed("开业全场最低价，快来")

    assert "最低价" in refused.value.message
    assert refused.value.details["check"]["action"] == "block"
    (hit,) = hits()
    assert (hit.outcome, hit.channel, hit.subject, hit.lexicon_version) == (
        "blocked",
        "sidebar",
        "customer:wm1",
        1,
    )
    assert hit.passage[hit.marked_start : hit.marked_end] == "最低价"
    assert hit.passage == "开业全场最低价，快来"


def test_a_refusal_that_the_caller_catches_is_recorded_once(publish, hits):
    publish(BEST)
    with db.transaction() as session, pytest.raises(Blocked):
        checks.passed(session, "最低价", channel="bot", on_behalf_of="system", subject="")
    (hit,) = hits()
    assert hit.member_id is None


def test_a_warning_needs_a_reason(publish, hits):
    publish(WARNED)
    for reason in (None, "", "  "):
        with pytest.raises(checks.NeedsConfirmation) as refused:
            passed("限时三天", confirmed_reason=reason)
        assert refused.value.code == "needs_confirmation"

    assert passed("限时三天", confirmed_reason="活动确有期限").text == "限时三天"

    assert [hit.outcome for hit in hits()] == ["needs_confirmation"] * 3 + ["confirmed"]
    assert hits()[-1].confirmed_reason == "活动确有期限"


def test_a_reason_does_not_help_a_blocked_text(publish):
    publish(BEST, WARNED)
    with pytest.raises(Blocked) as refused:
        passed("限时最低价", confirmed_reason="我已确认")
    assert refused.value.code == "blocked_by_words"


def test_what_must_be_replaced_leaves_only_replaced(publish, hits):
    publish(SWAPPED)
    assert passed("今晚秒杀，秒杀！").text == "今晚特惠，特惠！"
    assert {(hit.outcome, hit.sent_instead) for hit in hits()} == {("replaced", "特惠")}


def test_a_replacement_that_is_itself_forbidden_does_not_leave(publish):
    publish(BEST, {"text": "特惠价", "action": "replace", "suggestion": "最低价"})
    with pytest.raises(Blocked):
        passed("今日特惠价")


def test_a_replacement_that_leads_round_in_a_circle_does_not_leave(publish):
    publish(
        {"text": "甲货", "action": "replace", "suggestion": "乙货"},
        {"text": "乙货", "action": "replace", "suggestion": "甲货"},
    )
    with pytest.raises(Blocked):
        passed("这是甲货")


def test_what_is_only_recorded_leaves(publish, hits):
    publish(NOTED)
    assert passed("周末有活动").text == "周末有活动"
    assert [hit.outcome for hit in hits()] == ["recorded"]


def test_a_word_counts_only_where_and_as_long_as_it_is_meant_to(publish, clock):
    publish(
        {"text": "内购", "action": "block", "scope": {"channel": ["mass_message"]}},
        {"text": "双十一", "action": "block", "valid_until": "2026-11-20"},
    )
    assert checks.verdict("内购", channel="sidebar").action == "pass"
    assert checks.verdict("内购", channel="mass_message").action == "block"
    assert checks.verdict("双十一", channel="sidebar").action == "block"
    from datetime import timedelta

    clock(timedelta(hours=14, minutes=1))  # past midnight in Shanghai
    assert checks.verdict("双十一", channel="sidebar").action == "pass"


def test_looking_at_a_verdict_again_and_again_is_one_line(sign_in, publish, hits):
    publish(BEST)
    browser = sign_in("lin")
    for text in ("最低价", "全场最低价", "全场最低价！"):
        browser.post("/api/checks", json={"text": text, "channel": "sidebar"})
    (hit,) = hits()
    assert (hit.outcome, hit.times, hit.passage) == ("previewed", 3, "全场最低价！")


def test_a_sentence_is_explained_step_by_step(keeper, publish):
    publish({**BEST, "text": "最", "exceptions": ["最近"], "mode": "substring"})

    answer = keeper.post("/api/lexicon/try", json={"text": "这件最显瘦，最近很火", "against": "published"}).json

    titles = [step["title"] for step in answer["steps"]]
    assert any("第 3 字" in title and "命中" in title for title in titles)
    assert any("第 7 字" in title and "不命中" in title for title in titles)
    assert any("允许语境" in step["detail"] for step in answer["steps"])


def test_an_entry_can_be_tried_before_it_is_saved(keeper, publish):
    publish(BEST)
    ask = {"text": "全球首发", "against": "draft", "entry": {"text": "首发", "action": "warn"}}
    assert keeper.post("/api/lexicon/try", json=ask).json["check"]["action"] == "warn"
    assert keeper.get("/api/lexicon").json["total"] == 1


def test_a_text_longer_than_any_message_is_refused_before_it_is_checked(sign_in, publish):
    publish(BEST)
    answer = sign_in("lin").post("/api/checks", json={"text": "好" * 20_001, "channel": "sidebar"})
    assert answer.status_code == 422
