"""Shapes of what is asked and answered about customers. A phone leaves whole only in `RevealedPhone`."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from app.customers.models import WriteState
from app.http import Page, Schema
from app.http.schemas import Text

RelationName = Literal["friend", "customer_deleted", "member_deleted"]


class PhoneAt(Schema):
    """A number that is there already."""

    index: Annotated[int, Field(ge=0, lt=5)]


class NewPhone(Schema):
    phone: Annotated[Text, Field(min_length=1, max_length=30)]


class Expected(Schema):
    remark: Annotated[Text, Field(max_length=200)]
    description: Annotated[Text, Field(max_length=1000)]


class FollowEdit(Schema):
    """A field that is left out stays as it is."""

    remark: Annotated[Text, Field(max_length=200)] | None = None
    description: Annotated[Text, Field(max_length=1000)] | None = None
    phones: Annotated[list[PhoneAt | NewPhone], Field(max_length=20)] | None = None
    expected: Expected | None = None


class MaskedPhone(Schema):
    index: int
    masked: str


class SourceView(Schema):
    add_way: int
    add_way_name: str
    state: str
    channel_name: str | None


class FollowView(Schema):
    remark: str
    description: str
    phones: list[MaskedPhone]
    added_at: datetime
    source: SourceView
    write_state: WriteState
    write_error: str | None
    tag_ids: list[str]
    tag_write_state: WriteState
    tag_write_error: str | None
    relation: RelationName
    synced_at: datetime


class FollowEdited(Schema):
    my_follow: FollowView


class RevealBody(Schema):
    reason: Literal["contact", "verify", "other"]
    note: Annotated[Text, Field(max_length=200)] = ""
    userid: Annotated[Text, Field(max_length=64)] | None = None
    """Whose relation holds the number; one's own if left out."""


class RevealedPhone(Schema):
    phone: str


class FollowerView(Schema):
    userid: str
    name: str
    store: str | None
    remark: str
    """Empty for followers outside the viewer's scope: their notes are theirs."""
    added_at: datetime
    source: SourceView
    ended_at: datetime | None
    ended_by: str | None
    is_me: bool


class CustomersQuery(Page):
    q: Annotated[Text, Field(max_length=50)] | None = None
    store_id: int | None = None
    userid: Annotated[Text, Field(max_length=64)] | None = None
    tag_ids: Annotated[list[str], Field(max_length=20)] = []
    any_tag: bool = False
    relation: RelationName | None = None
    added_after: AwareDatetime | None = None
    added_before: AwareDatetime | None = None
    sort: Literal["-first_added_at", "first_added_at", "name", "-name"] = "-first_added_at"


class CustomerRow(Schema):
    external_user_id: str
    name: str
    avatar: str
    type: int
    corp_name: str
    first_added_at: datetime | None
    followers: list[FollowerView]
    tag_ids: list[str]
    phones: list[str]
    """Masked."""


class CustomerList(Schema):
    items: list[CustomerRow]
    total: int
    """At most 10,001: beyond that the list wants to be filtered first."""
