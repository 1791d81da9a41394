"""Shapes of mass messages, previews, senders and recipients."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from app.compliance.schemas import CheckView
from app.http import Page, Query, Schema
from app.http.schemas import Text

StateName = Literal[
    "draft", "pending_approval", "approved", "scheduled", "sending", "done", "cancelled", "rejected"
]
RecipientStateName = Literal["unsent", "sent", "not_friend", "over_cap", "refused", "cancelled"]
SenderState = Literal[
    "waiting", "unconfirmed", "confirmed", "refused", "unknown", "ambiguous", "not_created", "cancelled"
]

TagIds = Annotated[list[Annotated[Text, Field(max_length=64)]], Field(max_length=100)]
Title = Annotated[Text, Field(min_length=1, max_length=60)]


class AudienceBody(Schema):
    store_ids: list[int] = Field(default=[], max_length=500)
    tag_ids_all: TagIds = []
    tag_ids_any: TagIds = []
    without_tag_ids: TagIds = []
    added_after: AwareDatetime | None = None
    added_before: AwareDatetime | None = None


class PreviewBody(Schema):
    """:param mass_message_id: count in the scope of who made that message, as its plan will."""

    audience: AudienceBody
    mass_message_id: int | None = None


class LeftOut(Schema):
    reason: Literal["not_friend", "over_cap", "opted_out", "sender_inactive"]
    label: str
    count: int


class SampledCustomer(Schema):
    external_user_id: str
    name: str
    store: str
    sender: str


class SenderCount(Schema):
    userid: str
    name: str
    store: str
    count: int


class AudiencePreview(Schema):
    """`matching` = `recipients` + the counts of `left_out`."""

    matching: int
    recipients: int
    senders: int
    left_out: list[LeftOut]
    sample: list[SampledCustomer]
    by_sender: list[SenderCount]
    computed_at: datetime


class NewMassMessage(Schema):
    title: Title


class MassMessageEdit(Schema):
    """Only what is named is changed; `send_at: null` means as soon as it is approved."""

    title: Title | None = None
    text: Annotated[Text, Field(max_length=4000)] | None = None
    audience: AudienceBody | None = None
    send_at: AwareDatetime | None = None


class SubmitBody(Schema):
    confirmed_reason: Annotated[Text, Field(max_length=200)] | None = None


class ApproveBody(Schema):
    comment: Annotated[Text, Field(max_length=500)] = ""
    content_hash: str = Field(pattern="^[0-9a-f]{64}$")


class RejectBody(Schema):
    comment: Annotated[Text, Field(min_length=1, max_length=500)]


class RemindBody(Schema):
    """:param userids: whom; all who have not confirmed if left out."""

    userids: Annotated[list[str], Field(max_length=2000)] | None = None


class DecideBody(Schema):
    """
    :param decision: `created`: `msgid` is its task; `not_created`: there is none, leave it at that; `send_again`:
        there is none, create it once more.
    """

    decision: Literal["created", "not_created", "send_again"]
    msgid: Annotated[Text, Field(min_length=1, max_length=200)] | None = None


class Who(Schema):
    userid: str
    name: str


class Approval(Schema):
    by: Who
    at: datetime
    comment: str
    hash: str | None
    is_approved: bool


class PartCounts(Schema):
    """`unknown` are those that wait for a person too: ambiguous ones and those never found."""

    created: int
    refused: int
    unknown: int
    waiting: int
    cancelled: int


class RecipientCounts(Schema):
    unsent: int = 0
    sent: int = 0
    not_friend: int = 0
    over_cap: int = 0
    refused: int = 0
    cancelled: int = 0


class Counts(Schema):
    """Of what the viewer may see: a manager counts the own stores."""

    recipients: int
    senders: int
    confirmed: int
    parts: PartCounts
    recipients_by_state: RecipientCounts


class Can(Schema):
    edit: bool
    delete: bool
    submit: bool
    approve: bool
    reject: bool
    cancel: bool
    remind: bool
    decide: bool


class MassMessageRow(Schema):
    id: int
    title: str
    state: StateName
    state_name: str
    created_by: Who
    created_at: datetime
    updated_at: datetime
    send_at: datetime | None
    counts: Counts


class MassMessageView(MassMessageRow):
    """
    :param approval: the last decision, a refusal too (`is_approved` false).
    :param check: the verdict on the text at this moment; null without a text or while the filter cannot answer.
    :param notice: what the system did with it by itself.
    :param left_out: as it was when the recipients were frozen; empty before.
    """

    text: str
    audience: AudienceBody
    content_hash: str
    approval: Approval | None
    check: CheckView | None
    confirmed_reason: str | None
    left_out: list[LeftOut]
    notice: str | None
    can: Can
    why_not: dict[str, str]


class MassMessageList(Schema):
    items: list[MassMessageRow]
    total: int


class MassMessagesQuery(Page):
    state: StateName | None = None
    q: Annotated[Text, Field(max_length=60)] | None = None


class SenderView(Schema):
    """
    One task: a sender with more than 10,000 customers has several.

    :param is_dispatching: WeCom is still handing the task out; its results cannot be read yet.
    :param candidates: tasks in WeCom that look like this one, when a person has to decide.
    """

    part_id: int
    userid: str
    name: str
    store: str
    customers: int
    delivered: int
    failed: int
    state: SenderState
    is_dispatching: bool
    confirmed_at: datetime | None
    last_reminded_at: datetime | None
    read_at: datetime | None
    reason: str | None
    candidates: list[str]


class SenderList(Schema):
    items: list[SenderView]
    total: int


class RecipientsQuery(Page):
    state: RecipientStateName | None = None
    userid: Annotated[Text, Field(max_length=64)] | None = None


class ExportQuery(Query):
    state: RecipientStateName | None = None
    userid: Annotated[Text, Field(max_length=64)] | None = None


class RecipientView(Schema):
    external_user_id: str
    name: str
    userid: str
    sender: str
    store: str
    state: RecipientStateName
    state_name: str
    sent_at: datetime | None


class RecipientList(Schema):
    items: list[RecipientView]
    total: int
