"""Harmless phrases told by what stands beside the word, whichever of its forms it is: `~药膏`, `是不是~`."""

from collections.abc import Iterator, Sequence

from sensitive_words.confirm import Candidate
from sensitive_words.entry import Entry
from sensitive_words.folding import CLAUSE_MARKS, Reading, Table, folded
from sensitive_words.variants import phrases

WORD = "~"
"""Stands for the word in an exception."""


Sides = list[tuple[int, str, str]]
"""What stands before and after the word, with its place in the list."""


class Beside:
    def __init__(self, entries: Sequence[Entry], table: Table) -> None:
        self._sides: dict[int, dict[str, Sides]] = {}
        """By entry, and by the characters that touch the word, of which most texts have others."""
        for number, entry in enumerate(entries):
            if entry.exceptions:
                sides = [side for exception in entry.exceptions for side in _sides(exception, table)]
                for place, (left, right) in enumerate(sides):
                    touching = self._sides.setdefault(number, {}).setdefault(f"{left[-1:]}{WORD}{right[:1]}", [])
                    touching.append((place, left, right))

    def around(self, found: Candidate, reading: Reading) -> tuple[int, int] | None:
        """The longest of these phrases around a find, as a span of the original."""
        sides = self._sides.get(found.pattern.entry)
        if not sides:
            return None
        text, first, last = reading.text, found.first, found.last
        before, after = text[max(first - 1, 0) : first], text[last : last + 1]
        around, touching = before + WORD + after, (before + WORD, WORD + after)
        if around not in sides and touching[0] not in sides and touching[1] not in sides:
            return None
        index = reading.index
        spans = [
            (place, (index[first - len(left)], index[last + len(right) - 1] + 1))
            for beside in {around, *touching}
            for place, left, right in sides.get(beside, ())
            if text.startswith(right, last) and text.endswith(left, 0, first)
        ]
        apart = [
            span for _, span in sorted(spans) if CLAUSE_MARKS.isdisjoint(_outside(reading.original, span, found))
        ]
        return max(apart, key=lambda span: span[1] - span[0], default=None)


def _sides(exception: str, table: Table) -> Iterator[tuple[str, str]]:
    left, word, right = exception.partition(WORD)
    if word:
        for before in phrases(left):
            for after in phrases(right):
                sides = folded(before, table), folded(after, table)
                if any(sides):
                    yield sides


def _outside(text: str, span: tuple[int, int], found: Candidate) -> str:
    return text[span[0] : found.start] + text[found.end : span[1]]
