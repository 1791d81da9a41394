"""Shapes of proposals, versions and what differs between two lists."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.http import Page, Query, Schema
from app.http.schemas import Text


class FieldChangeView(Schema):
    field: str
    name: str
    before: str
    after: str


class EntryChangeView(Schema):
    """
    :param why: the reason that its author gave; empty where none is known.
    """

    entry_id: int
    kind: Literal["added", "removed", "changed"]
    text: str
    category_name: str
    changes: list[FieldChangeView]
    why: str


class ImpactFigures(Schema):
    """What a replay of the very same draft found."""

    replay_id: int
    texts: int
    live: int
    new_hits: int
    lost_hits: int
    changed_hits: int
    blocked: int
    finished_at: datetime


class PersonView(Schema):
    userid: str
    name: str


class PeopleList(Schema):
    items: list[PersonView]


class ProposalView(Schema):
    """
    :param state: `voided` if the draft or the published list changed after it was submitted.
    :param changes: the first 200 of `change_count`; the comparison of versions shows more.
    :param content_hash: to be sent along with an approval, so that nobody approves what they did not see.
    :param decided_by: of an urgent one, who confirmed it afterwards.
    :param deciders: who could decide on it now.
    :param can: what the viewer may do with it; `why_not` has a sentence for the rest.
    """

    id: int
    kind: Literal["review", "urgent"]
    state: Literal["submitted", "published", "rejected", "withdrawn", "voided"]
    state_name: str
    base_version: int
    version: int | None
    content_hash: str
    note: str
    changes: list[EntryChangeView]
    change_count: int
    written_by: list[PersonView]
    deciders: list[PersonView]
    impact: ImpactFigures | None
    submitted_by: PersonView
    submitted_at: datetime
    decided_by: PersonView | None
    decided_at: datetime | None
    comment: str
    can: list[Literal["approve", "reject", "withdraw", "confirm"]]
    why_not: dict[str, str]


class ProposalList(Schema):
    items: list[ProposalView]
    total: int


class ProposalQuery(Page):
    pass


class ReviewState(Schema):
    """
    :param waiting: what waits for a decision.
    :param turned_down: the last submission, if it came to nothing.
    :param unconfirmed: what went out in an emergency and no second person has looked at.
    """

    waiting: ProposalView | None
    turned_down: ProposalView | None
    unconfirmed: list[ProposalView]


class ApproveBody(Schema):
    comment: Text = Field(default="", max_length=500)
    content_hash: str = Field(pattern="^[0-9a-f]{64}$")


class RejectBody(Schema):
    comment: Text = Field(min_length=1, max_length=500)


class ConfirmBody(Schema):
    comment: Text = Field(default="", max_length=500)


class UrgentBody(Schema):
    """
    :param reason: why it cannot wait for a second person.
    """

    entry_ids: list[int] = Field(min_length=1, max_length=200)
    reason: Text = Field(min_length=1, max_length=500)


class VersionView(Schema):
    """
    :param submitted_by_name: who asked for it, if another person approved; empty otherwise.
    :param is_urgent: published by one person; `confirmed_by_name` is who looked at it afterwards.
    """

    version: int
    note: str
    entry_count: int
    published_by: str
    published_by_name: str
    submitted_by_name: str
    is_urgent: bool
    confirmed_by_name: str
    published_at: datetime
    sha256: str


class VersionList(Schema):
    items: list[VersionView]


class Restored(Schema):
    draft_changes: int


class DiffQuery(Query):
    """
    :param older: a version's number, `published` or `draft`.
    """

    older: str = Field(default="published", alias="from", pattern="^([0-9]{1,9}|published|draft)$")
    newer: str = Field(default="draft", alias="to", pattern="^([0-9]{1,9}|published|draft)$")


class DiffView(Schema):
    """
    :param items: at most 500 of them.
    """

    added: int
    removed: int
    changed: int
    items: list[EntryChangeView]
