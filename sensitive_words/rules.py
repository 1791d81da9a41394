"""Entries that describe a kind of passage: phone numbers, links, cash for reviews. All in linear time."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from sensitive_words.entry import Entry, InvalidEntry
from sensitive_words.folding import Reading, Table, folded, one_to_one
from sensitive_words.glyphs import NUMERALS
from sensitive_words.variants import phrases

Span = tuple[int, int]
Begun = Mapping[int, int]
"""Where in the text as read one of a rule's starts stands, each with the end of the longest one there."""
MAX_WINDOW = 20
LATIN = re.compile("[0-9a-z]")
"""Without one of these in the text as read no built-in rule but that for QR codes can find anything."""
_SENTENCE_MARKS = frozenset("。！？!?；;\n\r")
MAX_ALTERNATIVES = 200

_PHONE = re.compile(r"(?<![0-9])1[ -]?[3-9](?:[ -]{0,2}[0-9]){9}(?![0-9])")
_LANDLINE = re.compile(r"(?<![0-9])0[0-9]{2,3}[ -][1-9][0-9]{6,7}(?![0-9])")
_SPOKEN = str.maketrans({**NUMERALS, "幺": "1", "拐": "7", "勾": "9", "洞": "0"})
"""Digits in Chinese, and as they are said on the telephone; only for numbers as long as one of those."""
_SPOKEN_DIGITS = "".join(map(chr, _SPOKEN))
SPOKEN = re.compile(f"[{_SPOKEN_DIGITS}]")
_SPOKEN_RUN = re.compile(f"[0-9{_SPOKEN_DIGITS}](?:[ -]{{0,2}}[0-9{_SPOKEN_DIGITS}]){{9}}")
_CARD = re.compile(r"(?<![0-9])[3-6][0-9]{3}(?:[ -]?[0-9]{4}){2,3}[ -]?[0-9]{0,4}(?![0-9])")
_IDENTITY = re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}[01][0-9][0-3][0-9][0-9]{3}[0-9x](?![0-9a-z])")
_LINK = re.compile(r"(?:https?://|www\.)[a-z0-9\-._~:/?#@!$&'()*+,;=%]{3,400}")
_QR = re.compile(r"(?:长按|扫描?|识别)[^，。！？\n]{0,8}(?:二维码|小程序码|码加)")
_WECHAT = re.compile(
    r"(?:微信号?|薇信号?|威信号?|v信|vx|wx|wechat)[ ]{0,2}(?:号|是|搜|[:：=])?[ ]{0,2}[:：]?[ ]{0,2}"
    r"(?<![a-z])([a-z][a-z0-9_-]{5,19})(?![a-z0-9_-])"
)
_QQ = re.compile(r"(?:qq|扣扣|企鹅)[ ]{0,2}(?:号|群|是|[:：])?[ ]{0,2}[:：]?[ ]{0,2}([1-9][0-9]{4,10})(?![0-9])")

_EMAIL = re.compile(r"(?<![a-z0-9._%+-])[a-z0-9._%+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}(?![a-z0-9-])")
_DOMAIN = re.compile(r"(?<![a-z0-9.@-])(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}(?![a-z0-9-])")
_IPV4 = re.compile(r"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9.])")
_LONG_NUMBER = re.compile(r"(?<![0-9])[0-9]{8,64}(?![0-9])")


def _checksum_holds(digits: str) -> bool:
    """Luhn's, which every bank card number keeps and an order number rarely does."""
    doubled = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _is_card(passage: str) -> bool:
    digits = "".join(filter(str.isdigit, passage))
    return 15 <= len(digits) <= 19 and _checksum_holds(digits)


def _is_address(passage: str) -> bool:
    return all(int(part) < 256 for part in passage.split("."))


def _any(passage: str) -> bool:
    return bool(passage)


def _spoken_phones(plain: str) -> Iterator[Span]:
    """一三八零零一三八零零零, 幺三八 0013 八零零零."""
    if not _SPOKEN_RUN.search(plain):
        return
    digits = plain.translate(_SPOKEN)
    for pattern in (_PHONE, _LANDLINE):
        for match in pattern.finditer(digits):
            if SPOKEN.search(plain, *match.span()) and not _is_price_list(match.group()):
                yield match.span()


def _is_price_list(digits: str) -> bool:
    """一五八 一六八 一九八 九九 has as many digits as a number, which nobody would say in threes and twos."""
    groups = [len(group) for group in re.split("[ -]+", digits)]
    return len(groups) > 1 and set(groups) <= {2, 3} and groups != [3, 2, 2, 2, 2]


BUILT_IN: dict[str, tuple[str, tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...]]] = {
    "phone": ("手机号或座机号", ((_PHONE, _any), (_LANDLINE, _any))),
    "bank_card": ("银行卡号", ((_CARD, _is_card),)),
    "id_card": ("身份证号", ((_IDENTITY, _any),)),
    "link": ("网址", ((_LINK, _any),)),
    "qr_code": ("扫码引导", ((_QR, _any),)),
    "wechat_id": ("个人微信号", ((_WECHAT, _any),)),
    "qq": ("QQ 号", ((_QQ, _any),)),
    "email": ("邮箱地址", ((_EMAIL, _any),)),
    "domain": ("网址或域名", ((_LINK, _any), (_DOMAIN, _any))),
    "ipv4": ("IP 地址", ((_IPV4, _is_address),)),
    "long_number": ("8 位以上的数字", ((_LONG_NUMBER, _any),)),
}


_NUMBERS = frozenset({"phone", "bank_card", "id_card", "qq", "long_number"})
_PAIRS = {
    "qr_code": (("维", "码"), ("序", "码"), ("码", "加")),
    "phone": (
        ("1一壹幺", "3三叁4四肆5五伍6六陆7七柒拐8八捌9九玖勾"),
        ("0零〇洞", "1一壹幺2二贰两3三叁4四肆5五伍6六陆7七柒拐8八捌9九玖勾"),
    ),
}


Step = tuple[re.Pattern[str], int, int]
"""One part of a pattern, how far off it may be, and how long its longest form is."""


@dataclass(frozen=True, slots=True)
class Rule:
    find: Callable[[Reading, Begun], list[Span]]
    starts: tuple[str, ...] = ()
    """One of these is in every passage as read that has no digits and no Latin letters."""
    in_latin: bool = False
    """Whether there are passages with digits or Latin letters."""


def compile_rule(entry: Entry, table: Table) -> Rule:
    """
    Either the name of a built-in rule, or a pattern: parts apart by `{n}`, up to n characters apart in a sentence,
    with `[甲乙]` for one of its characters and `|` for alternatives: `好评|五星{6}返现|返红包`.

    :raises InvalidEntry:
    """
    if entry.text in BUILT_IN:
        return Rule(_built_in(entry.text), _starts(entry.text, table), entry.text != "qr_code")
    if "{" not in entry.text:
        names = "、".join(BUILT_IN)
        message = f"没有“{entry.text}”这条规则；自带的有 {names}，也可以写成“好评{{6}}返现”"
        raise InvalidEntry(message, field="text", entry_id=entry.id)
    parts, windows = _parsed(entry, table)
    # The longest first, so that of two forms at one place it is found.
    ordered = [sorted(part, key=len, reverse=True) for part in parts[1:]]
    steps = [
        (re.compile("|".join(map(re.escape, part))), window, len(part[0]))
        for part, window in zip(ordered, windows, strict=True)
    ]
    return Rule(lambda reading, begun: list(_sequences(reading, begun, steps)), parts[0])


def _built_in(name: str) -> Callable[[Reading, Begun], list[Span]]:
    def find(reading: Reading, _: Begun) -> list[Span]:
        plain = reading.plain
        spoken = list(_spoken_phones(plain)) if name == "phone" else []
        if name in _NUMBERS and not reading.has_number:
            return spoken
        return spoken + [
            match.span()
            for pattern, holds in BUILT_IN[name][1]
            for match in pattern.finditer(plain)
            if holds(match.group())
        ]

    return find


def _starts(name: str, table: Table) -> tuple[str, ...]:
    """Of a built-in rule that finds nothing without one of some pairs of characters, those pairs in any dress."""
    found: set[str] = set()
    for sides in _PAIRS.get(name, ()):
        left, right = ({folded(dress, table) for char in side for dress in _dresses(char)} for side in sides)
        found.update(one + other for one in left for other in right if not (one + other).isascii())
    return tuple(sorted(found))


@cache
def _dresses(char: str) -> list[str]:
    return [chr(code) for code, plain in enumerate(one_to_one()) if plain == ord(char)]


def _parsed(entry: Entry, table: Table) -> tuple[list[tuple[str, ...]], list[int]]:
    pieces = re.split(r"\{(\d{1,2})\}", entry.text)
    windows = [int(n) for n in pieces[1::2]]
    parts = [
        tuple(sorted({folded(form, table) for choice in piece.split("|") for form in phrases(choice)}))
        for piece in pieces[0::2]
    ]
    if any(n > MAX_WINDOW for n in windows) or len(windows) > 4:
        message = f"规则最多 4 处间隔，每处最多 {MAX_WINDOW} 个字"
    elif any(not all(part) or len(part) > MAX_ALTERNATIVES for part in parts):
        message = "规则里每两处间隔之间都要有字"
    else:
        return parts, windows
    raise InvalidEntry(message, field="text", entry_id=entry.id)


def _sequences(reading: Reading, begun: Begun, steps: list[Step]) -> Iterator[Span]:
    """Part after part, each the first within its window: linear in the text, whatever the pattern."""
    text, read = reading.original, reading.text
    free_from = 0
    for start in sorted(begun):
        if start < free_from:
            continue
        end = begun[start]
        for part, window, longest in steps:
            found = part.search(read, end, end + window + longest)
            if found is None or found.start() > end + window:
                break
            end = found.end()
        else:
            span = reading.index[start], reading.index[end - 1] + 1
            if not any(char in _SENTENCE_MARKS for char in text[span[0] : span[1]]):
                free_from = end
                yield span
