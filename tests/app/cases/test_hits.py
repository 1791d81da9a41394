"""Who met which word with what, and whether that was right."""

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
