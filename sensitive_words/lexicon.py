"""An immutable snapshot of a word list, ready to check texts."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date

from sensitive_words import patterns as p
from sensitive_words.beside import Beside
from sensitive_words.confirm import Candidate, Refusal, Scene, action_here, refusal, rule_refusal
from sensitive_words.entry import Action, Entry, InvalidEntry, Where
from sensitive_words.explain import Step, steps
from sensitive_words.folding import (
    CLAUSE_MARKS,
    MARK,
    Fold,
    Reading,
    Table,
    all_folded,
    folded,
    one_to_one,
    readable,
    table_for,
)
from sensitive_words.glyphs import is_letter, may_be_part
from sensitive_words.options import Options
from sensitive_words.outcome import Found, verdict_of
from sensitive_words.patterns import Pattern
from sensitive_words.repeats import Repeats
from sensitive_words.rules import LATIN, SPOKEN, Rule, Span, compile_rule
from sensitive_words.sounds import ear_for
from sensitive_words.splits import Splits
from sensitive_words.verdict import Verdict

_DEFAULT = Options()
LONGEST_PHRASE = 80
"""Characters of the original that a harmless phrase may reach beyond the word in it."""


class Lexicon:
    """
    Safe to share between threads. It reads no clock: tell `check` the day if entries expire.

    :raises InvalidEntry: with a Chinese message, for the first entry that cannot be used
    """

    def __init__(self, entries: Iterable[Entry], *, version: int = 0, options: Options = _DEFAULT) -> None:
        self.version = version
        self.options = options
        self.entries: tuple[Entry, ...] = tuple(entries)
        fold = Fold.of(options)
        self._table = table_for(fold)
        self._symbol_table = table_for(Fold(**{**vars(fold), "noise": False}))
        self._rules: dict[int, Rule] = {}
        self._limited = any(e.valid_from or e.valid_until or e.scope for e in self.entries)
        compiler = p.Compiler(options, self._table, self._symbol_table)
        seen: set[str] = set()
        readings = all_folded((e.text for e in self.entries), self._table)
        for number, (entry, read) in enumerate(zip(self.entries, readings, strict=True)):
            if entry.id in seen:
                raise InvalidEntry(f"编号“{entry.id}”出现了两次", field="id", entry_id=entry.id)
            seen.add(entry.id)
            if entry.kind == "rule":
                rule = compile_rule(entry, self._table)
                self._rules[number] = rule
                compiler.add_starts(number, rule.starts)
            elif entry.kind == "name":
                compiler.add_context(number, entry.text, p.NAME)
            else:
                compiler.add(number, entry, read)
        self._beside = Beside(self.entries, self._table)
        self._near = {
            number: tuple(folded(word, self._table) for word in entry.near)
            for number, entry in enumerate(self.entries)
            if entry.near
        }
        self._symbols = p.build(compiler.symbols)
        self._signs = _signs(compiler.symbols, self._symbol_table)
        self._latin_rules = [number for number, rule in self._rules.items() if rule.in_latin]
        one_to_one()  # made now, not while a text waits
        self._ear = ear_for(self.entries, options, self._table)
        self._repeats = Repeats(compiler.words, self.entries, options.repeat)
        self._splits = Splits(compiler.words, self.entries, options.split, self._table)
        self._sought = p.Sought(compiler.words)
        self._contexts = p.build(compiler.contexts)
        # Unless all is folded a digit may be one that the rules know and the text as read does not.
        self._reads_all = fold == Fold(zero_width=fold.zero_width, combining=fold.combining)
        marked = all(any(map(may_be_part, word)) for word in compiler.symbols)
        self._always_closely = not (self._reads_all and marked)
        """Whether the quick look at a text may miss what is to be found."""
        self._chars = self._table.marked if self._signs and not self._always_closely else self._table.chars

    def check(self, text: str, *, where: Where | None = None, on: date | None = None) -> Verdict:
        """
        :param where: the place of use, for entries with a scope: `{"channel": "mass", "store": "12"}`; a set where
            several are true
        :param on: the day, for entries with a validity
        """
        read, marked = text.translate(self._chars), self._always_closely
        if not read.isprintable():
            if self._chars is self._table.marked and MARK in read:
                read, marked = read.replace(MARK, ""), True
            read = readable(read)
        finds = self._sought.finds(read)
        latin = LATIN.search(read) is not None
        heard = self._ear.candidates(read, letters=latin) if self._ear else []
        if finds or heard or latin or marked:
            return self._closely(Reading(text, self._table, read), finds, heard, latin, where, on)
        return Verdict(Action.PASS, (), (), text, text, self.version)

    def _closely(
        self,
        reading: Reading,
        finds: list[p.Find],
        heard: list[tuple[Pattern, list[int]]],
        latin: bool,
        where: Where | None,
        on: date | None,
    ) -> Verdict:
        text, read = reading.original, reading.text
        meaning = self._sought.meaning(finds)
        others = self._repeats.candidates(read, self._sought, finds, latin=latin) if meaning & p.DOUBLED else []
        if meaning & p.PARTED:
            others += self._splits.candidates(read, self._sought)
        others += heard
        symbols = []
        if self._symbols and self._signs and self._signs.search(text):
            symbols = self._symbols.finds(folded(text, self._symbol_table))
        if not self._reads_all:
            latin = LATIN.search(reading.plain) is not None or SPOKEN.search(reading.plain) is not None
        ruled = self._ruled(reading, finds, latin) if latin or meaning & p.STARTS_RULE else []
        if not (meaning & p.WRITTEN or others or symbols or ruled):
            return Verdict(Action.PASS, (), (), text, text, self.version)
        candidates = self._candidates(reading, finds if meaning & p.WRITTEN else [], symbols)
        if others:
            index = reading.index
            candidates += [Candidate(how, [index[i] for i in at], index, at[0], at[-1] + 1) for how, at in others]
        if self._limited:
            candidates = [c for c in candidates if self.entries[c.pattern.entry].applies(where, on)]
            ruled = [(n, span) for n, span in ruled if self.entries[n].applies(where, on)]
        scene = Scene(reading, self.options)
        found = self._confirmed(candidates, scene) if candidates else []
        for number, span in ruled:
            entry = self.entries[number]
            found.append(Found(entry, span, "rule", entry.action, rule_refusal(span, entry, scene)))
        return verdict_of(text, _with_parts_of_mentions(found), self.options, self.version)

    def explain(self, text: str) -> list[Step]:
        """What `check` thought, for a person who tries a sentence."""
        return steps(text, folded(text, self._table), self.check(text), self.options)

    def _ruled(self, reading: Reading, finds: list[p.Find], latin: bool) -> list[tuple[int, Span]]:
        begun: dict[int, dict[int, int]] = {}
        for find in finds:
            if not self._sought.meanings[find[0]] & p.STARTS_RULE:
                continue
            for pattern in self._sought.patterns(find[0]):
                if pattern.how == p.RULE:
                    ends = begun.setdefault(pattern.entry, {})
                    ends[find[1]] = max(find[2], ends.get(find[1], 0))
        for number in self._latin_rules if latin else ():
            begun.setdefault(number, {})
        return [(number, span) for number in begun for span in self._rules[number].find(reading, begun[number])]

    def _candidates(self, reading: Reading, finds: list[p.Find], symbols: list[p.Find]) -> list[Candidate]:
        index = reading.index
        candidates = [
            Candidate(pattern, index[first:last], index, first, last)
            for which, first, last in finds
            for pattern in self._sought.patterns(which)
            if pattern.how not in (p.RULE, p.UNMARKED)
        ]
        if symbols and self._symbols:
            places = Reading(reading.original, self._symbol_table).index
            for which, start, end in symbols:
                at = places[start:end]
                first, last = reading.kept_before(at[0]), reading.kept_before(at[-1] + 1)
                candidates += [Candidate(how, at, index, first, last) for how in self._symbols.targets[which]]
        return candidates

    def _contexts_in(self, reading: Reading) -> "Contexts":
        contexts = Contexts()
        if self._contexts is None:
            return contexts
        text, index = reading.original, reading.index
        for which, first, last in self._contexts.finds(reading.text):
            start, end = index[first], index[last - 1] + 1
            # 降血压，药都能停 is not about 降血压药.
            apart = end - start != last - first and not CLAUSE_MARKS.isdisjoint(text[start:end])
            for pattern in self._contexts.targets[which]:
                if pattern.how == p.NAME:
                    contexts.add_name(self.entries[pattern.entry], text, start, end)
                elif not apart:
                    contexts.add(pattern, start, end)
        return contexts

    def _confirmed(self, candidates: list[Candidate], scene: Scene) -> list[Found]:
        contexts = self._contexts_in(scene.reading)
        found = []
        for candidate in candidates:
            number = candidate.pattern.entry
            entry = self.entries[number]
            harmless, meant = contexts.around(candidate) if number in contexts.entries else (None, False)
            if harmless is None and not meant and entry.exceptions:
                harmless = self._beside.around(candidate, scene.reading)
            name = contexts.name_around(candidate) if contexts.names else None
            if name is not None:
                refused: Refusal | None = Refusal("name", f"在受保护的名称“{name}”里")
            elif harmless is None:
                refused = refusal(candidate, entry, scene, meant=meant)
            else:
                refused = Refusal("exception", f"在允许语境“{scene.text[slice(*harmless)]}”里")
            action = Action.PASS
            if refused is None:
                action = action_here(candidate, entry, self._near.get(number, ()), scene)
                if candidate.pattern.how in ("homophone", "pinyin") and candidate.pattern.length == 2:
                    # Two syllables sound like too many harmless things to stop a text by themselves.
                    action = min(action, Action.WARN, key=lambda a: a.severity)
                if action is Action.PASS:
                    refused = Refusal("near", f"附近没有“{'、'.join(entry.near[:3])}”一类的词")
            how = self._how(candidate, entry, scene) if refused is None else candidate.pattern.how
            found.append(Found(entry, (candidate.start, candidate.end), how, action, refused))
        return found

    @staticmethod
    def _how(candidate: Candidate, entry: Entry, scene: Scene) -> str:
        how = candidate.pattern.how
        if how not in ("plain", "alias"):
            return how
        surface = scene.text[candidate.start : candidate.end]
        if how == "alias" or surface == entry.text:
            return how
        return "gap" if len(surface) > len(entry.text) else "folded"


def _with_parts_of_mentions(found: list[Found]) -> list[Found]:
    """Who speaks of the word 全网最低价 does not say 全网最低 either."""
    mentions = {f.span: f.refused for f in found if f.refused is not None and f.refused.step == "mention"}
    if not mentions:
        return found
    for place, f in enumerate(found):
        around = (span for span in mentions if span[0] <= f.span[0] and f.span[1] <= span[1])
        span = next(around, None) if f.refused is None else None
        if span is not None:
            found[place] = f._replace(action=Action.PASS, refused=mentions[span])
    return found


def _signs(symbols: dict[str, list[Pattern]], table: Table) -> re.Pattern[str] | None:
    """Every character, in any dress, that is a symbol of one of the words."""
    wanted = {ord(char) for word in symbols for char in word if not is_letter(char)}
    dressed = "".join(chr(code) for code, value in enumerate(table.chars) if value in wanted) if wanted else ""
    return re.compile(f"[{re.escape(dressed)}]") if dressed else None


Phrases = tuple[list[int], list[int]]
"""Where they start in the original, and where they end, by which they are sorted."""


class Contexts:
    """The harmless phrases seen in one text, and the longer ones in which the word is meant after all."""

    def __init__(self) -> None:
        self.entries: set[int] = set()
        """Those that have a phrase."""
        self.harmless: dict[int, Phrases] = {}
        self.meant: dict[int, Phrases] = {}
        self.names: list[tuple[int, int, str]] = []

    def add(self, pattern: Pattern, start: int, end: int) -> None:
        kind = self.harmless if pattern.how == p.EXCEPTION else self.meant
        self.entries.add(pattern.entry)
        starts, ends = kind.setdefault(pattern.entry, ([], []))
        starts.append(start)
        ends.append(end)

    def add_name(self, entry: Entry, text: str, start: int, end: int) -> None:
        """Only as it is written in the list: a name in disguise protects nothing."""
        if text[start:end] == entry.text.strip():
            self.names.append((start, end, entry.text))

    def name_around(self, found: Candidate) -> str | None:
        """The name that a find lies in, or that it needs a disguise to reach into."""
        dressed = found.pattern.how != "plain" or found.end - found.start != len(found.places)
        at = bisect_right(self.names, found.start, key=lambda span: span[1])
        while at < len(self.names) and self.names[at][1] < found.end + LONGEST_PHRASE:
            start, end, name = self.names[at]
            if start < found.end and (dressed or (start <= found.start and found.end <= end)):
                return name
            at += 1
        return None

    def around(self, found: Candidate) -> tuple[tuple[int, int] | None, bool]:
        """The harmless phrase around a find, if any, and whether it is meant: the longer phrase decides."""
        number = found.pattern.entry
        harmless = _longest(found, self.harmless[number]) if number in self.harmless else None
        meant = _longest(found, self.meant[number]) if number in self.meant else None
        if harmless and meant and meant[1] - meant[0] > harmless[1] - harmless[0]:
            harmless = None
        return harmless, meant is not None and harmless is None


def _longest(found: Candidate, phrases: Phrases) -> tuple[int, int] | None:
    """Of the phrases around a find. Few of them end between its own end and a phrase's length on."""
    starts, ends = phrases
    best = None
    at = bisect_left(ends, found.end)
    while at < len(ends) and ends[at] < found.end + LONGEST_PHRASE:
        if starts[at] <= found.start and (best is None or ends[at] - starts[at] > best[1] - best[0]):
            best = starts[at], ends[at]
        at += 1
    return best
