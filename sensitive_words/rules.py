"""Entries that describe a kind of passage: phone numbers, links, cash for reviews. All in linear time."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from sensitive_words.entry import Entry, InvalidEntry
from sensitive_words.folding import Fold, Reading, Table, folded, table_for
from sensitive_words.variants import phrases

Span = tuple[int, int]
MAX_WINDOW = 20
LATIN = re.compile("[0-9a-z]")
"""Without one of these in the text as read no built-in rule but that for QR codes can find anything."""
_SENTENCE_MARKS = frozenset("。！？!?；;\n\r")
MAX_ALTERNATIVES = 200

_PHONE = re.compile(r"(?<![0-9])1[ -]?[3-9](?:[ -]{0,2}[0-9]){9}(?![0-9])")
_LANDLINE = re.compile(r"(?<![0-9])0[0-9]{2,3}[ -][1-9][0-9]{6,7}(?![0-9])")
_CARD = re.compile(r"(?<![0-9])[3-6][0-9]{3}(?:[ -]?[0-9]{4}){2,3}[ -]?[0-9]{0,4}(?![0-9])")
_IDENTITY = re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}[01][0-9][0-3][0-9][0-9]{3}[0-9x](?![0-9a-z])")
_LINK = re.compile(r"(?:https?://|www\.)[a-z0-9\-._~:/?#@!$&'()*+,;=%]{3,400}")
_QR = re.compile(r"(?:长按|扫描?|识别)[^，。！？\n]{0,8}(?:二维码|小程序码|码加)")
_WECHAT = re.compile(
    r"(?:微信号?|薇信号?|威信号?|v信|vx|wx|wechat)[ ]{0,2}(?:号|是|搜|[:：=])?[ ]{0,2}[:：]?[ ]{0,2}"
    r"(?<![a-z])([a-z][a-z0-9_-]{5,19})(?![a-z0-9_-])"
)
_QQ = re.compile(r"(?:qq|扣扣|企鹅)[ ]{0,2}(?:号|群|是|[:：])?[ ]{0,2}[:：]?[ ]{0,2}([1-9][0-9]{4,10})(?![0-9])")


def _checksum_holds(digits: str) -> bool:
    """Luhn's, which every bank card number keeps and an order number rarely does."""
    doubled = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _is_card(passage: str) -> bool:
    digits = "".join(filter(str.isdigit, passage))
    return 15 <= len(digits) <= 19 and _checksum_holds(digits)


def _any(passage: str) -> bool:
    return bool(passage)


BUILT_IN: dict[str, tuple[str, tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...]]] = {
    "phone": ("手机号或座机号", ((_PHONE, _any), (_LANDLINE, _any))),
    "bank_card": ("银行卡号", ((_CARD, _is_card),)),
    "id_card": ("身份证号", ((_IDENTITY, _any),)),
    "link": ("网址", ((_LINK, _any),)),
    "qr_code": ("扫码引导", ((_QR, _any),)),
    "wechat_id": ("个人微信号", ((_WECHAT, _any),)),
    "qq": ("QQ 号", ((_QQ, _any),)),
}


@dataclass(frozen=True, slots=True)
class Rule:
    find: Callable[[str, str], list[Span]]
    """Takes the text, and for a built-in rule the text with plain digits and letters, else the text as read."""
    starts: tuple[str, ...] = ()
    """One of these is in every passage; nothing for a built-in rule, which is always tried."""


def compile_rule(entry: Entry, table: Table) -> Rule:
    """
    Either the name of a built-in rule, or a pattern: parts apart by `{n}`, up to n characters apart in a sentence,
    with `[甲乙]` for one of its characters and `|` for alternatives: `好评|五星{6}返现|返红包`.

    :raises InvalidEntry:
    """
    if entry.text in BUILT_IN:
        return Rule(_built_in(entry.text))
    if "{" not in entry.text:
        names = "、".join(BUILT_IN)
        message = f"没有“{entry.text}”这条规则；自带的有 {names}，也可以写成“好评{{6}}返现”"
        raise InvalidEntry(message, field="text", entry_id=entry.id)
    parts, windows = _parsed(entry, table)
    return Rule(lambda text, read: list(_sequences(text, read, table, parts, windows)), parts[0])


@cache
def _one_to_one() -> list[int]:
    """Digits and letters in any dress, each in its place: what does not fold to one character stays."""
    table = table_for(Fold(noise=False, zero_width=False, combining=False))
    return [value if isinstance(value, int) else code for code, value in enumerate(table)]


def plainly(text: str) -> str:
    return text.translate(_one_to_one())


def _built_in(name: str) -> Callable[[str, str], list[Span]]:
    def find(_: str, plain: str) -> list[Span]:
        return [
            match.span()
            for pattern, holds in BUILT_IN[name][1]
            for match in pattern.finditer(plain)
            if holds(match.group())
        ]

    return find


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


def _sequences(
    text: str, read: str, table: Table, parts: list[tuple[str, ...]], windows: list[int]
) -> Iterator[Span]:
    """Part after part, each the first within its window: linear in the text, whatever the pattern."""
    starts = sorted({at for form in parts[0] for at in _places(read, form)})
    if not starts:
        return
    index = Reading(text, table).index
    free_from = 0
    for start in starts:
        if start < free_from:
            continue
        end = start + max(len(form) for form in parts[0] if read.startswith(form, start))
        for part, window in zip(parts[1:], windows, strict=True):
            found = [
                (at, at + len(form))
                for form in part
                if (at := read.find(form, end, end + window + len(form))) >= 0
            ]
            if not found:
                break
            end = min(found, key=lambda span: (span[0], -span[1]))[1]
        else:
            span = index[start], index[end - 1] + 1
            if not any(char in _SENTENCE_MARKS for char in text[span[0] : span[1]]):
                free_from = end
                yield span


def _places(read: str, form: str) -> Iterator[int]:
    at = read.find(form)
    while at >= 0:
        yield at
        at = read.find(form, at + 1)
