"""What is proposed reads like words, frees what was wrongly stopped, and keeps what was rightly stopped."""

from app.cases.proposing import proposed, tried
from app.compliance.hits import Passage
from sensitive_words import Entry


def entry(word: str, **fields: object) -> Entry:
    return Entry.from_dict({"id": "1", "text": word, "category": "advertising", "action": "block", **fields})


def passage(text: str, word: str) -> Passage:
    start = text.index(word)
    return Passage(text, start, start + len(word))


WRONG = [passage("支持历史最低价保护政策", "最低价"), passage("亲，有最低价保护的", "最低价")]
RIGHT = [passage("全网最低价，快来", "最低价")]


def test_the_phrase_that_frees_most_comes_first():
    best = proposed(entry("最低价", must_hit=["全场最低价"]), WRONG, RIGHT)[0]
    assert (best.exception, best.frees, best.is_safe) == ("最低价保护", 2, True)


def test_what_would_lose_a_right_hit_is_not_proposed_beside_something_safe():
    """Sabotage: sort by `frees` alone."""
    wrong = [passage("这是全网最低价保护", "最低价"), passage("全网最低价不敢说", "最低价")]
    found = proposed(entry("最低价"), wrong, [passage("全网最低价，快来", "最低价")])
    assert all(each.is_safe for each in found)
    assert "全网最低价" not in [each.exception for each in found]


def test_where_nothing_is_safe_the_person_is_told_what_would_be_lost():
    found = proposed(entry("最低价"), [passage("全网最低价", "最低价")], [passage("全网最低价", "最低价")])
    assert found
    assert not any(each.is_safe for each in found)
    assert {each.lost for each in found} == {1}


def test_an_example_that_would_fail_is_named():
    outcome = tried(entry("最低价", must_hit=["全场最低价"]), "全场最低价", [passage("全场最低价", "最低价")], [])
    assert outcome.broken_examples == ("全场最低价",)


def test_another_name_of_the_word_is_no_exception_to_it():
    """Sabotage: leave the aliases out of `tried`: 「全网最低价」 would be proposed to 「全网最低」."""
    lowest = entry("全网最低", aliases=["全网最低价"])
    found = proposed(lowest, [passage("全网最低价买贵退差", "全网最低")], [])
    assert "全网最低价" not in [each.exception for each in found if each.is_safe]


def test_passages_that_the_entry_no_longer_hits_ask_for_nothing():
    changed = entry("最低价", exceptions=["最低价保护"])
    assert proposed(changed, WRONG, RIGHT) == []


def test_no_exception_grows_beyond_what_is_general():
    text = "一二三四五六七八九十一二最低价一二三四五六七八九十"
    assert all(len(each.exception) <= 12 for each in proposed(entry("最低价"), [passage(text, "最低价")], []))


def test_a_word_that_stands_alone_gets_no_proposal():
    assert proposed(entry("最低价"), [passage("！最低价！", "最低价")], []) == []
