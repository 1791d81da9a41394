"""What one text meets under two lists. Pure."""

from dataclasses import dataclass, replace
from datetime import date

from app.replays.models import Difference
from sensitive_words import Hit, Lexicon, Verdict, Where

CONTEXT = 15
"""Characters kept to the left and right of a hit."""


@dataclass(frozen=True)
class Judged:
    """
    :param marked: the hit inside the passage, in code points.
    :param assumed: what its entry is limited to, such as `store`, and nobody knows of the text.
    """

    difference: Difference
    hit: Hit
    passage: str
    marked: tuple[int, int]
    assumed: tuple[str, ...] = ()


class Lists:
    """The published list and the draft, and what has to be known of both for every text."""

    def __init__(self, before: Lexicon, after: Lexicon) -> None:
        self.before, self.after = before, after
        published = {entry.id: entry for entry in before.entries}
        self._scopes = {entry.id: entry.scope for entry in (*before.entries, *after.entries)}
        self._begins = max(
            (entry.valid_from for entry in after.entries if entry.valid_from and published.get(entry.id) != entry),
            default=date.min,
        )
        """From this day on all that the draft changes holds: a word of next week shall not look harmless."""

    def judge(self, text: str, *, where: Where, on: date) -> tuple[Verdict, Verdict, Judged | None]:
        """
        :param on: the day on which it leaves; the day from which the whole draft holds is tried, too.
        """
        for day in sorted({on, max(on, self._begins)}):
            old = self.before.check(text, where=where, on=day)
            new = self.after.check(text, where=where, on=day)
            found = difference(text, old, new)
            if found is not None:
                scope = self._scopes.get(found.hit.entry_id, {})
                return old, new, replace(found, assumed=tuple(key for key in scope if key not in where))
        return old, new, None


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
