"""Shapes of sign-in, members and stores."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.http import Page, Query, Schema
from app.http.schemas import Text
from app.viewer import Role


class StartQuery(Query):
    next: Annotated[Text, Field(max_length=500)] = "/sidebar/"


class ReturnQuery(Query):
    code: Annotated[Text, Field(max_length=512)] = ""
    state: Annotated[Text, Field(max_length=128)] = ""
    appid: Annotated[Text, Field(max_length=128)] = ""
    """WeCom's web login adds it; whose code it is, is asked of WeCom itself."""


class StoreRef(Schema):
    id: int
    name: str


class MembersQuery(Page):
    q: Annotated[Text, Field(max_length=50)] | None = None
    store_id: int | None = None
    role: Role | None = None
    with_left: bool = False


class MemberView(Schema):
    userid: str
    name: str
    alias: str
    position: str
    avatar: str
    stores: list[StoreRef]
    roles: list[Role]
    granted_roles: list[Role]
    """Those of `roles` that a person granted; the others follow from WeCom."""
    serves_customers: bool
    is_active: bool
    left_at: datetime | None
    synced_at: datetime


class MemberList(Schema):
    items: list[MemberView]
    total: int


class RolesBody(Schema):
    roles: Annotated[list[Role], Field(max_length=5)]


class StoreView(Schema):
    id: int
    name: str
    parent_id: int | None
    guides: int
    """Members who may serve customers, in this department itself."""
    is_store: bool


class StoreList(Schema):
    items: list[StoreView]
