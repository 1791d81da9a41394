"""
An entry's own examples, judged while it is written: what holds, why not, and which harmless phrase would make it
hold. Pure: no session, no clock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.compliance.phrasing import as_it_stands
from sensitive_words import Entry, Hit, Lexicon, Verdict
from sensitive_words.folding import CLAUSE_MARKS
from sensitive_words.segment import cut

MOST_OFFERS = 10
"""Examples for which a phrase is looked for: each takes some milliseconds."""

LONGEST_PHRASE = 16
"""Characters of a phrase that is offered: what is longer is the sentence, and no other sentence has it."""


@dataclass(frozen=True)
class Judged:
    """
    :param why: one Chinese sentence.
    :param phrase: which would make a harmless example pass and keep every other one; None if there is none.
    """

    text: str
    should_hit: bool
    holds: bool
    why: str
    phrase: str | None = None


@dataclass(frozen=True)
class Passage:
    """
    Of a text that the entry stopped, or marked.

    :param start: of the hit in it, in code points.
    """

    text: str
    start: int
    end: int


def judged(entry: Entry) -> list[Judged]:
    """
    By the entry alone: that another word of the list hits an example says nothing about this one.

    :raises InvalidEntry: if it cannot be used.
    """
    alone = Lexicon([entry])
    found = [Judged(text, True, bool(said.hits), _why(entry, said)) for text, said in _said(alone, entry.must_hit)]
    offers, kept = 0, [each.text for each in found if each.holds]
    for text, said in _said(alone, entry.must_not_hit):
        offers += bool(said.hits)
        phrase = _phrase(entry, text, said.hits[0], kept) if said.hits and offers <= MOST_OFFERS else None
        found.append(Judged(text, False, not said.hits, _why(entry, said), phrase))
    return found


def freed_by(entry: Entry, phrase: str, passages: Sequence[Passage]) -> list[Passage]:
    """Those of the passages that `entry` marks and would not, with one more harmless phrase."""
    before, after = Lexicon([entry]), Lexicon([_with(entry, phrase)])
    return [each for each in passages if _is_met(before, each) and not _is_met(after, each)]


def _is_met(lexicon: Lexicon, passage: Passage) -> bool:
    return any(hit.start < passage.end and passage.start < hit.end for hit in lexicon.check(passage.text).hits)


def _said(alone: Lexicon, texts: Sequence[str]) -> Iterator[tuple[str, Verdict]]:
    return ((text, alone.check(text)) for text in texts)


def _why(entry: Entry, said: Verdict) -> str:
    if said.hits:
        return said.hits[0].why
    if said.near_misses:
        miss = said.near_misses[0]
        return f"「{miss.text}」不算：{miss.why}"
    return "里面没有这个规则要找的内容" if entry.kind == "rule" else f"里面没有「{entry.text}」"


def _phrase(entry: Entry, text: str, hit: Hit, kept: Sequence[str]) -> str | None:
    """
    The shortest piece of whole words around the hit that frees it.

    :param kept: texts that are found, and have to be after it.
    """
    for piece in _pieces(text, hit):
        phrase = as_it_stands(piece)
        tried = Lexicon([_with(entry, phrase)])
        is_free = not any(other.start <= hit.start < other.end for other in tried.check(text).hits)
        if is_free and all(tried.check(each).hits for each in kept):
            return phrase
    return None


def _pieces(text: str, hit: Hit) -> Iterator[str]:
    """With a word more to the right, to the left, on both sides, and so on, never across a pause."""
    words, first, last = _words_around(text, hit)
    for left, right in ((0, 0), (0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (1, 2), (2, 1), (2, 2)):
        chosen = words[max(first - left, 0) : last + right + 1]
        piece = "".join(chosen).strip()
        if len(hit.text) < len(piece) <= LONGEST_PHRASE and CLAUSE_MARKS.isdisjoint(piece):
            yield piece


def _words_around(text: str, hit: Hit) -> tuple[list[str], int, int]:
    """The words of the text, and the first and last of them that the hit is part of."""
    words = cut(text)
    at, touched = 0, []
    for number, word in enumerate(words):
        if at < hit.end and hit.start < at + len(word):
            touched.append(number)
        at += len(word)
    return words, touched[0], touched[-1]


def _with(entry: Entry, phrase: str) -> Entry:
    return replace(entry, exceptions=(*entry.exceptions, phrase))
