"""Shapes of groups."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from app.http import Page, Schema
from app.http.schemas import Text


class OwnerView(Schema):
    userid: str
    name: str


class MovementView(Schema):
    joined: int
    left: int


class GroupMemberView(Schema):
    name: str
    type: Literal["member", "customer"]
    joined_at: datetime
    is_admin: bool


class GroupView(Schema):
    chat_id: str
    name: str
    owner: OwnerView
    notice: str
    created_at: datetime
    member_count: int
    members_today: MovementView
    members: list[GroupMemberView]
    is_owner_me: bool
    dismissed_at: datetime | None
    synced_at: datetime


class GroupsQuery(Page):
    q: Annotated[Text, Field(max_length=50)] | None = None
    owner: Annotated[Text, Field(max_length=64)] | None = None


class GroupRow(Schema):
    chat_id: str
    name: str
    owner: OwnerView
    created_at: datetime
    member_count: int
    members_today: MovementView
    status: int


class GroupList(Schema):
    items: list[GroupRow]
    total: int
