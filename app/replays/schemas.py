"""Shapes of replays, of what they found, and of a submission."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.compliance.schemas import ActionName
from app.http import Page, Schema
from app.http.schemas import Text


class ReplayView(Schema):
    """
    :param is_current: it tried the draft as it stands now; otherwise it is out of date.
    :param texts: how many of `done` left within the last 30 days; `live` are contents in use.
    :param blocked: contents in use that could not leave any more.
    """

    id: int
    state: Literal["running", "done", "failed", "cancelled"]
    is_current: bool
    base_version: int
    changes: int
    started_by_name: str
    started_at: datetime
    finished_at: datetime | None
    total: int
    done: int
    live: int
    texts: int
    new_hits: int
    lost_hits: int
    changed_hits: int
    blocked: int
    error: str | None


class LatestReplay(Schema):
    replay: ReplayView | None


class FindingView(Schema):
    """
    :param subject: `script:12`, `mass_message:3`; empty for what left.
    :param owner_name: who answers for the content, or who sent the text.
    :param utf16_start: of the hit inside the passage, as browsers count.
    :param assumed: what the entry is limited to and nobody knows of this text, in words; it counts as inside.
    """

    id: int
    difference: Literal["new", "lost", "changed"]
    is_live: bool
    source: str
    source_name: str
    subject: str
    title: str
    owner: str
    owner_name: str
    at: datetime | None
    passage: str
    utf16_start: int
    utf16_end: int
    entry_id: int
    word: str
    before: ActionName
    after: ActionName
    assumed: list[str]


class FindingQuery(Page):
    difference: Literal["new", "lost", "changed"] | None = None
    is_live: bool | None = None
    is_blocked: bool = False


class FindingList(Schema):
    items: list[FindingView]
    total: int


class SubmitBody(Schema):
    """
    :param note: what it changes and why, for whoever approves.
    :param accepts_blocked: contents in use that would be stopped shall be.
    """

    note: Text = Field(min_length=1, max_length=500)
    accepts_blocked: bool = False
