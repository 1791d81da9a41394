"""Shapes of a sentence that is only tried, and of an entry's own examples while it is written."""

from typing import Literal

from pydantic import Field

from app.compliance.schemas.entries import NewEntry
from app.compliance.schemas.verdicts import LONGEST_TEXT, CheckView
from app.http import Schema
from app.http.schemas import Text


class TryText(Schema):
    """
    :param entry: as it stands in the editor, not saved yet; with `entry_id` in place of that one.
    """

    text: Text = Field(max_length=LONGEST_TEXT)
    against: Literal["draft", "published"] = "draft"
    entry: NewEntry | None = None
    entry_id: int | None = None


class StepView(Schema):
    title: str
    detail: str


class TryAnswer(Schema):
    check: CheckView
    steps: list[StepView]


class ExamplesBody(Schema):
    """
    :param entry: as it stands in the editor, with its examples; nothing is saved.
    :param entry_id: of an entry that exists: what it stopped lately is looked at, too.
    """

    entry: NewEntry
    entry_id: int | None = None


class FreedView(Schema):
    """
    :param passage: of a text that the entry stopped, or marked, and would let go.
    """

    passage: str
    utf16_start: int
    utf16_end: int


class OfferView(Schema):
    """
    :param phrase: which would make the example hold, to be added to the exceptions as it is.
    :param freed: of so many passages on record in the last 30 days that it would let go; `samples` are some.
    :param looked_at: how many were tried.
    """

    phrase: str
    freed: int
    looked_at: int
    samples: list[FreedView]


class ExampleView(Schema):
    """
    :param why: one sentence.
    """

    text: str
    should_hit: bool
    holds: bool
    why: str
    offer: OfferView | None


class ExampleList(Schema):
    items: list[ExampleView]
