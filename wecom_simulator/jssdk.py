"""What the WeCom client asks its server about a page: is the signature right, may this message go."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from urllib.parse import urlsplit

from wecom_simulator.api.intercept_rules import blocking_word
from wecom_simulator.api.media import MEDIA_SECONDS
from wecom_simulator.errors import MESSAGES
from wecom_simulator.world import World, chats
from wecom_simulator.world.records import Message, Token

SENDING_ENTRIES = ("single_chat_tools", "group_chat_tools", "single_kf_tools", "chat_attachment")
MEDIA_KINDS = ("image", "video", "file")


class Refused(Exception):
    """The canonical reason; the browser host spells it as its platform does."""


def signature(ticket: str, noncestr: str, timestamp: str, url: str) -> str:
    """https://developer.work.weixin.qq.com/document/path/90506; the URL without its fragment."""
    page = url.split("#", 1)[0]
    text = f"jsapi_ticket={ticket}&noncestr={noncestr}&timestamp={timestamp}&url={page}"
    return hashlib.sha1(text.encode()).hexdigest()


def verify(world: World, asked: dict[str, Any]) -> str:
    """ "" if the page may be configured, else WeCom's code and words."""
    with world.lock:
        state = world.state
        application = state.applications.get(str(asked.get("agentid", "")))
        if str(asked.get("corpid", state.corp_id)) != state.corp_id:
            return _reason(40013)
        if asked.get("kind") == "agent_config" and application is None:
            return _reason(40056)
        if not _trusted(world, str(asked.get("url", ""))):
            return _reason(80001)
        tickets: dict[str, Token | None] = {"config": state.corp_ticket}
        for each in state.applications.values():
            tickets[f"agent_config {each.agent_id}"] = each.tickets.get("agent_config")
        kind = str(asked.get("kind"))
        right = "config" if kind == "config" else f"agent_config {asked.get('agentid')}"
        for name, ticket in tickets.items():
            if ticket is not None and _matches(ticket, asked):
                valid = name == right and ticket.expires_at > world.clock.now()
                return "" if valid else _reason(42012)
        return _reason(40093)


def send_chat_message(
    world: World, userid: str, entry: str, chat: dict[str, Any], message: dict[str, Any]
) -> Message:
    """
    The guide's bubble, as ww.sendChatMessage puts it into the open chat.

    :raises Refused: with the reason that the client would give.
    """
    with world.changing() as state:
        if entry not in SENDING_ENTRIES:
            raise Refused("no permission")
        kind = message.get("msgtype")
        content = message.get(str(kind))
        if not isinstance(kind, str) or not isinstance(content, dict):
            raise Refused("invalid param")
        _check(world, kind, content, entry)
        member = world.member(userid)
        text = str(content.get("content", "")) if kind == "text" else ""
        if member is None or not world.sees_member(world.application(), member):
            raise Refused("no permission")
        if text and world.switches.sidebar_intercept != "off" and blocking_word(world, userid, text):
            raise Refused("cancel" if world.switches.sidebar_intercept == "cancel" else "intercept")
        external_userid, chat_id = chat.get("external_userid"), chat.get("chat_id")
        if isinstance(external_userid, str) and external_userid in state.customers:
            follow = state.customers[external_userid].follows.get(member.userid)
            if follow is None:
                raise Refused("without context of external contact")
            key = chats.single_chat(member.userid, external_userid)
            bubble = chats.say(world, key, "member", member.userid, kind, dict(content), "sidebar")
            follow.last_chat_at = world.clock.seconds()
            if follow.deleted_by_customer:
                line = "消息已发出，但被对方拒收了"
                chats.say(world, key, "system", "", "text", {"content": line}, "system")
            return bubble
        group = state.groups.get(str(chat_id))
        if group is None or group.dismissed or all(each.id != member.userid for each in group.members):
            raise Refused("without context of external contact")
        key = chats.group_chat(group.chat_id)
        return chats.say(world, key, "member", member.userid, kind, dict(content), "sidebar")


def _check(world: World, kind: str, content: dict[str, Any], entry: str) -> None:
    if kind == "text":
        text = content.get("content")
        if not isinstance(text, str) or not text.strip():
            raise Refused("invalid param")
    elif kind in MEDIA_KINDS:
        media = world.state.media.get(str(content.get("mediaid")))
        if media is None or world.clock.now() - media.created_at > MEDIA_SECONDS or media.type != kind:
            raise Refused("invalid mediaid")
    elif kind == "news":
        if not _http(content.get("link")):
            raise Refused("invalid param, link or img_url is invalid")
        if content.get("imgUrl") and not _http(content.get("imgUrl")):
            raise Refused("invalid imgUrl")
    elif kind == "miniprogram":
        page = str(content.get("page", "")).split("?", 1)[0]
        if not content.get("appid") or not content.get("title") or not page.endswith(".html"):
            raise Refused("invalid miniprogram info")
        if not _http(content.get("imgUrl")):
            raise Refused("invalid imgUrl")
    elif kind not in ("msgmenu", "channelsShopProduct") or entry != "single_kf_tools":
        raise Refused("invalid param")


def _http(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://"))


def _matches(ticket: Token, asked: dict[str, Any]) -> bool:
    expected = signature(
        ticket.value,
        str(asked.get("noncestr", "")),
        str(asked.get("timestamp", "")),
        str(asked.get("url", "")),
    )
    return hmac.compare_digest(expected.encode(), str(asked.get("signature", "")).encode())


def _trusted(world: World, url: str) -> bool:
    """The switch holds the 可信域名 with its port."""
    return world.switches.trusted_domain in ("", urlsplit(url).netloc)


def _reason(errcode: int) -> str:
    return f"{errcode} {MESSAGES[errcode]}"
