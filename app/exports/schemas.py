"""Shapes of what is asked for, and of how far it is."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from app.http import Page, Schema
from app.http.schemas import Text

What = Literal["hits", "cases", "objections", "trends", "audit"]
StateName = Literal["running", "done", "failed", "cancelled", "expired"]


class ExportBody(Schema):
    """
    :param press_id: made by the page, one for each press; the same one again gives the same export.
    :param filters: as the list takes them in its address, times with their zone.
    :param purpose: what the file is for; it stands in the audit log and in the file.
    """

    press_id: UUID
    what: What
    format: Literal["csv", "xlsx"] = "csv"
    filters: dict[str, Any] = Field(default={}, max_length=20)
    purpose: Text = Field(min_length=2, max_length=200)


class ExportView(Schema):
    """
    :param total: rows there were when it was asked for; :param done: rows that are written.
    :param size: of the file, in bytes.
    :param expires_at: from then on there is no file any more.
    """

    id: int
    what: What
    title: str
    format: Literal["csv", "xlsx"]
    purpose: str
    state: StateName
    total: int
    done: int
    size: int
    asked_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    error: str | None


class ExportQuery(Page):
    pass


class ExportList(Schema):
    items: list[ExportView]
    total: int
