"""
Whether a change can only make the list stop more, so that one person may publish it in an emergency. Pure.

When in doubt it does not: a rule that once let a loosening pass would let everything pass.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sensitive_words import Entry

_MUST_STAY = ("text", "category", "mode", "near", "negation", "disguises", "scope", "kind", "far_action")


def loosened_by(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str | None:
    """
    Why it has to wait for a second person; None if it only tightens.

    :param before: the entry as it is published, without an id; None if it is new.
    :param after: as it is drafted; None if it is to be removed.
    """
    if after is None:
        return "删除词条会放行，要走审批"
    new = Entry.from_dict({**after, "id": "0"})
    if before is None:
        return "级别是「放行」，不会拦下什么，不用紧急发布" if new.action.severity == 0 else None
    old = Entry.from_dict({**before, "id": "0"})
    for name in _MUST_STAY:
        if getattr(old, name) != getattr(new, name):
            return "除了加严以外还改了别的（写法、类别、命中方式或范围），要走审批"
    if new.action.severity < old.action.severity:
        return "级别放松了，要走审批"
    if not set(new.exceptions) <= set(old.exceptions):
        return "加了允许语境，会放行，要走审批"
    if not set(new.counter_exceptions) >= set(old.counter_exceptions):
        return "去掉了「允许语境里仍要算的」，会放行，要走审批"
    if not set(new.aliases) >= set(old.aliases):
        return "去掉了其他写法，会放行，要走审批"
    if _first(new) > _first(old) or _last(new) < _last(old):
        return "有效期变短了，会放行，要走审批"
    if new.suggestion != old.suggestion and new.action.value == "replace":
        return "改了换成的词，发出去的字会变，要走审批"
    if all(getattr(old, name) == getattr(new, name) for name in _effective()):
        return "没有加严，不用紧急发布"
    return None


def _effective() -> tuple[str, ...]:
    return ("action", "exceptions", "counter_exceptions", "aliases", "valid_from", "valid_until")


def _first(entry: Entry) -> date:
    return entry.valid_from or date.min


def _last(entry: Entry) -> date:
    return entry.valid_until or date.max
