"""Other ways of writing a word, made when the list is built: the text itself is never folded that far."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, product

from sensitive_words.folding import Table, folded
from sensitive_words.glyphs import TABLES

MAX_VARIANTS = 24
_CHOICE = re.compile(r"\[([^\[\]]+)\]|\(([^()]*)\)(\??)")

_NUMERALS = ("0零〇", "1一壹", "2二贰", "3三叁", "4四肆", "5五伍", "6六陆", "7七柒", "8八捌", "9九玖")
_SAME: dict[str, tuple[str, ...]] = {char: tuple(group) for group in _NUMERALS for char in group}
_SAME |= {"十": ("10", "十", "拾"), "拾": ("10", "十", "拾"), "百": ("百", "百", "佰"), "千": ("千", "千", "仟")}
_SAME |= {"两": ("2", "两")}

SPLIT = dict(line.split() for line in (TABLES / "split.txt").read_text(encoding="utf-8").splitlines())
"""Characters that people type as their parts; radicals also in the form that input methods offer first."""

_RADICALS = "亻扌氵犭礻讠辶钅纟忄艹"
_SPOKEN_RADICALS = str.maketrans(_RADICALS, "人手水犬示言之金丝心草")
_NUMERALS_ANYWHERE = frozenset(_SAME)
_SPLIT_ANYWHERE = frozenset(SPLIT)
_RADICALS_ANYWHERE = frozenset(_RADICALS)


def has_numeral(word: str) -> bool:
    return not _NUMERALS_ANYWHERE.isdisjoint(word)


def can_be_split(word: str) -> bool:
    return not _SPLIT_ANYWHERE.isdisjoint(word)


def digit_variants(word: str) -> Iterator[str]:
    """`假一赔十` → `假1赔10`, `假壹赔拾`, …; nothing if there is no numeral in it."""
    if not has_numeral(word):
        return
    uniform = []
    for style in range(3):
        uniform.append("".join(same[min(style, len(same) - 1)] if (same := _SAME.get(c)) else c for c in word))
    single = (word[:i] + other + word[i + 1 :] for i, c in enumerate(word) for other in _SAME.get(c, ()))
    yield from _new([*uniform, *single], word)


def split_variants(word: str) -> Iterator[str]:
    """`你妈` → `你女马`; every character alone, and all together."""
    places = [i for i, char in enumerate(word) if char in SPLIT]
    if not places or len(word) < 2:
        return
    forms = [word[:i] + SPLIT[word[i]] + word[i + 1 :] for i in places]
    forms.append("".join(SPLIT.get(char, char) for char in word))
    forms += [form.translate(_SPOKEN_RADICALS) for form in forms if form.translate(_SPOKEN_RADICALS) != form]
    yield from _new(forms, word)


class Splitting:
    """`split_variants` as they are read with a table; quick for the many words in which little can be split."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._parts = {char: folded(parts, table) for char, parts in SPLIT.items()}
        spoken = {char: folded(parts.translate(_SPOKEN_RADICALS), table) for char, parts in SPLIT.items()}
        self._spoken = {char: parts for char, parts in spoken.items() if parts != self._parts[char]}

    def variants(self, word: str) -> Iterator[str]:
        """:param word: as read"""
        splittable = [char for char in word if char in SPLIT]
        rare = len(splittable) != 1 or len(word) < 2 or folded(word, self._table) != word
        if rare or not _RADICALS_ANYWHERE.isdisjoint(word):
            for form in split_variants(word):
                yield folded(form, self._table)
            return
        (char,) = splittable
        before, _, after = word.partition(char)
        yield before + self._parts[char] + after
        if char in self._spoken:
            yield before + self._spoken[char] + after


def phrases(pattern: str) -> Iterator[str]:
    """
    `最[近后]` → 最近, 最后; `(买|卖)书` → 买书, 卖书; `家(的)?书` → 家书, 家的书. At most 400 of one pattern.
    """
    parts: list[Sequence[str]] = []
    at = 0
    for choice in _CHOICE.finditer(pattern):
        parts.append((pattern[at : choice.start()],))
        one_of, alternatives, optional = choice.groups()
        chosen = list(one_of) if one_of is not None else alternatives.split("|")
        parts.append(["", *chosen] if optional else chosen)
        at = choice.end()
    parts.append((pattern[at:],))
    yield from ("".join(pieces) for pieces in islice(product(*parts), 400))


def _new(forms: list[str], word: str) -> Iterator[str]:
    seen = {word}
    for form in forms:
        if form not in seen and len(seen) <= MAX_VARIANTS:
            seen.add(form)
            yield form
