"""What differs between two wordings of an entry, in words that people read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sensitive_words import CATEGORIES

FIELDS = {
    "text": "写法",
    "category": "类别",
    "action": "级别",
    "mode": "怎样算命中",
    "exceptions": "允许语境",
    "counter_exceptions": "允许语境里仍要算的",
    "near": "附近要有这些词才算",
    "far_action": "附近没有时",
    "negation": "前面有否定就不算",
    "aliases": "其他写法",
    "disguises": "变体",
    "suggestion": "换成",
    "reason": "理由",
    "source": "来源",
    "author": "署名",
    "valid_from": "生效日",
    "valid_until": "到期日",
    "must_hit": "必须命中的例句",
    "must_not_hit": "必须不命中的例句",
    "scope": "适用范围",
    "kind": "种类",
}
ACTIONS = {"pass": "放行", "record": "记录", "warn": "警告", "replace": "必须换词", "block": "阻断"}
MODES = {"segment": "按词切分", "substring": "只要出现就算", "word": "必须是完整的一个词", "clause": "整句意思"}
DISGUISES = {
    "fold": "大小写、全角、圈字",
    "traditional": "繁体",
    "gap": "夹符号",
    "repeat": "叠字",
    "digits": "数字写法",
    "split": "拆字",
    "homophone": "谐音",
    "pinyin": "拼音",
}
CHANNELS = {
    "sidebar": "侧边栏",
    "welcome": "欢迎语",
    "mass_message": "群发",
    "bot": "机器人",
    "app_message": "应用消息",
    "remark": "备注",
    "tag_name": "标签",
    "script": "话术",
}
_SCOPES = {"channel": "场景", "store": "门店", "role": "角色"}
_DEFAULTS = {"mode": "segment", "far_action": "pass", "kind": "word"}
NOTHING = "（无）"

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class FieldChange:
    """
    :param before: as people read it; `（无）` for nothing.
    """

    field: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class EntryChange:
    """
    :param kind: whether the entry is new, gone, or worded otherwise.
    :param changes: of what was changed, each field; of what is new or gone, what it says.
    """

    entry_id: int
    kind: Literal["added", "removed", "changed"]
    text: str
    category_name: str
    changes: tuple[FieldChange, ...]


def differing_fields(before: Fields | None, after: Fields | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what differs, as it was and as it is."""
    old, new = before or {}, after or {}
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return {name: old.get(name) for name in names}, {name: new.get(name) for name in names}


def entry_change(entry_id: int, before: Fields | None, after: Fields | None) -> EntryChange | None:
    """None where both say the same."""
    if before == after:
        return None
    old, new = differing_fields(before, after)
    shown = after if after is not None else before or {}
    category = str(shown["category"])
    return EntryChange(
        entry_id,
        "added" if before is None else "removed" if after is None else "changed",
        str(shown["text"]),
        CATEGORIES.get(category, category),
        tuple(
            FieldChange(name, FIELDS[name], in_words(name, old[name]), in_words(name, new[name]))
            for name in FIELDS
            if name in old and in_words(name, old[name]) != in_words(name, new[name])
        ),
    )


def list_changes(before: Mapping[int, Fields], after: Mapping[int, Fields]) -> list[EntryChange]:
    """Of two whole lists, by id; what is new first, then what is gone, then what changed."""
    rank = {"added": 0, "removed": 1, "changed": 2}
    found = [
        change
        for entry_id in sorted({*before, *after})
        if (change := entry_change(entry_id, before.get(entry_id), after.get(entry_id)))
    ]
    return sorted(found, key=lambda change: rank[change.kind])


def in_words(field: str, value: Any) -> str:
    """A field's stored value as people read it; what has its default value is not stored."""
    if value is None or value in ([], {}):
        value = _DEFAULTS.get(field)
    if value is None or value == "":
        return NOTHING
    if field in ("action", "far_action"):
        return ACTIONS.get(value, str(value))
    if field == "mode":
        return MODES.get(value, str(value))
    if field == "category":
        return CATEGORIES.get(value, str(value))
    if field == "kind":
        return "规则" if value == "rule" else "词"
    if field == "disguises":
        return "；".join(f"{DISGUISES.get(name, name)}{_switched(each)}" for name, each in sorted(value.items()))
    if field == "scope":
        return "；".join(f"{_SCOPES.get(key, key)}：{_places(key, each)}" for key, each in sorted(value.items()))
    if isinstance(value, bool):
        return "是" if value else NOTHING
    if isinstance(value, list | tuple):
        return "、".join(str(each) for each in value)
    return str(value)


def _switched(value: Any) -> str:
    if isinstance(value, bool):
        return "算" if value else "不算"
    return f"最多 {value} 个"


def _places(key: str, values: list[str]) -> str:
    return "、".join(CHANNELS.get(each, each) if key == "channel" else each for each in values)
