"""Shapes of folders, scripts and packs."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.compliance.schemas import ActionName, HitView
from app.http import Query, Schema
from app.http.schemas import Text
from scripts_library.pack_file import MAX_PART_BYTES

MOST_PARTS = 9


class FolderView(Schema):
    """
    :param count: scripts in it and below it, archived ones left out.
    """

    id: int
    name: str
    parent_id: int | None
    position: int
    count: int


class FolderList(Schema):
    folders: list[FolderView]


class NewFolder(Schema):
    name: Text = Field(min_length=1, max_length=20)
    parent_id: int | None = None
    position: int | None = None


class FolderEdit(Schema):
    name: Text | None = Field(default=None, min_length=1, max_length=20)
    parent_id: int | None = None
    position: int | None = None


class Segment(Schema):
    """
    :param name: of the variable; null for plain text.
    """

    kind: Literal["text", "filled", "blank"]
    text: str
    name: str | None = None
    choices: list[str] | None = None


class PartView(Schema):
    type: Literal["text"]
    text: str
    segments: list[Segment]


class Blank(Schema):
    name: str
    label: str
    choices: list[str] | None
    example: str | None


class ScriptCheck(Schema):
    """Of the texts as they are written, variables unfilled; offsets count the parts joined by a line break."""

    action: ActionName
    hits: list[HitView]


class Highlight(Schema):
    start: int
    end: int


class ScriptView(Schema):
    """
    :param highlights: in the title, where the search found something.
    """

    id: int
    title: str
    folder_id: int
    folder_path: list[str]
    parts: list[PartView]
    blanks: list[Blank]
    is_favourite: bool
    uses_30_days: int
    check: ScriptCheck
    highlights: list[Highlight]


class ScriptList(Schema):
    items: list[ScriptView]
    total: int
    next: str | None


class ScriptQuery(Query):
    q: str | None = Field(default=None, max_length=100)
    folder_id: int | None = None
    favourite: bool = False
    external_user_id: str | None = Field(default=None, max_length=64)
    limit: int = Field(default=30, ge=1, le=100)
    cursor: str | None = Field(default=None, pattern=r"^\d{1,6}$")


class ForCustomer(Query):
    external_user_id: str | None = Field(default=None, max_length=64)


class Part(Schema):
    type: Literal["text"] = "text"
    text: Text = Field(min_length=1, max_length=MAX_PART_BYTES)


class NewScript(Schema):
    title: Text = Field(min_length=1, max_length=40)
    folder_id: int
    parts: list[Part] = Field(min_length=1, max_length=MOST_PARTS)
    shortcuts: list[Text] = Field(default=[], max_length=10)
    situations: list[str] = Field(default=[], max_length=10)
    industry: Text = Field(default="", max_length=20)


class ScriptEdit(Schema):
    title: Text | None = Field(default=None, min_length=1, max_length=40)
    folder_id: int | None = None
    parts: list[Part] | None = Field(default=None, min_length=1, max_length=MOST_PARTS)
    shortcuts: list[Text] | None = Field(default=None, max_length=10)
    situations: list[str] | None = Field(default=None, max_length=10)
    industry: Text | None = Field(default=None, max_length=20)
    position: int | None = None
    archived: bool | None = None


class FindingView(Schema):
    code: str
    severity: Literal["error", "warning", "hint"]
    part: int
    start: int
    end: int
    message: str
    suggestion: str


class ScriptSource(Schema):
    """A script as its editor sees it: templates, advice on the wording, the filter's verdict."""

    id: int
    title: str
    folder_id: int
    folder_path: list[str]
    parts: list[Part]
    shortcuts: list[str]
    situations: list[str]
    industry: str
    position: int
    archived_at: datetime | None
    updated_at: datetime
    updated_by: str
    uses_30_days: int
    variables: list[Blank]
    findings: list[FindingView]
    check: ScriptCheck


class SourceQuery(Query):
    q: str | None = Field(default=None, max_length=100)
    folder_id: int | None = None
    archived: bool = False
    page: int = Field(default=1, ge=1, le=10_000)
    page_size: int = Field(default=20, ge=1, le=100)


class SourceList(Schema):
    items: list[ScriptSource]
    total: int


class ImportBody(Schema):
    yaml: str
    dry_run: bool


class ProblemView(Schema):
    line: int | None
    field: str
    message: str


class ImportAnswer(Schema):
    problems: list[ProblemView]
    added: int
    changed: int
    unchanged: int


class Missed(Schema):
    query: Text = Field(min_length=1, max_length=100)


class MissedView(Schema):
    id: int
    query: str
    times: int
    last_at: datetime


class MissedList(Schema):
    items: list[MissedView]


class StoreDetailsBody(Schema):
    brand: Text = Field(default="", max_length=20)
    address: Text = Field(default="", max_length=100)
    phone: Text = Field(default="", max_length=20, pattern=r"^[0-9+\- ]*$")
    opening_hours: Text = Field(default="", max_length=40)


class StoreDetailsView(StoreDetailsBody):
    store_id: int
