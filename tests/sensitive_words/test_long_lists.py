"""A long list finds what a short one does, and the way there does not change what is found."""

import pytest

from sensitive_words import Entry, Lexicon, Options
from sensitive_words.disguise import DISGUISES

WORDS = ("最低价", "妈妈的", "好评返现", "假一赔十", "fuck", "100%正品", "SK-II", "1000块")
SHORT = [Entry(id=word, text=word) for word in WORDS]
FILLING = [
    Entry(id=f"{number}", text="".join(chr(0x4E00 + number // 7**place % 7 * 97 + place) for place in range(5)))
    for number in range(5_000)
]
"""More words than the faster of the two automata is built for."""


@pytest.mark.parametrize("name", sorted(DISGUISES))
def test_a_long_list_finds_the_same(name: str) -> None:
    short, long = Lexicon(SHORT), Lexicon(FILLING + SHORT)
    for word in WORDS:
        hidden = DISGUISES[name](word)
        if hidden is not None:
            text = f"您好；{hidden}；您看看吧"
            assert long.check(text) == short.check(text)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("妈妈的", (0, 3)),
        ("妈妈妈妈的的的", (2, 5)),
        ("你妈的", None),
        ("最最低低价", (1, 5)),
        ("最低低价", None),
        ("1000块", (0, 5)),
        ("10000块", None),
    ],
)
def test_repeats_are_seen_through_but_not_what_is_ordinary(text: str, span: tuple[int, int] | None) -> None:
    hits = Lexicon(SHORT, options=Options(segmentation=False)).check(text).hits
    assert [(hit.start, hit.end) for hit in hits] == ([span] if span else [])


@pytest.mark.parametrize(
    ("word", "text", "passage"),
    [
        ("操你妈", "去操你女马吧", "操你女马"),
        ("操你妈", "扌喿亻尔女马", "扌喿亻尔女马"),
        ("操你妈", "操人尔妈", "操人尔妈"),
        ("妈木", "女马木木", "女马木"),
        ("木妈", "木木女马", "木女马"),
        ("100%有效", "说100%有交攵的", "100%有交攵"),
    ],
)
def test_parts_are_put_together_whatever_stands_beside_them(word: str, text: str, passage: str) -> None:
    lexicon = Lexicon([Entry(id="1", text=word)], options=Options(segmentation=False))
    (hit,) = lexicon.check(text).hits
    assert (hit.text, hit.matched_by) == (passage, "split")


def test_one_character_repeated_is_that_character_each_time() -> None:
    hits = Lexicon([Entry(id="最", text="最")], options=Options(segmentation=False)).check("最最最").hits
    assert [(hit.start, hit.end, hit.matched_by) for hit in hits] == [
        (0, 1, "plain"),
        (1, 2, "plain"),
        (2, 3, "plain"),
    ]


@pytest.mark.parametrize("text", ["\ud83d100%正品", "100%正品\udc00"])
def test_half_a_character_beside_a_symbol_ends_no_check(text: str) -> None:
    assert [hit.word for hit in Lexicon(SHORT).check(text).hits] == ["100%正品"]
    assert Lexicon(SHORT, options=Options(noise=False)).check(text).hits


def test_a_name_stays_a_name_among_many() -> None:
    names = [Entry(id=f"n{number}", text=f"{number}号店最低价", kind="name") for number in range(100, 400)]
    text = "，".join(name.text for name in names)
    lexicon = Lexicon(SHORT + names)
    assert lexicon.check(text).hits == ()
    assert [hit.text for hit in lexicon.check(f"{text}，最低价").hits] == ["最低价"]
