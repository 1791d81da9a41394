"""The welcome message: 20 seconds, one call, the first app wins."""

from __future__ import annotations

from wecom_simulator.api.intercept_rules import check_api_text
from wecom_simulator.api.media import require_message_media
from wecom_simulator.endpoints import Json, Request, endpoint
from wecom_simulator.errors import ApiError
from wecom_simulator.rules.content import read_content
from wecom_simulator.world import chats
from wecom_simulator.world.records import WelcomeCode

CODE_SECONDS = 20


@endpoint("externalcontact/send_welcome_msg")
def send_welcome_msg(request: Request) -> Json:
    """
    41050 unknown or too old, 41051 somebody was first, 41096 another app is at it now.

    https://developer.work.weixin.qq.com/document/path/92137
    """
    world, body = request.world, request.body
    code = world.state.welcome_codes.get(body.text("welcome_code", missing=41049))
    text, attachments = read_content(body, require_message_media(request))
    if code is None or request.now - code.created_at > CODE_SECONDS:
        raise ApiError(41050)
    if code.used or _has_started(request, code):
        raise ApiError(41051)
    if world.switches.other_app_sends_welcome:
        raise ApiError(41096)
    check_api_text(request, code.userid, text)
    code.used = True
    chat = _chat(code)
    chats.say_template(world, chat, code.userid, "welcome", text, attachments)
    return {}


def _chat(code: WelcomeCode) -> str:
    return chats.single_chat(code.userid, code.external_userid)


def _has_started(request: Request, code: WelcomeCode) -> bool:
    bubbles = request.world.state.chats.get(_chat(code), [])
    return any(each.origin in ("typed", "sidebar") and each.at >= code.created_at for each in bubbles)
