"""
A phrase of 允许语境 as people read it: what its shorthand stands for, where it is wrong, and how to mean brackets
as they stand. Pure.

The shorthand is that of `sensitive_words`: `[近后]` one of the characters, `(药膏|药片)` one of the phrases,
`(的)?` what may be left out, `~` the word. People see and type `…` for the word.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sensitive_words.variants import MAX_PHRASES, count_in, phrases

WORD, SHOWN_WORD = "~", "…"
_AS_THEY_STAND = str.maketrans("[]()~", "［］（）～")
"""The filter passes over brackets in a text, so the full ones find the same as those that somebody typed."""

_GROUP = re.compile(r"\[[^\[\]]*\]|\([^()]*\)\??")
_EMPTY = re.compile(r"\[\]|\(\|*\)\??")
_PAIRS = {"[": "]", "(": ")"}
_DOTS = re.compile(r"…+|\.{3,}")
_APART = "，。！？；、,!?;"


@dataclass(frozen=True)
class Mistake:
    """
    :param position: of the character that is wrong, counted from 1.
    """

    position: int
    message: str


@dataclass(frozen=True)
class Reading:
    """
    :param phrase: as it is stored.
    :param forms: what it stands for, `…` for the word; the first ones of `count`.
    :param is_shorthand: it says more than its characters.
    :param plain: the same characters meaning only themselves, as it would be stored.
    :param note: why it is of no use, although nothing is wrong with it; empty mostly.
    """

    phrase: str
    forms: tuple[str, ...]
    count: int
    is_shorthand: bool
    plain: str
    mistake: Mistake | None
    note: str = ""


def as_stored(typed: str) -> str:
    """`哪个…` as the engine reads it."""
    return _DOTS.sub(WORD, typed.strip())


def as_it_stands(typed: str) -> str:
    """What somebody typed, every bracket a bracket."""
    return typed.strip().translate(_AS_THEY_STAND)


def read(phrase: str, *, words: Sequence[str] = (), most: int = 6) -> Reading:
    """
    :param phrase: as it is stored.
    :param words: the ways in which the entry's word is written; to tell what cannot help.
    :param most: how many forms to tell.
    """
    is_shorthand = WORD in phrase or any(sign in phrase for sign in "[]()")
    mistake = mistake_in(phrase)
    forms = tuple(dict.fromkeys(each.replace(WORD, SHOWN_WORD) for each in phrases(phrase)))
    note = "" if mistake else _note(phrase, forms, words)
    return Reading(phrase, forms[:most], len(forms), is_shorthand, as_it_stands(phrase), mistake, note)


def in_short(phrase: str, *, most: int = 6) -> str:
    """On one line: `最近、最后 等 9 种`."""
    reading = read(phrase, most=most)
    more = f" 等 {reading.count} 种" if reading.count > len(reading.forms) else ""
    return "、".join(reading.forms) + more


def mistake_in(phrase: str) -> Mistake | None:
    """The first thing that the shorthand does not know."""
    found = _unmatched(phrase) or _second_word(phrase)
    if found is not None:
        return found
    if empty := _EMPTY.search(phrase):
        return Mistake(empty.start() + 1, f"第 {empty.start() + 1} 个字起的「{empty.group()}」里是空的")
    count = count_in(phrase)
    if count > MAX_PHRASES:
        return Mistake(1, f"这一条展开有 {count} 种说法，最多 {MAX_PHRASES} 种，请拆成几条")
    if not any(char.isalnum() for char in _GROUP.sub("字", phrase)):
        sentence = "只写「…」等于什么都放行，请写出前面或后面的字" if WORD in phrase else "里面没有可以比对的字"
        return Mistake(1, sentence)
    return None


def _unmatched(phrase: str) -> Mistake | None:
    opened: tuple[int, str] | None = None
    for place, char in enumerate(phrase, start=1):
        if char in _PAIRS:
            if opened is not None:
                return Mistake(place, f"第 {place} 个字「{char}」：括号里面不能再有括号，请拆成几条")
            opened = (place, char)
        elif char in _PAIRS.values():
            if opened is None or _PAIRS[opened[1]] != char:
                return Mistake(place, f"第 {place} 个字「{char}」前面没有和它配对的括号")
            opened = None
        elif char == WORD and opened is not None:
            return Mistake(place, f"第 {place} 个字：「…」不能放在括号里，请拆成几条")
    if opened is None:
        return None
    place, char = opened
    return Mistake(place, f"第 {place} 个字「{char}」没有配对的「{_PAIRS[char]}」")


def _second_word(phrase: str) -> Mistake | None:
    if phrase.count(WORD) < 2:
        return None
    place = phrase.index(WORD, phrase.index(WORD) + 1) + 1
    return Mistake(place, f"第 {place} 个字：一条里只能有一个「…」")


def _note(phrase: str, forms: Sequence[str], words: Sequence[str]) -> str:
    if any(sign in form for form in forms for sign in _APART):
        return "里面有逗号、句号一类的停顿：停顿两边不算同一处，这一条可能不起作用"
    wanted = [word for word in words if word.strip()]
    if WORD in phrase or not wanted:
        return ""
    if any(form in wanted for form in forms):
        return "这就是词本身：加上它，这个词就再也不会命中"
    if not any(word.casefold() in form.casefold() for form in forms for word in wanted):
        return f"里面没有「{wanted[0]}」，不起作用；要写连同这个词在内的说法，或用「…」代表它"
    return ""
