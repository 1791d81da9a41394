"""A member's chat with the app itself: messages and menu clicks go to the app as callbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wecom_simulator import events
from wecom_simulator.world import chats
from wecom_simulator.world.records import Member
from wecom_simulator.world.refusals import NotPossible

if TYPE_CHECKING:
    from wecom_simulator.world.world import World


def member_writes_to_app(world: World, userid: str, text: str) -> dict[str, int]:
    """成员在应用会话里发文字。"""
    with world.changing():
        member = _inside(world, userid)
        if not text.strip():
            raise NotPossible("不能发送空消息")
        chat = chats.app_chat_of(member.userid)
        message = chats.say(world, chat, "member", member.userid, "text", {"content": text}, "typed")
        # Distinct over restarts and resets: the app drops a MsgId that it has seen.
        msgid = int(world.clock.now() * 1000) * 100000 + message.id % 100000
        message.msgid = str(msgid)
        at, agent_id = world.clock.seconds(), world.application().agent_id
        world.emit(events.app_text(world.state.corp_id, at, member.userid, text, msgid, agent_id), about=member)
        return {"msgid": msgid}


def member_enters_app(world: World, userid: str) -> None:
    """成员进入应用会话。"""
    _emit(world, userid, "enter_agent", "")


def member_clicks_menu(world: World, userid: str, event_key: str) -> None:
    """成员点击应用会话底部的菜单。"""
    _emit(world, userid, "click", event_key)


def _emit(world: World, userid: str, event: str, event_key: str) -> None:
    with world.changing():
        member = _inside(world, userid)
        at, agent_id = world.clock.seconds(), world.application().agent_id
        plaintext = events.app_event(world.state.corp_id, at, member.userid, event, event_key, agent_id)
        world.emit(plaintext, about=member)


def _inside(world: World, userid: str) -> Member:
    member = world.member_or_fail(userid)
    if not world.sees_member(world.application(), member):
        raise NotPossible("这位成员不在应用的可见范围内，看不到这个应用")
    return member
