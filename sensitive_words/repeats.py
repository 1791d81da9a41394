"""Words written with characters repeated: fuuuck, 最最最低低低价."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sensitive_words.entry import Entry
from sensitive_words.patterns import DOUBLED, WRITTEN_FORMS, Find, Pattern, Patterns, Sought, finder, found_around

_RUN = re.compile(r"([^0-9])\1+")
_DOUBLE = re.compile(r"(.)\1", re.DOTALL)

SINGLE: tuple[int, ...] = ()
"""The lengths of a word in which every character stands once in a row."""
Stretch = list[tuple[str, int, int]]
"""Characters, each with the run of it in the text as read."""


class Run(NamedTuple):
    start: int
    end: int
    place: int
    """Where its character stands once every run is one character."""
    spare: int
    """How many characters have been left out up to its end."""


class Repeats:
    """
    Finds the written forms of the entries that look through repeats where every run is one character: by the
    automaton of all words, and those with a run of their own, as 妈妈的, by a small one beside it.
    """

    def __init__(self, patterns: Patterns, entries: Sequence[Entry], repeat: bool | str) -> None:
        self._any = repeat == "any"
        switches = (entry.disguises.repeat for entry in entries)
        self._counts = [bool(repeat) if switch is None else switch for switch in switches]
        written = patterns.written(self._counts, WRITTEN_FORMS)
        own_runs: dict[str, list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
        for which, key in written:
            if _DOUBLE.search(key):
                form = "".join(char for char, _, _ in runs(key))
                own_runs[form].append((which, tuple(end - start for _, start, end in runs(key))))
        for char in set().union(*(key for _, key in written)):
            if not char.isdigit():
                patterns.hint(char * 2, DOUBLED)
        self._own_runs = list(own_runs.values())
        self._finds = finder(list(own_runs)) if own_runs else None

    def candidates(
        self, read: str, sought: Sought, finds: Sequence[Find], *, latin: bool
    ) -> list[tuple[Pattern, list[int]]]:
        """
        Each with the places of its characters in the text as read.

        :param finds: those of `sought`, which has its hints
        :param latin: whether there may be Latin letters
        """
        if not (latin or self._any) and sum(sought.meanings[find[0]] & DOUBLED for find in finds) == DOUBLED:
            # One Han doubled once, as in 看看, is no disguise.
            return []
        once, text_runs = _collapsed(read)
        runs_at = [run.place for run in text_runs]
        around = found_around(sought.finds, sought.reach, once, runs_at)
        matches = [(last, first, which, SINGLE) for which, first, last in around]
        if self._finds is not None:
            for form, first, last in found_around(self._finds, sought.reach, once, runs_at):
                matches += [(last, first, which, lengths) for which, lengths in self._own_runs[form]]
            matches.sort()
        found: list[tuple[Pattern, list[int]]] = []
        for last, first, which, lengths in matches:
            if last - first == 1 and lengths is SINGLE:
                continue
            stretch = _stretch(once, first, last, text_runs)
            places = _places(stretch, lengths or (1,) * len(stretch), doubled=self._any) if stretch else []
            if places:
                for pattern in sought.patterns(which):
                    if pattern.how in WRITTEN_FORMS and self._counts[pattern.entry]:
                        found.append((Pattern(pattern.entry, "repeat", pattern.own_gaps), places))
        return found


def _collapsed(read: str) -> tuple[str, list[Run]]:
    text_runs: list[Run] = []
    parts: list[str] = []
    at = spare = 0
    for match in _RUN.finditer(read):
        start, end = match.span()
        parts.append(read[at : start + 1])
        text_runs.append(Run(start, end, start - spare, spare + end - start - 1))
        at, spare = end, text_runs[-1].spare
    parts.append(read[at:])
    return "".join(parts), text_runs


def _stretch(once: str, first: int, last: int, text_runs: list[Run]) -> Stretch:
    """Nothing if no run is in it."""
    at = bisect_left(text_runs, first, key=lambda run: run.place)
    if at == len(text_runs) or text_runs[at].place >= last:
        return []
    stretch: Stretch = []
    spare = text_runs[at - 1].spare if at else 0
    for place in range(first, last):
        if at < len(text_runs) and text_runs[at].place == place:
            stretch.append((once[place], text_runs[at].start, text_runs[at].end))
            spare = text_runs[at].spare
            at += 1
        else:
            stretch.append((once[place], place + spare, place + spare + 1))
    return stretch


def _places(stretch: Stretch, lengths: tuple[int, ...], *, doubled: bool) -> list[int]:
    """
    :param doubled: whether any doubled character will do

    Nothing if the stretch is too short for the word, is the word itself, or is doubled as ordinary words are:
    a single doubled Han (他妈妈的), or a doubled letter in a short Latin word (god, good).
    """
    extra = [end - start - own for (_, start, end), own in zip(stretch, lengths, strict=True)]
    if min(extra) < 0 or max(extra) == 0:
        return []
    latin = stretch[0][0].isascii() and stretch[-1][0].isascii()
    enough = doubled or max(extra) >= 2 or (sum(lengths) >= 4 if latin else sum(1 for more in extra if more) >= 2)
    if not enough:
        return []
    # Han repeated at an end is not needed to read the word, and a plain match leaves it out too.
    start = stretch[0][1] if stretch[0][0].isascii() else stretch[0][2] - lengths[0]
    end = stretch[-1][2] if stretch[-1][0].isascii() else stretch[-1][1] + lengths[-1]
    return list(range(start, end))


def runs(text: str) -> Iterator[tuple[str, int, int]]:
    """Each run of one character with its place; digits are never a run, 1000 is not 10."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or text[place] != text[start] or text[start].isdigit():
            yield text[start], start, place
            start = place
