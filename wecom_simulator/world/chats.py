"""Chats and their bubbles: single chats, customer groups, and the app's own chat with each member."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wecom_simulator.world.records import Group, Message
from wecom_simulator.world.refusals import NotPossible

if TYPE_CHECKING:
    from wecom_simulator.world.world import World

KEPT_PER_CHAT = 500


def single_chat(userid: str, external_userid: str) -> str:
    return f"single:{userid}:{external_userid}"


def group_chat(chat_id: str) -> str:
    return f"group:{chat_id}"


def app_chat_of(userid: str) -> str:
    return f"app:{userid}"


def say(
    world: World,
    chat: str,
    sender_kind: str,
    sender: str,
    msgtype: str,
    content: dict[str, Any],
    origin: str,
    msgid: str = "",
) -> Message:
    """Puts one bubble into a chat. The caller holds the lock."""
    message = Message(
        id=world.next_number(),
        chat=chat,
        sender_kind=sender_kind,
        sender=sender,
        msgtype=msgtype,
        content=content,
        at=world.clock.now(),
        origin=origin,
        msgid=msgid,
    )
    bubbles = world.state.chats.setdefault(chat, [])
    bubbles.append(message)
    del bubbles[:-KEPT_PER_CHAT]
    return message


def say_template(world: World, chat: str, sender: str, origin: str, text: str, attachments: list[Any]) -> None:
    """A text and its attachments arrive as several bubbles."""
    if text:
        say(world, chat, "member", sender, "text", {"content": text}, origin)
    for attachment in attachments:
        kind = attachment["msgtype"]
        say(world, chat, "member", sender, kind, attachment[kind], origin)


def touch(world: World, userid: str, external_userid: str) -> None:
    """These two have just chatted: the last-chat rule of mass messages asks for it."""
    world.follow_or_fail(userid, external_userid).last_chat_at = world.clock.seconds()


def _text(text: str) -> dict[str, Any]:
    if not text.strip():
        raise NotPossible("不能发送空消息")
    return {"content": text}


def customer_writes(world: World, external_userid: str, userid: str, text: str) -> Message:
    """客户在单聊里给成员发文字。"""
    with world.changing():
        follow = world.follow_or_fail(userid, external_userid)
        if follow.deleted_by_customer:
            raise NotPossible("客户已经删除了这位成员，不能再发消息")
        touch(world, userid, external_userid)
        chat = single_chat(userid, external_userid)
        return say(world, chat, "customer", external_userid, "text", _text(text), "typed")


def member_writes(world: World, userid: str, external_userid: str, text: str) -> Message:
    """成员在单聊里给客户发文字。"""
    with world.changing():
        follow = world.follow_or_fail(userid, external_userid)
        if follow.deleted_by_customer:
            raise NotPossible("消息已发出，但被对方拒收了：客户已经删除了这位成员")
        touch(world, userid, external_userid)
        chat = single_chat(userid, external_userid)
        return say(world, chat, "member", userid, "text", _text(text), "typed")


def group_member_writes(world: World, chat_id: str, sender: str, text: str) -> Message:
    """群里的一个人（成员或客户）说一句话。"""
    with world.changing():
        group = group_or_fail(world, chat_id)
        person = next((each for each in group.members if each.id == sender), None)
        if person is None:
            raise NotPossible("这个人不在群里")
        kind = "member" if person.type == 1 else "customer"
        return say(world, group_chat(chat_id), kind, sender, "text", _text(text), "typed")


def group_or_fail(world: World, chat_id: str) -> Group:
    group = world.state.groups.get(chat_id)
    if group is None or group.dismissed:
        raise NotPossible("没有这个客户群，或者它已经解散")
    return group
