"""Shapes of the audit list."""

from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime

from app.http import Page, Schema


class AuditQuery(Page):
    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class EntryView(Schema):
    number: int
    at: datetime
    actor: str
    actor_name: str
    action: str
    title: str
    """The action in Chinese."""
    subject: str
    details: dict[str, Any]


class EntryList(Schema):
    items: list[EntryView]
    total: int


class ProblemView(Schema):
    """
    :param what: a Chinese sentence: what is wrong and where.
    """

    kind: str
    first: int
    last: int
    what: str


class CheckView(Schema):
    """One reading of the whole chain; `silent`: nothing was heard of it for a while, a new one may be started."""

    id: int
    state: Literal["running", "silent", "done"]
    started_by_name: str
    started_at: datetime
    finished_at: datetime | None
    done: int
    total: int
    entries: int
    is_whole: bool
    problems: list[ProblemView]
    problem_count: int
    anchors: int | None
    """How many heads kept outside were compared; empty when there were none."""
    head_number: int
    head_hash: str


class AnchorView(Schema):
    at: datetime
    number: int
    hash: str
    place: str
    """`host:/path` of the file."""


class VerificationView(Schema):
    check: CheckView | None
    anchor: AnchorView | None
    head_number: int
