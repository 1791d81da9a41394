"""Temporary media (three days), permanent pictures, and the two kinds that must not be mixed up."""

from __future__ import annotations

from wecom_simulator.endpoints import Json, Request, Upload, endpoint
from wecom_simulator.errors import ApiError
from wecom_simulator.limits import DAY, MINUTE, Limit
from wecom_simulator.rules.content import MediaKnown
from wecom_simulator.world.records import Media

MEDIA_SECONDS = 3 * DAY
SMALLEST = 5
MEGABYTE = 1024 * 1024
LARGEST = {
    "image": 10 * MEGABYTE,
    "voice": 2 * MEGABYTE,
    "video": 10 * MEGABYTE,
    "file": 20 * MEGABYTE,
}
LARGEST_PICTURE = 2 * MEGABYTE
HAMMERING = (Limit(60, MINUTE),)
"""media/get of one id: 45033 beyond it; the real number is unknown."""
USES = {1: "moments", 2: "album"}


def require_message_media(request: Request) -> MediaKnown:
    """What messages may carry: alive, of the right type, and from media/upload (40007 otherwise)."""

    def known(media_id: str, kind: str) -> None:
        media = _alive(request, media_id)
        if media.use != "message" or media.type != kind:
            raise ApiError(40007, f"{media_id} is no {kind} of media/upload")

    return known


@endpoint("media/upload", rights="app", ok_message="")
def upload(request: Request) -> Json:
    """
    created_at is a string here.

    https://developer.work.weixin.qq.com/document/path/90253
    """
    kind = request.query.text("type", missing=40004)
    if kind not in LARGEST:
        raise ApiError(40004, kind)
    media = _keep(request, kind, "message")
    return {"type": kind, "media_id": media.media_id, "created_at": str(media.created_at)}


@endpoint("media/upload_attachment", rights="app", ok_message="")
def upload_attachment(request: Request) -> Json:
    """
    For moments (1) and albums (2) only; created_at is a number here.

    https://developer.work.weixin.qq.com/document/path/95098
    """
    kind = request.query.text("media_type", missing=40004)
    if kind not in ("image", "video", "file"):
        raise ApiError(40004, kind)
    use = request.query.text("attachment_type", missing=40058)
    if use not in ("1", "2"):
        raise ApiError(40058, "attachment_type must be 1 or 2")
    media = _keep(request, kind, USES[int(use)])
    return {"type": kind, "media_id": media.media_id, "created_at": media.created_at}


@endpoint("media/uploadimg", rights="app", ok_message="")
def uploadimg(request: Request) -> Json:
    """
    A permanent address.

    https://developer.work.weixin.qq.com/document/path/90256
    """
    content = _content(request, LARGEST_PICTURE)
    _check_picture(request, content.content)
    image_id = request.world.new_id("", 32)
    request.world.state.images[image_id] = Media(
        image_id, "image", content.filename, request.at, len(content.content), "url", content.content_type
    )
    request.world.blobs.put(image_id, content.content)
    return {"url": f"{request.base_url}/simulator/pictures/{image_id}"}


@endpoint("media/get", "GET", rights="app", reads=True)
def get_media(request: Request) -> Upload:
    """
    The bytes, or JSON on failure.

    https://developer.work.weixin.qq.com/document/path/90254
    """
    media = _alive(request, request.query.text("media_id", missing=41006))
    if not request.limits.allows(f"media {media.media_id}", HAMMERING, request.now):
        raise ApiError(45033)
    try:
        content = request.world.blobs.get(media.media_id)
    except KeyError:
        raise ApiError(40007, media.media_id) from None
    return Upload(media.filename, content, media.content_type)


def _alive(request: Request, media_id: str) -> Media:
    media = request.world.state.media.get(media_id)
    if media is None or request.now - media.created_at > MEDIA_SECONDS:
        raise ApiError(40007, media_id)
    return media


def _content(request: Request, largest: int) -> Upload:
    upload = request.uploads.get("media") or next(iter(request.uploads.values()), None)
    if upload is None or not upload.content:
        raise ApiError(44001)
    if not upload.filename:
        raise ApiError(40058, "filename is missing")
    if len(upload.content) <= SMALLEST:
        raise ApiError(40006)
    if len(upload.content) > largest:
        raise ApiError(45001)
    return upload


def _check_picture(request: Request, content: bytes) -> None:
    if request.world.switches.media_pictures_only_by_content and not content.startswith(
        (b"\x89PNG\r\n", b"\xff\xd8\xff")
    ):
        raise ApiError(40123)


def _keep(request: Request, kind: str, use: str) -> Media:
    content = _content(request, LARGEST[kind])
    if kind == "image":
        _check_picture(request, content.content)
    media = Media(
        media_id=request.world.new_id("3", 43),
        type=kind,
        filename=content.filename,
        created_at=request.at,
        size=len(content.content),
        use=use,
        content_type=content.content_type,
    )
    _forget_expired(request)
    request.world.state.media[media.media_id] = media
    request.world.blobs.put(media.media_id, content.content)
    return media


def _forget_expired(request: Request) -> None:
    kept = request.world.state.media
    for media_id in [k for k, v in kept.items() if request.now - v.created_at > MEDIA_SECONDS]:
        del kept[media_id]
        request.world.blobs.drop(media_id)
