"""The ways in which people hide a word, as functions; for measuring and for tests, not for checking."""

from collections.abc import Callable

from sensitive_words.glyphs import simplified
from sensitive_words.variants import SPLIT, digit_variants

Disguise = Callable[[str], str | None]
"""Gives nothing if the word cannot be hidden so."""


def _between(mark: str) -> Disguise:
    def hide(word: str) -> str | None:
        return mark.join(word) if len(word) > 1 and word.isalnum() else None

    return hide


def _shifted(start: int, base: str) -> Disguise:
    def hide(word: str) -> str | None:
        changed = "".join(
            chr(start + ord(c.lower()) - ord(base)) if c.isascii() and c.isalpha() else c for c in word
        )
        return changed if changed != word else None

    return hide


def _full_width(word: str) -> str | None:
    changed = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in word)
    return changed if changed != word else None


def _traditional(word: str) -> str | None:
    back = {new: old for old, new in simplified().items()}
    changed = "".join(back.get(c, c) for c in word)
    return changed if changed != word else None


def _upper(word: str) -> str | None:
    return word.upper() if word.upper() != word else word.lower() if word.lower() != word else None


def _repeated(word: str) -> str | None:
    return "".join(c * 3 for c in word) if len(word) > 2 and word.isalpha() else None


def _split(word: str) -> str | None:
    place = next((i for i, c in enumerate(word) if c in SPLIT), None)
    return None if place is None or len(word) < 2 else word[:place] + SPLIT[word[place]] + word[place + 1 :]


def _digits(word: str) -> str | None:
    return next(digit_variants(word), None) if len(word) >= 3 else None


DISGUISES: dict[str, Disguise] = {
    "原样": lambda word: word,
    "大小写": _upper,
    "全角": _full_width,
    "带圈字母": _shifted(0x24D0, "a"),
    "数学字母": _shifted(0x1D41A, "a"),
    "繁体": _traditional,
    "星号": _between("*"),
    "空格": _between(" "),
    "横线": _between("--"),
    "逗号": _between("，"),
    "零宽字符": _between("\u200b"),
    "表情": _between("😀"),
    "删除线": _between("\u0336"),
    "重复": _repeated,
    "拆字": _split,
    "数字写法": _digits,
}
