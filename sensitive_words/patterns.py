"""Builds from entries what the automaton looks for, and what each find means."""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, Implementation

from sensitive_words.entry import Entry, InvalidEntry
from sensitive_words.folding import Table, folded
from sensitive_words.options import Options
from sensitive_words.variants import Splitting, can_be_split, digit_variants, has_numeral, phrases

DFA_LIMIT = 3000
"""Up to here the faster automaton is still small; 10,000 words would take 107 MiB as one."""
_HARD = frozenset("+%#@&$￥¥€£*=<>^|\\°")
"""Symbols that are part of a word, unlike the hyphen of `SK-II` or the bracket of a remark."""

EXCEPTION, COUNTER, RULE, NAME = "exception", "counter", "rule", "name"
_CONTEXTS = (EXCEPTION, COUNTER, NAME)

WRITTEN, CONTEXT, STARTS_RULE, DOUBLED = 1, 2, 4, 8
"""
What a find may mean, as bits: a word in one of its written forms, a phrase around one, where a rule may begin; or
only a hint, that a character of a word is doubled here.
"""

_PLAINEST = ("plain", "split", "digits")
"""Nearly all patterns of a long list are one of these and nothing else: they are kept as a number."""
WRITTEN_FORMS = ("plain", "alias")
NO_GAPS: frozenset[int] = frozenset()
Find = tuple[int, int, int]
"""The number of the pattern, and where it begins and ends in the text as read."""


@dataclass(frozen=True, slots=True)
class Pattern:
    entry: int
    """Its place in the list of entries."""
    how: str
    """plain, alias, digits, split, repeat; or the kinds of context; or rule."""
    own_gaps: frozenset[int] = NO_GAPS
    """After which characters the word itself has a symbol or space."""
    length: int = 0


class Patterns:
    """What is to be found, and what each find means; filled while a list is built."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        """Entry and manner as one number; or, below zero, the place in `several`, from the end."""
        self.several: list[list[Pattern]] = []
        self.hints: dict[str, int] = {}

    def put(self, key: str, entry: int, how: str, own_gaps: frozenset[int] = NO_GAPS) -> None:
        """The same word of the same entry in the same manner counts once."""
        old = self.codes.get(key)
        if old is None and not own_gaps and how in _PLAINEST:
            self.codes[key] = entry * 3 + _PLAINEST.index(how)
            return
        if old is None or old >= 0:
            self.several.append([] if old is None else [_plainest(old, len(key))])
            self.codes[key] = old = -len(self.several)
        same = self.several[-1 - old]
        if not any(other.entry == entry and other.how == how for other in same):
            same.append(Pattern(entry, how, own_gaps, len(key)))

    def written_by(self, code: int) -> Sequence[int]:
        """The entries that have a pattern as one of their written forms."""
        if code >= 0:
            return () if code % 3 else (code // 3,)
        return [pattern.entry for pattern in self.several[-1 - code] if pattern.how in WRITTEN_FORMS]

    def hint(self, key: str, bit: int) -> None:
        self.hints[key] = self.hints.get(key, 0) | bit


def _plainest(code: int, length: int) -> Pattern:
    return Pattern(code // 3, _PLAINEST[code % 3], NO_GAPS, length)


class Sought:
    """The automaton over the patterns of a list. Long lists have as many of them as need be, and few objects."""

    def __init__(self, patterns: Patterns) -> None:
        only_hints = [key for key in patterns.hints if key not in patterns.codes]
        self._codes = array("q", patterns.codes.values())
        self._several = [tuple(same) for same in patterns.several]
        self._several.append(())
        self._codes.extend([-len(self._several)] * len(only_hints))
        meanings = bytearray(WRITTEN if code >= 0 else self._meaning(code) for code in self._codes)
        for number, key in enumerate([*patterns.codes, *only_hints] if patterns.hints else ()):
            meanings[number] |= patterns.hints.get(key, 0)
        self.meanings = bytes(meanings)
        """By number of the pattern, the bits."""
        self.machine = automaton([*patterns.codes, *only_hints])

    def _meaning(self, code: int) -> int:
        bits = 0
        for pattern in self._several[-1 - code]:
            bits |= CONTEXT if pattern.how in _CONTEXTS else STARTS_RULE if pattern.how == RULE else WRITTEN
        return bits

    def finds(self, read: str) -> list[Find]:
        return self.machine.find_matches_as_indexes(read, True)

    def meaning(self, finds: list[Find]) -> int:
        """All bits of all finds."""
        bits, meanings = 0, self.meanings
        for find in finds:
            bits |= meanings[find[0]]
        return bits

    def patterns(self, find: Find) -> tuple[Pattern, ...]:
        which, first, last = find
        code = self._codes[which]
        return (_plainest(code, last - first),) if code >= 0 else self._several[-1 - code]


@dataclass(frozen=True, slots=True)
class Automaton:
    """For the small automata beside the great one, each with targets of its own kind."""

    machine: AhoCorasick
    targets: list[tuple[Pattern, ...]]

    def finds(self, text: str) -> list[Find]:
        return self.machine.find_matches_as_indexes(text, True)


def automaton(keys: list[str]) -> AhoCorasick:
    kind = Implementation.DFA if len(keys) <= DFA_LIMIT else Implementation.ContiguousNFA
    return AhoCorasick(keys, implementation=kind, store_patterns=False)


def build(found: dict[str, list[Pattern]]) -> Automaton | None:
    return Automaton(automaton(list(found)), [tuple(same) for same in found.values()]) if found else None


class Compiler:
    """Sorts the patterns of a list into those read without symbols and those whose symbols matter."""

    def __init__(self, options: Options, table: Table, symbol_table: Table) -> None:
        self.options = options
        self.table = table
        self.symbol_table = symbol_table
        self.words = Patterns()
        self.symbols: dict[str, list[Pattern]] = defaultdict(list)
        self._splitting = Splitting(table)

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
            if key:
                self.words.put(key, number, kind)

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
            if key:
                same = self.symbols[key]
                if not any(old.entry == number and old.how == how for old in same):
                    same.append(Pattern(number, how, NO_GAPS, len(key)))
            return bool(key)
        self.words.put(plain, number, how, self._own_gaps(form))
        return True

    def _symbols_matter(self, form: str) -> bool:
        return self.options.noise and any(
            char in _HARD or (ord(char) > 0x2190 and not folded(char, self.table) and not _is_punctuation(char))
            for char in form
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
        split = options.split if switches.split is None else switches.split
        if split and can_be_split(plain):
            for key in self._splitting.variants(plain):
                self.words.put(key, number, "split")


def _is_punctuation(char: str) -> bool:
    return char in "，。！？；：、“”‘’（）【】《》「」『』〈〉—…　～·" or char in "\u3000"
