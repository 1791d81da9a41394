"""What a text and its attachments may be in welcome and mass messages: limits in bytes, not characters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wecom_simulator.errors import ApiError
from wecom_simulator.parameters import Parameters

TEXT_BYTES = 4000
MOST_ATTACHMENTS = 9
KINDS = ("image", "link", "miniprogram", "video", "file")

MediaKnown = Callable[[str, str], None]
"""(media_id, type): raises ApiError if WeCom would not take it."""


def read_content(body: Parameters, media_known: MediaKnown) -> tuple[str, list[dict[str, Any]]]:
    """
    Text and attachments of https://developer.work.weixin.qq.com/document/path/92135.

    :raises ApiError: 40058 too long or both empty, 41064 too many, 41065 unknown kind, 40007 bad media.
    """
    text = body.object("text").text("content", bytes=TEXT_BYTES)
    attachments = body.objects("attachments", most=MOST_ATTACHMENTS, too_many=41064)
    if not text and not attachments:
        raise ApiError(44004, "text and attachments are both empty")
    for attachment in attachments:
        _check(attachment, media_known)
    return text, [dict(each.values) for each in attachments]


def _check(attachment: Parameters, media_known: MediaKnown) -> None:
    kind = attachment.text("msgtype", missing=41065)
    if kind not in KINDS:
        raise ApiError(41065, kind)
    content = attachment.object(kind)
    if not content.values:
        raise ApiError(40058, f"missing {kind}")
    if kind == "link":
        content.text("title", missing=40058, bytes=128)
        content.text("url", missing=40058, bytes=2048)
        content.text("picurl", bytes=2048)
        content.text("desc", bytes=512)
    elif kind == "miniprogram":
        content.text("title", missing=40058, bytes=64)
        content.text("appid", missing=40058)
        content.text("page", missing=40058)
        media_known(content.text("pic_media_id", missing=40058), "image")
    elif kind == "image":
        media_id, picture = content.text("media_id"), content.text("pic_url")
        if not media_id and not picture:
            raise ApiError(40058, "image needs media_id or pic_url")
        if media_id:
            media_known(media_id, "image")
    else:
        media_known(content.text("media_id", missing=40058), kind)
