"""Exceptions told by what stands beside the word serve all its forms at once."""

import pytest

from sensitive_words import Entry, Lexicon

ENTRY = Entry(
    id="1",
    text="消炎",
    aliases=("抗过敏",),
    exceptions=("~(药|药膏|片)", "是不是~", "为了~而[生来]"),
    counter_exceptions=("消炎药膏神效",),
)


def found(text: str) -> list[str]:
    return [hit.text for hit in Lexicon([ENTRY]).check(text).hits]


@pytest.mark.parametrize("text", ["消炎药在柜台", "抗过敏片卖完了", "这是不是抗过敏", "为了消炎而来", "消 炎 药"])
def test_what_stands_beside_any_form_of_the_word_makes_it_harmless(text: str) -> None:
    assert found(text) == []
    (miss,) = Lexicon([ENTRY]).check(text).near_misses
    assert miss.step == "exception"


@pytest.mark.parametrize("text", ["面霜能消炎", "消炎，药店有", "为了消炎"])
def test_without_it_the_word_counts(text: str) -> None:
    assert found(text) == ["消炎"]


def test_a_longer_counter_exception_decides() -> None:
    assert found("消炎药膏神效") == ["消炎"]
