"""Shapes of what guides object to, and of the answer."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.cases.schemas.hits import Marked
from app.compliance.schemas import LONGEST_TEXT, Channel
from app.http import Page, Query, Schema
from app.http.schemas import Text

StateName = Literal["open", "accepted", "declined", "withdrawn"]


class NewObjection(Schema):
    """
    :param text: the whole text as it was checked; the server looks for the hit itself.
    """

    text: Text = Field(min_length=1, max_length=LONGEST_TEXT)
    channel: Channel
    entry_id: int


class OwnObjection(Schema):
    """
    :param answer: for who objected; empty while nobody has answered.
    """

    id: int
    at: datetime
    entry_id: int
    word: str
    category_name: str
    passage: str
    marked: Marked
    state: StateName
    answer: str | None
    answered_at: datetime | None


class OwnList(Schema):
    items: list[OwnObjection]
    total: int


class OwnQuery(Page):
    pass


class ObjectionView(OwnObjection):
    """ """

    who: str
    who_name: str
    store_name: str
    channel: str
    action: str
    lexicon_version: int
    exception: str | None
    answered_by: str | None


class ObjectionQuery(Page):
    entry_id: int | None = None
    state: StateName | None = None


class ObjectionList(Schema):
    items: list[ObjectionView]
    total: int


class CountsQuery(Query):
    entry_ids: list[int] = Field(default=[], max_length=200)


class EntryCount(Schema):
    """
    :param total: of all that were not withdrawn.
    """

    entry_id: int
    total: int
    open: int


class EntryCounts(Schema):
    items: list[EntryCount]


class Candidate(Schema):
    """
    An exception that could be put into the draft, and what it was found to do.

    :param frees: open objections whose passage the entry would no longer hit.
    :param broken_examples: must-hit examples that would no longer be hit.
    :param lost: hits reviewed as right that would be lost, of those that are kept.
    """

    exception: str
    frees: int
    broken_examples: list[str]
    lost: int
    is_safe: bool


class Proposal(Schema):
    """
    :param open: objections that wait for an answer.
    :param others: of these, passages that further entries stop as well.
    :param hindrance: why nothing can be accepted now; null when it can.
    """

    entry_id: int
    word: str
    open: int
    others: int
    candidates: list[Candidate]
    hindrance: str | None


class AcceptBody(Schema):
    """
    :param expected_open: how many were seen to be open; more in the meantime is no harm, they are answered alike.
    """

    exception: Text = Field(min_length=1, max_length=40)
    note: Text = Field(default="", max_length=500)
    in_spite_of: bool = False


class DeclineBody(Schema):
    answer: Text = Field(min_length=1, max_length=500)
    objection_ids: list[int] | None = Field(default=None, min_length=1, max_length=200)


class Answered(Schema):
    """
    :param still_hit: objections that the exception does not free; they stay open.
    """

    answered: int
    still_hit: int
