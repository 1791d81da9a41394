"""Group robots (消息推送, formerly 群机器人): 20 messages a minute each."""

import hashlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.errors import Invalid
from app.wecom.calls.texts import within
from app.wecom.cleared import Cleared
from app.wecom.client import WeCom

LONGEST_TEXT_BYTES, LONGEST_MARKDOWN_BYTES = 2048, 4096


def robot_key(webhook_url: str) -> str:
    """
    The key in the address that WeCom shows for a robot. Only the key is kept: calls go to our base URL.

    :raises Invalid:
    """
    try:
        parts = urlsplit(webhook_url.strip())
        keys = parse_qs(parts.query).get("key", [])
    except ValueError:
        keys = []
    if len(keys) != 1 or not parts.path.endswith("/cgi-bin/webhook/send") or not _plain(keys[0]):
        raise Invalid("群机器人地址不正确，请从企业微信里完整复制。")
    return keys[0]


def send_text(client: WeCom, key: str, cleared: Cleared, *, mentioned: Sequence[str] = ()) -> None:
    """
    https://developer.work.weixin.qq.com/document/path/99110

    :raises Refused: 93000, 93004 or 93008 if the robot is gone: stop using it.
    :raises NoAnswer: it may have arrived.
    """
    text: dict[str, Any] = {"content": within(cleared.text, LONGEST_TEXT_BYTES)}
    if mentioned:
        text["mentioned_list"] = list(mentioned)
    _send(client, key, {"msgtype": "text", "text": text}, cleared)


def send_markdown(client: WeCom, key: str, cleared: Cleared) -> None:
    """https://developer.work.weixin.qq.com/document/path/99110, otherwise as `send_text`."""
    content = {"content": within(cleared.text, LONGEST_MARKDOWN_BYTES)}
    _send(client, key, {"msgtype": "markdown", "markdown": content}, cleared)


def _send(client: WeCom, key: str, body: dict[str, Any], cleared: Cleared) -> None:
    # The key is a secret: Redis and logs see its fingerprint.
    fingerprint = hashlib.sha256(key.encode()).hexdigest()[:16]
    client.send("webhook/send", body, cleared=[cleared], robot_key=key, scope=fingerprint)


def _plain(key: str) -> bool:
    return key.isascii() and key.replace("-", "").isalnum() and len(key) <= 100
