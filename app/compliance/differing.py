"""What differs between two wordings of an entry, in words that people read. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.compliance.phrasing import in_short
from app.compliance.places import CHANNEL, ROLE, STORE
from app.viewer import Role
from sensitive_words import CATEGORIES
from sensitive_words.entry import KINDS

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
}
ROLES = {
    Role.GUIDE.value: "导购",
    Role.STORE_MANAGER.value: "店长",
    Role.COMPLIANCE.value: "合规",
    Role.OPERATOR.value: "运营",
    Role.ADMIN.value: "管理员",
}
SCOPES = {STORE: "门店", ROLE: "角色", CHANNEL: "场景"}
_PHRASES = ("exceptions", "counter_exceptions")
_LISTS = (*_PHRASES, "near", "aliases", "must_hit", "must_not_hit")
_DEFAULTS = {"mode": "segment", "far_action": "pass", "kind": "word"}
NOTHING = "（无）"
MOST_SAME = 5
"""Of two lists that have more in common only the difference is shown."""

Fields = Mapping[str, Any]
Stores = Mapping[str, str]
"""Names of departments by their number, as scopes have it."""


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
    :param why: the reason that its author gave.
    """

    entry_id: int
    kind: Literal["added", "removed", "changed"]
    text: str
    category_name: str
    changes: tuple[FieldChange, ...]
    why: str = ""


def differing_fields(before: Fields | None, after: Fields | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what differs, as it was and as it is."""
    old, new = before or {}, after or {}
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return {name: old.get(name) for name in names}, {name: new.get(name) for name in names}


def entry_change(
    entry_id: int, before: Fields | None, after: Fields | None, *, stores: Stores, why: str = ""
) -> EntryChange | None:
    """None where both say the same."""
    if before == after:
        return None
    old, new = differing_fields(before, after)
    shown = after if after is not None else before or {}
    category = str(shown["category"])
    is_changed = before is not None and after is not None
    return EntryChange(
        entry_id,
        "added" if before is None else "removed" if after is None else "changed",
        str(shown["text"]),
        CATEGORIES.get(category, category),
        tuple(
            change
            for name in FIELDS
            if name in old
            and (change := _field_change(name, old[name], new[name], stores, is_changed=is_changed)) is not None
        ),
        why,
    )


def list_changes(
    before: Mapping[int, Fields],
    after: Mapping[int, Fields],
    *,
    stores: Stores,
    reasons: Mapping[int, str] | None = None,
) -> list[EntryChange]:
    """
    Of two whole lists, by id; what is new first, then what is gone, then what changed.

    :param reasons: why, as far as it is known, by id.
    """
    rank = {"added": 0, "removed": 1, "changed": 2}
    why = reasons or {}
    found = [
        change
        for entry_id in sorted({*before, *after})
        if (
            change := entry_change(
                entry_id, before.get(entry_id), after.get(entry_id), stores=stores, why=why.get(entry_id, "")
            )
        )
    ]
    return sorted(found, key=lambda change: rank[change.kind])


def stores_in(lists: Iterable[Fields | None]) -> set[str]:
    """The departments that entries name, to look up what they are called."""
    return {store for fields in lists if fields for store in (fields.get("scope") or {}).get(STORE, ())}


def in_words(field: str, value: Any, stores: Stores) -> str:
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
        return KINDS.get(value, str(value))
    if field == "disguises":
        return "；".join(f"{DISGUISES.get(name, name)}{_switched(each)}" for name, each in sorted(value.items()))
    if field == "scope":
        return scope_in_words(value, stores)
    if isinstance(value, bool):
        return "是" if value else NOTHING
    if field in _PHRASES:
        return "、".join(in_short(each) for each in value)
    if isinstance(value, list | tuple):
        return "、".join(str(each) for each in value)
    return str(value)


def scope_in_words(scope: Mapping[str, Sequence[str]], stores: Stores) -> str:
    """`门店：南京东路店；场景：群发`; empty for everywhere."""
    order = [*SCOPES, *sorted(set(scope) - set(SCOPES))]
    names: Mapping[str, Mapping[str, str]] = {STORE: stores, ROLE: ROLES, CHANNEL: CHANNELS}
    return "；".join(
        f"{SCOPES.get(key, key)}：{'、'.join(names.get(key, {}).get(each, each) for each in scope[key])}"
        for key in order
        if scope.get(key)
    )


def _field_change(name: str, before: Any, after: Any, stores: Stores, *, is_changed: bool) -> FieldChange | None:
    label = FIELDS[name]
    if name in _LISTS and is_changed:
        same = [each for each in before or () if each in (after or ())]
        if len(same) > MOST_SAME:
            label = f"{label}（另有 {len(same)} 个不变）"
            before, after = ([each for each in side if each not in same] for side in (before, after))
    old, new = in_words(name, before, stores), in_words(name, after, stores)
    return FieldChange(name, label, old, new) if old != new else None


def _switched(value: Any) -> str:
    if isinstance(value, bool):
        return "算" if value else "不算"
    return f"最多 {value} 个"
