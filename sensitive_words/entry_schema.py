"""The JSON Schema of an entry: what every field means, in which unit, with an example."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sensitive_words.entry import CATEGORIES, KINDS, Action, Mode
from sensitive_words.entry_form import MAX_GAP, MAX_LIST, MAX_RULE

Property = dict[str, Any]


def schema() -> Property:
    """As committed in `entry.schema.json`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "词条",
        "description": "One line of a word list: a word, rule or protected name, and what happens to it.",
        "type": "object",
        "required": ["text"],
        "properties": {name: dict(each) for name, each in PROPERTIES.items()},
        "additionalProperties": False,
    }


def fields_help() -> Iterator[str]:
    """One line for each field, for `--help`."""
    for name, each in PROPERTIES.items():
        example = json.dumps(each["examples"][0], ensure_ascii=False)
        yield f"  {name}：{each['title']}，例如 {example}"


def _text(title: str, description: str, example: str, **limits: Any) -> Property:
    limits.setdefault("maxLength", MAX_LIST)
    return {"title": title, "description": description, "type": "string", **limits, "examples": [example]}


def _texts(title: str, description: str, *example: str) -> Property:
    items = {"type": "string", "minLength": 1}
    return {
        "title": title,
        "description": description,
        "type": "array",
        "items": items,
        "maxItems": MAX_LIST,
        "examples": [list(example)],
    }


def _one_of(title: str, description: str, values: Iterable[str], example: str) -> Property:
    return {"title": title, "description": description, "enum": list(values), "examples": [example]}


def _day(title: str, description: str, example: str) -> Property:
    return {
        "title": title,
        "description": description,
        "type": ["string", "null"],
        "format": "date",
        "examples": [example],
    }


def _switch(title: str, description: str, *, example: bool = True) -> Property:
    return {
        "title": title,
        "description": f"{description} null or absent: as the option of the same name says.",
        "type": ["boolean", "null"],
        "examples": [example],
    }


_DISGUISES: dict[str, Property] = {
    "fold": {
        "title": "不同写法也算",
        "description": "false: only the word exactly as written counts, with its case: Apple is not apple. "
        "null or absent: what the options fold counts too.",
        "type": ["boolean", "null"],
        "examples": [False],
    },
    "traditional": {
        "title": "繁体也算",
        "description": "false: in traditional characters it is another word. null or absent: as the option says.",
        "type": ["boolean", "null"],
        "examples": [False],
    },
    "gap": {
        "title": "夹几个符号也算",
        "description": "How many visible symbols, in characters, may stand between two neighbours: 傻*逼 has 1. "
        "0: none may. null or absent: as the option says, which is 3 unless set.",
        "type": ["integer", "null"],
        "minimum": 0,
        "maximum": MAX_GAP,
        "examples": [1],
    },
    "repeat": _switch("字重复也算", "The word with characters repeated counts: 最最最低低低价, fuuuck."),
    "digits": _switch("换数字写法也算", "Its numerals in another style count: 假1赔10 for 假一赔十."),
    "split": _switch("拆字也算", "The word with a character typed as its parts counts: 女马的 for 妈的."),
    "homophone": _switch("谐音也算", "The word in other characters of the same sound counts: 加威信 for 加微信."),
    "pinyin": _switch("拼音也算", "The word in Latin letters counts: jiaweixin for 加微信."),
}

PROPERTIES: dict[str, Property] = {
    "id": _text(
        "编号", "Unique in its list, never shown; the text itself if absent.", "advertising:最低价", minLength=1
    ),
    "text": _text(
        "写法",
        "The word; for a rule the name of a built-in one or a pattern with gaps; for a name the name. "
        f"At most 64 characters, a rule {MAX_RULE}.",
        "最低价",
        minLength=1,
        maxLength=MAX_RULE,
    ),
    "category": {
        "title": "类别",
        "description": f"One of {', '.join(CATEGORIES)}, or a name of one's own; custom if absent.",
        "type": "string",
        "maxLength": MAX_LIST,
        "examples": list(CATEGORIES),
    },
    "action": _one_of(
        "级别",
        "What happens to a text with it, from mild to strict: let pass; pass and keep a record; confirm with a "
        "reason; send only with the suggested wording; stop. block if absent.",
        Action,
        "warn",
    ),
    "mode": _one_of(
        "匹配",
        "Where it counts: substring, anywhere; segment, anywhere but across a word of the language (the default); "
        "word, between word boundaries; clause, only as a whole clause.",
        Mode,
        "segment",
    ),
    "kind": _one_of(
        "种类",
        "A word; a rule, which describes passages (phone, or 好评{6}返现: at most 6 characters between); or a "
        "name of the shop's own, inside which no word counts. word if absent.",
        KINDS,
        "word",
    ),
    "aliases": _texts("别称", "Other words for the same thing; they count as the word does.", "全网最低", "底价"),
    "exceptions": _texts(
        "允许语境",
        "Phrases in which it is harmless: [近后] is one of the characters, (买|卖) one of the texts, (的)? may be "
        "left out, ~ is the word in any of its forms.",
        "最[近后]",
        "~(药膏|药片)",
    ),
    "counter_exceptions": _texts("仍算命中", "Longer phrases in which it is meant after all.", "第一品牌"),
    "near": _texts(
        "附近要有", "One of these must stand within 12 characters; else far_action happens.", "手机", "电脑"
    ),
    "far_action": _one_of(
        "附近没有时的级别", "What happens if none of near is there; pass if absent.", Action, "record"
    ),
    "negation": {
        "title": "否定不算",
        "description": "true: denied or asked about in its clause it is harmless (我们不卖假货). false if absent.",
        "type": "boolean",
        "examples": [True],
    },
    "disguises": {
        "title": "变体开关",
        "description": "Which ways of hiding the word count; what is absent is left to the options.",
        "type": "object",
        "properties": _DISGUISES,
        "additionalProperties": False,
        "examples": [{"homophone": True, "gap": 1}],
    },
    "suggestion": {
        "title": "换成",
        "description": "Wording to put in its place; required for the action replace.",
        "type": ["string", "null"],
        "maxLength": MAX_LIST,
        "examples": ["很划算"],
    },
    "reason": _text("理由", "Why it is listed, for who meets it.", "绝对化用语"),
    "source": _text("依据", "The law or order behind it.", "《广告法》第九条"),
    "author": _text("作者", "Who listed it.", "合规部"),
    "valid_from": _day("生效", "The first day on which it counts, YYYY-MM-DD.", "2026-06-01"),
    "valid_until": _day("到期", "The last day on which it counts, YYYY-MM-DD.", "2026-06-18"),
    "scope": {
        "title": "适用范围",
        "description": "Where it counts: for each kind of place those in which it does. Everywhere if absent.",
        "type": "object",
        "additionalProperties": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "maxItems": MAX_LIST,
        },
        "examples": [{"channel": ["mass"], "store": ["12", "15"]}],
    },
    "must_hit": _texts(
        "必须命中", "Sentences in which it has to be found, or the list is not published.", "全网最低价"
    ),
    "must_not_hit": _texts("必须不命中", "Sentences in which it must find nothing.", "最近到货"),
}
