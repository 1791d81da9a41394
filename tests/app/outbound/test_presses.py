"""What a guide hands over in the sidebar: checked, kept once, and never called sent."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app import db
from app.audit.models import AuditEntry
from app.compliance import actions as compliance
from app.compliance.models import Hit
from app.customers.models import CustomerEvent
from app.outbound import states
from app.outbound.models import IntentState, SendIntent
from app.scripts.models import Script, ScriptUse
from tests.app.outbound.conftest import WANG_JIE


def rows(table):
    with db.transaction() as session:
        return list(session.scalars(select(table).order_by(*table.__table__.primary_key)))


def test_a_press_is_kept_before_wecom_is_asked(press):
    answer = press("王姐您好，新款到了", "要不要给您留一件？")
    assert answer.status_code == 201
    assert (answer.json["state"], [part["state"] for part in answer.json["parts"]]) == ("checked", ["checked"] * 2)
    assert answer.json["parts"][1]["text"] == "要不要给您留一件？"


def test_a_blocked_word_is_refused_with_its_place_and_nothing_is_kept(press):
    answer = press("您好", "这件全场最低价")

    assert (answer.status_code, answer.json["code"]) == (422, "blocked_by_words")
    (hit,) = answer.json["details"]["check"]["hits"]
    assert ("您好\n这件全场最低价"[hit["start"] : hit["end"]], hit["suggestion"]) == ("最低价", "实惠价")
    assert rows(SendIntent) == []
    assert [(each.outcome, each.subject) for each in rows(Hit)] == [("blocked", f"customer:{WANG_JIE}")]


def test_a_warning_leaves_with_a_reason_only(press):
    refused = press("限时三天")
    assert (refused.status_code, refused.json["code"]) == (422, "needs_confirmation")

    confirmed = press("限时三天", confirmed_reason="活动确有期限")

    assert confirmed.status_code == 201
    assert confirmed.json["check"]["action"] == "warn"


def test_what_must_be_replaced_is_handed_over_replaced(press):
    answer = press("今晚秒杀")
    assert answer.json["parts"][0]["text"] == "今晚特惠"
    assert answer.json["check"]["replaced"] == "今晚特惠"


def test_without_a_verdict_nothing_is_kept(press, database):
    with db.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE lexicon_versions DISABLE TRIGGER ALL")
        session.connection().exec_driver_sql("DELETE FROM lexicon_versions")
    from app.compliance.lexicon import look_again

    look_again()
    answer = press("您好")
    assert (answer.status_code, answer.json["code"]) == (503, "check_unavailable")
    assert rows(SendIntent) == []


def test_a_press_told_twice_is_one(press):
    press_id = str(uuid4())
    first, again = press("您好", press_id=press_id), press("您好", press_id=press_id)
    assert first.json == again.json
    assert len(rows(SendIntent)) == 1


def test_a_press_cannot_be_used_for_other_words(press):
    """Else a page could have one text checked and hand another one over under its number."""
    press_id = str(uuid4())
    press("您好", press_id=press_id)
    assert press("您好呀", press_id=press_id).json["code"] == "press_reused"


@pytest.mark.parametrize("who", ["zhang", "wang", "li", "boss"])
def test_only_whose_customer_it_is_may_press(press, sign_in, who):
    """A manager sees her, but the chat is not theirs. Hidden and missing look the same."""
    other = sign_in(who)
    hidden, missing = press("您好", by=other), press("您好", by=other, external_user_id="wmNobody")
    assert (
        (hidden.status_code, hidden.json["code"])
        == (missing.status_code, missing.json["code"])
        == (404, "not_found")
    )


def test_a_group_that_is_not_mine_is_not_found(press):
    answer = press("大家好", entry="group", external_user_id=None, chat_id="wrElsewhere")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("text", "code"),
    [("  ", "empty_part"), ("好" * 4001, "part_too_long"), ("您身高〔身高〕", "blank_left_open")],
)
def test_what_cannot_be_sent_is_said_before(press, text, code):
    assert press(text).json["code"] == code


def test_an_outcome_is_kept_on_the_timeline_and_counts_the_script_once(press, report, library):
    with db.transaction() as session:
        script_id = session.scalar(select(Script.id).where(Script.title == "怎么退换货"))
    intent = press("第一段", "第二段", script_id=script_id).json

    report(intent["id"], "handing")
    report(intent["id"], "handed")
    report(intent["id"], "handed")
    done = report(intent["id"], "handed", part=1).json

    assert done["state"] == "handed"
    assert [event.kind for event in rows(CustomerEvent)] == ["message_handed"] * 2
    assert "怎么退换货" in rows(CustomerEvent)[0].details["detail"]
    (use,) = rows(ScriptUse)
    assert use.was_edited


def test_a_late_answer_corrects_what_was_not_known(press, report):
    """Sabotage: make unknown final."""
    intent = press("您好").json
    assert report(intent["id"], "unknown").json["state"] == "unknown"

    corrected = report(intent["id"], "handed")

    assert corrected.json["state"] == "handed"
    assert [event.kind for event in rows(CustomerEvent)] == ["message_unknown", "message_handed"]
    assert "更正" in rows(CustomerEvent)[1].details["detail"]


def test_a_report_that_arrives_late_changes_nothing(press, report):
    intent = press("您好").json
    report(intent["id"], "handed")
    for late in ("handing", "unknown"):
        assert report(intent["id"], late).json["state"] == "handed"


def test_a_certain_outcome_is_not_contradicted(press, report):
    intent = press("您好").json
    report(intent["id"], "refused", raw="fail no permission")
    answer = report(intent["id"], "handed")
    assert (answer.status_code, answer.json["code"]) == (409, "outcome_is_final")


def test_nobody_reports_for_another(press, report, sign_in):
    intent = press("您好").json
    for intent_id in (intent["id"], "999999", "x", "9" * 30):
        answer = sign_in("zhang").post(
            f"/api/outbound/sidebar-sends/{intent_id}/outcome", json={"part": 0, "outcome": "handed"}
        )
        assert answer.status_code == 404
    assert report(intent["id"], "handed", part=1).status_code == 404


def test_a_stop_stops_presses_too_and_is_audited(press, sign_in):
    yun = sign_in("yun")
    assert yun.put("/api/operations/send-switch", json={"paused": True, "reason": ""}).status_code == 422
    yun.put("/api/operations/send-switch", json={"paused": True, "reason": "客户投诉"})

    stopped = press("您好")

    assert (stopped.status_code, stopped.json["code"]) == (503, "sending_paused")
    assert "客户投诉" in stopped.json["message"]
    yun.put("/api/operations/send-switch", json={"paused": False, "reason": "已处理"})
    assert press("您好").status_code == 201
    with db.transaction() as session:
        stops = select(func.count()).where(AuditEntry.action.in_(("outbound.paused", "outbound.resumed")))
        assert session.scalar(stops) == 2


@pytest.mark.parametrize("state", IntentState)
@pytest.mark.parametrize("outcome", [each for each in IntentState if each != IntentState.CHECKED])
def test_no_report_leads_back_to_what_could_send_again(state, outcome):
    now = states.after(state, outcome)
    if state in (IntentState.HANDED, IntentState.CANCELLED, IntentState.REFUSED):
        assert now in (state, None)
    assert now != IntentState.CHECKED


@pytest.fixture
def listed_since(he):
    """Called with fields of an entry: it is published beside the others."""

    def published(**fields):
        with db.transaction() as session:
            compliance.add_entry(session, he, {"category": "advertising", "action": "block", **fields})
            compliance.publish(session, he, note="又一版")

    return published


def test_a_list_published_in_between_stops_the_second_part(press, report, listed_since):
    """Sabotage: leave `_clear_again` out of `report`."""
    intent = press("您好", "周末见").json
    report(intent["id"], "handing")
    report(intent["id"], "handed")
    listed_since(text="周末见", reason="不许")

    stopped = report(intent["id"], "handing", part=1)

    assert (stopped.status_code, stopped.json["code"]) == (422, "blocked_by_words")
    assert "「周末见」" in stopped.json["message"]
    assert stopped.json["details"]["check"]["hits"][0]["reason"] == "不许"
    (intent,) = rows(SendIntent)
    assert [(part.state, part.raw) for part in intent.parts] == [
        ("handed", None),
        ("cancelled", stopped.json["message"]),
    ]
    assert [(hit.outcome, hit.word) for hit in rows(Hit)] == [("blocked", "周末见")]


def test_a_reason_given_for_the_press_is_none_for_a_word_listed_since(press, report, listed_since):
    intent = press("限时三天", "限时，周末见", confirmed_reason="活动确有期限").json
    listed_since(text="周末见", action="warn")

    stopped = report(intent["id"], "handing", part=1)

    assert (stopped.status_code, stopped.json["code"]) == (422, "needs_confirmation")


def test_what_would_have_to_be_replaced_now_is_not_handed_over_as_it_was(press, report, listed_since):
    intent = press("您好", "周末见").json
    listed_since(text="周末见", action="replace", suggestion="改天见")
    assert report(intent["id"], "handing", part=1).json["code"] == "blocked_by_words"


def test_a_list_that_minds_nothing_lets_the_second_part_go_and_records_nothing_twice(press, report, listed_since):
    intent = press("您好", "限时三天", confirmed_reason="活动确有期限").json
    listed_since(text="别的词")

    assert report(intent["id"], "handing", part=1).json["parts"][1]["state"] == "handing"
    assert report(intent["id"], "handed", part=1).status_code == 200
    assert [hit.outcome for hit in rows(Hit)] == ["confirmed"]
