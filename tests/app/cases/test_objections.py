"""「觉得拦错了」: one tap, one row; it lands on the entry, and the guide hears what became of it."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import db
from app.cases.models import Objection
from app.compliance.models import Hit
from tests.app.cases.conftest import BEST, WARNED
from tests.support.exports import taken

PROTECTED = "这件有最低价保护，放心买"


@pytest.fixture
def guide(sign_in) -> FlaskClient:
    return sign_in("lin")


@pytest.fixture
def entry_id(keeper: FlaskClient, publish) -> int:
    """「最低价」 blocks; 「全场最低价」 must be hit."""
    publish({**BEST, "must_hit": ["全场最低价"]}, WARNED)
    return keeper.get("/api/lexicon?q=最低价").json["items"][0]["id"]


def tap(browser: FlaskClient, entry_id: int, text: str = PROTECTED):
    return browser.post("/api/objections", json={"text": text, "channel": "sidebar", "entry_id": entry_id})


def rows() -> int:
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(Objection)) or 0


def test_one_tap_lands_on_the_entry_with_the_passage(guide, keeper, entry_id):
    said = tap(guide, entry_id)

    assert said.status_code == 201
    (found,) = keeper.get(f"/api/objections?entry_id={entry_id}").json["items"]
    assert (found["who"], found["who_name"], found["word"], found["state"]) == ("lin", "林晓", "最低价", "open")
    assert found["passage"][found["marked"]["start"] : found["marked"]["end"]] == "最低价"
    assert keeper.get(f"/api/objections/counts?entry_ids={entry_id}").json["items"] == [
        {"entry_id": entry_id, "total": 1, "open": 1}
    ]


def test_the_same_tap_twice_is_one_row(guide, entry_id):
    """Sabotage: leave the unique key's conflict out."""
    first, second = tap(guide, entry_id).json, tap(guide, entry_id).json
    assert first["id"] == second["id"]
    assert rows() == 1


def test_another_text_and_another_person_are_rows_of_their_own(guide, sign_in, entry_id, keeper):
    tap(guide, entry_id)
    tap(guide, entry_id, "再看看最低价保护")
    tap(sign_in("zhang"), entry_id)
    assert rows() == 3
    (word,) = keeper.get("/api/hits/words").json["items"]
    assert (word["word"], word["objections"], word["open_objections"], word["wrong"]) == ("最低价", 3, 3, 3)


def test_what_the_filter_does_not_say_cannot_be_objected_to(guide, entry_id):
    """Otherwise anybody could put any text on record as stopped."""
    for text in ("你好，这件很好看", "限时三天"):
        refused = tap(guide, entry_id, text)
        assert (refused.status_code, refused.json["code"]) == (409, "not_hit")
    assert rows() == 0


def test_a_tap_can_be_taken_back_and_made_again(guide, keeper, entry_id):
    number = tap(guide, entry_id).json["id"]

    assert guide.delete(f"/api/objections/{number}").status_code == 204
    assert guide.delete(f"/api/objections/{number}").status_code == 204
    assert keeper.get(f"/api/objections/counts?entry_ids={entry_id}").json["items"] == []

    assert tap(guide, entry_id).json["state"] == "open"
    assert rows() == 1


def test_nobody_takes_back_or_sees_what_another_said(guide, sign_in, entry_id):
    number = tap(guide, entry_id).json["id"]
    other = sign_in("zhang")
    assert other.delete(f"/api/objections/{number}").status_code == 404
    assert other.get("/api/objections/mine").json == {"items": [], "total": 0}
    assert other.get("/api/objections").status_code == 403
    assert sign_in("li").get(f"/api/objections?entry_id={entry_id}").status_code == 403
    assert sign_in("yun").get(f"/api/objections/entries/{entry_id}/proposal").status_code == 403


def test_a_day_has_room_for_fifty(guide, entry_id, clock):
    for number in range(50):
        assert tap(guide, entry_id, f"{number} 号最低价保护").status_code == 201
    refused = tap(guide, entry_id)
    assert (refused.status_code, refused.json["code"]) == (429, "too_many")
    assert tap(guide, entry_id, "3 号最低价保护").status_code == 201

    clock(timedelta(days=1, minutes=1))
    assert tap(guide, entry_id).status_code == 201


def test_a_proposed_exception_is_accepted_into_the_draft_with_one_click(
    guide, sign_in, keeper, entry_id, run_jobs, simulator
):
    guide.post("/api/checks", json={"text": PROTECTED, "channel": "sidebar"})
    tap(guide, entry_id)
    tap(sign_in("zhang"), entry_id, "也有最低价保护")
    tap(guide, entry_id, "全网最低价")

    proposal = keeper.get(f"/api/objections/entries/{entry_id}/proposal").json
    best = proposal["candidates"][0]
    assert (best["exception"], best["frees"], best["is_safe"]) == ("最低价保护", 2, True)
    assert (proposal["open"], proposal["hindrance"]) == (3, None)

    said = keeper.post(f"/api/objections/entries/{entry_id}/accept", json={"exception": best["exception"]}).json

    assert said == {"answered": 2, "still_hit": 1}
    entry = keeper.get("/api/lexicon?q=最低价").json["items"][0]
    assert (entry["exceptions"], entry["status"]) == (["最低价保护"], "draft_changed")
    assert "最低价保护" in entry["must_not_hit"]
    assert entry["problems"] == []
    mine = guide.get("/api/objections/mine").json["items"]
    assert sorted(each["state"] for each in mine) == ["accepted", "open"]
    assert keeper.get("/api/hits?review=false_alarm").json["total"] == 1

    run_jobs()
    assert {call.body["touser"] for call in simulator.calls if call.path == "message/send"} == {"lin", "zhang"}
    (entry_of_audit, *_) = sign_in("boss").get("/api/audit?action=objections.accepted").json["items"]
    assert entry_of_audit["details"]["exception"] == "最低价保护"


def test_accepting_twice_changes_and_tells_once(guide, keeper, entry_id, run_jobs, simulator):
    tap(guide, entry_id)
    ask = {"exception": "最低价保护"}
    assert keeper.post(f"/api/objections/entries/{entry_id}/accept", json=ask).status_code == 200
    again = keeper.post(f"/api/objections/entries/{entry_id}/accept", json=ask)
    run_jobs()

    assert (again.status_code, again.json["message"]) == (409, "没有待答复的反馈。")
    assert simulator.calls.count("message/send") == 1


def test_an_exception_that_breaks_an_example_or_helps_nobody_is_refused(guide, keeper, entry_id):
    tap(guide, entry_id, "全场最低价保护")
    path = f"/api/objections/entries/{entry_id}/accept"
    for exception in ("全场最低价", "好看"):
        refused = keeper.post(path, json={"exception": exception})
        assert refused.status_code == 422, exception
        assert refused.json["details"]["fields"]["exception"]
    assert keeper.get("/api/lexicon?q=最低价").json["items"][0]["exceptions"] == []
    assert keeper.get("/api/objections?state=open").json["total"] == 1


def test_a_right_hit_is_lost_only_by_who_says_so(guide, keeper, entry_id, try_to_send):
    """Sabotage: leave `in_spite_of` out."""
    try_to_send("zhang", "我们最低价到家")
    hit = keeper.get("/api/hits").json["items"][0]
    keeper.post(f"/api/hits/{hit['id']}/review", json={"verdict": "right"})
    tap(guide, entry_id, "最低价到家吗")
    path, ask = f"/api/objections/entries/{entry_id}/accept", {"exception": "最低价到家"}

    refused = keeper.post(path, json=ask)

    assert (refused.status_code, refused.json["code"]) == (409, "would_lose_right_hits")
    assert keeper.post(path, json={**ask, "in_spite_of": True}).json["answered"] == 1


def test_a_declined_objection_says_why(guide, keeper, entry_id, run_jobs, simulator):
    number = tap(guide, entry_id).json["id"]
    path = f"/api/objections/entries/{entry_id}/decline"

    assert keeper.post(path, json={"answer": "保价要写明依据，请改成价保。"}).json["answered"] == 1
    assert keeper.post(path, json={"answer": "再说一次"}).json["answered"] == 0
    run_jobs()

    (mine,) = guide.get("/api/objections/mine").json["items"]
    assert (mine["state"], mine["answer"]) == ("declined", "保价要写明依据，请改成价保。")
    assert guide.delete(f"/api/objections/{number}").json["code"] == "answered_already"
    assert simulator.calls.count("message/send") == 1
    assert keeper.get("/api/hits/words").json["items"][0]["wrong"] == 0


def test_objections_to_an_entry_that_is_gone_can_still_be_answered(guide, keeper, entry_id):
    tap(guide, entry_id)
    keeper.delete(f"/api/lexicon/entries/{entry_id}", json={"why": "不再需要"})
    assert "已经删除" in keeper.get(f"/api/objections/entries/{entry_id}/proposal").json["hindrance"]
    refused = keeper.post(f"/api/objections/entries/{entry_id}/accept", json={"exception": "最低价保护"})
    assert refused.status_code == 409
    assert (
        keeper.post(f"/api/objections/entries/{entry_id}/decline", json={"answer": "词条已删"}).status_code == 200
    )


def test_the_file_of_objections_runs_nothing_and_names_who_took_it(guide, keeper, entry_id):
    tap(guide, entry_id, "=HYPERLINK(1)最低价保护")
    table = taken(keeper, "objections").decode("utf-8-sig")
    assert "'=HYPERLINK(1)最低价保护" in table
    assert "导出：何静（he）" in table


def test_an_objection_needs_no_hit_on_record(guide, entry_id, database):
    """The passage stands in it: hits may be gone long before."""
    tap(guide, entry_id)
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Hit)) == 0


def test_an_objection_to_a_rule_names_it_so_that_people_can_read_it(guide, keeper, publish):
    publish({"text": "好评{6}返现", "kind": "rule", "reason": "不得以返现诱导好评"})
    text = "给好评就返现的那家不是我们"
    (hit,) = guide.post("/api/checks", json={"text": text, "channel": "sidebar"}).json["hits"]
    assert tap(guide, hit["entry_id"], text).json["word"] == "规则：不得以返现诱导好评"
