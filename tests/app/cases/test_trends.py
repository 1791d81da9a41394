"""Counts over days: everything for compliance, the own people for a manager, and never a text for the latter."""

from datetime import timedelta

import pytest

from app.compliance.models import Outcome
from tests.app.cases.conftest import BEST, WARNED
from tests.support.exports import taken


@pytest.fixture
def week(clock, publish, try_to_send):
    """Two blocked of 林晓 yesterday, one held of 张敏 and one blocked of 王磊 (广州) today; one 40 days ago."""
    publish(BEST, WARNED)
    try_to_send("lin", "很久以前的最低价")
    clock(timedelta(days=40))
    try_to_send("lin", "1 最低价")
    try_to_send("lin", "2 最低价")
    clock(timedelta(days=1))
    try_to_send("zhang", "限时")
    try_to_send("wang", "最低价")


def lines(browser, query: str, path: str = "/api/hits/trends") -> dict[str, dict]:
    return {each["name"]: each for each in browser.get(f"{path}?{query}").json["items"]}


def test_hits_are_counted_by_day_of_the_shop(week, keeper):
    """Sabotage: group by the day in UTC."""
    answer = keeper.get("/api/hits/trends?by=category&days=30").json
    (line,) = answer["items"]
    assert (answer["first_day"], answer["days"], len(line["series"])) == ("2026-12-02", 30, 30)
    assert line["series"][-2:] == [2, 2]
    assert (line["name"], line["total"], line["blocked"], line["held"], line["before"]) == ("广告法", 4, 3, 1, 1)


def test_by_guide_store_and_entry(week, keeper):
    guides = lines(keeper, "by=guide")
    assert {name: line["total"] for name, line in guides.items()} == {"林晓": 2, "张敏": 1, "王磊": 1}
    stores = lines(keeper, "by=store")
    assert sorted(line["total"] for line in stores.values()) == [1, 3]
    assert {name: line["total"] for name, line in lines(keeper, "by=entry&days=90").items()} == {
        "最低价": 4,
        "限时": 1,
    }
    assert lines(keeper, "by=guide&store_id=21").keys() == {"王磊"}


def test_a_text_with_several_words_counts_once(clock, keeper, publish, try_to_send):
    publish(BEST, WARNED)
    try_to_send("lin", "限时最低价，真的最低价")
    line = lines(keeper, "by=guide")["林晓"]
    assert (line["total"], line["blocked"]) == (1, 1)
    assert {name: each["total"] for name, each in lines(keeper, "by=entry").items()} == {"最低价": 1, "限时": 1}


def test_just_after_midnight_belongs_to_the_new_day(clock, publish, try_to_send, sign_in):
    publish(BEST)
    clock(timedelta(hours=13, minutes=59))
    try_to_send("lin", "最低价一")
    clock(timedelta(minutes=2))
    try_to_send("lin", "最低价二")
    assert lines(sign_in("he"), "by=guide")["林晓"]["series"][-2:] == [1, 1]


def test_what_was_only_being_written_stands_apart(keeper, publish, sign_in):
    publish(BEST)
    sign_in("lin").post("/api/checks", json={"text": "最低价", "channel": "sidebar"})
    line = lines(keeper, "by=guide")["林晓"]
    assert (line["total"], line["previewed"]) == (0, 1)


def test_a_manager_counts_the_own_people_and_reads_no_word(week, sign_in):
    """Sabotage: leave `stores` out of `count_own`."""
    manager = sign_in("li")
    answer = manager.get("/api/hits/counts?by=guide")
    assert {each["name"]: each["total"] for each in answer.json["items"]} == {"林晓": 2, "张敏": 1}
    by_category = manager.get("/api/hits/counts?by=category").get_data(as_text=True)
    for content in (answer.get_data(as_text=True), by_category):
        assert "最低价" not in content
        assert "限时" not in content
    assert manager.get("/api/hits/counts?by=entry").status_code == 422
    assert manager.get("/api/hits/trends").status_code == 403
    assert manager.get("/api/hits").status_code == 403


@pytest.mark.parametrize("userid", ["lin", "he", "yun", "boss"])
def test_the_managers_counts_are_the_managers(week, sign_in, userid):
    assert sign_in(userid).get("/api/hits/counts").status_code == 403


def test_every_outcome_has_its_column():
    from app.cases.queries.trends import OUTCOMES

    assert set(OUTCOMES) == set(Outcome)


def test_the_file_has_a_column_for_each_day(week, keeper):
    table = taken(keeper, "trends", by="guide", days=90).decode("utf-8-sig")
    header, first, *_ = table.splitlines()
    assert header.startswith("导购,合计,前一段,拦下")
    assert len(header.split(",")) == 9 + 90
    assert first.split(",")[:3] == ["林晓", "3", "0"]
    assert "导出：何静（he）" in table


def test_by_person_store_and_level_hits_are_found(week, keeper):
    def found(query: str) -> list[str]:
        return [each["passage"] for each in keeper.get(f"/api/hits?{query}").json["items"]]

    assert found("guide=zhang") == ["限时"]
    assert found("store_id=21") == ["最低价"]
    assert found("action=warn") == ["限时"]
    assert found("store_id=21&action=warn") == []
