"""Uploads. A media_id lives three days; one from `upload` cannot stand in for one from `upload_attachment`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app import clock
from app.errors import Invalid
from app.wecom.cleared import Cleared, require_cleared
from app.wecom.client import WeCom
from app.wecom.transport import UPLOADING

MEDIA_LIFE = timedelta(days=3)
SMALLEST = 6
"""Bytes: WeCom wants more than five."""
_MB = 1024 * 1024
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Kind:
    """`signatures`: (offset, first bytes) of which one must be there; none means any content."""

    name: str
    largest: int
    signatures: tuple[tuple[int, bytes], ...]
    wanted: str


IMAGE = Kind("image", 10 * _MB, ((0, _JPEG), (0, _PNG)), "JPG 或 PNG 图片")
VOICE = Kind("voice", 2 * _MB, ((0, b"#!AMR"),), "AMR 语音")
VIDEO = Kind("video", 10 * _MB, ((4, b"ftyp"),), "MP4 视频")
FILE = Kind("file", 20 * _MB, (), "文件")
KINDS = {each.name: each for each in (IMAGE, VOICE, VIDEO, FILE)}

FOR_MOMENTS, FOR_ALBUM = 1, 2


@dataclass(frozen=True, slots=True)
class Uploaded:
    media_id: str
    expires_at: datetime


def upload(client: WeCom, kind: Kind, filename: Cleared, content: bytes) -> Uploaded:
    """
    For messages of every sort, shared by all apps of the corp. Doing it twice only makes another id.

    https://developer.work.weixin.qq.com/document/path/90253

    :param filename: customers see it on a file: what `safe_name` made of it, cleared.
    """
    return _uploaded(client, "media/upload", {"type": kind.name}, kind, filename, content)


def upload_attachment(client: WeCom, kind: Kind, filename: Cleared, content: bytes, *, purpose: int) -> Uploaded:
    """
    For moments or the product album (`purpose` FOR_MOMENTS or FOR_ALBUM).

    https://developer.work.weixin.qq.com/document/path/95098
    """
    query = {"media_type": kind.name, "attachment_type": purpose}
    return _uploaded(client, "media/upload_attachment", query, kind, filename, content)


def upload_picture_for_ever(client: WeCom, filename: Cleared, content: bytes) -> str:
    """
    A picture's lasting URL, by uploadimg: at most 2 MB, 1,000 a day and 3,000 a month.

    https://developer.work.weixin.qq.com/document/path/90256
    """
    checked(IMAGE, content, largest=2 * _MB)
    answer = client.call(
        "media/uploadimg", files={"media": (_name(filename), content)}, timeouts=UPLOADING, cleared=[filename]
    )
    return answer.required_text("url")


def checked(kind: Kind, content: bytes, *, largest: int | None = None) -> None:
    """
    :raises Invalid: for a size or content that WeCom would refuse.
    """
    cap = largest or kind.largest
    if len(content) < SMALLEST:
        raise Invalid("素材是空的。")
    if len(content) > cap:
        raise Invalid(f"素材太大：{kind.wanted}最大 {cap // _MB} MB。")
    if kind.signatures and not any(content.startswith(mark, at) for at, mark in kind.signatures):
        raise Invalid(f"素材格式不对：这里需要{kind.wanted}。")


def safe_name(filename: str) -> str:
    """A file's own name without folders and without what would break the upload's header."""
    last = filename.replace("\\", "/").rpartition("/")[2]
    kept = "".join(each for each in last if each.isprintable() and each not in '";')
    return kept[-100:] or "file"


def _uploaded(
    client: WeCom, api: str, query: dict[str, Any], kind: Kind, filename: Cleared, content: bytes
) -> Uploaded:
    checked(kind, content)
    files = {"media": (_name(filename), content)}
    answer = client.call(api, query=query, files=files, timeouts=UPLOADING, cleared=[filename])
    made_at = answer.moment("created_at") or clock.now()
    return Uploaded(answer.required_text("media_id"), made_at + MEDIA_LIFE)


def _name(filename: Cleared) -> str:
    name = require_cleared(filename).text
    if name != safe_name(name):
        raise ValueError("clear what safe_name() makes of a file's name: that is what leaves")
    return name
