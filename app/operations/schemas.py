"""Shapes of health, jobs and syncs."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, JsonValue, model_validator

from app.http import Page, Query, Schema
from app.http.schemas import Text

JobStateName = Literal["waiting", "running", "done", "dead", "discarded"]
LaneName = Literal["urgent", "default", "bulk"]
KindName = Literal["staff", "customers", "tags", "groups"]
RunStateName = Literal["running", "done", "failed", "cancelled"]


class Health(Schema):
    """:param status: `ok`; `degraded`: people can work, something does not run; `down`."""

    status: Literal["ok", "degraded", "down"]
    checks: dict[str, bool]


class ReadyQuery(Query):
    """:param strict: answer 503 for whatever does not run, for monitoring."""

    strict: bool = False


class JobsQuery(Page):
    state: JobStateName = "dead"
    name: Annotated[Text, Field(max_length=80)] | None = None
    lane: LaneName | None = None


class JobView(Schema):
    """
    :param title: what the job does, in Chinese.
    :param args: ids only; texts, codes and names are left out.
    :param last_error: without what others wrote.
    """

    id: int
    name: str
    title: str
    lane: LaneName
    args: dict[str, JsonValue]
    state: JobStateName
    attempts: int
    failures: int
    last_error: str | None
    created_at: datetime
    due_at: datetime
    finished_at: datetime | None


class LaneView(Schema):
    """:param oldest_seconds: how long the longest overdue row waits; 0 if none does."""

    waiting: int
    running: int
    dead: int
    planned: int
    oldest_seconds: int


class JobList(Schema):
    items: list[JobView]
    total: int
    lanes: dict[str, LaneView]
    names: dict[str, int]


class ReplayBody(Schema):
    """Either `ids` or the `name` of dead letters, of which all are replayed."""

    ids: Annotated[list[int], Field(max_length=500)] | None = None
    name: Annotated[Text, Field(max_length=80)] | None = None

    @model_validator(mode="after")
    def one_of_them(self) -> "ReplayBody":
        if (self.ids is None) == (self.name is None):
            raise ValueError("请给出编号或任务名称，二选一")
        return self


class Replayed(Schema):
    replayed: int


class DiscardBody(Schema):
    reason: Annotated[Text, Field(min_length=2, max_length=200)]


class TaskRecallBody(Schema):
    reason: Annotated[Text, Field(min_length=2, max_length=200)]


class SyncRunView(Schema):
    id: int
    kind: KindName
    kind_name: str
    state: RunStateName
    started_at: datetime
    finished_at: datetime | None
    heard_at: datetime
    done: int
    total: int | None
    repaired: dict[str, int]
    error: str | None
    started_by: str
    started_by_name: str


class SyncRunList(Schema):
    items: list[SyncRunView]


class StartSyncs(Schema):
    kinds: Annotated[list[KindName], Field(min_length=1, max_length=4)]
