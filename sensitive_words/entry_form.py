"""Turns plain data from files and requests into entries, or says in Chinese what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, TypeVar

from sensitive_words.entry import KINDS, Action, Disguises, Entry, InvalidEntry, Mode

MAX_TEXT = 64
MAX_RULE = 400
MAX_LIST = 2000
MAX_GAP = 20
_LISTS = ("exceptions", "counter_exceptions", "near", "aliases", "must_hit", "must_not_hit")
_TEXTS = ("category", "reason", "source", "author", "kind")
_SWITCHES = ("fold", "traditional", "repeat", "digits", "split", "homophone", "pinyin")
_HALF = re.compile("[\ud800-\udfff]")
"""Half of a pair of surrogates: no file and no database takes it."""
EnumT = TypeVar("EnumT", Action, Mode)
_KNOWN = {item.name for item in fields(Entry)}


def entry_from_dict(data: Mapping[str, Any]) -> Entry:
    """:raises InvalidEntry:"""
    if not isinstance(data, Mapping):
        raise InvalidEntry("词条应当是一个对象", field="entry")
    entry_id = data.get("id")
    text = data.get("text", data.get("word"))
    problem = _Problem(str(entry_id or ""))
    if not isinstance(text, str) or not text.strip():
        raise problem("text", "写法不能为空")
    if _HALF.search(text) or _HALF.search(str(entry_id)):
        raise problem("text", "写法里有残缺的字符")
    longest = MAX_RULE if data.get("kind") == "rule" else MAX_TEXT
    if len(text) > longest:
        raise problem("text", f"写法最长 {longest} 个字")
    unknown = sorted(str(key) for key in data if key not in _KNOWN and key != "word")
    if unknown:
        raise problem(unknown[0], f"不认识的字段：{'、'.join(unknown)}")
    values: dict[str, Any] = {"id": str(entry_id) if entry_id is not None else text, "text": text}
    for name in _TEXTS:
        if data.get(name) is not None:
            values[name] = _text(data[name], name, problem)
    for name in _LISTS:
        if data.get(name) is not None:
            values[name] = _texts(data[name], name, problem)
    if data.get("suggestion") is not None:
        values["suggestion"] = _text(data["suggestion"], "suggestion", problem)
    for name in ("action", "far_action"):
        if data.get(name) is not None:
            values[name] = _one_of(Action, data[name], name, problem)
    if data.get("mode") is not None:
        values["mode"] = _one_of(Mode, data["mode"], "mode", problem)
    for name in ("valid_from", "valid_until"):
        if data.get(name) is not None:
            values[name] = _day(data[name], name, problem)
    if data.get("negation") is not None:
        values["negation"] = _switch(data["negation"], "negation", problem)
    if data.get("disguises") is not None:
        values["disguises"] = _disguises(data["disguises"], problem)
    if data.get("scope") is not None:
        values["scope"] = _scope(data["scope"], problem)
    entry = Entry(**values)
    _check_together(entry, problem)
    return entry


class _Problem:
    def __init__(self, entry_id: str) -> None:
        self.entry_id = entry_id

    def __call__(self, field: str, message: str) -> InvalidEntry:
        return InvalidEntry(message, field=field, entry_id=self.entry_id)


def _check_together(entry: Entry, problem: _Problem) -> None:
    if entry.kind not in KINDS:
        raise problem("kind", f"种类只能是：{'、'.join(f'{kind}（{name}）' for kind, name in KINDS.items())}")
    if entry.valid_from and entry.valid_until and entry.valid_from > entry.valid_until:
        raise problem("valid_until", "到期日早于生效日")
    if entry.action is Action.REPLACE and not entry.suggestion:
        raise problem("suggestion", "级别为“替换”时要写明换成什么")


def _text(value: Any, name: str, problem: _Problem) -> str:
    if not isinstance(value, str) or len(value) > MAX_LIST or _HALF.search(value):
        raise problem(name, f"“{name}”应当是不超过 {MAX_LIST} 个字的文字")
    return value


def _texts(value: Any, name: str, problem: _Problem) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) and v.strip() for v in value):
        raise problem(name, f"“{name}”应当是一列不为空的文字")
    if any(_HALF.search(v) for v in value):
        raise problem(name, f"“{name}”里有残缺的字符")
    if len(value) > MAX_LIST:
        raise problem(name, f"“{name}”最多 {MAX_LIST} 条")
    return tuple(value)


def _one_of(kind: type[EnumT], value: Any, name: str, problem: _Problem) -> EnumT:
    try:
        return kind(value)
    except ValueError:
        raise problem(name, f"“{name}”只能是：{'、'.join(kind)}") from None


def _day(value: Any, name: str, problem: _Problem) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise problem(name, f"“{name}”应当是日期，例如 2026-12-31") from None


def _switch(value: Any, name: str, problem: _Problem) -> bool:
    if not isinstance(value, bool):
        raise problem(name, f"“{name}”只能是 true 或 false")
    return value


def _disguises(value: Any, problem: _Problem) -> Disguises:
    if not isinstance(value, Mapping):
        raise problem("disguises", "变体开关应当是一个对象")
    unknown = sorted(str(key) for key in value if key not in _SWITCHES and key != "gap")
    if unknown:
        raise problem("disguises", f"不认识的变体开关：{'、'.join(unknown)}")
    switches: dict[str, Any] = {
        name: _switch(value[name], f"disguises.{name}", problem)
        for name in _SWITCHES
        if value.get(name) is not None
    }
    gap = value.get("gap")
    if gap is not None:
        if isinstance(gap, bool) or not isinstance(gap, int) or not 0 <= gap <= MAX_GAP:
            raise problem("disguises", f"夹字间隔应当是 0 到 {MAX_GAP} 的整数")
        switches["gap"] = gap
    return Disguises(**switches)


def _scope(value: Any, problem: _Problem) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        raise problem("scope", "适用范围应当是一个对象")
    return {str(key): _texts(values, "scope", problem) for key, values in value.items() if values}
