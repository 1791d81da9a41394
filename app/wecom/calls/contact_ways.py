"""Contact codes 「联系我」. Keep the config_id: the console does not show codes made here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.wecom.calls.paging import pages
from app.wecom.cleared import Cleared, require_cleared
from app.wecom.client import WeCom

SINGLE, MULTI = 1, 2
MINI_PROGRAM, QR_CODE = 1, 2
LONGEST_STATE = 30
MOST_MEMBERS = 100


@dataclass(frozen=True, slots=True)
class ContactWay:
    """
    :param state: comes back in the callback and in `Follow.state`: through which code they met.
    :param qr_code: URL of the picture.
    """

    config_id: str
    userids: tuple[str, ...]
    department_ids: tuple[int, ...]
    state: str
    remark: str
    skip_verify: bool
    qr_code: str
    kind: int = SINGLE
    scene: int = QR_CODE


def add_contact_way(
    client: WeCom,
    *,
    userids: Sequence[str] = (),
    department_ids: Sequence[int] = (),
    state: str = "",
    remark: Cleared | None = None,
    skip_verify: bool = True,
) -> tuple[str, str]:
    """
    Make a QR code of one or more members.

    https://developer.work.weixin.qq.com/document/path/92228

    :returns: config_id and the picture's URL.
    """
    body = {
        "type": SINGLE if len(userids) == 1 and not department_ids else MULTI,
        "scene": QR_CODE,
        "skip_verify": skip_verify,
        "state": state,
        "remark": "" if remark is None else require_cleared(remark).text,
        "user": list(userids),
        "party": list(department_ids),
    }
    cleared = [] if remark is None else [remark]
    answer = client.call("externalcontact/add_contact_way", body=body, create=True, cleared=cleared)
    return answer.required_text("config_id"), answer.text("qr_code")


def get_contact_way(client: WeCom, config_id: str) -> ContactWay:
    """https://developer.work.weixin.qq.com/document/path/92228"""
    answer = client.call("externalcontact/get_contact_way", body={"config_id": config_id}).object("contact_way")
    return ContactWay(
        config_id=answer.required_text("config_id"),
        userids=tuple(userid.lower() for userid in answer.texts("user")),
        department_ids=answer.numbers("party"),
        state=answer.text("state"),
        remark=answer.text("remark"),
        skip_verify=answer.flag("skip_verify"),
        qr_code=answer.text("qr_code"),
        kind=answer.number("type"),
        scene=answer.number("scene"),
    )


def update_contact_way(
    client: WeCom,
    config_id: str,
    *,
    userids: Sequence[str] | None = None,
    department_ids: Sequence[int] | None = None,
    state: str | None = None,
    remark: Cleared | None = None,
    skip_verify: bool | None = None,
) -> None:
    """
    None leaves a field as it is; members and departments are replaced as a whole.

    https://developer.work.weixin.qq.com/document/path/92228
    """
    fields: dict[str, Any] = {
        "user": None if userids is None else list(userids),
        "party": None if department_ids is None else list(department_ids),
        "state": state,
        "remark": None if remark is None else require_cleared(remark).text,
        "skip_verify": skip_verify,
    }
    given = {name: value for name, value in fields.items() if value is not None}
    cleared = [] if remark is None else [remark]
    client.call("externalcontact/update_contact_way", body={"config_id": config_id, **given}, cleared=cleared)


def delete_contact_way(client: WeCom, config_id: str) -> None:
    """https://developer.work.weixin.qq.com/document/path/92228"""
    client.call("externalcontact/del_contact_way", body={"config_id": config_id})


def contact_way_ids(
    client: WeCom, *, since: datetime | None = None, until: datetime | None = None, limit: int = 1000
) -> Iterator[str]:
    """
    The codes made here and by hand in the console, of the last 90 days unless said otherwise.

    https://developer.work.weixin.qq.com/document/path/92228
    """
    body: dict[str, Any] = {"limit": limit}
    if since is not None:
        body["start_time"] = int(since.timestamp())
    if until is not None:
        body["end_time"] = int(until.timestamp())
    for page in pages(client, "externalcontact/list_contact_way", body):
        for each in page.objects("contact_way"):
            yield each.required_text("config_id")
