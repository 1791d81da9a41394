"""From confirmed finds to the verdict: duplicates, overlap, actions, replacement."""

import re
from bisect import bisect_left
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from sensitive_words.confirm import Refusal
from sensitive_words.entry import Action, Entry
from sensitive_words.options import Options, Overlap
from sensitive_words.verdict import Hit, NearMiss, Verdict
from sensitive_words.wording import why

MAX_NEAR_MISSES = 50
_BEYOND_THE_FIRST_PLANE = re.compile("[\U00010000-\U0010ffff]")
_CERTAINTY = ("plain", "folded", "alias", "gap", "rule", "digits", "repeat", "split", "homophone", "pinyin")


class Found(NamedTuple):
    entry: Entry
    span: tuple[int, int]
    how: str
    action: Action
    refused: Refusal | None


def verdict_of(text: str, found: list[Found], options: Options, version: int) -> Verdict:
    meant = [f for f in found if f.refused is None]
    if not meant:
        return Verdict(Action.PASS, (), _near_misses(text, found), text, text, version)
    meant = _without_doubles(meant)
    wide = [found.start() for found in _BEYOND_THE_FIRST_PLANE.finditer(text)]
    hits = tuple(_hit(text, f, wide) for f in meant)
    hits = _CHOSEN[options.overlap](hits)
    action = max((hit.action for hit in hits), key=lambda a: a.severity, default=Action.PASS)
    return Verdict(
        action=action,
        hits=hits,
        near_misses=_near_misses(text, found),
        replaced=_masked(text, hits, options.mask),
        suggested=_suggested(text, hits, options.mask),
        version=version,
    )


def _without_doubles(meant: list[Found]) -> list[Found]:
    """One hit for one passage and word: the strictest, then the most certain."""
    best: dict[tuple[str, str, int, int], Found] = {}
    for f in sorted(meant, key=lambda f: (-f.action.severity, _CERTAINTY.index(f.how), f.entry.id)):
        # Two lists may hold the same word; a reader needs to see it once, with the stricter action.
        best.setdefault((f.entry.text, f.entry.category, *f.span), f)
    kept: list[Found] = []
    covered: dict[str, set[int]] = {}
    for f in sorted(best.values(), key=lambda f: _CERTAINTY.index(f.how)):
        looser = f.how not in ("plain", "folded", "alias")
        places = covered.setdefault(f.entry.id, set())
        if not looser or places.isdisjoint(range(*f.span)):
            kept.append(f)
            places.update(range(*f.span))
    return sorted(kept, key=lambda f: (f.span[0], f.span[1], f.entry.category, f.entry.text, f.entry.id))


def leftmost_longest(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, -h.end, -h.action.severity, h.category, h.word, h.entry_id)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return tuple(kept)


def _leftmost_shortest(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, h.end, -h.action.severity, h.category, h.word, h.entry_id)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return tuple(kept)


def _at_each_start(hits: tuple[Hit, ...], *, longest: bool) -> tuple[Hit, ...]:
    best: dict[int, Hit] = {}
    for hit in sorted(hits, key=lambda h: (h.end, -h.action.severity, h.category, h.word, h.entry_id)):
        if hit.start not in best or (longest and hit.end > best[hit.start].end):
            best[hit.start] = hit
    return tuple(best[start] for start in sorted(best))


_CHOSEN: dict[Overlap, Callable[[tuple[Hit, ...]], tuple[Hit, ...]]] = {
    Overlap.ALL: lambda hits: hits,
    Overlap.LEFTMOST_LONGEST: leftmost_longest,
    Overlap.LEFTMOST_SHORTEST: _leftmost_shortest,
    Overlap.LONGEST: partial(_at_each_start, longest=True),
    Overlap.SHORTEST: partial(_at_each_start, longest=False),
}


def _hit(text: str, f: Found, wide: list[int]) -> Hit:
    """:param wide: where the characters stand that browsers count as two"""
    start, end = f.span
    surface = text[start:end]
    return Hit(
        start=start,
        end=end,
        utf16_start=start + bisect_left(wide, start),
        utf16_end=end + bisect_left(wide, end),
        text=surface,
        word=f.entry.text,
        entry_id=f.entry.id,
        category=f.entry.category,
        action=f.action,
        matched_by=f.how,
        reason=f.entry.reason,
        suggestion=f.entry.suggestion,
        why=why(f.entry.text, text=surface, how=f.how, category=f.entry.category, action=f.action),
    )


def _near_misses(text: str, found: list[Found]) -> tuple[NearMiss, ...]:
    misses: dict[tuple[int, int, str], NearMiss] = {}
    for f in found:
        if f.refused is not None and len(misses) < MAX_NEAR_MISSES:
            start, end = f.span
            step, reason = f.refused.step, f.refused.why
            misses[(start, end, f.entry.id)] = NearMiss(
                start, end, text[start:end], f.entry.text, f.entry.id, step, reason
            )
    return tuple(misses[key] for key in sorted(misses))


def _masked(text: str, hits: tuple[Hit, ...], mask: str) -> str:
    chars = list(text)
    for hit in hits:
        if hit.action is not Action.RECORD:
            chars[hit.start : hit.end] = mask * (hit.end - hit.start)
    return "".join(chars)


def _suggested(text: str, hits: tuple[Hit, ...], mask: str) -> str:
    parts, at = [], 0
    for hit in leftmost_longest(tuple(h for h in hits if h.action is not Action.RECORD)):
        parts += [text[at : hit.start], hit.suggestion or mask * (hit.end - hit.start)]
        at = hit.end
    return "".join([*parts, text[at:]])
