"""
Two thousand words, fifty ways to hide them and ten thousand harmless texts. Made here by rule and, on purpose, not
from the tables by which the engine undoes disguises.
"""

import random
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product

import opencc

Disguise = Callable[[str], str]

_FIRST = "全网 全城 史上 宇宙 顶尖 极致 绝版 终极 王牌 冠军 神级 至尊 殿堂 皇家 御用 国礼 特供 秘传 祖传 独家"
_FIRST += " 包治 根治 速效 永久 彻底 稳赚 保本 躺赚 刷单 返现 代购 私转 假货 高仿 山寨 水货 翻墙 走私 逃税 内幕"
_SECOND = "低价 疗效 品质 爆款 神药 偏方 特效 收益 回报 名额 通道 渠道 货源 订单 会员 券码 礼盒 面膜 胶囊 针剂"
_SECOND += " 仪器 手环 奶粉 辅食 首饰 黄金 玉石 香水 口红 卫衣 外套 皮草 球鞋 手机 耳机 平板 充值 套现 贷款 彩票"
_LATIN = ("ka", "mi", "zo", "re", "lu", "ne", "ti", "vo", "sha", "qui", "bro", "fen")


def words(count: int) -> list[str]:
    """Four in five are Chinese, the others Latin or mixed; the same ones each time."""
    chinese = [a + b for a, b in product(_FIRST.split(), _SECOND.split())]
    latin = [a + b + c + "x" for a, b, c in product(_LATIN, repeat=3)]
    mixed = [f"{a}{b}V{c}" for a, b, c in zip(_FIRST.split() * 6, _SECOND.split() * 6, _LATIN * 20, strict=True)]
    chance = random.Random(25)
    for each in (chinese, latin, mixed):
        chance.shuffle(each)
    few = count // 10
    return chinese[: count - 2 * few] + latin[:few] + mixed[:few]


def between(mark: str) -> Disguise:
    return lambda word: mark.join(word)


def once(mark: str) -> Disguise:
    """Between the first two Chinese characters. One gap between letters is how words are set apart."""
    return lambda word: word if word[:2].isascii() else word[:1] + mark + word[1:]


def after_each(mark: str) -> Disguise:
    return lambda word: "".join(char + mark for char in word)


def shifted(upper: int, lower: int) -> Disguise:
    """Letters from another block of Unicode."""

    def change(char: str) -> str:
        if not (char.isascii() and char.isalpha()):
            return char
        return chr(upper + ord(char) - ord("A")) if char.isupper() else chr(lower + ord(char) - ord("a"))

    return lambda word: "".join(change(char) for char in word)


@cache
def _converter(way: str) -> "opencc.OpenCC":
    return opencc.OpenCC(way)


def converted(way: str) -> Disguise:
    return lambda word: str(_converter(way).convert(word))


@cache
def _compatible() -> dict[str, str]:
    """Character → another that NFKC takes for it: Kangxi radicals, compatibility ideographs."""
    blocks = (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFAD9), *range(0x2F800, 0x2FA1D))
    return {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in reversed(blocks)}


def _full_width(word: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in word)


def _zigzag(word: str) -> str:
    return "".join(char.upper() if place % 2 else char.lower() for place, char in enumerate(word))


def both(first: Disguise, second: Disguise) -> Disguise:
    return lambda word: second(first(word))


_INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\ufe0f")
_SPACES = (" ", "\u3000", "\u00a0", "\u2003", "\u2009", "  ")
_SYMBOLS = "*-_.·~|/+=#^，、…♥★→"
_MARKS = ("--", "😀", "🔥", "【】")

TRADITIONAL = converted("s2t")

DISGUISES: dict[str, Disguise] = {
    "as it is": lambda word: word,
    **{f"invisible U+{ord(mark):04X}": between(mark) for mark in _INVISIBLE},
    **{f"space {mark!r}": between(mark) for mark in _SPACES},
    **{f"symbol {mark}": between(mark) for mark in _SYMBOLS},
    **{f"marks {mark}": between(mark) for mark in _MARKS},
    "one space": once(" "),
    "one dot": once("·"),
    "combining stroke": after_each("\u0336"),
    "traditional": TRADITIONAL,
    "traditional, spaced": both(TRADITIONAL, between(" ")),
    "traditional, invisible": both(TRADITIONAL, between("\u200b")),
    "NFKC: radicals and compatibility": lambda word: "".join(_compatible().get(char, char) for char in word),
    "full width": _full_width,
    "upper case": str.upper,
    "zigzag case": _zigzag,
    "NFKC: enclosed letters": shifted(0x24B6, 0x24D0),
    "NFKC: mathematical bold": shifted(0x1D400, 0x1D41A),
    "full width, spaced": both(_full_width, between(" ")),
}
"""Fifty."""

_WHO = "亲 您好 王姐 李哥 小鹿 张女士 陈先生 阿姨 美女 老师"
_WHAT = "这件风衣 那双短靴 你看中的衬衫 新到的针织衫 这款通勤包 上次试的连衣裙 儿童雨衣 羊毛围巾 白色板鞋 亚麻西裤"
_SAYS = "到店了 有货 改好了 补货了 只剩M码了 打包好了 明天寄出 可以换码 在门店留着 已经熨好了"
_WHEN = "今天下午 明早十点 周六 周日上午 下周一 月底前 晚饭后 这两天 午休时 国庆假期"
_THEN = "有空来试试吗 需要给您送过去吗 您方便的时候说一声 我在店里等您 路上慢点"


def clean_texts(count: int) -> Iterator[str]:
    """Different sentences of everyday service, without a listed word as far as a person can see."""
    parts = [each.split() for each in (_WHO, _WHAT, _SAYS, _WHEN, _THEN)]
    everything = list(product(*parts))
    random.Random(25).shuffle(everything)
    for number, (who, what, says, when, then) in enumerate(everything[:count]):
        yield f"{who}，{what}{says}，{when}{then}" + "？~。！"[number % 4]
