"""Words in which characters are written as their parts: 女马的 for 妈的."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from sensitive_words.entry import Entry
from sensitive_words.folding import Table, folded
from sensitive_words.patterns import (
    PARTED,
    UNMARKED,
    WRITTEN_FORMS,
    Find,
    Pattern,
    Patterns,
    Sought,
    finder,
    found_around,
)
from sensitive_words.variants import SPLIT, part_forms

_FORMS = (*WRITTEN_FORMS, UNMARKED)


class Splits:
    """
    Finds the written forms of the entries that see through split characters where touching parts are put together.

    The text is joined, not the words split: something can be split in nearly every word of a long list.
    """

    def __init__(self, patterns: Patterns, entries: Sequence[Entry], split: bool, table: Table) -> None:
        switches = (entry.disguises.split for entry in entries)
        self._counts = [split if switch is None else switch for switch in switches]
        wholes: dict[str, list[str]] = defaultdict(list)
        for char in sorted(
            set().union(*(key for _, key in patterns.written(self._counts, _FORMS))) & SPLIT.keys()
        ):
            for parts in part_forms(char):
                wholes[folded(parts, table)].append(char)
        for parts in wholes:
            patterns.hint(parts, PARTED)
        self._wholes = list(wholes.values())
        self._finds = finder(list(wholes)) if wholes else None

    def candidates(self, read: str, sought: Sought) -> list[tuple[Pattern, list[int]]]:
        """Each with the places of its characters in the text as read."""
        if self._finds is None:
            return []
        parts = sorted(self._finds(read), key=lambda find: (find[1], -find[2]))
        found: dict[tuple[int, int, int], list[tuple[Pattern, list[int]]]] = {}
        for joined in self._joined(parts):
            for which, start, end in _finds_in(read, joined, sought):
                if (which, start, end) not in found:
                    found[which, start, end] = [
                        (Pattern(pattern.entry, "split"), list(range(start, end)))
                        for pattern in sought.patterns(which)
                        if pattern.how in _FORMS and self._counts[pattern.entry]
                    ]
        return [candidate for candidates in found.values() for candidate in candidates]

    def _joined(self, parts: list[Find]) -> Iterator[list[tuple[int, int, str]]]:
        """
        Ways to put parts together: all of them, every second one, and the others, so that a neighbour which only
        looks like parts spoils no word; each with every character that the parts may stand for.
        """
        ways = [parts] if len(parts) == 1 else [parts, parts[::2], parts[1::2]]
        for way in ways:
            for number in range(max(len(self._wholes[which]) for which, _, _ in way)):
                joined: list[tuple[int, int, str]] = []
                for which, start, end in way:
                    if not joined or start >= joined[-1][1]:
                        chars = self._wholes[which]
                        joined.append((start, end, chars[min(number, len(chars) - 1)]))
                yield joined


def _finds_in(read: str, joined: list[tuple[int, int, str]], sought: Sought) -> Iterator[Find]:
    """What is found with at least one of the joined characters in it, with its place in the text as read."""
    pieces: list[str] = []
    places: list[int] = []
    spare: list[int] = []
    at = 0
    for start, end, char in joined:
        pieces += [read[at:start], char]
        places.append(start - (spare[-1] if spare else 0))
        spare.append((spare[-1] if spare else 0) + end - start - 1)
        at = end
    text = "".join([*pieces, read[at:]])
    for which, first, last in found_around(sought.finds, sought.reach, text, places):
        before, inside = bisect_left(places, first), bisect_left(places, last)
        if last - first > 1 and before < inside:
            yield which, first + (spare[before - 1] if before else 0), last + spare[inside - 1]
