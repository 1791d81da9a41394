"""
Ranked search over scripts.

A query is split at white space; every term must be found in a script, unless too few scripts have them all.
A term's worth is the best of: title is the term 100, title starts with it 75, shortcut is the term 70, title
contains it 65, shortcut contains it 55, title or shortcut reads as it in pinyin 45 (at the start) or 35, a
folder is named so 30, text contains it 20; and 15 more when both title and a shortcut have it. A script is
worth the mean of its terms. When fewer than `limit` scripts have every term, those that share words with the
query follow, worth less than 20: rare words, and words in title, shortcut or folder, count more. Ties keep the
order in which the scripts were given, which is the editor's. Variables in a text are not searched.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Protocol

from .model import Pack
from .pinyin import characters_read_as, is_pinyin_query, match_folded, pinyin_pairs, pinyin_splits
from .words import bigrams, fold, tokens

MAX_QUERY_LENGTH = 100
MAX_TERMS = 8
UNKNOWN_WORD = 0.7
"""Weight of a word no script has: as little as one that all have. People chat in their questions."""
IN_TEXT = 20.0
"""Worth of a term that only the text has."""
LEAST_SHARED = 0.34
"""How much of the query's weight a script must share to be shown without all terms."""

_VARIABLE = re.compile(r"\{[^{}\n]*\}")

Offsets = tuple[tuple[int, int], ...]
"""Passages as (start, end) in code points, in order, not overlapping."""


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
        """Variables are blanked out, at the same length: 称呼 stands in nearly every script."""
        return _VARIABLE.sub(lambda match: " " * len(match[0]), fold(self.text))

    @cached_property
    def folded_shortcuts(self) -> tuple[str, ...]:
        return tuple(map(fold, self.shortcuts))

    @cached_property
    def folded_folders(self) -> str:
        return fold("\n".join(self.folders))

    @property
    def folded_names(self) -> tuple[str, ...]:
        return (self.folded_title, *self.folded_shortcuts)


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
    return _ranked(query, _Scan(tuple(documents)), limit)


class _Source(Protocol):
    @property
    def documents(self) -> Sequence[Document]: ...

    def named(self, term: str) -> Iterable[int]:
        """At least the documents whose title, shortcuts or folders have or read as the folded term."""

    def written(self, term: str) -> Iterable[int]:
        """Exactly the documents whose text contains the folded term."""


@dataclass(frozen=True)
class _Scan:
    documents: tuple[Document, ...]

    def named(self, term: str) -> Iterable[int]:  # noqa: ARG002
        return range(len(self.documents))

    def written(self, term: str) -> Iterable[int]:
        return [number for number, document in enumerate(self.documents) if term in document.folded_text]


class SearchIndex:
    """Immutable, safe to share between threads. Build a new one when scripts change."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = tuple(documents)
        self._names: dict[str, list[int]] = defaultdict(list)
        self._texts: dict[str, list[int]] = defaultdict(list)
        self._pairs: dict[str, list[int]] = defaultdict(list)
        for number, document in enumerate(self.documents):
            for gram in _grams("\n".join((*document.folded_names, document.folded_folders))):
                self._names[gram].append(number)
            for gram in _grams(document.folded_text):
                self._texts[gram].append(number)
            for pair in {pair for name in document.folded_names for pair in pinyin_pairs(name)}:
                self._pairs[pair].append(number)

    @classmethod
    def of(cls, pack: Pack) -> "SearchIndex":
        return cls(documents_of(pack))

    def __len__(self) -> int:
        return len(self.documents)

    def search(self, query: str, *, limit: int = 20) -> list[Ranked]:
        """Best first; a blank query finds nothing."""
        return _ranked(query, self, limit)

    def named(self, term: str) -> Iterable[int]:
        containing = _rarest(self._names, _keys(term))
        if not is_pinyin_query(term):
            return containing
        found = set(containing)
        for pairs in pinyin_splits(term):
            found.update(_rarest(self._pairs, pairs))
        for character in characters_read_as(term):
            found.update(self._names.get(character, ()))
        return found

    def written(self, term: str) -> Iterable[int]:
        containing = _rarest(self._texts, _keys(term))
        if len(term) <= 2:
            return containing
        return [number for number in containing if term in self.documents[number].folded_text]


def _grams(folded: str) -> set[str]:
    """What a text is indexed by: its characters and bigrams."""
    grams = set(folded)
    for run in folded.split():
        grams.update(map("".join, pairwise(run)))
    return grams


def _keys(term: str) -> Sequence[str]:
    return bigrams(term) or (term,)


def _rarest(postings: dict[str, list[int]], keys: Iterable[str]) -> list[int]:
    """A superset of the documents that have all the keys."""
    return min((postings.get(key, []) for key in keys), key=len)


def _worth_of_names(term: str, document: Document) -> float:
    title, shortcuts = document.folded_title, document.folded_shortcuts
    is_shortcut = term in shortcuts
    in_shortcut = is_shortcut or any(term in shortcut for shortcut in shortcuts)
    if term in title:
        worth = 100 if title == term else 75 if title.startswith(term) else 65
        return worth + 15 * in_shortcut
    if in_shortcut:
        return 70 if is_shortcut else 55
    if is_pinyin_query(term):
        starts = [match[0] for name in document.folded_names if (match := match_folded(term, name))]
        if starts:
            return 45 if min(starts) == 0 else 35
    return 30 if term in document.folded_folders else 0


def _worths_of_names(term: str, source: _Source) -> dict[int, float]:
    worths = ((number, _worth_of_names(term, source.documents[number])) for number in source.named(term))
    return {number: worth for number, worth in worths if worth}


def _worths(term: str, source: _Source) -> dict[int, float]:
    return dict.fromkeys(source.written(term), IN_TEXT) | _worths_of_names(term, source)


def _having_all(terms: list[str], source: _Source, limit: int) -> dict[int, float]:
    if len(terms) == 1:
        named = _worths_of_names(terms[0], source)
        # A mention in a text is worth less than any name: not needed once names fill the answer.
        return named if len(named) >= limit else _worths(terms[0], source)
    found = [_worths(term, source) for term in terms]
    fewest = min(found, key=len)
    return {
        number: sum(worths[number] for worths in found) / len(found)
        for number in fewest
        if all(number in worths for worths in found)
    }


def _sharing_words(words: list[str], source: _Source) -> dict[int, float]:
    """Documents with enough of the words, worth less than IN_TEXT; a lone character says too little."""
    found = [_worths(word, source) for word in words]
    weights = [math.log(1 + len(source.documents) / len(worths)) if worths else UNKNOWN_WORD for worths in found]
    total = sum(weights)
    shared: dict[int, float] = defaultdict(float)
    worth: dict[int, float] = defaultdict(float)
    for worths, weight in zip(found, weights, strict=True):
        for number, score in worths.items():
            shared[number] += weight
            worth[number] += weight if score > IN_TEXT else weight * 0.6
    telling = set().union(*(worths for word, worths in zip(words, found, strict=True) if len(word) > 1))
    return {n: (IN_TEXT - 0.1) * worth[n] / total for n in telling if shared[n] / total >= LEAST_SHARED}


def _ranked(query: str, source: _Source, limit: int) -> list[Ranked]:
    query = query[:MAX_QUERY_LENGTH]
    terms = list(dict.fromkeys(fold(query).split()))[:MAX_TERMS]
    if not terms or limit <= 0:
        return []
    scores, words = _having_all(terms, source, limit), []
    if len(scores) < limit:
        words = list(tokens(query))
        scores = _sharing_words(words, source) | scores
    best = sorted(scores, key=lambda number: (-scores[number], number))[:limit]
    return [_shown(source.documents[number], scores[number], [*terms, *words]) for number in best]


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
        read = match_folded(mark, folded) if pinyin and start < 0 and is_pinyin_query(mark) else None
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
