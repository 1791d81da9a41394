"""Builds from entries what the automaton looks for, and what each find means."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, Implementation

from sensitive_words.entry import Entry, InvalidEntry
from sensitive_words.folding import Table, folded
from sensitive_words.glyphs import HARD, may_be_part
from sensitive_words.options import Options
from sensitive_words.variants import SPLIT, digit_variants, has_numeral, phrases

DFA_LIMIT = 3000
"""Up to here the faster automaton is still small; 10,000 words would take 107 MiB as one."""

EXCEPTION, COUNTER, RULE, NAME, UNMARKED = "exception", "counter", "rule", "name", "unmarked"
"""Manners that are no word: the last one is a word with a symbol, of which only the letters are looked for."""

WRITTEN, STARTS_RULE, DOUBLED, PARTED = 1, 2, 4, 8
"""
What a find may mean, as bits: a word in one of its written forms, where a rule may begin; or only a hint, that a
character of a word is doubled here, or stands here as its parts.
"""

_PLAINEST = ("plain", "digits")
"""Nearly all patterns of a long list are one of these and nothing else: they are kept as a number."""
WRITTEN_FORMS = ("plain", "alias")
NO_GAPS: frozenset[int] = frozenset()
Find = tuple[int, int, int]
"""The number of the pattern, and where it begins and ends in the text as read."""
Finder = Callable[[str], list[Find]]


@dataclass(frozen=True, slots=True)
class Pattern:
    entry: int
    """Its place in the list of entries."""
    how: str
    """plain, alias, digits, split, repeat, homophone, pinyin; or the kinds of context; or rule."""
    own_gaps: frozenset[int] = NO_GAPS
    """After which characters the word itself has a symbol or space."""
    length: int = 0
    """Of a word that is heard, in characters."""


class Patterns:
    """What is to be found, and what each find means; filled while a list is built."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        """Entry and manner as one number; or, below zero, the place in `several`, from the end."""
        self.several: list[list[Pattern]] = []
        self.hints: dict[str, int] = {}
        self._made: dict[tuple[int, str, frozenset[int]], Pattern] = {}

    def put(self, key: str, entry: int, how: str, own_gaps: frozenset[int] = NO_GAPS) -> None:
        """The same word of the same entry in the same manner counts once."""
        old = self.codes.get(key)
        if old is None and not own_gaps and how in _PLAINEST:
            self.codes[key] = entry * 2 + (how == "digits")
            return
        if old is None or old >= 0:
            self.several.append([] if old is None else [_plainest(old)])
            self.codes[key] = old = -len(self.several)
        same = self.several[-1 - old]
        if not any(other.entry == entry and other.how == how for other in same):
            same.append(self.pattern(entry, how, own_gaps))

    def pattern(self, entry: int, how: str, own_gaps: frozenset[int] = NO_GAPS) -> Pattern:
        """One object for all that mean the same: the garbage collector walks over each of them time and again."""
        key = entry, how, own_gaps
        if key not in self._made:
            self._made[key] = Pattern(*key)
        return self._made[key]

    def written(self, counts: Sequence[bool], hows: Sequence[str]) -> list[tuple[int, str]]:
        """
        The forms, of two characters and more, of the entries that count, with their numbers.

        :param counts: by the place of an entry in the list
        :param hows: which forms, plain ones among them
        """
        return [
            (number, key)
            for number, (key, code) in enumerate(self.codes.items())
            if len(key) > 1
            and (code % 2 == 0 and counts[code // 2] if code >= 0 else self._is_one(code, counts, hows))
        ]

    def _is_one(self, code: int, counts: Sequence[bool], hows: Sequence[str]) -> bool:
        return any(counts[same.entry] and same.how in hows for same in self.several[-1 - code])

    def hint(self, key: str, bit: int) -> None:
        self.hints[key] = self.hints.get(key, 0) | bit


def _plainest(code: int) -> Pattern:
    return Pattern(code // 2, _PLAINEST[code % 2])


class Sought:
    """The automaton over the patterns of a list. Long lists have as many of them as need be, and few objects."""

    def __init__(self, patterns: Patterns) -> None:
        only_hints = [key for key in patterns.hints if key not in patterns.codes]
        self._codes = array("q", patterns.codes.values())
        self._several = [*_shared(patterns.several), ()]
        self._codes.extend([-len(self._several)] * len(only_hints))
        keys = [*patterns.codes, *only_hints]
        meanings = bytearray([WRITTEN]) * len(keys)
        for number, code in enumerate(self._codes):
            if code < 0:
                meanings[number] = self._meaning(code)
        for number, key in enumerate(keys):
            if key in patterns.hints:
                meanings[number] |= patterns.hints[key]
        self.meanings = bytes(meanings)
        """By number of the pattern, the bits."""
        self.reach = max(map(len, keys), default=1) - 1
        self._plain: dict[int, tuple[Pattern, ...]] = {}
        self.finds = finder(keys)

    def _meaning(self, code: int) -> int:
        bits = 0
        for pattern in self._several[-1 - code]:
            bits |= STARTS_RULE if pattern.how == RULE else 0 if pattern.how == UNMARKED else WRITTEN
        return bits

    def meaning(self, finds: list[Find]) -> int:
        """All bits of all finds."""
        bits, meanings = 0, self.meanings
        for find in finds:
            bits |= meanings[find[0]]
        return bits

    def patterns(self, which: int) -> tuple[Pattern, ...]:
        """:param which: the number in a find"""
        code = self._codes[which]
        if code < 0:
            return self._several[-1 - code]
        made = self._plain.get(which)
        if made is None:
            made = self._plain[which] = (_plainest(code),)
        return made


@dataclass(frozen=True, slots=True)
class Automaton:
    """For the small automata beside the great one, each with targets of its own kind."""

    finds: Finder
    targets: list[tuple[Pattern, ...]]


def found_around(finds: Finder, reach: int, text: str, places: Iterable[int]) -> list[Find]:
    """
    What is found in the stretches around some places, in order: all that touches one of them, and more.

    :param reach: how many characters the longest pattern has beside one
    :param places: sorted
    """
    stretches: list[list[int]] = []
    for place in places:
        start, end = max(place - reach, 0), place + reach + 1
        if stretches and start <= stretches[-1][1]:
            stretches[-1][1] = end
        else:
            stretches.append([start, end])
    return [
        (which, first + start, last + start)
        for start, end in stretches
        for which, first, last in finds(text[start:end])
    ]


def finder(keys: list[str]) -> Finder:
    """Everything that is found, overlapping too, in the order in which it ends."""
    kind = Implementation.DFA if len(keys) <= DFA_LIMIT else Implementation.ContiguousNFA
    find = AhoCorasick(keys, implementation=kind, store_patterns=False).find_matches_as_indexes
    return lambda text: find(text, True)


def build(found: dict[str, list[Pattern]]) -> Automaton | None:
    return Automaton(finder(list(found)), list(_shared(found.values()))) if found else None


def _shared(several: Iterable[list[Pattern]]) -> Iterator[tuple[Pattern, ...]]:
    """Of equal ones a single one."""
    made: dict[tuple[Pattern, ...], tuple[Pattern, ...]] = {}
    for same in map(tuple, several):
        yield made.setdefault(same, same)


class Compiler:
    """Sorts the patterns of a list into those read without symbols and those whose symbols matter."""

    def __init__(self, options: Options, table: Table, symbol_table: Table) -> None:
        self.options = options
        self.table = table
        self.symbol_table = symbol_table
        self.words = Patterns()
        self.contexts: dict[str, list[Pattern]] = defaultdict(list)
        """Looked for only in texts with a word: phrases in which it is harmless, or meant after all, and names."""
        self.symbols: dict[str, list[Pattern]] = defaultdict(list)

    def add(self, number: int, entry: Entry, read: str) -> None:
        """:param read: its text as read, from who has read all of them at once"""
        readable = self._add_form(number, entry.text, read, "plain")
        for alias in entry.aliases:
            readable = self._add_form(number, alias, folded(alias, self.table), "alias") or readable
        if not readable:
            raise InvalidEntry("写法里没有可以比对的字", field="text", entry_id=entry.id)
        self._add_variants(number, entry, read)
        for alias in entry.aliases:
            self._add_variants(number, entry, folded(alias, self.table))
        for context in entry.exceptions:
            if "~" not in context:
                self.add_context(number, context, EXCEPTION)
        for context in entry.counter_exceptions:
            self.add_context(number, context, COUNTER)

    def add_context(self, number: int, context: str, kind: str) -> None:
        for phrase in phrases(context):
            key = folded(phrase, self.table)
            if key and not any(old.entry == number and old.how == kind for old in self.contexts[key]):
                self.contexts[key].append(self.words.pattern(number, kind))

    def add_starts(self, number: int, starts: tuple[str, ...]) -> None:
        for start in starts:
            self.words.put(start, number, RULE)

    def _add_form(self, number: int, form: str, read: str, how: str) -> bool:
        if form.isalnum() and len(form) == len(read):
            self.words.put(read, number, how)
            return True
        form = form.strip()
        plain = folded(form, self.table)
        if not plain or self._symbols_matter(form):
            key = folded(form, self.symbol_table).strip()
            if len(plain) > 1 and not SPLIT.keys().isdisjoint(plain):
                self.words.put(plain, number, UNMARKED)
            if key:
                same = self.symbols[key]
                if not any(old.entry == number and old.how == how for old in same):
                    same.append(self.words.pattern(number, how))
            return bool(key)
        self.words.put(plain, number, how, self._own_gaps(form))
        return True

    def _symbols_matter(self, form: str) -> bool:
        return self.options.noise and any(
            may_be_part(char) and (char in HARD or not folded(char, self.table)) for char in form
        )

    def _own_gaps(self, form: str) -> frozenset[int]:
        gaps, kept = set(), 0
        for char in form:
            part = folded(char, self.table)
            if not part and kept:
                gaps.add(kept - 1)
            kept += len(part)
        return frozenset(gaps)

    def _add_variants(self, number: int, entry: Entry, plain: str) -> None:
        switches, options = entry.disguises, self.options
        if has_numeral(plain):
            digits = options.digits if switches.digits is None else switches.digits
            if digits or (digits is None and len(plain) >= 3):
                for form in digit_variants(plain):
                    self.words.put(form, number, "digits")
