"""
Ranked search over scripts.

A query is split at white space; every term must be found in a script, unless too few scripts have them all.
A term's worth is the best of: title is the term 100, shortcut is the term 90, title starts with it 75, title
contains it 65, shortcut contains it 55, title or shortcut reads as it in pinyin 45 (at the start) or 35, a
folder is named so 30, text contains it 20 (and 1 more for each further time, up to 5). A script is worth the
mean of its terms. When fewer than `limit` scripts have every term, those that share words with the query
follow, worth less than 20: rare words and words in the title count more. Ties: the shorter title, then the
order in which the scripts were given.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from .model import Pack
from .pinyin import characters_read_as, is_pinyin_query, pinyin_match, pinyin_pairs, pinyin_query_pairs
from .words import bigrams, fold, tokens

MAX_QUERY_LENGTH = 100
MAX_TERMS = 8
LEAST_SHARED = 0.34
"""How much of the query's weight a script must share to be shown without all terms."""

Offsets = tuple[tuple[int, int], ...]
"""Passages as (start, end) in code points, in order, not overlapping."""

Candidates = Callable[[str], Iterable[int]]
"""For a folded term, numbers of documents: a superset of those in which it is found."""


@dataclass(frozen=True)
class Document:
    """What can be found. Folded forms are made once, when first asked for."""

    key: str
    title: str
    text: str = ""
    shortcuts: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    @cached_property
    def folded_title(self) -> str:
        return fold(self.title)

    @cached_property
    def folded_text(self) -> str:
        return fold(self.text)

    @cached_property
    def folded_shortcuts(self) -> tuple[str, ...]:
        return tuple(map(fold, self.shortcuts))

    @cached_property
    def folded_folders(self) -> str:
        return fold("\n".join(self.folders))

    @property
    def everything(self) -> str:
        """All that a term may be found in, parted by line ends."""
        return "\n".join((self.title, *self.shortcuts, *self.folders, self.text))


@dataclass(frozen=True, slots=True)
class Ranked:
    document: Document
    score: float
    title_highlights: Offsets
    text_highlights: Offsets

    @property
    def key(self) -> str:
        return self.document.key


def documents_of(pack: Pack) -> list[Document]:
    return [
        Document(script.id, script.title, script.text, script.shortcuts, tuple(folder.title for folder in path))
        for path, script in pack.walk()
    ]


def rank(query: str, documents: Iterable[Document], *, limit: int = 20) -> list[Ranked]:
    """For candidates that a database found. A blank query finds nothing."""
    documents = list(documents)
    every = range(len(documents))
    return _ranked(query, documents, lambda _: every, limit)


class SearchIndex:
    """Immutable, safe to share between threads. Build a new one when scripts change."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = tuple(documents)
        self._by_bigram: dict[str, list[int]] = defaultdict(list)
        self._by_pair: dict[str, list[int]] = defaultdict(list)
        self._by_title_character: dict[str, list[int]] = defaultdict(list)
        for number, document in enumerate(self._documents):
            for bigram in bigrams(document.everything):
                self._by_bigram[bigram].append(number)
            names = (document.folded_title, *document.folded_shortcuts)
            for pair in {pair for name in names for pair in pinyin_pairs(name)}:
                self._by_pair[pair].append(number)
            for character in set("".join(names)):
                self._by_title_character[character].append(number)

    @classmethod
    def of(cls, pack: Pack) -> "SearchIndex":
        return cls(documents_of(pack))

    def __len__(self) -> int:
        return len(self._documents)

    def search(self, query: str, *, limit: int = 20) -> list[Ranked]:
        """Best first; a blank query finds nothing."""
        return _ranked(query, self._documents, self._candidates, limit)

    def _candidates(self, term: str) -> Iterable[int]:
        pairs = bigrams(term)
        if not pairs:
            return range(len(self._documents))
        containing = min((self._by_bigram.get(pair, []) for pair in pairs), key=len)
        if not is_pinyin_query(term):
            return containing
        reading = {number for pair in pinyin_query_pairs(term) for number in self._by_pair.get(pair, ())}
        for character in characters_read_as(term):
            reading.update(self._by_title_character.get(character, ()))
        return sorted(reading.union(containing))


class _Term:
    """One term's worth per document, found once."""

    def __init__(self, term: str, documents: Sequence[Document], candidates: Iterable[int]) -> None:
        self.term = term
        self.pinyin = is_pinyin_query(term)
        worth = ((number, self._worth(documents[number])) for number in candidates)
        self.worths = {number: score for number, score in worth if score}

    def _worth(self, document: Document) -> float:
        term, title, shortcuts = self.term, document.folded_title, document.folded_shortcuts
        if term in title:
            return 100 if title == term else 75 if title.startswith(term) else 65
        if term in shortcuts:
            return 90
        if any(term in shortcut for shortcut in shortcuts):
            return 55
        if self.pinyin:
            starts = [match[0] for name in (title, *shortcuts) if (match := pinyin_match(term, name))]
            if starts:
                return 45 if min(starts) == 0 else 35
        if term in document.folded_folders:
            return 30
        times = document.folded_text.count(term)
        return 19 + min(times, 6) if times else 0


def _ranked(query: str, documents: Sequence[Document], candidates: Candidates, limit: int) -> list[Ranked]:
    terms = list(dict.fromkeys(fold(query[:MAX_QUERY_LENGTH]).split()))[:MAX_TERMS]
    if not terms or limit <= 0:
        return []
    found = [_Term(term, documents, candidates(term)) for term in terms]
    scores = {
        number: sum(term.worths[number] for term in found) / len(found)
        for number in min((term.worths for term in found), key=len)
        if all(number in term.worths for term in found)
    }
    words: list[str] = []
    if len(scores) < limit:
        words = [word for word in tokens(query[:MAX_QUERY_LENGTH]) if len(word) > 1 or word.isalnum()]
        scores = _sharing(words, documents, candidates) | scores
    best = sorted(scores, key=lambda n: (-scores[n], len(documents[n].title), n))[:limit]
    marks = [*terms, *words]
    return [_shown(documents[number], scores[number], marks) for number in best]


def _sharing(words: list[str], documents: Sequence[Document], candidates: Candidates) -> dict[int, float]:
    """Documents with enough of the query's words, worth 0–20."""
    found = [_Term(word, documents, candidates(word)) for word in words]
    weights = [math.log(1 + len(documents) / (1 + len(term.worths))) for term in found]
    shared: dict[int, float] = defaultdict(float)
    worth: dict[int, float] = defaultdict(float)
    for term, weight in zip(found, weights, strict=True):
        for number, score in term.worths.items():
            shared[number] += weight
            worth[number] += weight * (1.0 if score >= 30 else 0.6)
    total = sum(weights) or 1.0
    return {n: 19.9 * worth[n] / total for n in shared if shared[n] / total >= LEAST_SHARED}


def _shown(document: Document, score: float, marks: list[str]) -> Ranked:
    return Ranked(
        document=document,
        score=round(score, 3),
        title_highlights=_passages(document.title, document.folded_title, marks),
        text_highlights=_passages(document.text, document.folded_text, marks, pinyin=False),
    )


def _passages(text: str, folded: str, marks: list[str], *, pinyin: bool = True) -> Offsets:
    marked = [False] * (len(text) + 1)
    for mark in marks:
        start = folded.find(mark)
        read = pinyin_match(mark, folded) if pinyin and start < 0 and is_pinyin_query(mark) else None
        if read:
            marked[read[0] : read[1]] = [True] * (read[1] - read[0])
        while start >= 0:
            marked[start : start + len(mark)] = [True] * len(mark)
            start = folded.find(mark, start + len(mark))
    return _runs(marked)


def _runs(marked: list[bool]) -> Offsets:
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for position, inside in enumerate(marked):
        if inside and start is None:
            start = position
        elif not inside and start is not None:
            runs.append((start, position))
            start = None
    return tuple(runs)
