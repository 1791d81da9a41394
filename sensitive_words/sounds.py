"""Words written with characters that sound the same, or in pinyin. Only for entries that ask for it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, islice, product
from operator import eq

from sensitive_words.entry import Entry
from sensitive_words.folding import SIZE, Table, folded
from sensitive_words.glyphs import TABLES
from sensitive_words.options import Options
from sensitive_words.patterns import NO_GAPS, Automaton, Find, Pattern, build
from sensitive_words.segment import is_word

MAX_READINGS = 8
_FIRST = 0x100
"""The codes of syllables take two bytes in UTF-8, which is what the automaton reads."""
_UNHEARD = 0x7F
_LETTER = re.compile("[a-z]")
_LETTERS = re.compile("[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Sounds:
    codes: dict[str, str]
    """Each syllable as one character."""
    usual: dict[str, str]
    """Each Han character as the one of its usual reading."""
    all: dict[str, list[str]]
    longest: int


@cache
def sounds() -> Sounds:
    rows = [line.split() for line in (TABLES / "pinyin.txt").read_text(encoding="utf-8").splitlines()]
    syllables = sorted({syllable.lower() for syllable, _ in rows})
    codes = {syllable: chr(_FIRST + number) for number, syllable in enumerate(syllables)}
    usual: dict[str, str] = {}
    readings: dict[str, list[str]] = defaultdict(list)
    # A capital syllable in the file is a reading that is not the usual one.
    for syllable, chars in sorted(rows, key=lambda row: row[0].isupper()):
        code = codes[syllable.lower()]
        for char in chars:
            if syllable.islower():
                usual[char] = code
            if code not in readings[char]:
                readings[char].append(code)
    return Sounds(codes, usual, dict(readings), max(map(len, syllables)))


@cache
def _sound_table() -> tuple[int, ...]:
    """How characters sound; Latin letters are themselves, and all else is unheard."""
    table = [*range(_UNHEARD), *[_UNHEARD] * (SIZE - _UNHEARD)]
    for char, code in sounds().usual.items():
        table[ord(char)] = ord(code)
    return tuple(table)


@dataclass(frozen=True, slots=True)
class Heard(Pattern):
    word: str = ""
    homophone: bool = False
    pinyin: bool = False


class Ear:
    """
    The automata over syllables, and what to make of their finds: one for Chinese, which is heard as it is usually
    read, and one for texts with Latin letters.
    """

    def __init__(self, usual: Automaton | None, spelled: Automaton | None) -> None:
        self._usual = usual
        self._spelled = spelled
        """Nothing unless some entry is heard in pinyin too."""
        self._table = _sound_table()

    def candidates(self, read: str, *, letters: bool) -> list[tuple[Pattern, list[int]]]:
        """
        Each with the places of its characters in the text as read.

        :param letters: whether there may be Latin letters in it
        """
        heard = read.translate(self._table)
        if letters and self._spelled and _LETTER.search(read):
            return _spelled_out(read, heard, self._spelled)
        finds = self._usual.finds(heard) if self._usual else []
        return _alike(read, finds, self._usual.targets) if self._usual and finds else []


def _alike(read: str, finds: list[Find], targets: list[tuple[Pattern, ...]]) -> list[tuple[Pattern, list[int]]]:
    found: list[tuple[Pattern, list[int]]] = []
    for which, first, last in finds:
        part = read[first:last]
        for pattern in targets[which]:
            assert isinstance(pattern, Heard)
            if part != pattern.word and _how(pattern, part):
                ends = frozenset(range(len(part)))
                found.append((Pattern(pattern.entry, "homophone", ends, len(part)), list(range(first, last))))
    return found


def _spelled_out(read: str, heard: str, machine: Automaton) -> list[tuple[Pattern, list[int]]]:
    spelled = _LETTERS.sub(lambda match: "".join(_coded(match.group())), heard)
    finds = machine.finds(spelled)
    spans = _spans(read) if finds else []
    found: list[tuple[Pattern, list[int]]] = []
    parts: Sequence[str]
    for which, start, end in finds:
        first, last = spans[start][0], spans[end - 1][1]
        passage = read[first:last]
        in_letters = _LETTER.search(passage) is not None
        parts = [read[at:to] for at, to in spans[start:end]] if in_letters else passage
        for pattern in machine.targets[which]:
            assert isinstance(pattern, Heard)
            if passage == pattern.word or not (in_letters or pattern.homophone):
                continue
            how = _how(pattern, parts)
            if how:
                ends = frozenset(at - 1 for at in accumulate(map(len, parts)))
                found.append((Pattern(pattern.entry, how, ends, len(pattern.word)), list(range(first, last))))
    return found


def ear_for(entries: Sequence[Entry], options: Options, table: Table) -> Ear | None:
    usual: dict[str, list[Pattern]] = defaultdict(list)
    spelled: dict[str, list[Pattern]] = defaultdict(list)
    for number, entry in enumerate(entries):
        own = entry.disguises
        homophone = options.homophone if own.homophone is None else own.homophone
        pinyin = options.pinyin if own.pinyin is None else own.pinyin
        if entry.kind != "word" or not (homophone or pinyin):
            continue
        for place, form in enumerate((entry.text, *entry.aliases)):
            word = folded(form, table)
            # Two syllables alone sound like too many things: only the word itself, not every alias.
            alike = homophone and (len(word) > 2 or not place)
            if len(word) < 2 or not (alike or pinyin):
                continue
            heard = Heard(number, "sound", NO_GAPS, len(word), word, alike, pinyin)
            for key in _keys(word):
                spelled[key].append(heard)
            if alike and all(char in sounds().usual for char in word):
                usual["".join(sounds().usual[char] for char in word)].append(heard)
    if not spelled:
        return None
    in_letters = any(isinstance(p, Heard) and p.pinyin for same in spelled.values() for p in same)
    return Ear(build(usual), build(spelled) if in_letters else None)


def _keys(word: str) -> Iterator[str]:
    readings = sounds().all
    if all(char in readings for char in word):
        yield from map("".join, islice(product(*(readings[char] for char in word)), MAX_READINGS))


def _spans(read: str) -> list[tuple[int, int]]:
    """Where each thing that is heard stands in the text as read."""
    spans: list[tuple[int, int]] = []
    at = 0
    for match in _LETTERS.finditer(read):
        spans += [(place, place + 1) for place in range(at, match.start())]
        at = match.start()
        for syllable in _syllables(match.group()) or match.group():
            spans.append((at, at + len(syllable)))
            at += len(syllable)
    return spans + [(place, place + 1) for place in range(at, len(read))]


def _coded(letters: str) -> list[str]:
    codes = sounds().codes
    return [codes.get(syllable, syllable) for syllable in _syllables(letters) or letters]


def _syllables(letters: str) -> list[str]:
    """The letters as syllables, the longest first; nothing if they are not pinyin."""
    if len(letters) > 60:
        return []
    table = sounds()
    ways: list[list[str] | None] = [None] * len(letters) + [[]]
    for start in range(len(letters) - 1, -1, -1):
        for size in range(min(table.longest, len(letters) - start), 0, -1):
            rest = ways[start + size]
            if rest is not None and letters[start : start + size] in table.codes:
                ways[start] = [letters[start : start + size], *rest]
                break
    return ways[0] or []


def _how(pattern: Heard, parts: Sequence[str]) -> str:
    same = sum(map(eq, parts, pattern.word))
    if same == len(parts):
        return ""
    latin = sum(part.isascii() for part in parts)
    other = len(parts) - same - latin
    if (latin and not pattern.pinyin) or (other and not pattern.homophone):
        return ""
    if other and not all(map(_sounds_alike, parts, pattern.word)):
        return ""
    if len(parts) == 2:
        if latin:
            spelled = next(part for part in parts if part.isascii())
            return "pinyin" if latin == 2 or (same == 1 and len(spelled) > 1) else ""
        return "homophone" if same == 1 and not is_word("".join(parts)) else ""
    if latin:
        return "pinyin" if not other else ""
    return "homophone" if same * 2 >= len(parts) and not is_word("".join(parts)) else ""


def _sounds_alike(part: str, char: str) -> bool:
    """Whether they are read alike as a rule: 假 is read xia too, but 下小票 is not a way of writing 假小票."""
    usual = sounds().usual
    return part.isascii() or part == char or usual.get(part) == usual.get(char)
