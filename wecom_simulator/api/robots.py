"""Group robots (消息推送): a key in the address, no token."""

from __future__ import annotations

from wecom_simulator.api.media import MEGABYTE
from wecom_simulator.endpoints import Json, Request, endpoint
from wecom_simulator.errors import ApiError
from wecom_simulator.limits import ROBOT
from wecom_simulator.parameters import Parameters
from wecom_simulator.world.records import Media, Robot

KEPT = 200
BYTES = {"text": 2048, "markdown": 4096, "markdown_v2": 4096}


@endpoint("webhook/send", rights="none")
def send(request: Request) -> Json:
    """
    20 a minute and robot.

    https://developer.work.weixin.qq.com/document/path/99110
    """
    robot = _robot(request)
    kind = request.body.text("msgtype", missing=40008)
    content = request.body.object(kind)
    _check(request, kind, content)
    if not request.limits.allows(f"robot {robot.key}", ROBOT, request.now):
        raise ApiError(45009)
    robot.messages.append({"msgtype": kind, "at": request.now, kind: dict(content.values)})
    del robot.messages[:-KEPT]
    return {}


@endpoint("webhook/upload_media", rights="none")
def upload_media(request: Request) -> Json:
    """
    For this robot's own file and voice messages; an empty upload fails before the key is looked at.

    https://developer.work.weixin.qq.com/document/path/99110
    """
    upload = request.uploads.get("media")
    if upload is None or not upload.content:
        raise ApiError(44001)
    robot = _robot(request)
    kind = request.query.text("type", missing=40004)
    if kind not in ("file", "voice"):
        raise ApiError(40004)
    if len(upload.content) > 20 * MEGABYTE:
        raise ApiError(45001)
    media = Media(
        request.world.new_id("3", 43),
        kind,
        upload.filename,
        request.at,
        len(upload.content),
        f"robot {robot.key}",
        upload.content_type,
    )
    request.world.state.media[media.media_id] = media
    request.world.blobs.put(media.media_id, upload.content)
    return {"type": kind, "media_id": media.media_id, "created_at": str(media.created_at)}


def _robot(request: Request) -> Robot:
    robot = request.world.state.robots.get(request.query.text("key"))
    if robot is None:
        raise ApiError(93000)
    if robot.disabled:
        raise ApiError(93004)
    return robot


def _check(request: Request, kind: str, content: Parameters) -> None:
    if kind in BYTES:
        content.text("content", missing=44004, bytes=BYTES[kind], too_long=40058)
        content.texts("mentioned_list", most=1000)
        content.texts("mentioned_mobile_list", most=1000)
    elif kind == "image":
        content.text("base64", missing=40058, bytes=3 * MEGABYTE)
        content.text("md5", missing=40058)
    elif kind == "news":
        articles = content.objects("articles", most=8, too_many=45008)
        if not articles:
            raise ApiError(44004)
        for article in articles:
            article.text("title", missing=40058, bytes=128)
            article.text("url", missing=40058)
    elif kind in ("file", "voice"):
        media = request.world.state.media.get(content.text("media_id", missing=40007))
        if media is None or media.use != f"robot {request.query.text('key')}":
            raise ApiError(40007)
    elif kind != "template_card":
        raise ApiError(40008, kind)
