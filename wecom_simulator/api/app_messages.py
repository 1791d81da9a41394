"""Messages of the app to members. They reach members only, never customers."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from wecom_simulator.api.media import require_message_media
from wecom_simulator.endpoints import Json, Request, endpoint
from wecom_simulator.errors import ApiError
from wecom_simulator.limits import APP_MESSAGE_PER_MEMBER, DAY
from wecom_simulator.parameters import Parameters, whole
from wecom_simulator.world import chats

TEXT_BYTES = 2048
MOST_USERS = 1000
CARD_TYPES = (
    "text_notice",
    "news_notice",
    "button_interaction",
    "vote_interaction",
    "multiple_interaction",
)


@endpoint("message/send", rights="app")
def send(request: Request) -> Json:
    """
    Some bad receivers: errcode 0 with invaliduser. Over 30 a minute to one member: dropped in silence.

    https://developer.work.weixin.qq.com/document/path/90236
    """
    body, world = request.body, request.world
    if str(body.integer("agentid", missing=40056)) != request.application.agent_id:
        raise ApiError(301002)
    kind = body.text("msgtype", missing=40008)
    content = _content(request, kind)
    members, bad_users, bad_parties, bad_tags = _receivers(request)
    if not members:
        invalid = {"invaliduser": bad_users, "invalidparty": bad_parties, "invalidtag": bad_tags}
        raise ApiError(81013, extra=invalid)
    msgid = world.new_id("m", 64)
    repeated = _is_repeat(request, kind, content, members)
    for userid in members:
        key = f"message {request.application.agent_id} {userid}"
        if not repeated and request.limits.allows(key, APP_MESSAGE_PER_MEMBER, request.now):
            chat = chats.app_chat_of(userid)
            chats.say(world, chat, "app", request.application.agent_id, kind, content, "app", msgid)
    answer: Json = {"invaliduser": bad_users, "invalidparty": bad_parties, "invalidtag": bad_tags}
    if kind == "template_card":
        answer["response_code"] = world.new_id("", 43)
    return answer | {"msgid": msgid}


@endpoint("message/recall", rights="app")
def recall(request: Request) -> Json:
    """
    Within 24 hours, by the app that sent it.

    https://developer.work.weixin.qq.com/document/path/94867
    """
    msgid = request.body.text("msgid", missing=40058)
    found = [
        bubble
        for chat, bubbles in request.world.state.chats.items()
        if chat.startswith("app:")
        for bubble in bubbles
        if bubble.msgid == msgid and bubble.sender == request.application.agent_id
    ]
    if not found or request.now - found[0].at > DAY:
        raise ApiError(40058, "no message of this app within 24 hours")
    for bubble in found:
        bubble.recalled = True
    return {}


def _receivers(request: Request) -> tuple[list[str], str, str, str]:
    """Members that get it, and what was wrong among users, parties and tags, joined with "|"."""
    body, world = request.body, request.world
    users = _split(body.text("touser"), MOST_USERS)
    parties = _split(body.text("toparty"), 100)
    tags = _split(body.text("totag"), 100)
    if not (users or parties or tags):
        raise ApiError(82001)
    everybody = [e for e in world.state.members.values() if world.sees_member(request.application, e)]
    active = {each.userid for each in everybody if each.status == 1}
    if users == ["@all"]:
        return [each.userid for each in everybody if each.userid in active], "", "", ""
    chosen: dict[str, None] = {}
    bad_users, bad_parties = [], []
    for userid in users:
        member = world.member(userid)
        if member is None or member.userid not in active:
            bad_users.append(userid.lower())
        else:
            chosen[member.userid] = None
    for party in parties:
        below = set(world.department_and_below(whole(party) or 0))
        inside = [each.userid for each in everybody if below & set(each.departments)]
        if not inside:
            bad_parties.append(party)
        chosen.update(dict.fromkeys(each for each in inside if each in active))
    return list(chosen), "|".join(bad_users), "|".join(bad_parties), "|".join(tags)


def _split(text: str, most: int) -> list[str]:
    parts = [each.strip() for each in text.split("|") if each.strip()]
    if len(parts) > most:
        raise ApiError(40032, f"more than {most} receivers")
    return parts


def _content(request: Request, kind: str) -> dict[str, Any]:
    content = request.body.object(kind)
    if kind == "text":
        text = content.text("content", missing=44004)
        return {"content": text.encode()[:TEXT_BYTES].decode(errors="ignore")}
    if kind == "markdown":
        content.text("content", missing=44004, bytes=TEXT_BYTES, too_long=45002)
    elif kind in ("image", "voice", "file", "video"):
        require_message_media(request)(content.text("media_id", missing=40007), kind)
    elif kind == "textcard":
        content.text("title", missing=40058, chars=128)
        content.text("description", missing=40058, chars=512)
        _address(content.text("url", missing=40058, bytes=2048))
        content.text("btntxt", chars=4)
    elif kind == "news":
        if not content.objects("articles", most=8, too_many=45008):
            raise ApiError(44004, "articles are empty")
    elif kind == "template_card":
        _check_card(content)
    else:
        raise ApiError(40008, kind)
    return dict(content.values)


def _check_card(card: Parameters) -> None:
    kind = card.text("card_type", missing=40058)
    if kind not in CARD_TYPES:
        raise ApiError(40058, f"card_type {kind}")
    if kind in ("text_notice", "news_notice") and not card.object("card_action").values:
        raise ApiError(40058, "card_action is required")
    card.text("task_id", bytes=128)
    if kind not in ("text_notice", "news_notice"):
        card.text("task_id", missing=40058)
    card.objects("horizontal_content_list", most=6)
    card.objects("jump_list", most=3)
    card.objects("button_list", most=6)


def _address(url: str) -> None:
    if not url.startswith(("http://", "https://")):
        raise ApiError(40058, "url needs http:// or https://")


def _is_repeat(request: Request, kind: str, content: dict[str, Any], members: list[str]) -> bool:
    if request.body.integer("enable_duplicate_check", 0, high=1) != 1:
        return False
    seconds = request.body.integer("duplicate_check_interval", 1800, low=1, high=14400)
    sealed = json.dumps([request.application.agent_id, kind, content, members], sort_keys=True)
    key = hashlib.sha256(sealed.encode()).hexdigest()
    recent = request.world.recent_app_messages
    if request.now < recent.get(key, 0):
        return True
    recent[key] = request.now + seconds
    return False
