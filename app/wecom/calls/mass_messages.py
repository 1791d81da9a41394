"""
Mass messages (企业群发). Creating one only makes a task; nothing is sent until a member confirms.

There is no idempotency key: a create without an answer is found again by listing, never repeated.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.wecom.answers import Answer
from app.wecom.calls.paging import pages
from app.wecom.calls.texts import message_parts
from app.wecom.cleared import Cleared
from app.wecom.client import WeCom

MOST_CUSTOMERS = 10_000
MOST_GROUPS = 2_000
BY_CORP, BY_MEMBER, BY_ANYONE = 0, 1, 2
NOT_SENT, SENT, NOT_A_FRIEND, OVER_THE_CAP = 0, 1, 2, 3
TASK_NOT_SENT, TASK_SENT = 0, 2
"""The page says 0 and 2; its sample shows a 1."""


@dataclass(frozen=True, slots=True)
class Created:
    """`failed`: customers that WeCom left out although the call succeeded."""

    msgid: str
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """`creator` is empty for what an API made. Text and attachments are what a lost create is recognised by."""

    msgid: str
    creator: str
    created_at: datetime | None
    is_personal: bool
    text: str
    attachments: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class MemberTask:
    userid: str
    is_sent: bool
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class SendResult:
    """`status`: NOT_SENT, SENT, NOT_A_FRIEND or OVER_THE_CAP; either a customer or a group is named."""

    external_user_id: str
    chat_id: str
    userid: str
    status: int
    sent_at: datetime | None


def add_msg_template(client: WeCom, cleared: Cleared, *, sender: str, external_user_ids: Sequence[str]) -> Created:
    """
    A task for `sender` to send this to customers of theirs.

    https://developer.work.weixin.qq.com/document/path/92135

    :raises NoAnswer: the task may exist. Look for it with `mass_messages`; never call this again by itself.
    """
    body = {
        "chat_type": "single",
        "sender": sender,
        "external_userid": list(external_user_ids),
        **message_parts(cleared),
    }
    return _created(client.send("externalcontact/add_msg_template", body, cleared=[cleared]))


def add_msg_template_for_groups(
    client: WeCom, cleared: Cleared, *, sender: str, chat_ids: Sequence[str] = ()
) -> Created:
    """
    A task for `sender` to send this to groups they own; without `chat_ids` the member picks the groups.

    https://developer.work.weixin.qq.com/document/path/92135

    :raises NoAnswer: as `add_msg_template`.
    """
    body: dict[str, Any] = {"chat_type": "group", "sender": sender, **message_parts(cleared)}
    if chat_ids:
        body["chat_id_list"] = list(chat_ids)
    return _created(client.send("externalcontact/add_msg_template", body, cleared=[cleared]))


def mass_messages(
    client: WeCom,
    *,
    since: datetime,
    until: datetime,
    chat_type: str = "single",
    creator: str = "",
    made_by: int = BY_ANYONE,
    limit: int = 100,
) -> Iterator[Listed]:
    """
    What was created in a span of at most one month, by get_groupmsg_list_v2.

    https://developer.work.weixin.qq.com/document/path/93338
    """
    body: dict[str, Any] = {
        "chat_type": chat_type,
        "start_time": int(since.timestamp()),
        "end_time": int(until.timestamp()),
        "filter_type": made_by,
        "limit": limit,
    }
    if creator:
        body["creator"] = creator
    for page in pages(client, "externalcontact/get_groupmsg_list_v2", body):
        for each in page.objects("group_msg_list"):
            yield _listed(each)


def member_tasks(client: WeCom, msgid: str, *, limit: int = 1000) -> Iterator[MemberTask]:
    """
    Who has confirmed, by get_groupmsg_task.

    https://developer.work.weixin.qq.com/document/path/93338

    :raises TryLater: 41063 while WeCom is still handing the tasks out, right after the create.
    """
    for page in pages(client, "externalcontact/get_groupmsg_task", {"msgid": msgid, "limit": limit}):
        for each in page.objects("task_list"):
            yield MemberTask(
                userid=each.required_text("userid").lower(),
                is_sent=each.number("status") != TASK_NOT_SENT,
                sent_at=each.moment("send_time"),
            )


def send_results(client: WeCom, msgid: str, userid: str, *, limit: int = 1000) -> Iterator[SendResult]:
    """
    What became of each recipient of one member, by get_groupmsg_send_result; of groups only those sent to.

    https://developer.work.weixin.qq.com/document/path/93338

    :raises TryLater: 41063 as `member_tasks`.
    """
    body = {"msgid": msgid, "userid": userid, "limit": limit}
    for page in pages(client, "externalcontact/get_groupmsg_send_result", body):
        for each in page.objects("send_list"):
            yield SendResult(
                external_user_id=each.text("external_userid"),
                chat_id=each.text("chat_id"),
                userid=each.text("userid").lower(),
                status=each.number("status"),
                sent_at=each.moment("send_time"),
            )


def remind(client: WeCom, msgid: str) -> None:
    """
    Remind the members who have not confirmed, by remind_groupmsg_send.

    https://developer.work.weixin.qq.com/document/path/97610

    :raises TryLater: 41094 after three in 24 hours.
    :raises NoAnswer: they may have been reminded.
    """
    client.call("externalcontact/remind_groupmsg_send", body={"msgid": msgid}, create=True)


def cancel(client: WeCom, msgid: str) -> None:
    """
    Stop what has not been confirmed yet, by cancel_groupmsg_send; what was sent stays. Safe to repeat.

    https://developer.work.weixin.qq.com/document/path/97611
    """
    client.call("externalcontact/cancel_groupmsg_send", body={"msgid": msgid})


def _created(answer: Answer) -> Created:
    return Created(answer.required_text("msgid"), answer.texts("fail_list"))


def _listed(answer: Answer) -> Listed:
    return Listed(
        msgid=answer.required_text("msgid"),
        creator=answer.text("creator").lower(),
        created_at=answer.moment("create_time"),
        is_personal=answer.number("create_type") == 1,
        text=answer.object("text").text("content"),
        attachments=tuple(each.raw for each in answer.objects("attachments")),
    )
