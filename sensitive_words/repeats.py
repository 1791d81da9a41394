"""Words written with characters repeated: fuuuck, 最最最低低低价."""

import re

from sensitive_words.patterns import Automaton, Pattern, Repeated, runs

_RUN = re.compile(r"([^0-9])\1+")


def repeated_candidates(read: str, short: Automaton) -> list[tuple[Pattern, list[int]]]:
    """Each with the places of its characters in the text as read."""
    if not _RUN.search(read):
        return []
    matches = short.finds(_RUN.sub(r"\1", read))
    if not matches:
        return []
    text_runs = list(runs(read))
    found: list[tuple[Pattern, list[int]]] = []
    for which, first, last in matches:
        for pattern in short.targets[which]:
            assert isinstance(pattern, Repeated)
            places = _places(text_runs[first:last], pattern.lengths)
            if places:
                found.append((pattern, places))
    return found


def _places(stretch: list[tuple[str, int, int]], lengths: tuple[int, ...]) -> list[int]:
    """
    Nothing if the stretch is too short for the word, is the word itself, or is doubled as ordinary words are:
    a single doubled Han (他妈妈的), or a doubled letter in a short Latin word (god, good).
    """
    extra = [end - start - own for (_, start, end), own in zip(stretch, lengths, strict=True)]
    if min(extra) < 0 or max(extra) == 0:
        return []
    latin = stretch[0][0].isascii() and stretch[-1][0].isascii()
    enough = max(extra) >= 2 or (sum(lengths) >= 4 if latin else sum(1 for more in extra if more) >= 2)
    if not enough:
        return []
    start, end = stretch[0][1], stretch[-1][2]
    if not latin:
        # The repeats at the two ends are not needed to read the word; a plain match leaves them out too.
        start, end = stretch[0][2] - lengths[0], stretch[-1][1] + lengths[-1]
    return list(range(start, end))
