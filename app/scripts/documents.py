"""A script as the search sees it. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts_library import Document, bigrams, is_pinyin_query, pinyin_pairs, pinyin_splits, tokens
from scripts_library.pinyin import characters_read_as
from scripts_library.words import fold

_VARIABLE = re.compile(r"\{[^{}\n]*\}")
MOST_TERMS = 8


def text_of(parts: Iterable[Mapping[str, Any]]) -> str:
    """The bubbles, one below the other. No word is ever found across two of them."""
    return "\n".join(str(part["text"]) for part in parts)


def grams_of(title: str, shortcuts: Sequence[str], folders: Sequence[str], text: str) -> list[str]:
    """Every pair of neighbouring characters a query may have to find here."""
    return sorted(set(bigrams("\n".join((title, *shortcuts, *folders, _VARIABLE.sub(" ", text))))))


def pinyin_of(title: str, shortcuts: Sequence[str]) -> list[str]:
    return sorted({pair for name in (title, *shortcuts) for pair in pinyin_pairs(name)})


@dataclass(frozen=True)
class Wanted:
    """
    What a database has to look for: a script is a candidate if it meets one of these; `rank` then decides.

    :param grams: sets of pairs, all of one set in `Script.grams`.
    :param pinyin: the same in `Script.pinyin`.
    :param characters: single characters, somewhere in title, shortcuts or text.
    :param read_as: characters whose reading a term is the beginning of: one of them in title or shortcuts.
    """

    grams: tuple[tuple[str, ...], ...]
    pinyin: tuple[tuple[str, ...], ...]
    characters: tuple[str, ...]
    read_as: str


def wanted(query: str) -> Wanted:
    terms = list(dict.fromkeys(fold(query[:100]).split()))[:MOST_TERMS]
    words = list(dict.fromkeys([*terms, *tokens(query[:100])]))
    grams = tuple(dict.fromkeys(pairs for word in words if (pairs := bigrams(word))))
    splits = tuple(dict.fromkeys(way for term in terms if is_pinyin_query(term) for way in pinyin_splits(term)))
    spoken = {char for term in terms if is_pinyin_query(term) for char in characters_read_as(term)}
    return Wanted(grams, splits, tuple(term for term in terms if len(term) == 1), "".join(sorted(spoken)))


def document_of(
    script_id: int,
    title: str,
    parts: Iterable[Mapping[str, Any]],
    shortcuts: Sequence[str],
    folders: Sequence[str],
) -> Document:
    return Document(str(script_id), title, text_of(parts), tuple(shortcuts), tuple(folders))
