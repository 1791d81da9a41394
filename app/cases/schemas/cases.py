"""Shapes of cases, their notes and hits."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.cases.schemas.hits import HitRecord, ReviewName
from app.http import Page, Schema
from app.http.schemas import Text

StateName = Literal["open", "reviewed", "closed"]
Gather = Literal["hit", "text", "day"]
"""With a hit go: nothing else; the other hits of its text; all that its author met on its day."""


class NewCase(Schema):
    hit_id: int
    gather: Gather = "text"
    title: Text = Field(default="", max_length=100)
    note: Text = Field(default="", max_length=2000)
    assignee: str | None = Field(default=None, max_length=64)


class CaseQuery(Page):
    q: str | None = None
    state: Literal["open", "reviewed", "closed", "unfinished"] | None = None
    assignee: str | None = None
    guide: str | None = None
    origin: Literal["system", "person"] | None = None
    since: AwareDatetime | None = Field(default=None, alias="from")
    until: AwareDatetime | None = Field(default=None, alias="to")

    def as_filters(self) -> dict[str, Any]:
        """As `queries.cases` takes them."""
        return {"text": self.q, **self.model_dump(exclude={"q", "page", "page_size"})}


class CaseLine(Schema):
    """
    :param hits: how many belong to it.
    """

    id: int
    title: str
    state: StateName
    who: str | None
    who_name: str
    store_name: str
    opened_by: str
    opened_by_name: str
    opened_at: datetime
    assignee: str | None
    assignee_name: str | None
    conclusion: ReviewName | None
    changed_at: datetime
    closed_at: datetime | None
    hits: int


class CaseList(Schema):
    items: list[CaseLine]
    total: int


class NoteView(Schema):
    id: int
    at: datetime
    author: str
    author_name: str
    kind: Literal["note", "opened", "state", "assigned", "hits"]
    text: str


class CaseView(CaseLine):
    notes: list[NoteView]
    linked: list[HitRecord]


class NewNote(Schema):
    """
    :param press_id: made by the page, one for each press; the same one again adds nothing.
    """

    text: Text = Field(min_length=1, max_length=2000)
    press_id: UUID


class Move(Schema):
    """
    :param expected: the state as it was seen; another one is a conflict.
    :param conclusion: needed for `reviewed`; unreviewed hits of the case are reviewed alike.
    """

    to: StateName
    expected: StateName
    conclusion: ReviewName | None = None
    note: Text = Field(default="", max_length=2000)


class Assignment(Schema):
    assignee: str | None = Field(max_length=64)


class MoreHits(Schema):
    hit_id: int
    gather: Gather = "hit"


class Assignee(Schema):
    userid: str
    name: str


class AssigneeList(Schema):
    items: list[Assignee]
