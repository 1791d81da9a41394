"""Shapes of a text to be checked, and of what the list says of it."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from app.http import Schema
from app.http.schemas import Text
from sensitive_words import CATEGORIES, Action, Hit, Verdict

Channel = Literal["sidebar", "welcome", "mass_message", "bot", "app_message", "remark", "tag_name"]
"""By which way a text leaves; entries may be limited to some."""
ActionName = Literal["pass", "record", "warn", "replace", "block"]
LONGEST_TEXT = 20_000


class HitView(Schema):
    start: int
    end: int
    utf16_start: int
    utf16_end: int
    text: str
    entry_id: int | None
    word: str
    category: str
    category_name: str
    action: Literal["record", "warn", "replace", "block"]
    reason: str | None
    suggestion: str | None
    why: str | None


class CheckView(Schema):
    """
    :param replaced: what may leave: the text with the wordings put in that are a condition for sending it.
    """

    action: ActionName
    hits: list[HitView]
    replaced: str
    lexicon_version: int


class CheckText(Schema):
    text: Text = Field(max_length=LONGEST_TEXT)
    channel: Channel


STRICTEST_FIRST = (Action.BLOCK, Action.REPLACE, Action.WARN, Action.RECORD, Action.PASS)


def utf16_length(text: str) -> int:
    """As browsers count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def category_name(category: str) -> str:
    return CATEGORIES.get(category, category)


def hit_view(hit: Hit) -> HitView:
    return HitView(
        start=hit.start,
        end=hit.end,
        utf16_start=hit.utf16_start,
        utf16_end=hit.utf16_end,
        text=hit.text,
        entry_id=int(hit.entry_id) if hit.entry_id.isdecimal() else None,
        # A pattern is nobody's word: people read what it found.
        word=hit.text if hit.matched_by == "rule" else hit.word,
        category=hit.category,
        category_name=category_name(hit.category),
        action=hit.action.value,
        reason=hit.reason or None,
        suggestion=hit.suggestion,
        why=hit.why,
    )


def told(hits: Sequence[Hit]) -> list[Hit]:
    """What a person has to be told: not 「最」 inside 「最低价」, if the longer one is at least as strict."""
    return [hit for hit in hits if not any(_covers(other, hit) for other in hits)]


def _covers(longer: Hit, hit: Hit) -> bool:
    return (
        longer.category == hit.category
        and longer.start <= hit.start
        and hit.end <= longer.end
        and longer.end - longer.start > hit.end - hit.start
        and STRICTEST_FIRST.index(longer.action) <= STRICTEST_FIRST.index(hit.action)
    )


def check_view(verdict: Verdict, *, replaced: str) -> CheckView:
    return CheckView(
        action=verdict.action.value,
        hits=[hit_view(hit) for hit in told(verdict.hits)],
        replaced=replaced,
        lexicon_version=verdict.version,
    )


def as_details(view: CheckView) -> dict[str, Any]:
    """The `details` of a refusal."""
    return {"check": view.model_dump(mode="json")}
