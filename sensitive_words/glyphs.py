"""One character at a time: what it is read as, and whether it is part of a word at all."""

import unicodedata
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parent / "tables"
NEWLINES = "\n\r\x0b\x0c\x85\u2028\u2029"

_PUNCTUATION = frozenset("，。！？；：、“”‘’（）【】《》「」『』〈〉—…　～·")
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u180e")
_VARIATION = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_ENCLOSED = (range(0x2460, 0x2500), range(0x2776, 0x2794), range(0x3200, 0x3400), range(0x1F100, 0x1F200))
_EMOJI_WITH_HAN = range(0x1F200, 0x1F300)
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True))
_LOOKALIKES = dict(
    zip(
        "аеорсухіјѕһԁԛԝкмтвнАЕОРСУХІЈЅКМТВНαικνορτυχγω",
        "aeopcyxijshdqwkmtbhaeopcyxijskmtbhaiknoptuxyw",
        strict=True,
    )
)

HARD = frozenset("+%#@&$￥¥€£*=<>^|\\°")
"""Symbols that are part of a word, unlike the hyphen of `SK-II` or the bracket of a remark."""

NUMERALS = dict(zip("零〇一壹二贰两三叁四肆五伍六陆七柒八捌九玖", "001122233445566778899", strict=True))
"""Those that stand for one digit."""


def is_free(char: str, kind: str) -> bool:
    """Whether it takes no room on the screen."""
    if char in NEWLINES or char == "\t":
        return False
    return kind in ("Cc", "Cf") or char in _FILLERS or any(ord(char) in span for span in _VARIATION)


def is_mark(kind: str) -> bool:
    return kind in ("Mn", "Me")


def is_letter(char: str) -> bool:
    """Letters, digits and Han: what words are made of."""
    return unicodedata.category(char)[0] in "LN"


def may_be_part(char: str) -> bool:
    """Whether something that is no letter may be part of a word, as the % of 100% or an emoji."""
    return char in HARD or (ord(char) > 0x2190 and char not in _PUNCTUATION)


def is_enclosed(code: int) -> bool:
    return any(code in span for span in _ENCLOSED)


def opened(code: int) -> str:
    """What stands inside a circle, a square, a pair of brackets or a flag."""
    for first, last, base in (
        (0x1F130, 0x1F149, "a"),
        (0x1F150, 0x1F169, "a"),
        (0x1F170, 0x1F189, "a"),
        (0x1F1E6, 0x1F1FF, "a"),
        (0x2776, 0x277E, "1"),
        (0x2780, 0x2788, "1"),
        (0x278A, 0x2792, "1"),
        (0x24F5, 0x24FD, "1"),
    ):
        if first <= code <= last:
            return chr(ord(base) + code - first)
    if code in (0x277F, 0x2789, 0x2793, 0x24FE):
        return "10"
    if 0x24EB <= code <= 0x24F4:
        return str(code - 0x24EB + 11)
    if code == 0x24FF:
        return "0"
    return unicodedata.normalize("NFKC", chr(code))


def compatible(char: str) -> str:
    if ord(char) in _EMOJI_WITH_HAN:
        # 🈹 between two letters is decoration to a reader, as any emoji.
        return char
    plain = _SMALL_CAPITALS.get(char) or unicodedata.normalize("NFKC", char)
    if plain.isascii():
        return plain
    return "".join(str(unicodedata.digit(c)) if unicodedata.category(c) == "Nd" else c for c in plain)


def without_accents(text: str) -> str:
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFD", text)
    if not parts[0].isascii():
        return text
    return "".join(c for c in parts if not is_mark(unicodedata.category(c)))


def lookalike(char: str) -> str:
    return _LOOKALIKES.get(char, char)


@cache
def simplified() -> dict[str, str]:
    old, new = (TABLES / "traditional.txt").read_text(encoding="utf-8").split()
    return dict(zip(old, new, strict=True))
