"""Latin input for Chinese titles: 「cmjy」, 「chima」, 「chimjy」 find 尺码建议. Needs no library."""

from functools import cache
from itertools import pairwise
from pathlib import Path

from .words import fold

_PINYIN_FILE = Path(__file__).with_name("tables") / "pinyin.txt"


MAX_SYLLABLE = 6
MAX_SPLITS = 64


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
    """Initials of each two neighbours, signs left out, in all their readings: to index a title by."""
    letters = [initials for initials in map(_first_letters, fold(text)) if initials]
    pairs = (a + b for left, right in pairwise(letters) for a in left for b in right)
    return tuple(dict.fromkeys(pairs))


def pinyin_splits(query: str) -> tuple[tuple[str, ...], ...]:
    """
    The ways to read the query as two or more characters, each as the pinyin_pairs that a title then has, all
    of them. A title that matches has one of the ways; an index may ask for them before pinyin_match decides.
    """
    ways = _splits(fold(query), MAX_SPLITS)
    initials = (tuple(part[0] for part in way) for way in ways if len(way) > 1)
    return tuple(dict.fromkeys(tuple(a + b for a, b in pairwise(way)) for way in initials))


def _splits(query: str, most: int) -> list[tuple[str, ...]]:
    """Into syllables and initials; when there are too many ways, cut short after their beginnings."""
    unfinished: list[tuple[tuple[str, ...], str]] = [((), query)]
    ways: list[tuple[str, ...]] = []
    while unfinished:
        way, rest = unfinished.pop()
        if len(ways) + len(unfinished) >= most and len(way) > 1:
            ways.append(way)
            continue
        if rest in _beginnings() or len(rest) == 1:
            ways.append((*way, rest))
        heads = [1, *(size for size in range(2, MAX_SYLLABLE + 1) if rest[:size] in _syllables())]
        unfinished.extend(((*way, rest[:size]), rest[size:]) for size in heads if size < len(rest))
    return ways


def pinyin_match(query: str, text: str) -> tuple[int, int] | None:
    """Where text first reads as the query, syllables whole, by initials, mixed; the last may be unfinished."""
    return match_folded(fold(query), fold(text))


def match_folded(query: str, text: str) -> tuple[int, int] | None:
    """pinyin_match for what is folded already."""
    firsts = _characters_with_initial(query[:1])
    for start, character in enumerate(text):
        if character in firsts or character == query[:1]:
            end = _read(query, text, start)
            if end is not None:
                return start, end
    return None


def _read(query: str, text: str, start: int) -> int | None:
    """Where a reading that starts at start has used up the query. All ways side by side: no blow-up."""
    reached = {0}
    for position in range(start, len(text)):
        beginnings = _beginnings_of(text[position])
        following = set() if beginnings else reached
        for used in reached:
            rest = query[used:]
            for beginning in beginnings:
                if beginning.startswith(rest):
                    return position + 1
                if rest.startswith(beginning):
                    following.add(used + len(beginning))
        if not following:
            return None
        reached = following
    return None


@cache
def _beginnings_of(character: str) -> tuple[str, ...]:
    """What may be typed for it: syllables and initials; itself if it is a letter; nothing for a sign."""
    return tuple(dict.fromkeys((*_readings().get(character, ()), *_first_letters(character))))


def _first_letters(character: str) -> tuple[str, ...]:
    readings = _readings().get(character)
    if readings is None:
        return (character,) if character.isascii() and character.isalnum() else ()
    return tuple(dict.fromkeys(syllable[0] for syllable in readings))


def characters_read_as(query: str) -> frozenset[str]:
    """Those of which one reading starts with the query."""
    return frozenset(
        character
        for character in _characters_with_initial(query[:1])
        if any(reading.startswith(query) for reading in _readings()[character])
    )


@cache
def _characters_with_initial(letter: str) -> frozenset[str]:
    return frozenset(c for c, readings in _readings().items() if any(r[0] == letter for r in readings))


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(syllable[:size] for syllable in _syllables() for size in range(1, len(syllable) + 1))
