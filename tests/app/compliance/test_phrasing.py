"""Harmless phrases: written without knowing any sign, read without knowing any."""

import pytest

from app.compliance import checks
from app.compliance.phrasing import read
from sensitive_words import starter_entries

MOST = {"text": "最", "category": "advertising", "action": "block", "mode": "substring"}


def phrases(keeper, *typed, words=("最",)):
    asked = {"phrases": list(typed), "words": list(words)}
    return keeper.post("/api/lexicon/phrases", json=asked).json["items"]


def test_shorthand_is_read_as_the_phrases_that_it_stands_for(keeper, publish):
    publish(MOST)
    characters, alternatives, optional = phrases(keeper, "最[近后]", "(哪个|哪款)…", "…(的)?时候")
    assert (characters["forms"], characters["count"]) == (["最近", "最后"], 2)
    assert (alternatives["phrase"], alternatives["forms"]) == ("(哪个|哪款)~", ["哪个…", "哪款…"])
    assert optional["forms"] == ["…时候", "…的时候"]


def test_a_list_shows_phrases_as_people_read_them(keeper, publish):
    publish({**MOST, "exceptions": ["最近", "最[初后终早晚先末]"]})
    plain, short = keeper.get("/api/lexicon").json["items"][0]["phrases"]
    assert (plain["forms"], plain["is_shorthand"]) == (["最近"], False)
    assert (len(short["forms"]), short["count"], short["is_shorthand"]) == (6, 7, True)


@pytest.mark.parametrize(
    ("typed", "position", "part"),
    [
        ("最[近后", 2, "没有配对的「]」"),
        ("最近]", 3, "前面没有和它配对的括号"),
        ("最(近|[后])", 5, "括号里面不能再有括号"),
        ("最[]", 2, "里是空的"),
        ("…最…", 3, "只能有一个「…」"),
        ("…", 1, "等于什么都放行"),
        ("最([近后]…)", 3, "括号里面不能再有括号"),
        ("。", 1, "没有可以比对的字"),
        ("最[一二三四五六七八][一二三四五六七八][一二三四五六七八]", 1, "512 种"),
    ],
)
def test_a_mistake_is_explained_with_its_place(keeper, publish, typed, position, part):
    publish(MOST)
    (reading,) = phrases(keeper, typed)
    assert (reading["position"], part in reading["problem"]) == (position, True), reading["problem"]
    stored = reading["phrase"]
    refused = keeper.post("/api/lexicon/entries", json={**MOST, "text": "最大", "exceptions": [stored]})
    assert (refused.status_code, refused.json["code"]) == (422, "unreadable_phrase")
    assert part in refused.json["details"]["fields"]["exceptions"]


def test_a_bracket_may_be_just_a_bracket(keeper, publish):
    """Sabotage: let `as_it_stands` leave brackets as they are."""
    publish(MOST)
    (reading,) = phrases(keeper, "最[新]款(秋)")
    publish({**MOST, "text": "新款", "exceptions": []})
    entry = keeper.get("/api/lexicon?q=最").json["items"][0]
    changed = keeper.patch(f"/api/lexicon/entries/{entry['id']}", json={"exceptions": [reading["plain"]]})
    (kept,) = changed.json["phrases"]
    assert (kept["is_shorthand"], kept["count"], kept["forms"]) == (False, 1, ["最［新］款（秋）"])
    tried = keeper.post("/api/lexicon/try", json={"text": "到了最[新]款(秋)一件", "against": "draft"}).json
    assert [hit["word"] for hit in tried["check"]["hits"]] == ["新款"]


@pytest.mark.parametrize(
    ("typed", "part"), [("亲肤面料", "里面没有「最」"), ("最", "这就是词本身"), ("最近，最后", "停顿")]
)
def test_a_phrase_that_cannot_help_says_so(keeper, publish, typed, part):
    publish(MOST)
    (reading,) = phrases(keeper, typed)
    assert (part in reading["note"], reading["problem"]) == (True, None)


def test_what_an_entry_said_before_does_not_keep_it_from_being_edited(keeper, publish, he):
    """A list from elsewhere may hold what nobody could write now; its other fields can still be mended."""
    from app import db
    from app.compliance.models import LexiconEntry

    publish(MOST)
    entry = keeper.get("/api/lexicon").json["items"][0]
    with db.transaction() as session:
        row = session.get_one(LexiconEntry, entry["id"])
        row.draft = {**(row.draft or {}), "exceptions": ["最[近"]}
    assert keeper.patch(f"/api/lexicon/entries/{entry['id']}", json={"reason": "绝对化"}).status_code == 200
    more = keeper.patch(f"/api/lexicon/entries/{entry['id']}", json={"exceptions": ["最[近", "最[后"]})
    assert (more.status_code, "最[后" in more.json["message"]) == (422, True)


def test_the_word_cannot_be_spared_where_it_is_meant_after_all(keeper, publish):
    publish(MOST)
    refused = keeper.post("/api/lexicon/entries", json={**MOST, "text": "药", "counter_exceptions": ["~膏"]})
    assert "这里不能用「…」" in refused.json["message"]


def test_every_phrase_of_the_starter_lists_can_be_read():
    """How many forms the engine reads of one is what people are told."""
    readings = [read(phrase) for entry in starter_entries(None) for phrase in entry.exceptions]
    assert len(readings) > 1000
    assert all(0 < len(each.forms) <= 6 and each.count <= 400 for each in readings)


def test_a_change_of_a_phrase_is_read_in_words_by_who_approves(keeper, publish):
    publish({**MOST, "exceptions": ["最近"]})
    assert checks.verdict("哪个最好").action.value == "block"
    entry = keeper.get("/api/lexicon").json["items"][0]
    keeper.patch(f"/api/lexicon/entries/{entry['id']}", json={"exceptions": ["最近", "(哪个|哪款)~"]})
    (change,) = keeper.get("/api/lexicon/diff").json["items"]
    assert change["changes"][0]["after"] == "最近、哪个…、哪款…"


def test_of_a_long_list_only_what_changed_is_shown(keeper, publish):
    many = [f"最{char}" for char in "近后初终早晚先末"]
    publish({**MOST, "exceptions": many})
    entry = keeper.get("/api/lexicon").json["items"][0]
    keeper.patch(f"/api/lexicon/entries/{entry['id']}", json={"exceptions": [*many[1:], "最爱"]})
    (field,) = keeper.get("/api/lexicon/diff").json["items"][0]["changes"]
    assert field["name"] == "允许语境（另有 7 个不变）"
    assert (field["before"], field["after"]) == ("最近", "最爱")
