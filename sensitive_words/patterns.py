"""Builds from entries what the automaton looks for, and what each find means."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, Implementation

from sensitive_words.entry import Entry, InvalidEntry, Mode
from sensitive_words.folding import Table, folded
from sensitive_words.options import Options
from sensitive_words.variants import digit_variants, phrases, split_variants

DFA_LIMIT = 3000
"""Up to here the faster automaton is still small; 10,000 words would take 107 MiB as one."""
_HARD = frozenset("+%#@&$￥¥€£*=<>^|\\°")
"""Symbols that are part of a word, unlike the hyphen of `SK-II` or the bracket of a remark."""

EXCEPTION, COUNTER, RULE, NAME = "exception", "counter", "rule", "name"


@dataclass(frozen=True, slots=True)
class Pattern:
    entry: int
    """Its place in the list of entries; −1 is everybody's."""
    how: str
    """plain, alias, digits, split, repeat; or the two kinds of context."""
    own_gaps: frozenset[int] = frozenset()
    """After which characters the word itself has a symbol or space."""
    length: int = 0


@dataclass(frozen=True, slots=True)
class Automaton:
    machine: AhoCorasick
    targets: list[tuple[Pattern, ...]]

    def finds(self, text: str) -> list[tuple[int, int, int]]:
        return self.machine.find_matches_as_indexes(text, overlapping=True)


def build(found: dict[str, list[Pattern]]) -> Automaton | None:
    if not found:
        return None
    kind = Implementation.DFA if len(found) <= DFA_LIMIT else Implementation.ContiguousNFA
    machine = AhoCorasick(list(found), implementation=kind, store_patterns=False)
    return Automaton(machine, [tuple(patterns) for patterns in found.values()])


class Compiler:
    """Sorts the patterns of a list into those read without symbols and those whose symbols matter."""

    def __init__(self, options: Options, table: Table, symbol_table: Table) -> None:
        self.options = options
        self.table = table
        self.symbol_table = symbol_table
        self.words: dict[str, list[Pattern]] = defaultdict(list)
        self.symbols: dict[str, list[Pattern]] = defaultdict(list)

    def add(self, number: int, entry: Entry) -> None:
        readable = self._add_form(number, entry.text, "plain")
        for alias in entry.aliases:
            readable = self._add_form(number, alias, "alias") or readable
        if not readable:
            raise InvalidEntry("写法里没有可以比对的字", field="text", entry_id=entry.id)
        for form in {entry.text, *entry.aliases}:
            self._add_variants(number, entry, folded(form, self.table))
        for context in entry.exceptions:
            if "~" not in context:
                self.add_context(number, context, EXCEPTION)
        for context in entry.counter_exceptions:
            self.add_context(number, context, COUNTER)

    def add_context(self, number: int, context: str, kind: str) -> None:
        for phrase in phrases(context):
            key = folded(phrase, self.table)
            if key:
                self._put(self.words, key, Pattern(number, kind, length=len(key)))

    def add_starts(self, number: int, starts: tuple[str, ...]) -> None:
        for start in starts:
            self._put(self.words, start, Pattern(number, RULE, length=len(start)))

    def _add_form(self, number: int, form: str, how: str) -> bool:
        form = form.strip()
        plain = folded(form, self.table)
        if not plain or self._symbols_matter(form):
            key = folded(form, self.symbol_table).strip()
            if key:
                self._put(self.symbols, key, Pattern(number, how, length=len(key)))
            return bool(key)
        self._put(self.words, plain, Pattern(number, how, self._own_gaps(form), len(plain)))
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
        digits = options.digits if switches.digits is None else switches.digits
        if digits or (digits is None and len(plain) >= 3):
            for form in digit_variants(plain):
                self._put(self.words, form, Pattern(number, "digits", length=len(form)))
        split = options.split if switches.split is None else switches.split
        if split and entry.mode is not Mode.CLAUSE:
            for form in split_variants(plain):
                key = folded(form, self.table)
                self._put(self.words, key, Pattern(number, "split", length=len(key)))

    @staticmethod
    def _put(where: dict[str, list[Pattern]], key: str, pattern: Pattern) -> None:
        same = where[key]
        if not any(old.entry == pattern.entry and old.how == pattern.how for old in same):
            same.append(pattern)


def _is_punctuation(char: str) -> bool:
    return char in "，。！？；：、“”‘’（）【】《》「」『』〈〉—…　～·" or char in "\u3000"


def runs(text: str) -> Iterator[tuple[str, int, int]]:
    """Each run of one character with its place; digits are never a run, 1000 is not 10."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or text[place] != text[start] or text[start].isdigit():
            yield text[start], start, place
            start = place


def collapsed(found: dict[str, list[Pattern]], entries: Sequence[Entry], repeat: bool) -> dict[str, list[Pattern]]:
    """The written forms of the entries that look through repeats, with every run as one character."""
    short: dict[str, list[Pattern]] = defaultdict(list)
    for key, patterns in found.items():
        for pattern in patterns:
            if pattern.how not in ("plain", "alias"):
                continue
            switch = entries[pattern.entry].disguises.repeat
            if (repeat if switch is None else switch) and len(key) > 1:
                lengths = [end - start for _, start, end in runs(key)]
                form = "".join(char for char, _, _ in runs(key))
                short[form].append(Repeated(pattern.entry, "repeat", pattern.own_gaps, len(form), tuple(lengths)))
    return short


@dataclass(frozen=True, slots=True)
class Repeated(Pattern):
    lengths: tuple[int, ...] = ()
    """How often each character stands in the word itself."""
