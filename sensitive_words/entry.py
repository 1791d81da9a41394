"""What one line of a word list says: data that people review, with its own examples."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any


class Action(StrEnum):
    """What happens to a text; `REPLACE` may go out only with the suggested wording."""

    PASS = "pass"  # noqa: S105
    RECORD = "record"
    WARN = "warn"
    REPLACE = "replace"
    BLOCK = "block"

    @property
    def severity(self) -> int:
        return _SEVERITY[self]


_SEVERITY = {action: rank for rank, action in enumerate(Action)}


class Mode(StrEnum):
    SUBSTRING = "substring"
    """Anywhere."""
    SEGMENT = "segment"
    """Anywhere but across a word of the language; one character alone must be a word itself."""
    WORD = "word"
    """Both ends on word boundaries."""
    CLAUSE = "clause"
    """The hit is a whole clause."""


CATEGORIES: dict[str, str] = {
    "competitor": "竞品",
    "insult": "侮辱诋毁",
    "industry": "行业违规",
    "rude": "不文明",
    "advertising": "广告法",
    "superstition_politics": "迷信政治",
    "custom": "自定义",
}
"""The known categories with their Chinese names; an entry may name others."""


KINDS = {"word": "词", "rule": "规则", "name": "自家名称"}
"""Inside a name, written as in the list, no word counts: those of the shop's own products and stores."""


class InvalidEntry(ValueError):
    """:ivar field: the name of the field that is wrong."""

    def __init__(self, message: str, *, field: str, entry_id: str = "") -> None:
        super().__init__(message)
        self.field = field
        self.entry_id = entry_id


@dataclass(frozen=True, slots=True)
class Disguises:
    """
    Which ways of hiding a word still count. `None` leaves it to the options, which know safe defaults.
    """

    fold: bool | None = None
    """Case, full width, circled and mathematical letters, accents."""
    traditional: bool | None = None
    gap: int | None = None
    """How many visible symbols may stand between two neighbouring characters."""
    repeat: bool | None = None
    digits: bool | None = None
    split: bool | None = None
    homophone: bool | None = None
    pinyin: bool | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    text: str
    category: str = "custom"
    action: Action = Action.BLOCK
    mode: Mode = Mode.SEGMENT
    exceptions: tuple[str, ...] = ()
    """
    Phrases in which the word is harmless. `[次天]` stands for any one of its characters, `(药膏|药片)` for one of
    them, `(的)?` for what may be left out, and `~` for the word itself in any of its forms.
    """
    counter_exceptions: tuple[str, ...] = ()
    """Longer phrases in which it is meant after all."""
    near: tuple[str, ...] = ()
    """One of these must stand within 12 characters; else `far_action` applies."""
    far_action: Action = Action.PASS
    negation: bool = False
    """A negation shortly before it in the clause makes it harmless."""
    aliases: tuple[str, ...] = ()
    disguises: Disguises = Disguises()
    suggestion: str | None = None
    reason: str = ""
    source: str = ""
    author: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    """The last day on which it counts."""
    must_hit: tuple[str, ...] = ()
    must_not_hit: tuple[str, ...] = ()
    scope: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Where it counts, for instance `{"channel": ("mass",), "store": ("12", "15")}`; empty is everywhere."""
    kind: str = "word"
    """One of `KINDS`. The `text` of a rule names a built-in one or is a pattern, see `rules`."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Entry":
        """:raises InvalidEntry: with a Chinese message and the field."""
        from sensitive_words.entry_form import entry_from_dict

        return entry_from_dict(data)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; what has its default value is left out."""
        plain: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name not in ("id", "text", "category", "action") and value in (None, "", (), {}, False):
                continue
            plain[item.name] = _plain(value)
        blank = Entry(id=self.id, text=self.text)
        for name in ("mode", "far_action", "kind"):
            if getattr(self, name) == getattr(blank, name):
                plain.pop(name, None)
        if not plain["disguises"]:
            del plain["disguises"]
        return plain

    def applies(self, where: "Where | None", on: date | None) -> bool:
        """What is not told does not exempt: an unknown place or day counts as one where the entry holds."""
        if on is not None:
            if self.valid_from and on < self.valid_from:
                return False
            if self.valid_until and on > self.valid_until:
                return False
        if where and self.scope:
            return all(key not in where or _is_in(where[key], values) for key, values in self.scope.items())
        return True


Where = Mapping[str, str | frozenset[str]]
"""A place of use: `{"channel": "mass", "role": frozenset({"guide", "manager"})}`. One of several is enough."""


def _is_in(here: str | frozenset[str], values: tuple[str, ...]) -> bool:
    return here in values if isinstance(here, str) else not here.isdisjoint(values)


def _plain(value: Any) -> Any:
    if isinstance(value, Disguises):
        return {f.name: getattr(value, f.name) for f in fields(value) if getattr(value, f.name) is not None}
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {key: list(values) for key, values in value.items()}
    return value
