"""Latin input for Chinese titles: 「cmjy」, 「chima」, 「chimjy」 find 尺码建议. Needs no library."""

from functools import cache
from itertools import pairwise
from pathlib import Path

from .words import fold

_PINYIN_FILE = Path(__file__).with_name("tables") / "pinyin.txt"


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    """Character → syllables it can be read as, the usual one first."""
    usual: dict[str, list[str]] = {}
    other: dict[str, list[str]] = {}
    for line in _PINYIN_FILE.read_text(encoding="utf-8").splitlines():
        syllable, characters = line.split(" ")
        target = usual
        for character in characters:
            if character == "+":
                target = other
                continue
            target.setdefault(character, []).append(syllable)
            target = usual
    return {character: tuple(syllables + other.get(character, [])) for character, syllables in usual.items()}


@cache
def _syllables() -> frozenset[str]:
    return frozenset(syllable for readings in _readings().values() for syllable in readings)


def pinyin_initials(text: str) -> str:
    """First letters of the usual readings: 尺码建议 → cmjy. Letters and digits stay, signs are dropped."""
    initials = (_readings()[c][0][0] if c in _readings() else c for c in fold(text))
    return "".join(initial for initial in initials if initial.isalnum() and initial.isascii())


def is_pinyin_query(query: str) -> bool:
    return len(query) >= 2 and query.isascii() and query.isalnum() and any(map(str.isalpha, query))


def pinyin_pairs(text: str) -> tuple[str, ...]:
    """Initials of each two neighbouring characters in all their readings, to index a title by."""
    letters = [_first_letters(character) for character in fold(text)]
    pairs = (a + b for left, right in pairwise(letters) for a in left for b in right)
    return tuple(dict.fromkeys(pairs))


def pinyin_query_pairs(query: str) -> tuple[str, ...]:
    """The pairs of which a title must have one, to match the query by more than one character."""
    query = fold(query)
    heads = [1, *(size for size in range(2, min(6, len(query) - 1) + 1) if query[:size] in _syllables())]
    return tuple(dict.fromkeys(query[0] + query[size] for size in heads if size < len(query)))


def pinyin_match(query: str, text: str) -> tuple[int, int] | None:
    """Where text first reads as the query, syllables whole, by initials, mixed, the last one unfinished."""
    query, text = fold(query), fold(text)
    for start in range(len(text)):
        end = _read(query, text, start)
        if end is not None:
            return start, end
    return None


def _read(query: str, text: str, position: int) -> int | None:
    if not query:
        return position
    if position == len(text):
        return None
    character = text[position]
    readings = _readings().get(character)
    if readings is None:
        return _read(query[1:], text, position + 1) if character == query[0] else None
    for syllable in readings:
        if query.startswith(syllable):
            end = _read(query[len(syllable) :], text, position + 1)
            if end is not None:
                return end
        elif len(query) > 1 and syllable.startswith(query):
            return position + 1
    if any(syllable[0] == query[0] for syllable in readings):
        return _read(query[1:], text, position + 1)
    return None


def _first_letters(character: str) -> tuple[str, ...]:
    readings = _readings().get(character)
    if readings is None:
        return (character,) if character.isascii() and character.isalnum() else ()
    return tuple(dict.fromkeys(syllable[0] for syllable in readings))


@cache
def characters_read_as(query: str) -> frozenset[str]:
    """Those of which one reading starts with the query."""
    return frozenset(c for c, readings in _readings().items() if any(r.startswith(query) for r in readings))
