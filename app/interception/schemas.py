"""Shapes of the comparison with WeCom's rules, and of what people choose and order."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from app.http import Page, Schema
from app.http.schemas import Text

SideName = Literal["only_ours", "only_wecom", "different"]
AcceptableRisk = Literal["negation", "exceptions", "near", "boundary"]
ReasonName = Literal[
    "exceptions",
    "near",
    "negation",
    "boundary",
    "pattern",
    "record_only",
    "channel",
    "who",
    "store_gone",
    "too_long",
    "refused",
    "no_room",
    "no_carrier",
]


class RunView(Schema):
    id: int
    act: Literal["look", "keep", "update", "remove"]
    act_name: str
    state: Literal["open", "done", "failed"]
    started_by_name: str
    started_at: datetime
    finished_at: datetime | None
    lexicon_version: int | None
    created: int
    updated: int
    deleted: int
    refused: int
    error: str | None


class StepView(Schema):
    """What an update would do with one rule."""

    act: Literal["create", "update", "delete"]
    name: str
    kind_name: str
    range_name: str
    added: int
    removed: int
    added_words: list[str]
    """The first thirty."""
    removed_words: list[str]
    changes: list[str]
    """What else changes: 名称, 做法, 适用范围, 类别."""


class RuleView(Schema):
    """A rule of ours."""

    name: str
    state: Literal["live", "missing", "unknown"]
    kind_name: str
    range_name: str
    words: int
    semantics: list[str]
    is_as_wanted: bool
    is_changed_by_hand: bool
    """WeCom holds something else than what we wrote."""


class OtherView(Schema):
    """A rule that was made by hand or by another app: never touched, but it counts."""

    name: str
    kind_name: str
    words: int | None
    looks_ours: bool
    """Bears our mark without being known: perhaps from before a backup was restored."""


class ReasonView(Schema):
    reason: ReasonName
    name: str
    why: str
    count: int
    is_acceptable: bool
    is_accepted: bool


class ClassView(Schema):
    number: int
    name: str
    is_chosen: bool
    is_from_list: bool
    """The list has a rule that this class stands for."""


class Quota(Schema):
    most_rules: int
    most_words: int
    ours: int
    others: int
    wanted: int
    """Rules that ours would be after an update."""
    wanted_words: int


class Counts(Schema):
    only_ours: int
    only_wecom: int
    different: int


class Overview(Schema):
    is_on: bool
    changed_by_name: str
    changed_at: datetime | None
    lexicon_version: int
    carried_version: int | None
    """Of the list that WeCom was last brought in step with."""
    looked_at: datetime | None
    is_running: bool
    runs: list[RunView]
    quota: Quota
    counts: Counts
    fingerprint: str
    """Of the steps; an update names it, so that nothing else is written."""
    steps: list[StepView]
    rules: list[RuleView]
    others: list[OtherView]
    left_out: list[ReasonView]
    classes: list[ClassView]


class Choices(Schema):
    is_on: bool
    semantics: Annotated[list[Annotated[int, Field(ge=1, le=3)]], Field(max_length=3)]
    accepted: Annotated[list[AcceptableRisk], Field(max_length=4)]


class UpdateOrder(Schema):
    fingerprint: Annotated[Text, Field(min_length=64, max_length=64)]


class WordsQuery(Page):
    side: SideName
    q: Annotated[Text, Field(max_length=64)] = ""


class DifferenceView(Schema):
    word: str
    category_name: str
    rules: list[str]
    detail: str


class DifferenceList(Schema):
    items: list[DifferenceView]
    total: int


class LeftOutQuery(Page):
    reason: ReasonName | None = None
    q: Annotated[Text, Field(max_length=64)] = ""


class LeftOutView(Schema):
    entry_id: str
    """Empty for one of WeCom's own classes that a person chose."""
    word: str
    category_name: str
    reason: ReasonName
    reason_name: str
    detail: str


class LeftOutList(Schema):
    items: list[LeftOutView]
    total: int


class Retried(Schema):
    words: int
