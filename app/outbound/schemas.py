"""Shapes of presses, outcomes, the ledger and the switch."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from app.compliance.schemas import CheckView
from app.http import Page, Schema
from app.http.schemas import Text

StateName = Literal["checked", "handing", "handed", "cancelled", "refused", "unknown"]
BlankValue = Annotated[Text, StringConstraints(max_length=200)]


class SendPart(Schema):
    type: Literal["text"] = "text"
    text: Text = Field(max_length=20_000)


class SidebarSend(Schema):
    press_id: UUID
    script_id: int | None = None
    entry: Literal["single", "group"]
    external_user_id: str | None = Field(default=None, max_length=64)
    chat_id: str | None = Field(default=None, max_length=64)
    parts: list[SendPart] = Field(min_length=1, max_length=9)
    blanks: dict[str, BlankValue] = Field(default={}, max_length=50)
    confirmed_reason: Text | None = Field(default=None, max_length=200)


class IntentPart(Schema):
    """
    :param text: what may go into the chat, replacements included.
    """

    index: int
    type: Literal["text"]
    text: str
    state: StateName


class SendIntentView(Schema):
    id: str
    state: StateName
    parts: list[IntentPart]
    check: CheckView


class SendOutcome(Schema):
    part: int = Field(ge=0, le=8)
    outcome: Literal["handing", "handed", "cancelled", "refused", "unknown"]
    raw: str | None = Field(default=None, max_length=500)


class SendsQuery(Page):
    state: Literal["calling", "accepted", "refused", "unknown"] | None = None
    channel: str | None = None
    subject: str | None = None
    since: AwareDatetime | None = Field(default=None, alias="from")
    until: AwareDatetime | None = Field(default=None, alias="to")


class SendView(Schema):
    id: int
    key: str
    channel: str
    state: str
    text: str
    on_behalf_of: str
    subject: str
    lexicon_version: int
    claimed_at: datetime
    settled_at: datetime | None
    errcode: int | None
    error: str | None


class SendList(Schema):
    items: list[SendView]
    total: int


class SwitchView(Schema):
    paused: bool
    reason: str
    changed_by: str | None
    changed_at: datetime | None


class SwitchBody(Schema):
    paused: bool
    reason: Text = Field(default="", max_length=200)
