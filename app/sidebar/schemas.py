"""Shapes of what the sidebar asks first: who I am, a signature, the card."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.customers.schemas import FollowerView, FollowView
from app.http import Query, Schema
from app.http.schemas import Text
from app.scripts.schemas import ScriptView
from app.staff.schemas import StoreRef
from app.viewer import Role


class Me(Schema):
    member_id: int
    userid: str
    name: str
    avatar: str
    roles: list[Role]
    stores: list[StoreRef]
    sees_all_stores: bool
    corp_id: str
    agent_id: str
    pages: list[str]


class SignatureQuery(Query):
    url: Annotated[Text, Field(min_length=1, max_length=2048)]


class SignatureView(Schema):
    timestamp: int
    nonce_str: str
    signature: str


class JsSdk(Schema):
    corp_id: str
    agent_id: str
    config: SignatureView
    agent_config: SignatureView


class CardTag(Schema):
    id: str
    name: str
    group_id: str
    group_name: str


class TimelineLine(Schema):
    id: int
    kind: str
    at: datetime
    title: str
    detail: str
    who: str | None


class Timeline(Schema):
    items: list[TimelineLine]
    next: str | None


class TimelineQuery(Query):
    before: Annotated[Text, Field(max_length=60, pattern=r"^\d{1,20}\.\d{1,20}$")] | None = None


class Card(Schema):
    external_user_id: str
    name: str
    avatar: str
    gender: int
    """0 unknown, 1 male, 2 female."""
    type: int
    corp_name: str
    display_name: str
    is_mine: bool
    followers: list[FollowerView]
    my_follow: FollowView | None
    tags: list[CardTag]
    timeline: list[TimelineLine]
    timeline_next: str | None
    suggestions: list[ScriptView]
    """At most three, filled in and checked."""
    synced_at: datetime


class SyncAsked(Schema):
    job_id: int
