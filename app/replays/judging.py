"""What one text meets under two lists. Pure."""

from dataclasses import dataclass

from app.replays.models import Difference
from sensitive_words import Hit, Verdict

CONTEXT = 15
"""Characters kept to the left and right of a hit."""


@dataclass(frozen=True)
class Judged:
    """
    :param marked: the hit inside the passage, in code points.
    """

    difference: Difference
    hit: Hit
    passage: str
    marked: tuple[int, int]


def difference(text: str, before: Verdict, after: Verdict) -> Judged | None:
    """None if the text meets the same under both."""
    old, new = _marks(before), _marks(after)
    if old == new and before.action == after.action:
        return None
    if not before.hits:
        return _judged(Difference.NEW, text, after.hits[0])
    if not after.hits:
        return _judged(Difference.LOST, text, before.hits[0])
    other = [hit for hit in after.hits if _mark(hit) not in old] or [
        hit for hit in before.hits if _mark(hit) not in new
    ]
    return _judged(Difference.CHANGED, text, (other or list(after.hits))[0])


def _mark(hit: Hit) -> tuple[int, int, str]:
    return (hit.start, hit.end, hit.action.value)


def _marks(said: Verdict) -> set[tuple[int, int, str]]:
    return {_mark(hit) for hit in said.hits}


def _judged(kind: Difference, text: str, hit: Hit) -> Judged:
    begin = max(0, hit.start - CONTEXT)
    passage = text[begin : hit.end + CONTEXT]
    # The same length, without what PostgreSQL cannot store.
    storable = passage.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    return Judged(kind, hit, storable, (hit.start - begin, hit.end - begin))


def utf16_length(text: str) -> int:
    """As browsers count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
