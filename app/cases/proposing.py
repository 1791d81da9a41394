"""
From passages that were wrongly stopped to an exception that would have let them through. Pure.

Proposed is what reads naturally: the words that the hit stands in, by jieba's boundaries, with a neighbour where
that is needed; pieces of words only where no whole ones help. Each is tried on the entry before a person sees it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.compliance.hits import Passage
from sensitive_words import Entry, InvalidEntry, Lexicon
from sensitive_words.examples import failed_examples
from sensitive_words.segment import cut

MOST = 3
MOST_TRIED = 60
LONGEST = 12
"""Characters of an exception: a longer one would fit the one sentence it was taken from."""


@dataclass(frozen=True)
class Tried:
    """
    :param freed: for each passage, whether the entry no longer hits its marked place; so before, perhaps.
    :param broken_examples: must-hit examples, and names of the word itself, that would no longer be hit.
    :param lost: passages that were rightly hit and no longer would be.
    """

    exception: str
    freed: tuple[bool, ...]
    broken_examples: tuple[str, ...]
    lost: int

    @property
    def frees(self) -> int:
        return sum(self.freed)

    @property
    def is_safe(self) -> bool:
        return not self.broken_examples and self.lost == 0


def proposed(entry: Entry, passages: Sequence[Passage], right: Sequence[Passage]) -> list[Tried]:
    """
    What is worth proposing, the best first: safe ones, then those that free most, then what says most by itself
    (「最低价保护」 before 「有最低价」), then the shortest.

    :param passages: wrongly hit; :param right: rightly hit, to be kept.
    """
    passages = still_hit(entry, passages)
    for phrases in (_whole_words(passages), _pieces(passages)):
        ranks = dict(reversed(phrases))
        found = [outcome for phrase in ranks if (outcome := _usable(entry, phrase, passages, right))]
        found.sort(key=lambda each: (not each.is_safe, -each.frees, ranks[each.exception], len(each.exception)))
        if any(each.is_safe for each in found):
            return [each for each in found if each.is_safe][:MOST]
    return found[:MOST]


def tried(entry: Entry, exception: str, passages: Sequence[Passage], right: Sequence[Passage]) -> Tried:
    """
    :raises InvalidEntry: if the entry cannot have this exception.
    """
    changed = with_exception(entry, exception)
    lexicon = Lexicon([changed])
    kept = still_hit(entry, right)
    named = still_hit(entry, [Passage(each, 0, len(each)) for each in (entry.text, *entry.aliases)])
    broken = (
        *(each.text for each in failed_examples([changed]) if each.should_hit),
        *(each.text for each in named if not is_hit(lexicon, each)),
    )
    return Tried(
        exception,
        tuple(not is_hit(lexicon, each) for each in passages),
        broken,
        sum(not is_hit(lexicon, each) for each in kept),
    )


def with_exception(entry: Entry, exception: str) -> Entry:
    return replace(entry, exceptions=tuple(dict.fromkeys((*entry.exceptions, exception))))


def still_hit(entry: Entry, passages: Sequence[Passage]) -> list[Passage]:
    """Those that the entry hits as it is now; it may have been changed since."""
    lexicon = Lexicon([entry])
    return [each for each in passages if is_hit(lexicon, each)]


def is_hit(lexicon: Lexicon, passage: Passage) -> bool:
    """Whether its marked place is still hit."""
    return any(hit.start < passage.end and passage.start < hit.end for hit in lexicon.check(passage.text).hits)


def _usable(entry: Entry, phrase: str, passages: Sequence[Passage], right: Sequence[Passage]) -> Tried | None:
    try:
        outcome = tried(entry, phrase, passages, right)
    except InvalidEntry:
        return None
    return outcome if outcome.frees else None


def _whole_words(passages: Iterable[Passage]) -> list[tuple[str, int]]:
    return _phrases(each for passage in passages for each in _words_around(passage))


def _pieces(passages: Iterable[Passage]) -> list[tuple[str, int]]:
    return _phrases(each for passage in passages for each in _characters_around(passage))


def _phrases(found: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Each once with its rank, the frequent first."""
    counts: dict[tuple[str, int], int] = {}
    for each in found:
        if len(each[0]) <= LONGEST:
            counts[each] = counts.get(each, 0) + 1
    return sorted(counts, key=lambda each: (-counts[each], len(each[0])))[:MOST_TRIED]


def _words_around(passage: Passage) -> Iterator[tuple[str, int]]:
    """With a rank: 0 the words of the hit itself, 1 with a neighbour, 2 with one of a single character."""
    first, last = _clause(passage)
    ends, at = [first], first
    for token in cut(passage.text[first:last]):
        at += len(token)
        ends.append(at)
    begin = max(place for place in ends if place <= passage.start)
    end = min(place for place in ends if place >= passage.end)
    before = max((place for place in ends if place < begin), default=begin)
    after = min((place for place in ends if place > end), default=end)
    for start, stop in ((begin, end), (begin, after), (before, end), (before, after)):
        if stop - start > passage.end - passage.start:
            is_thin = begin - start == 1 or stop - end == 1
            rank = 0 if (start, stop) == (begin, end) else 2 if is_thin else 1
            yield passage.text[start:stop], rank


def _characters_around(passage: Passage) -> Iterator[tuple[str, int]]:
    first, last = _clause(passage)
    for left, right in ((0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (2, 2)):
        start, stop = passage.start - left, passage.end + right
        if first <= start and stop <= last:
            yield passage.text[start:stop], 0


def _clause(passage: Passage) -> tuple[int, int]:
    """The letters and digits without a break around the hit."""
    start, end = passage.start, passage.end
    while start > 0 and passage.text[start - 1].isalnum():
        start -= 1
    while end < len(passage.text) and passage.text[end].isalnum():
        end += 1
    return start, end
