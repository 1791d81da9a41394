"""Whom a mass message is for, and the hash that an approval is bound to. Pure: no session, no clock."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Audience:
    """
    Customers of whom one relation meets every condition. Empty: everybody the author may see.

    :param store_ids: departments, each with everything below it; the relation's member belongs to one.
    :param tag_ids_all: the relation carries each of them.
    :param tag_ids_any: the relation carries at least one.
    :param without_tag_ids: no live relation of the customer, with whomever, carries any.
    :param added_after: inclusive; `added_before` is exclusive.
    """

    store_ids: tuple[int, ...] = ()
    tag_ids_all: tuple[str, ...] = ()
    tag_ids_any: tuple[str, ...] = ()
    without_tag_ids: tuple[str, ...] = ()
    added_after: datetime | None = None
    added_before: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """The same for the same meaning: sorted, without repetitions, times in UTC."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Audience":
        known = {each.name: stored[each.name] for each in fields(cls) if stored.get(each.name) is not None}
        for name, value in known.items():
            known[name] = datetime.fromisoformat(value) if name.startswith("added_") else tuple(value)
        return cls(**known)

    @property
    def contradiction(self) -> str | None:
        """Why nobody can match, as a Chinese sentence."""
        if self.added_after and self.added_before and self.added_after >= self.added_before:
            return "添加时间的开始要早于结束"
        if set(self.without_tag_ids) & {*self.tag_ids_all, *self.tag_ids_any}:
            return "同一个标签不能既要求有又要求没有"
        return None


def content_hash(text: str, audience: Audience, send_at: datetime | None) -> bytes:
    """SHA-256 over what an approver approves: another character, audience or time is another hash."""
    approved = {"text": text, "audience": audience.as_json(), "send_at": _plain(send_at)}
    canonical = json.dumps(approved, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return sorted(set(value)) if isinstance(value, tuple) else value
