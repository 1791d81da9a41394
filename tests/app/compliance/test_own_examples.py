"""An entry's own examples while it is written: a tick or a cross, why, and what would make a cross a tick."""

import pytest

from app import db
from app.compliance import checks
from app.errors import Blocked

MOST = {"text": "最", "category": "advertising", "action": "block", "mode": "substring"}


@pytest.fixture
def judge(keeper, publish):
    """Called with an entry's fields as they stand in the editor."""

    def judged(entry_id=None, **fields):
        asked = {"entry": {**MOST, **fields}, "entry_id": entry_id}
        answer = keeper.post("/api/lexicon/examples", json=asked)
        assert answer.status_code == 200, answer.json
        return answer.json["items"]

    publish(MOST)
    return judged


def test_each_example_says_whether_it_holds_and_why(judge):
    found = judge(exceptions=["最近"], must_hit=["最便宜", "好看"], must_not_hit=["最近到了新款", "最后三天"])
    assert [(each["text"], each["should_hit"], each["holds"]) for each in found] == [
        ("最便宜", True, True),
        ("好看", True, False),
        ("最近到了新款", False, True),
        ("最后三天", False, False),
    ]
    assert found[1]["why"] == "里面没有「最」"
    assert "最近" in found[2]["why"]
    assert all(each["why"] for each in found)


def test_nothing_is_saved_by_it(judge, keeper):
    judge(must_not_hit=["最后三天"])
    assert keeper.get("/api/lexicon").json["draft_changes"] == 0


def test_a_harmless_example_that_is_hit_brings_the_phrase_that_frees_it(judge):
    """Sabotage: offer the whole sentence."""
    (found,) = judge(must_not_hit=["最后三天，抓紧"])
    phrase = found["offer"]["phrase"]
    assert phrase == "最后"
    (after,) = judge(must_not_hit=["最后三天，抓紧"], exceptions=[phrase])
    assert (after["holds"], after["offer"]) == (True, None)


def test_no_phrase_is_offered_that_costs_an_example_that_must_be_found(judge):
    """Sabotage: do not look at `kept` in `_phrase`."""
    _, wide = judge(must_hit=["最后一件必须买"], must_not_hit=["最后三天"])
    assert wide["offer"]["phrase"] == "最后三天"
    _, _, broken = judge(must_hit=["最后一件必须买", "不在里面"], must_not_hit=["最后三天"])
    assert broken["offer"]["phrase"] == "最后三天"
    _, same = judge(must_hit=["最后三天"], must_not_hit=["最后三天"])
    assert (same["holds"], same["offer"]) == (False, None)


def test_an_offer_says_what_else_it_would_let_go(judge, keeper, hits):
    for text in ("今天最后一天", "全场最低", "最后两件"):
        with pytest.raises(Blocked), db.transaction() as session:
            checks.passed(session, text, channel="sidebar", on_behalf_of="lin", subject="customer:x")
    entry = keeper.get("/api/lexicon").json["items"][0]
    assert len(hits()) == 3

    (found,) = judge(entry["id"], must_not_hit=["最后三天"])

    offer = found["offer"]
    assert (offer["freed"], offer["looked_at"]) == (2, 3)
    marked = [each["passage"][each["utf16_start"] : each["utf16_end"]] for each in offer["samples"]]
    assert marked == ["最", "最"]


def test_who_may_not_write_the_list_reads_no_passages_by_this_way(judge, sign_in):
    asked = {"entry": {**MOST, "must_not_hit": ["最后三天"]}}
    assert sign_in("yun").post("/api/lexicon/examples", json=asked).status_code == 403
    assert sign_in("lin").post("/api/lexicon/examples", json=asked).status_code == 403


def test_an_entry_that_cannot_be_used_says_what_is_wrong(keeper, publish):
    publish(MOST)
    asked = {"entry": {**MOST, "action": "replace", "must_hit": ["最好"]}}
    refused = keeper.post("/api/lexicon/examples", json=asked)
    assert (refused.status_code, "换成什么" in refused.json["message"]) == (422, True)
