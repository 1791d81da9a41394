"""Reads a text as its reader does, in one table pass, and keeps the way back to the original."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import compress

from sensitive_words import glyphs
from sensitive_words.options import Options

SIZE = 0x2FA20
"""Up to the last compatibility ideograph; what lies beyond is rare Han, read as itself, tags and private use."""
_RARE_HAN = range(0x20000, 0x2F800)
CLAUSE_MARKS = frozenset("，。！？；：、,!?;…~～|｜" + glyphs.NEWLINES)

_NUMBER = re.compile("[0-9](?:[ -]{0,2}[0-9]){4}")
_BEYOND = re.compile(f"[{chr(SIZE)}-\U0010ffff]")
_APART = "\U0010ffff"
"""Never part of a text that anybody can read: not a character, and not in the table."""
MARK = "\x00"
_PLAIN_NOISE = frozenset(
    "，。！？；：、“”‘’（）【】《》「」『』〈〉—…　～· \t\n\r.,!?;:'\"()[]{}/_-~\u200b\u200d\ufe0f"
)
"""Passed over, common in texts, and never what makes a word of letters and symbols."""


class Table:
    """
    :ivar chars: by code point, how a character is read: as another one, as several, or not at all
    :ivar widths: by code point, as how many characters it is read
    """

    def __init__(self, chars: list[int | str | None]) -> None:
        # Tuples of numbers, at which the garbage collector stops looking; eight lists took it 7 ms each time.
        self.chars = tuple(chars)
        self.widths = tuple(len(read) if isinstance(read, str) else 0 if read is None else 1 for read in chars)

    @cached_property
    def marked(self) -> tuple[int | str | None, ...]:
        """As `chars`, but what is passed over leaves a `MARK` if it may be part of a word, as the % of 100%."""
        return tuple(
            ord(MARK) if read is None and chr(code) not in _PLAIN_NOISE else read
            for code, read in enumerate(self.chars)
        )


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
    numerals: bool = False
    """Chinese numerals as digits, one by one; only for who asks for it, since 零售 is not 0售."""
    skip: str = ""
    """Further characters to pass over."""

    @classmethod
    def of(cls, options: Options) -> "Fold":
        same = {name: getattr(options, name) for name in cls.__dataclass_fields__ if name != "numerals"}
        return cls(**same, numerals=options.digits is True)

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


@cache
def every_code() -> tuple[int, ...]:
    """One object for each code point, which all tables share."""
    return tuple(range(SIZE))


@lru_cache(maxsize=32)
def table_for(fold: Fold) -> Table:
    table: list[int | str | None] = [*every_code()]
    han = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xAC00, 0xD7A4), range(0x17000, 0x18D00))
    skip = {code for span in (*han, _RARE_HAN) for code in span}
    for code in range(SIZE):
        if code in skip:
            continue
        kind = unicodedata.category(chr(code))
        if kind == "Cn":
            table[code] = None if fold.noise else code
            continue
        if kind == "Cs":
            # Half of a pair, which no automaton takes.
            table[code] = None if fold.noise else 0xFFFD
            continue
        read = fold.read(chr(code))
        table[code] = (ord(read) if len(read) == 1 else read) if read else None
    if fold.traditional:
        for old, new in glyphs.simplified().items():
            table[ord(old)] = ord(new)
    if fold.numerals:
        for numeral, digit in glyphs.NUMERALS.items():
            table[ord(numeral)] = ord(digit)
    for char in fold.skip:
        if ord(char) < SIZE:
            table[ord(char)] = None
    return Table(table)


def folded(text: str, table: Table) -> str:
    return readable(text.translate(table.chars))


def all_folded(texts: Iterable[str], table: Table) -> list[str]:
    """As `folded` of each, in one pass over many short ones."""
    parts = list(texts)
    whole = _APART.join(parts)
    if not parts or whole.count(_APART) >= len(parts):
        return [folded(part, table) for part in parts]
    read = whole.translate(table.chars).split(_APART)
    return read if "".join(read).isprintable() else [readable(part) for part in read]


def readable(read: str) -> str:
    """Without what cannot be seen beyond the table, of which `str.translate` knows nothing."""
    if read.isprintable():
        return read
    return "".join(c for c in read if ord(c) < SIZE or c.isprintable())


class Reading:
    """A text as read, with the place of every character that was kept."""

    def __init__(self, original: str, table: Table, text: str | None = None) -> None:
        """:param text: `folded(original, table)`, from who knows it already"""
        self.original = original
        self.text = folded(original, table) if text is None else text
        self._table = table
        self._index: list[int] | None = None

    @property
    def index(self) -> list[int]:
        """Where in the original every character of the text as read stands."""
        # Not cached_property: its lock costs as much as all else that is done for a short text.
        if self._index is None:
            widths = self.original.translate(self._table.widths)
            if not widths.isascii():
                widths = _BEYOND.sub(lambda match: "\x01" if match.group().isprintable() else "\x00", widths)
            kept = widths.encode("ascii")
            if kept.translate(None, b"\x00\x01"):
                self._index = [place for place, width in enumerate(kept) for _ in range(width)]
            else:
                self._index = list(compress(range(len(kept)), kept))
        return self._index

    @cached_property
    def plain(self) -> str:
        """Digits and letters in any dress, everything in its place: what folds to several characters stays."""
        return self.original.translate(one_to_one())

    @cached_property
    def has_number(self) -> bool:
        """Whether five digits stand together, or nearly so."""
        return _NUMBER.search(self.plain) is not None

    def kept_before(self, place: int) -> int:
        """How many kept characters stand before a place of the original."""
        return bisect_left(self.index, place)


@cache
def one_to_one() -> tuple[int, ...]:
    """What every character is read as, if it is one character."""
    table = table_for(Fold(noise=False))
    return tuple(value if isinstance(value, int) else code for code, value in enumerate(table.chars))


def visible(between: str) -> str:
    if not between:
        return ""
    return "".join(c for c in between if not _unseen(c))


@lru_cache(maxsize=4096)
def _unseen(char: str) -> bool:
    kind = unicodedata.category(char)
    return glyphs.is_free(char, kind) or glyphs.is_mark(kind)
