"""Reads a text as its reader does, in one table pass, and keeps the way back to the original."""

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from sensitive_words import glyphs
from sensitive_words.options import Options

SIZE = 0x20000
"""Planes 0 and 1; what lies beyond is rare Han, read as itself, and tags and private use, dropped."""
CLAUSE_MARKS = frozenset("，。！？；：、,!?;…~～|｜" + glyphs.NEWLINES)

Table = list[int | str | None]


@dataclass(frozen=True)
class Fold:
    """The part of the options that decides how characters are read."""

    case: bool = True
    width: bool = True
    compatibility: bool = True
    enclosed: bool = True
    accents: bool = True
    lookalikes: bool = True
    traditional: bool = True
    zero_width: bool = True
    combining: bool = True
    noise: bool = True

    @classmethod
    def of(cls, options: Options) -> "Fold":
        return cls(**{name: getattr(options, name) for name in cls.__dataclass_fields__})

    def read(self, char: str) -> str:
        """How one character is read; nothing if it is passed over."""
        code, kind = ord(char), unicodedata.category(char)
        if glyphs.is_free(char, kind):
            return "" if self.zero_width else char
        if glyphs.is_mark(kind):
            return "" if self.combining else char
        read = char
        if 0xFF00 <= code <= 0xFFEF or code == 0x3000:
            if self.width:
                read = unicodedata.normalize("NFKC", char)
        elif glyphs.is_enclosed(code):
            if self.enclosed:
                read = glyphs.opened(code)
        elif self.compatibility and not char.isascii():
            read = glyphs.compatible(char)
        if self.accents:
            read = glyphs.without_accents(read)
        if self.lookalikes:
            read = "".join(map(glyphs.lookalike, read))
        if self.traditional:
            table = glyphs.simplified()
            read = "".join(table.get(c, c) for c in read)
        if self.case:
            read = glyphs.without_accents(read.lower()) if self.accents else read.lower()
        return "".join(filter(glyphs.is_letter, read)) if self.noise else read


@lru_cache(maxsize=32)
def table_for(fold: Fold) -> Table:
    table: Table = list(range(SIZE))
    han = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xAC00, 0xD7A4), range(0x17000, 0x18D00))
    skip = {code for span in han for code in span}
    for code in range(SIZE):
        if code in skip:
            continue
        if unicodedata.category(chr(code)) == "Cn":
            table[code] = None if fold.noise else code
            continue
        read = fold.read(chr(code))
        table[code] = (ord(read) if len(read) == 1 else read) if read else None
    if fold.traditional:
        for old, new in glyphs.simplified().items():
            table[ord(old)] = ord(new)
    return table


def folded(text: str, table: Table) -> str:
    read = text.translate(table)
    if not read.isprintable():
        # Only what lies beyond the table can still be unprintable when noise is dropped.
        read = "".join(c for c in read if ord(c) < SIZE or c.isprintable())
    return read


class Reading:
    """A text as read, with the place of every character that was kept."""

    def __init__(self, original: str, table: Table) -> None:
        self.original = original
        read: list[str] = []
        index: list[int] = []
        for place, char in enumerate(original):
            code = ord(char)
            value = table[code] if code < SIZE else (char if char.isprintable() else None)
            if value is None:
                continue
            part = chr(value) if isinstance(value, int) else value
            read.append(part)
            index.extend([place] * len(part))
        self.text = "".join(read)
        self.index = index

    def visible_between(self, left: int, right: int) -> str:
        """The symbols a reader sees between two places of the original."""
        return visible(self.original[left + 1 : right])

    def kept_before(self, place: int) -> int:
        """How many kept characters stand before a place of the original."""
        return bisect_left(self.index, place)


def visible(between: str) -> str:
    if not between:
        return ""
    return "".join(c for c in between if not _unseen(c))


def _unseen(char: str) -> bool:
    kind = unicodedata.category(char)
    return glyphs.is_free(char, kind) or glyphs.is_mark(kind)
