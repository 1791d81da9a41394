"""Customer group chats (客户群)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.wecom.answers import Answer
from app.wecom.calls.paging import pages
from app.wecom.client import WeCom

OWNERS_PER_CALL = 100


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """`status`: 0 normal, 1 the owner left and it waits for an heir, 2 being handed over, 3 handed over."""

    chat_id: str
    status: int


@dataclass(frozen=True, slots=True)
class GroupMember:
    """
    :param member_id: a userid (lower case), or the external id of a customer.
    :param join_scene: 1 invited, 2 by link, 3 by QR code.
    """

    member_id: str
    is_external: bool
    name: str
    group_nickname: str
    unionid: str
    joined_at: datetime | None
    join_scene: int
    invitor: str
    state: str


@dataclass(frozen=True, slots=True)
class Group:
    """
    :param member_version: equals the event's CurMemVer once WeCom has caught up with it; "" from older servers.
    """

    chat_id: str
    name: str
    owner: str
    notice: str
    created_at: datetime | None
    members: tuple[GroupMember, ...]
    admins: tuple[str, ...]
    member_version: str


def group_list(
    client: WeCom, *, owners: Sequence[str] = (), status_filter: int = 0, limit: int = 1000
) -> Iterator[GroupSummary]:
    """
    Every group of the owners; of everybody the app sees if none is named.

    https://developer.work.weixin.qq.com/document/path/92120

    :raises Refused: 81017 without owners if the app sees more than 1,000 members.
    """
    batches = [owners[i : i + OWNERS_PER_CALL] for i in range(0, len(owners), OWNERS_PER_CALL)] or [()]
    for batch in batches:
        body: dict[str, Any] = {"status_filter": status_filter, "limit": limit}
        if batch:
            body["owner_filter"] = {"userid_list": list(batch)}
        for page in pages(client, "externalcontact/groupchat/list", body):
            for each in page.objects("group_chat_list"):
                yield GroupSummary(each.required_text("chat_id"), each.number("status"))


def group_get(client: WeCom, chat_id: str) -> Group:
    """
    One group with its members' names. May lag behind the event that reported a change.

    https://developer.work.weixin.qq.com/document/path/92122
    """
    body = {"chat_id": chat_id, "need_name": 1}
    answer = client.call("externalcontact/groupchat/get", body=body).object("group_chat")
    return Group(
        chat_id=answer.required_text("chat_id"),
        name=answer.text("name"),
        owner=answer.text("owner").lower(),
        notice=answer.text("notice"),
        created_at=answer.moment("create_time"),
        members=tuple(_member(each) for each in answer.objects("member_list")),
        admins=tuple(each.text("userid").lower() for each in answer.objects("admin_list")),
        member_version=answer.text("member_version"),
    )


def _member(answer: Answer) -> GroupMember:
    is_external = answer.number("type") == 2
    member_id = answer.required_text("userid")
    return GroupMember(
        member_id=member_id if is_external else member_id.lower(),
        is_external=is_external,
        name=answer.text("name"),
        group_nickname=answer.text("group_nickname"),
        unionid=answer.text("unionid"),
        joined_at=answer.moment("join_time"),
        join_scene=answer.number("join_scene"),
        invitor=answer.object("invitor").text("userid").lower(),
        state=answer.text("state"),
    )
