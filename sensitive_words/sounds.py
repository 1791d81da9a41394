"""Words written with characters that sound the same, or in pinyin. Only for entries that ask for it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, islice, product
from operator import eq

from sensitive_words.entry import Entry
from sensitive_words.folding import Table, every_code, folded
from sensitive_words.glyphs import TABLES
from sensitive_words.options import Options
from sensitive_words.patterns import Automaton, Find, Pattern, build
from sensitive_words.segment import is_word

MAX_READINGS = 8
_FIRST = 0xE000
_LETTER = re.compile("[a-z]")
_LETTERS = re.compile("[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Sounds:
    codes: dict[str, str]
    """Each syllable as one private character."""
    usual: dict[str, str]
    """Each Han character as the private character of its usual reading."""
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
def _sound_table() -> list[int]:
    """As `_heard`, in one pass, for texts without Latin letters."""
    table = [*every_code()]
    for char, code in sounds().usual.items():
        table[ord(char)] = ord(code)
    return table


@dataclass(frozen=True, slots=True)
class Heard(Pattern):
    word: str = ""
    homophone: bool = False
    pinyin: bool = False


class Ear:
    """The automaton over syllables, and what to make of its finds."""

    def __init__(self, machine: Automaton, *, latin: bool) -> None:
        self.machine = machine
        self._table = _sound_table()
        self.latin = latin
        """Whether some entry is heard in pinyin too."""

    def finds(self, read: str, *, letters: bool) -> list[Find]:
        """
        :param letters: whether there may be Latin letters in the text as read
        """
        heard = read.translate(self._table)
        if letters and self.latin and _LETTER.search(read):
            heard = _LETTERS.sub(lambda match: "".join(_coded(match.group())), heard)
        return self.machine.finds(heard)

    def candidates(self, read: str, finds: list[Find]) -> list[tuple[Pattern, list[int]]]:
        """Each with the places of its characters in the text as read."""
        if not finds:
            return []
        spelled = self.latin and _LETTER.search(read) is not None
        spans = _spans(read) if spelled else []
        found: list[tuple[Pattern, list[int]]] = []
        for which, first, last in finds:
            parts: Sequence[str] = read[first:last]
            if spelled:
                parts = [read[start:end] for start, end in spans[first:last]]
                first, last = spans[first][0], spans[last - 1][1]
            for pattern in self.machine.targets[which]:
                assert isinstance(pattern, Heard)
                how = _how(pattern, parts)
                if how:
                    ends = frozenset(end - 1 for end in accumulate(map(len, parts)))
                    places = list(range(first, last))
                    found.append((Pattern(pattern.entry, how, ends, len(pattern.word)), places))
        return found


def ear_for(entries: Sequence[Entry], options: Options, table: Table) -> Ear | None:
    found: dict[str, list[Pattern]] = defaultdict(list)
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
            if len(word) >= 2 and (alike or pinyin):
                for key in _keys(word):
                    found[key].append(Heard(number, "sound", frozenset(), len(word), word, alike, pinyin))
    machine = build(found)
    if machine is None:
        return None
    return Ear(machine, latin=any(isinstance(p, Heard) and p.pinyin for ps in found.values() for p in ps))


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
