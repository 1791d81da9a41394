"""How a lexicon reads texts: every step can be switched, and says what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any


class Overlap(StrEnum):
    ALL = "all"
    """Every hit, nested and overlapping ones too."""
    LEFTMOST_LONGEST = "leftmost_longest"
    """From the left, the longest hit; what overlaps it is left out."""
    LEFTMOST_SHORTEST = "leftmost_shortest"
    """From the left, the shortest hit; what overlaps it is left out."""
    LONGEST = "longest"
    """At every place where one begins the longest; they may overlap."""
    SHORTEST = "shortest"
    """At every place where one begins the shortest; they may overlap."""


class InvalidOption(ValueError):
    """A Chinese message that names the option."""


def _option(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True)
class Options:
    case: bool = _option(True, "大小写不分：FuCk = fuck")
    width: bool = _option(True, "全角半角不分：ｆｕｃｋ = fuck")
    compatibility: bool = _option(True, "兼容字形与数学字母：𝒇𝓾𝕔𝖐、ﬁ、㎏、康熙部首")
    enclosed: bool = _option(True, "带圈、方框、旗帜字母与带圈数字：Ⓕ、🅰、❶、㊙")
    accents: bool = _option(True, "去掉拉丁字母上的音标：é = e")
    lookalikes: bool = _option(True, "形似的西里尔、希腊字母按拉丁字母看：а = a")
    traditional: bool = _option(True, "繁体按简体看（逐字）")
    zero_width: bool = _option(True, "忽略零宽字符、控制符与变体选择符")
    combining: bool = _option(True, "忽略组合附加符（删除线、叠字符）")
    noise: bool = _option(True, "忽略字与字之间的标点、空格、符号和表情，个数不超过 gap")
    gap: int | None = _option(3, "相邻两字之间最多忽略几个看得见的符号（0–20）；null 不限")
    skip: str = _option("", "另外忽略的字符，逐个列出，字母、数字、汉字也可以；它们也计入 gap")
    newline_ends: bool = _option(True, "换行隔开：换行两边的字不连成一个词")
    repeat: bool | str = _option(
        True, '重复字：fuuuck、最最最低低低价；一个汉字单独叠两次不算，写 "any" 时也算（傻傻逼、goood = good）'
    )
    digits: bool | None = _option(
        None,
        "数字写法：假1赔10 = 假一赔十；null 表示只对 3 个字以上的词，true 对所有词，文中的 壹、一 也按 1 看",
    )
    split: bool = _option(True, "拆字：女马 = 妈；两端必须是词的边界")
    homophone: bool = _option(False, "谐音：同音字；2 个字的词只在不成词时命中，且级别最多到“提醒”")
    pinyin: bool = _option(False, "拼音：zui低价、jiaweixin；2 个字的词必须整个是拼音，且级别最多到“提醒”")
    segmentation: bool = _option(True, "按中文分词（jieba）确认边界；关闭后任何位置都算命中")
    negation: bool = _option(True, "词条说了否定不算的，否定、劝阻、询问的说法不算命中：我们不卖假货、是假货吗")
    mentions: bool = _option(True, "说到词本身不算命中：“神药”这个词不能写")
    word_edges: bool = _option(True, "英文词、数字必须是完整的词：class 里的 ass、695 里的 69 不算")
    known_contexts: bool = _option(True, "只给了词的，套用自带词表里同一个词的允许语境（最近、最后、第一次…）")
    mask_urls: bool = _option(True, "不检查网址、邮箱与小程序路径")
    mask_phones: bool = _option(True, "不检查手机号码")
    mask_numbers: bool = _option(True, "不检查订单号、运单号、企业微信编号一类的长串")
    mask_templates: bool = _option(True, "不检查模板变量 {{…}}、${…}")
    overlap: Overlap = field(
        default=Overlap.ALL,
        metadata={
            "help": "重叠的命中：all 全部报出；leftmost_longest、leftmost_shortest 从左取最长、最短，重叠的不报；"
            "longest、shortest 每个起点取最长、最短，彼此可以重叠"
        },
    )
    mask: str = _option("＊", "替换用的一个字符；替换后字数不变")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Options":
        """:raises InvalidOption:"""
        if not isinstance(data, Mapping):
            raise InvalidOption("options 应当是一个对象")
        preset = data.get("preset", "default")
        if not isinstance(preset, str) or preset not in PRESETS:
            raise InvalidOption(f"选项 preset 只能是：{'、'.join(PRESETS)}")
        values: dict[str, Any] = dict(PRESETS[preset])
        for name, value in data.items():
            if name == "preset":
                continue
            if name not in _KINDS:
                raise InvalidOption(f"不认识的选项：{name}")
            values[name] = _KINDS[name](name, value)
        return cls(**values)


def _switch(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidOption(f"选项 {name} 只能是 true 或 false")
    return value


def _gap(name: str, value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 20:
        raise InvalidOption(f"选项 {name} 应当是 0 到 20 的整数或 null")
    return value


def _skip(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > 1000:
        raise InvalidOption(f"选项 {name} 应当是不超过 1000 个字符的文字")
    return "".join(sorted(set(value)))


def _repeat(name: str, value: Any) -> bool | str:
    if not isinstance(value, bool) and value != "any":
        raise InvalidOption(f"选项 {name} 只能是 true、false 或 any")
    return bool(value) if isinstance(value, bool) else "any"


def _maybe(name: str, value: Any) -> bool | None:
    return None if value is None else _switch(name, value)


def _overlap(name: str, value: Any) -> Overlap:
    try:
        return Overlap(value)
    except (ValueError, TypeError):
        raise InvalidOption(f"选项 {name} 只能是：{'、'.join(Overlap)}") from None


def _mask(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) != 1:
        raise InvalidOption(f"选项 {name} 应当是一个字符")
    return value


_KINDS: dict[str, Callable[[str, Any], Any]] = {item.name: _switch for item in fields(Options)} | {
    "gap": _gap,
    "skip": _skip,
    "repeat": _repeat,
    "digits": _maybe,
    "overlap": _overlap,
    "mask": _mask,
}

PRESETS: dict[str, dict[str, Any]] = {
    "default": {},
    "plain": {
        item.name: False
        for item in fields(Options)
        if isinstance(item.default, bool) and item.name != "newline_ends"
    }
    | {"digits": False, "gap": 0},
}
"""`plain` finds every occurrence as written and nothing else; what else is given is switched on again."""
