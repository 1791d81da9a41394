"""Every switch of an entry decides on its way of hiding the word, for this entry, whatever the options say."""

from collections.abc import Callable
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensitive_words import Disguises, Entry, Lexicon, Options
from sensitive_words.disguise import DISGUISES
from sensitive_words.sounds import sounds

Hide = Callable[[str], str | None]


def homophone(word: str) -> str | None:
    """The middle character as another one that is read the same."""
    place = len(word) // 2
    code = sounds().usual.get(word[place])
    others = (char for char, same in sounds().usual.items() if same == code and char not in word)
    other = next(others, None) if code else None
    return word[:place] + other + word[place + 1 :] if other else None


def pinyin(word: str) -> str | None:
    syllables = {code: syllable for syllable, code in sounds().codes.items()}
    codes = [sounds().usual.get(char) for char in word]
    return "".join(syllables[code] for code in codes if code) if all(codes) else None


HIDING: dict[str, tuple[Hide, object, object]] = {
    "fold": (DISGUISES["大小写"], None, False),
    "traditional": (DISGUISES["繁体"], None, False),
    "gap": (DISGUISES["星号"], 1, 0),
    "repeat": (DISGUISES["重复"], True, False),
    "digits": (DISGUISES["数字写法"], True, False),
    "split": (DISGUISES["拆字"], True, False),
    "homophone": (homophone, True, False),
    "pinyin": (pinyin, True, False),
}
"""How each hides a word, and the values of its switch that look through it and do not."""
WORDS = (
    "国家级",
    "最低价",
    "法轮功",
    "假一赔十",
    "加微信群",
    "垃圾品牌",
    "操你妈",
    "卖fuck的",
    "臺灣獨立",
    "three好",
)
AROUND = st.sampled_from(["", "您好", "店里到了新货", "😀", "周三补货"])
CASES = [
    (name, word, hidden)
    for name, (hide, _, _) in HIDING.items()
    for word in WORDS
    if (hidden := hide(word)) and hidden != word
]


def places(lexicon: Lexicon, text: str, entry_id: str) -> list[tuple[int, int]]:
    return [(hit.start, hit.end) for hit in lexicon.check(text).hits if hit.entry_id == entry_id]


def test_each_switch_has_a_word_that_it_decides() -> None:
    assert {name for name, _, _ in CASES} == {item.name for item in fields(Disguises)} == set(HIDING)


@pytest.mark.parametrize("name", HIDING)
@settings(max_examples=60, deadline=None)
@given(data=st.data(), others=st.fixed_dictionaries({"repeat": st.booleans(), "split": st.booleans()}))
def test_a_switch_decides_for_its_entry_alone(name: str, data: st.DataObject, others: dict[str, bool]) -> None:
    """Sabotage: let any of them ask the options only."""
    _, word, hidden = data.draw(st.sampled_from([case for case in CASES if case[0] == name]))
    before, after = data.draw(AROUND), data.draw(AROUND)
    _, on, off = HIDING[name]
    text, plain = f"{before}；{hidden}；{after}", f"{before}；{word}；{after}"
    entries = [
        Entry(id="on", text=word, disguises=Disguises(**{name: on})),  # type: ignore[arg-type]
        Entry(id="off", text=word, category="other", disguises=Disguises(**{name: off})),  # type: ignore[arg-type]
    ]
    if name in ("repeat", "digits", "split", "homophone", "pinyin"):
        others = {**others, name: data.draw(st.booleans())}
    options = Options(**others)  # type: ignore[arg-type]
    for order in (entries, entries[::-1]):
        lexicon = Lexicon(order, options=options)
        start = len(before) + 1
        assert any(start <= a and b <= start + len(hidden) for a, b in places(lexicon, text, "on")), text
        assert places(lexicon, text, "off") == []
        # The word as it is written needs no switch.
        assert places(lexicon, plain, "on") == places(lexicon, plain, "off") != []


@pytest.mark.parametrize("name", ["repeat", "digits", "split", "homophone", "pinyin"])
@pytest.mark.parametrize("chosen", [True, False])
def test_without_a_word_of_its_own_an_entry_does_what_the_options_say(name: str, chosen: bool) -> None:
    for case, word, hidden in CASES:
        if case == name:
            lexicon = Lexicon([Entry(id="1", text=word)], options=Options(**{name: chosen}))  # type: ignore[arg-type]
            assert bool(places(lexicon, f"您好；{hidden}；您看", "1")) is chosen, (word, hidden)
