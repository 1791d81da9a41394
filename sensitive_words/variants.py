"""Other ways of writing a word, made when the list is built: the text itself is never folded that far."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, product
from math import prod

from sensitive_words.glyphs import TABLES

MAX_VARIANTS = 24
MAX_PHRASES = 400
_BRACKETS = frozenset("[]()")
_CHOICE = re.compile(r"\[([^\[\]]+)\]|\(([^()]*)\)(\??)")

_NUMERALS = ("0零〇", "1一壹", "2二贰", "3三叁", "4四肆", "5五伍", "6六陆", "7七柒", "8八捌", "9九玖")
_SAME: dict[str, tuple[str, ...]] = {char: tuple(group) for group in _NUMERALS for char in group}
_SAME |= {"十": ("10", "十", "拾"), "拾": ("10", "十", "拾"), "百": ("百", "百", "佰"), "千": ("千", "千", "仟")}
_SAME |= {"两": ("2", "两")}
_OTHERS = {char: [other for other in dict.fromkeys(same) if other != char] for char, same in _SAME.items()}

SPLIT = dict(line.split() for line in (TABLES / "split.txt").read_text(encoding="utf-8").splitlines())
"""Characters that people type as their parts; radicals also in the form that input methods offer first."""

_RADICALS = "亻扌氵犭礻讠辶钅纟忄艹"
_SPOKEN_RADICALS = str.maketrans(_RADICALS, "人手水犬示言之金丝心草")
_NUMERALS_ANYWHERE = frozenset(_SAME)


def has_numeral(word: str) -> bool:
    return not _NUMERALS_ANYWHERE.isdisjoint(word)


def digit_variants(word: str) -> Iterator[str]:
    """`假一赔十` → `假1赔10`, `假壹赔拾`, …; nothing if there is no numeral in it."""
    numerals = [char for char in word if char in _SAME]
    if len(numerals) == 1:
        before, numeral, after = word.partition(numerals[0])
        yield from (before + other + after for other in _OTHERS[numeral])
    elif numerals:
        uniform = []
        for style in range(3):
            parts = (same[min(style, len(same) - 1)] if (same := _SAME.get(c)) else c for c in word)
            uniform.append("".join(parts))
        single = (word[:i] + other + word[i + 1 :] for i, c in enumerate(word) for other in _SAME.get(c, ()))
        yield from _new([*uniform, *single], word)


def part_forms(char: str) -> Iterator[str]:
    """`你` → `亻尔`, `人尔`."""
    parts = SPLIT[char]
    yield from dict.fromkeys((parts, parts.translate(_SPOKEN_RADICALS)))


def phrases(pattern: str) -> Iterator[str]:
    """
    `最[近后]` → 最近, 最后; `(买|卖)书` → 买书, 卖书; `家(的)?书` → 家书, 家的书. Brackets do not nest,
    and what one pattern stands for beyond `MAX_PHRASES` is left out: `unread_in` tells of both.
    """
    yield from ("".join(pieces) for pieces in islice(product(*_choices(pattern)), MAX_PHRASES))


def unread_in(pattern: str) -> str:
    """
    :returns: one Chinese sentence, if a part of this pattern would be left out or taken as it stands.
    """
    if any(not _BRACKETS.isdisjoint(piece) for choice in _choices(pattern) for piece in choice):
        return "括号不成对，或括号里还有括号"
    count = count_in(pattern)
    return f"一条展开有 {count} 种说法，最多 {MAX_PHRASES} 种" if count > MAX_PHRASES else ""


def count_in(pattern: str) -> int:
    """How many phrases a pattern stands for."""
    return prod(len(choice) for choice in _choices(pattern))


def _choices(pattern: str) -> list[Sequence[str]]:
    """The pieces of which a phrase is made, and at each place the ones to choose from."""
    parts: list[Sequence[str]] = []
    at = 0
    for choice in _CHOICE.finditer(pattern):
        parts.append((pattern[at : choice.start()],))
        one_of, alternatives, optional = choice.groups()
        chosen = list(one_of) if one_of is not None else alternatives.split("|")
        parts.append(["", *chosen] if optional else chosen)
        at = choice.end()
    parts.append((pattern[at:],))
    return parts


def _new(forms: list[str], word: str) -> Iterator[str]:
    seen = {word}
    for form in forms:
        if form not in seen and len(seen) <= MAX_VARIANTS:
            seen.add(form)
            yield form
