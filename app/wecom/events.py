"""What a callback says: the decrypted XML as a flat value, read with checked types."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Union

import defusedxml.ElementTree
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element  # nosec B405  (the type only)

DEEPEST = 8
"""Levels. The deepest documented event, change_contact's ExtAttr, has five."""

Value = Union[str, "Mapping[str, Value]", "tuple[Value, ...]"]


class BadEvent(Exception):
    """Properly encrypted, but not an event or message of a self-built app. `str(error)` says what is wrong."""


@dataclass(frozen=True, slots=True)
class Event:
    """
    A flat mapping from tag to text; a repeated tag is a tuple, a tag with children a mapping.

    An unknown event is an Event too: it is acknowledged and counted, never refused.
    """

    fields: Mapping[str, Value]

    @property
    def kind(self) -> str:
        """The name of the event (`change_external_contact`), or the message's type (`text`)."""
        return self.text("Event") if self.is_event else self.text("MsgType")

    @property
    def is_event(self) -> bool:
        return self.text("MsgType") == "event"

    @property
    def change(self) -> str:
        """`ChangeType`, or empty."""
        return self.text("ChangeType")

    @property
    def name(self) -> str:
        """`change_external_contact.add_external_contact`, `enter_agent`, `message.text`."""
        if not self.is_event:
            return f"message.{self.kind}"
        return f"{self.kind}.{self.change}" if self.change else self.kind

    @property
    def corp_id(self) -> str:
        return self.text("ToUserName")

    @property
    def sender(self) -> str:
        """The member's userid in lower case, as other calls return it; `sys` for what WeCom itself reports."""
        return self.text("FromUserName").lower()

    @property
    def created_at(self) -> datetime | None:
        seconds = self.number("CreateTime")
        try:
            return datetime.fromtimestamp(seconds, UTC) if seconds else None
        except (OverflowError, OSError, ValueError):
            return None

    def text(self, tag: str) -> str:
        """Empty if the tag is absent, empty, or no plain text."""
        value = self.fields.get(tag, "")
        return value if isinstance(value, str) else ""

    def number(self, tag: str) -> int:
        """0 if the tag is absent or no number."""
        digits = self.text(tag)
        return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 20 else 0

    def object(self, tag: str) -> Mapping[str, Value]:
        value = self.fields.get(tag, {})
        return value if isinstance(value, Mapping) else {}

    def texts(self, tag: str, item: str = "Item") -> tuple[str, ...]:
        """`<MemChangeList><Item>a</Item><Item>b</Item></MemChangeList>`."""
        value = self.object(tag).get(item, ())
        values = value if isinstance(value, tuple) else (value,)
        return tuple(each for each in values if isinstance(each, str) and each)

    def listed(self, tag: str) -> tuple[str, ...]:
        """`1,2,3`: change_contact has its lists in one text."""
        return tuple(part.strip() for part in self.text(tag).split(",") if part.strip())


def parse_event(plaintext: bytes) -> Event:
    """
    :raises BadEvent: for broken XML, a DTD, too deep nesting, or the form meant for third-party apps.
    """
    try:
        root = defusedxml.ElementTree.fromstring(plaintext, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise BadEvent(f"the plaintext cannot be read as XML: {type(error).__name__}") from None
    if root.tag != "xml":
        raise BadEvent("the root is not <xml>")
    event = Event(_children(root, 1))
    if not event.text("MsgType"):
        raise BadEvent("there is no MsgType; third-party apps get such a form, self-built apps do not")
    return event


def _children(element: "Element", depth: int) -> Mapping[str, Value]:
    if depth > DEEPEST:
        raise BadEvent("the plaintext is nested too deeply")
    gathered: dict[str, list[Value]] = {}
    for child in element:
        gathered.setdefault(child.tag, []).append(
            _children(child, depth + 1) if len(child) else (child.text or "").strip()
        )
    return {tag: values[0] if len(values) == 1 else tuple(values) for tag, values in gathered.items()}
