"""Who met which word with what, and whether that was right."""

from sqlalchemy import delete

from app import db
from app.compliance.models import LexiconEntry
from tests.app.cases.conftest import BEST, WARNED
from tests.support.exports import taken


def test_hits_are_found_reviewed_and_exported_without_formulas(keeper, publish, try_to_send):
    publish(BEST, WARNED)
    try_to_send("lin", "=HYPERLINK(1)最低价")
    try_to_send("lin", "限时抢")

    found = keeper.get("/api/hits?q=最低价").json
    assert found["total"] == 1
    (hit,) = found["items"]
    assert (hit["who"], hit["who_name"], hit["outcome"]) == ("lin", "林晓", "blocked")
    assert hit["passage"][hit["marked"]["start"] : hit["marked"]["end"]] == "最低价"
    assert keeper.get("/api/hits?outcome=needs_confirmation&category=advertising").json["total"] == 1
    assert keeper.get("/api/hits?q=林晓&channel=bot").json["total"] == 0

    reviewed = keeper.post(f"/api/hits/{hit['id']}/review", json={"verdict": "right", "note": "明显"}).json
    assert (reviewed["review"], reviewed["reviewed_by"]) == ("right", "he")
    assert keeper.get("/api/hits?review=none").json["total"] == 1

    table = taken(keeper, "hits").decode("utf-8-sig")
    assert "'=HYPERLINK(1)最低价" in table
    assert "拦下" in table


PHONE = {"text": "phone", "kind": "rule", "action": "block"}
PRAISE = {"text": "好评{6}返现", "kind": "rule", "action": "warn", "reason": "不得以返现诱导好评"}


def test_what_a_rule_found_is_kept_covered_under_a_name_that_people_read(keeper, publish, try_to_send):
    """Sabotage: store `found.word`, or the passage as it is."""
    publish(PHONE, PRAISE)
    try_to_send("lin", "打我电话 13800001234，给个好评就返现")
    by_name = {each["word"]: each for each in keeper.get("/api/hits").json["items"]}
    assert by_name.keys() == {"规则：手机号或座机号", "规则：不得以返现诱导好评"}
    phone = by_name["规则：手机号或座机号"]
    marked = phone["passage"][phone["marked"]["start"] : phone["marked"]["end"]]
    assert (len(marked), marked[:3], "*****" in marked) == (11, "138", True)
    for hit in by_name.values():
        assert "13800001234" not in str(hit)
        assert "00001234" not in hit["passage"]
        assert hit["entry_text"] in ("phone", "好评{6}返现")
    praise = by_name["规则：不得以返现诱导好评"]
    assert praise["passage"][praise["marked"]["start"] : praise["marked"]["end"]] == "好评就返现"


def test_a_number_beside_a_forbidden_word_is_covered_too(keeper, publish, try_to_send):
    publish(BEST)
    try_to_send("lin", "最低价，打 13800001234")
    (hit,) = keeper.get("/api/hits").json["items"]
    assert hit["passage"] == "最低价，打 138****1234"


def test_an_entry_that_is_gone_is_said_to_be(keeper, publish, try_to_send, database):
    publish(BEST)
    try_to_send("lin", "最低价")
    with db.transaction() as session:
        session.execute(delete(LexiconEntry))
    assert keeper.get("/api/hits").json["items"][0]["entry_text"] is None


def test_hits_of_several_people_and_stores_are_found_together(keeper, publish, try_to_send):
    publish(BEST)
    for userid in ("lin", "zhang", "wang"):
        try_to_send(userid, f"{userid} 最低价")

    def found(query: str) -> list[str]:
        return sorted(each["who"] for each in keeper.get(f"/api/hits?{query}").json["items"])

    assert found("guide=lin&guide=zhang") == ["lin", "zhang"]
    assert found("guide=LIN,wang") == ["lin", "wang"]
    assert found("guide=nobody") == []
    assert found("store_id=21") == ["wang"]
    assert found("store_id=21&store_id=11") == found("store_id=21,11") == ["lin", "wang", "zhang"]
    assert found("store_id=11&guide=wang") == []
    assert keeper.get("/api/hits?" + "&".join(f"guide=g{n}" for n in range(51))).status_code == 422


def wrong(browser, query: str = "") -> tuple[list[str], int]:
    answer = browser.get(f"/api/hits/words?{query}")
    assert answer.status_code == 200, answer.json
    return [each["word"] for each in answer.json["items"]], answer.json["total"]


def test_words_that_are_often_wrong_are_searched_sorted_and_paged(keeper, publish, try_to_send):
    """Hits 3, 2, 1; false alarms among them 1, 2, 1. Sabotage: sort after the page is cut."""
    publish("最低价", "第一名", "顶级")
    for word, hits, false_alarms in (("最低价", 3, 1), ("第一名", 2, 2), ("顶级", 1, 1)):
        for number in range(hits):
            try_to_send("lin", f"{number} {word}")
        for hit in keeper.get(f"/api/hits?q={word}").json["items"][:false_alarms]:
            keeper.post(f"/api/hits/{hit['id']}/review", json={"verdict": "false_alarm"})
    assert wrong(keeper) == (["第一名", "顶级", "最低价"], 3)
    assert wrong(keeper, "sort=-hits") == (["最低价", "第一名", "顶级"], 3)
    assert wrong(keeper, "sort=hits&page_size=2") == (["顶级", "第一名"], 3)
    assert wrong(keeper, "sort=hits&page_size=2&page=2") == (["最低价"], 3)
    assert wrong(keeper, "sort=-rate")[0][-1] == "最低价"
    assert wrong(keeper, "q=一") == (["第一名"], 1)
    assert wrong(keeper, "category=insult") == ([], 0)
    assert keeper.get("/api/hits/words?sort=word;drop").status_code == 422
