"""What people read of an entry: how long it holds, who answers for it, and how two lists differ."""

from datetime import timedelta

from app.compliance import checks

WORD = {"text": "最低价", "category": "advertising", "action": "block", "exceptions": ["历史最低价"]}


def said(words: str) -> str:
    return checks.verdict(words).action.value


def test_an_expired_entry_stops_nothing_and_is_listed(keeper, publish, sign_in, clock):
    publish({**WORD, "valid_until": "2026-11-25"}, "秒杀")
    assert said("全场最低价") == "block"
    soon = keeper.get("/api/lexicon?expiry=soon").json["items"]
    assert [(each["text"], each["expiry"]) for each in soon] == [("最低价", "soon")]

    clock(timedelta(days=6))

    assert said("全场最低价") == "pass"
    later = sign_in("he")
    assert later.get("/api/lexicon?expiry=soon").json["items"] == []
    assert [each["expiry"] for each in later.get("/api/lexicon?expiry=expired").json["items"]] == ["expired"]


def test_two_versions_are_compared_in_words(keeper, publish):
    publish(WORD, "秒杀")
    with_id = {each["text"]: each["id"] for each in keeper.get("/api/lexicon").json["items"]}
    keeper.patch(
        f"/api/lexicon/entries/{with_id['最低价']}",
        json={"action": "warn", "exceptions": ["历史最低价", "最低价保护"]},
    )
    keeper.delete(f"/api/lexicon/entries/{with_id['秒杀']}", json={"why": "不再需要"})
    keeper.post("/api/lexicon/entries", json={"text": "跳楼价", "category": "advertising"})

    diff = keeper.get("/api/lexicon/diff?from=1&to=draft").json

    assert (diff["added"], diff["removed"], diff["changed"]) == (1, 1, 1)
    added, removed, changed = diff["items"]
    assert (added["text"], removed["text"], changed["text"]) == ("跳楼价", "秒杀", "最低价")
    assert [(each["name"], each["before"], each["after"]) for each in changed["changes"]] == [
        ("级别", "阻断", "警告"),
        ("允许语境", "历史最低价", "历史最低价、最低价保护"),
    ]
    assert keeper.get("/api/lexicon/diff?from=9").status_code == 404
    assert keeper.get("/api/lexicon/diff?from=x").status_code == 422


def test_a_category_is_made_on_purpose(keeper, publish):
    publish(WORD)
    slip = keeper.post("/api/lexicon/entries", json={"text": "糖尿病", "category": "医药"})
    assert (slip.status_code, slip.json["code"]) == (422, "unknown_category")

    made = keeper.post("/api/lexicon/categories", json={"name": "医药"})

    assert (made.status_code, made.json["items"][-1]) == (201, {"id": "医药", "name": "医药", "entries": 0})
    assert keeper.post("/api/lexicon/categories", json={"name": "医药"}).status_code == 409
    assert keeper.post("/api/lexicon/categories", json={"name": "广告法"}).status_code == 409
    entry = keeper.post("/api/lexicon/entries", json={"text": "糖尿病", "category": "医药"})
    assert (entry.status_code, entry.json["category_name"]) == (201, "医药")


def test_people_are_shown_by_name(keeper, publish):
    publish(WORD)
    entry = keeper.get("/api/lexicon").json["items"][0]
    assert (entry["author_name"], entry["owner_name"]) == ("何静", "何静")
    assert keeper.get("/api/lexicon?q=何静").json["total"] == 1


def test_head_office_may_answer_for_entries(keeper, publish):
    publish(WORD)
    names = {each["name"] for each in keeper.get("/api/lexicon/owners").json["items"]}
    assert names == {"何静", "周云", "陈思远"}
