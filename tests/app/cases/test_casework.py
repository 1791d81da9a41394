"""A case goes from open to reviewed to closed; every step is a line that stays, and is on the audit chain."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app import db
from tests.app.cases.conftest import BEST, WARNED
from tests.support.exports import taken


@pytest.fixture
def hit(keeper, publish, try_to_send) -> dict:
    """林晓 wrote one text with two hits, and another one; 张敏 wrote a third."""
    publish(BEST, WARNED)
    try_to_send("lin", "限时最低价")
    try_to_send("lin", "再来一次最低价")
    try_to_send("zhang", "最低价啦")
    return keeper.get("/api/hits?q=限时最低价&action=block").json["items"][0]


def opened(keeper, hit, **given) -> dict:
    answer = keeper.post("/api/cases", json={"hit_id": hit["id"], **given})
    assert answer.status_code == 201, answer.json
    return answer.json


def test_a_case_gathers_what_belongs_to_the_hit(keeper, hit):
    """Sabotage: leave `member_id` out of `belonging`: 张敏's hit comes along."""
    case = opened(keeper, hit, gather="text", title="先看看", note="客户投诉过", assignee="he")

    assert (case["title"], case["state"], case["who"], case["assignee"]) == ("先看看", "open", "lin", "he")
    assert {each["word"] for each in case["linked"]} == {"最低价", "限时"}
    assert {(each["who"], each["passage"]) for each in case["linked"]} == {("lin", "限时最低价")}
    assert [(each["kind"], each["author"]) for each in case["notes"]] == [("opened", "he"), ("note", "he")]
    assert keeper.get(f"/api/hits/{hit['id']}").json["case_id"] == case["id"]


def test_the_day_of_a_person_comes_along_when_asked_for(keeper, hit):
    case = opened(keeper, hit, gather="day")
    assert case["hits"] == 3
    assert {each["who"] for each in case["linked"]} == {"lin"}


def test_a_hit_belongs_to_one_case(keeper, hit):
    case = opened(keeper, hit, gather="hit")
    again = keeper.post("/api/cases", json={"hit_id": hit["id"]})
    assert (again.status_code, again.json["code"]) == (409, "in_a_case")
    assert again.json["details"]["case_id"] == case["id"]

    other = keeper.get("/api/hits?q=再来").json["items"][0]
    second = opened(keeper, other, gather="day")
    assert hit["id"] not in [each["id"] for each in second["linked"]]


def test_it_goes_from_open_to_reviewed_to_closed_and_back(keeper, hit, sign_in):
    case = opened(keeper, hit, gather="day")
    path = f"/api/cases/{case['id']}/state"

    assert keeper.post(path, json={"to": "closed", "expected": "open"}).json["code"] == "no_such_way"
    assert keeper.post(path, json={"to": "reviewed", "expected": "open"}).status_code == 422
    reviewed = keeper.post(
        path, json={"to": "reviewed", "expected": "open", "conclusion": "training", "note": "已谈话"}
    ).json
    assert (reviewed["state"], reviewed["conclusion"]) == ("reviewed", "training")
    assert {each["review"] for each in reviewed["linked"]} == {"training"}

    closed = keeper.post(path, json={"to": "closed", "expected": "reviewed"}).json
    assert closed["closed_at"] is not None
    reopened = keeper.post(path, json={"to": "open", "expected": "closed", "note": "又有投诉"}).json
    assert (reopened["state"], reopened["conclusion"], reopened["closed_at"]) == ("open", None, None)
    assert [each["text"] for each in reopened["notes"] if each["kind"] == "state"] == [
        "已复核，结论：需要培训。已谈话",
        "已结案",
        "重新打开。又有投诉",
    ]
    actions = [
        each["action"] for each in sign_in("boss").get("/api/audit?subject=case:" + str(case["id"])).json["items"]
    ]
    assert actions == ["case.reopened", "case.closed", "case.reviewed", "case.opened"]


def test_the_same_step_sent_twice_is_one(keeper, hit):
    case = opened(keeper, hit)
    path, ask = f"/api/cases/{case['id']}/state", {"to": "reviewed", "expected": "open", "conclusion": "right"}
    first, again = keeper.post(path, json=ask), keeper.post(path, json=ask)
    assert (first.status_code, again.status_code) == (200, 200)
    assert len([each for each in again.json["notes"] if each["kind"] == "state"]) == 1
    press = {"text": "只记一次", "press_id": str(uuid4())}
    for _ in range(2):
        noted = keeper.post(f"/api/cases/{case['id']}/notes", json=press).json
    assert [each["text"] for each in noted["notes"]].count("只记一次") == 1


def test_a_review_given_before_is_not_overwritten(keeper, hit):
    keeper.post(f"/api/hits/{hit['id']}/review", json={"verdict": "false_alarm"})
    case = opened(keeper, hit, gather="text")
    ask = {"to": "reviewed", "expected": "open", "conclusion": "right"}
    linked = keeper.post(f"/api/cases/{case['id']}/state", json=ask).json["linked"]
    assert sorted(each["review"] for each in linked) == ["false_alarm", "right"]


def test_who_looked_at_an_older_state_is_told(keeper, hit):
    case = opened(keeper, hit)
    path = f"/api/cases/{case['id']}/state"
    keeper.post(path, json={"to": "reviewed", "expected": "open", "conclusion": "right"})
    keeper.post(path, json={"to": "closed", "expected": "reviewed"})
    late = keeper.post(path, json={"to": "reviewed", "expected": "open", "conclusion": "training"})
    assert (late.status_code, late.json["code"]) == (409, "changed_meanwhile")


def test_only_who_keeps_the_lists_is_given_a_case(keeper, hit):
    case = opened(keeper, hit)
    path = f"/api/cases/{case['id']}/assignee"
    assert keeper.put(path, json={"assignee": "lin"}).status_code == 422
    assert keeper.put(path, json={"assignee": "he"}).json["assignee_name"] == "何静"
    again = keeper.put(path, json={"assignee": "he"}).json
    assert len([each for each in again["notes"] if each["kind"] == "assigned"]) == 1
    assert keeper.put(path, json={"assignee": None}).json["assignee"] is None
    assert [each["userid"] for each in keeper.get("/api/cases/assignees").json["items"]] == ["he"]


def test_hits_come_and_go_until_it_is_closed(keeper, hit):
    case = opened(keeper, hit, gather="hit")
    other = keeper.get("/api/hits?q=再来").json["items"][0]
    path = f"/api/cases/{case['id']}"

    assert keeper.post(f"{path}/hits", json={"hit_id": other["id"]}).json["hits"] == 2
    assert keeper.post(f"{path}/hits", json={"hit_id": other["id"]}).json["hits"] == 2
    for _ in range(2):
        left = keeper.delete(f"{path}/hits/{other['id']}").json
    assert [each["id"] for each in left["linked"]] == [hit["id"]]
    assert [each["text"] for each in left["notes"] if each["kind"] == "hits"] == [
        "又关联了 1 条命中",
        f"移出命中 #{other['id']}",
    ]
    keeper.post(f"{path}/state", json={"to": "reviewed", "expected": "open", "conclusion": "right"})
    keeper.post(f"{path}/state", json={"to": "closed", "expected": "reviewed"})
    assert keeper.post(f"{path}/hits", json={"hit_id": other["id"]}).json["code"] == "case_closed"


def test_notes_stay_as_they_were_written(keeper, hit):
    """Sabotage: drop the trigger in migration 0008."""
    case = opened(keeper, hit)
    for statement in (
        "UPDATE case_notes SET text = 'x'",
        "DELETE FROM case_notes",
        f"DELETE FROM cases WHERE id = {case['id']}",
    ):
        with pytest.raises(DatabaseError, match="stay as they were written"), db.transaction() as session:
            session.execute(text(statement))


def test_cases_are_found_and_exported(keeper, hit, clock):
    first = opened(keeper, hit, title="=1+1 先看")
    clock(timedelta(minutes=1))
    other = keeper.get("/api/hits?guide=zhang").json["items"][0]
    second = opened(keeper, other, note="要培训", assignee="he")

    def found(query: str) -> list[int]:
        return [each["id"] for each in keeper.get(f"/api/cases?{query}").json["items"]]

    assert found("") == [second["id"], first["id"]]
    assert found("q=要培训") == [second["id"]]
    assert found(f"q=%23{first['id']}") == [first["id"]]
    assert found("assignee=nobody") == [first["id"]]
    assert found("assignee=he&guide=zhang&state=unfinished&origin=person") == [second["id"]]
    assert found("origin=system") == []
    table = taken(keeper, "cases", q="先看").decode("utf-8-sig")
    assert "'=1+1 先看" in table
    assert "导出：何静（he）" in table


def test_nobody_but_compliance_opens_or_reads_a_case(keeper, hit, sign_in):
    case = opened(keeper, hit)
    for userid in ("lin", "li", "yun", "boss"):
        browser = sign_in(userid)
        assert browser.get("/api/cases").status_code == 403
        assert browser.get(f"/api/cases/{case['id']}").status_code == 403
        assert browser.post("/api/cases", json={"hit_id": hit["id"]}).status_code == 403
