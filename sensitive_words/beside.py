"""Harmless phrases told by what stands beside the word, whichever of its forms it is: `~药膏`, `是不是~`."""

from collections.abc import Sequence

from sensitive_words.confirm import Candidate
from sensitive_words.entry import Entry
from sensitive_words.folding import CLAUSE_MARKS, Reading, Table, folded
from sensitive_words.variants import phrases

WORD = "~"
"""Stands for the word in an exception."""


class Beside:
    def __init__(self, entries: Sequence[Entry], table: Table) -> None:
        self._sides: dict[int, list[tuple[str, str]]] = {}
        for number, entry in enumerate(entries):
            for exception in entry.exceptions:
                if WORD in exception:
                    left, _, right = exception.partition(WORD)
                    self._sides.setdefault(number, []).extend(
                        (folded(before, table), folded(after, table))
                        for before in phrases(left)
                        for after in phrases(right)
                    )

    def around(self, found: Candidate, reading: Reading) -> tuple[int, int] | None:
        """The longest of these phrases around a find, as a span of the original."""
        sides = self._sides.get(found.pattern.entry)
        if not sides:
            return None
        text, index = reading.text, reading.index
        first, last = reading.kept_before(found.start), reading.kept_before(found.end)
        spans = [
            (index[first - len(left)], index[last + len(right) - 1] + 1)
            for left, right in sides
            if (left or right) and text.startswith(right, last) and text.endswith(left, 0, first)
        ]
        apart = [span for span in spans if CLAUSE_MARKS.isdisjoint(_outside(reading.original, span, found))]
        return max(apart, key=lambda span: span[1] - span[0], default=None)


def _outside(text: str, span: tuple[int, int], found: Candidate) -> str:
    return text[span[0] : found.start] + text[found.end : span[1]]
