"""Shapes of the audit list."""

from datetime import datetime
from typing import Any

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
    number: int
    what: str


class VerifiedView(Schema):
    entries: int
    is_whole: bool
    problems: list[ProblemView]
    head_number: int
    head_hash: str
