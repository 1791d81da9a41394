"""WeCom's business errors: HTTP 200 with an errcode, https://developer.work.weixin.qq.com/document/path/90313."""

from __future__ import annotations

import hashlib
from typing import Any

MESSAGES: dict[int, str] = {
    -1: "system error",
    0: "ok",
    40001: "invalid credential",
    40003: "invalid userid",
    40004: "invalid media type",
    40006: "invalid media size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40029: "invalid code",
    40031: "invalid userid list",
    40032: "userid list too long",
    40035: "invalid parameter",
    40050: "chatid not exist",
    40056: "invalid agentid",
    40058: "invalid request parameter",
    40063: "some parameters are empty",
    40066: "invalid party list",
    40068: "invalid tagid",
    40071: "tag name already existed",
    40093: "invalid jsapi signature",
    40096: "invalid external userid",
    40123: "invalid image format",
    40126: "too many corp tags",
    40201: "content blocked",
    41001: "access_token missing",
    41002: "corpid missing",
    41004: "corpsecret missing",
    41006: "media_id missing",
    41008: "missing code",
    41035: "missing external userid",
    41037: "invalid contact way type",
    41038: "invalid contact way scene",
    41039: "invalid contact way style",
    41041: "too many users in contact way",
    41042: "missing config_id",
    41044: "invalid config_id",
    41046: "missing group msg id",
    41047: "invalid group msg id",
    41048: "no customer to send",
    41049: "missing welcome_code",
    41050: "invalid welcome_code",
    41051: "externaluser has started chatting",
    41054: "member is not activated or not verified",
    41063: "group msg is being dispatched",
    41064: "too many attachments",
    41065: "invalid attachment type",
    41068: "too many words in intercept rule",
    41069: "too many intercept rules",
    41070: "invalid intercept rule id",
    41071: "intercept rule has been deleted",
    41072: "invalid media scene",
    41076: "intercept rule range is too large",
    41077: "intercept rule name is duplicate",
    41083: "invalid intercept word",
    41084: "invalid intercept semantics",
    41093: "group msg has been cancelled",
    41094: "remind too often",
    41096: "another app is sending the welcome message",
    42001: "access_token expired",
    42003: "code expired",
    42012: "invalid jsapi_ticket",
    42022: "code has been used",
    43001: "require GET method",
    43002: "require POST method",
    44001: "empty media data",
    44004: "empty content",
    45001: "media file is too large",
    45002: "message content too long",
    45008: "too many articles",
    45009: "api freq out of limit",
    45033: "api concurrent out of limit",
    45035: "concurrent operation on the same external contact",
    46004: "user not exist",
    48002: "api forbidden",
    50001: "redirect_url domain is not trusted",
    60011: "no privilege to access/modify contact/party/agent",
    60020: "not allow to access from your ip",
    60111: "userid not found",
    60123: "invalid party id",
    80001: "invalid trusted domain",
    81011: "no privilege to access/modify tag",
    81013: "user & party & tag all invalid",
    81017: "too many data requested",
    82001: "touser & toparty & totag are all empty",
    84014: "user_ticket expired",
    84015: "invalid user_ticket",
    84061: "not external contact",
    84074: "no external contact privilege",
    84084: "not the follow user of external contact",
    90501: "chat is not external group chat",
    93000: "invalid webhook url",
    93004: "robot is disabled",
    404: "unknown api path",
    301002: "agentid does not match access_token",
}

BARE = frozenset({40001, 40014, 41001, 42001})
"""Seen without the hint and ip suffix (probes of 2026-09)."""


class ApiError(Exception):
    """One documented failure. `detail` is put before the suffix; `extra` are more keys of the answer."""

    def __init__(self, errcode: int, detail: str = "", extra: dict[str, Any] | None = None) -> None:
        super().__init__(errcode, detail)
        self.errcode = errcode
        self.detail = detail
        self.extra = extra or {}


def errmsg(errcode: int, detail: str, *, now: float, ip: str, full: bool) -> str:
    """Laid out as WeCom does: words, hint, ip, link. Never stable enough to parse."""
    words = MESSAGES.get(errcode, "unknown error")
    if detail:
        words = f"{words}, {detail}"
    if not full or errcode in BARE:
        return words
    hint = hashlib.md5(f"{now}{errcode}{detail}".encode()).hexdigest()
    link = f"more info at https://open.work.weixin.qq.com/devtool/query?e={errcode}"
    return f"{words}, hint: [{int(now)}_{errcode % 997}_{hint}], from ip: {ip}, {link}"
