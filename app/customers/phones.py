"""Phone numbers of a follow: kept sealed, shown masked, found by their blind index."""

import re
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import sealing
from app.customers.models import FollowPhone
from app.errors import Invalid

MOST = 5
"""WeCom keeps at most five numbers in a remark."""

_COLUMN = "follow_phones|sealed"
_LIKE_A_NUMBER = re.compile(r"[\d+\-() ]+", re.ASCII)
_NUMBER = re.compile(r"\+?\d{5,20}", re.ASCII)


def checked(text: str) -> str:
    """
    :raises Invalid: unless it is something one could dial.
    """
    phone = sealing.normalised_phone(text)
    if not _NUMBER.fullmatch(phone):
        raise Invalid("电话号码不对：请填写 5 到 20 位数字。", fields={"phones": "请填写 5 到 20 位数字"})
    return phone


def looks_like_one(text: str) -> bool:
    """Whether somebody who types this looks for a number, not for a name."""
    return _LIKE_A_NUMBER.fullmatch(text) is not None and sum(each.isdigit() for each in text) >= 7


def index_of(text: str) -> bytes:
    """What equal numbers have in common and nobody can read."""
    return sealing.blind_index(sealing.normalised_phone(text), column=_COLUMN)


def rows_of(session: Session, follow_ids: Iterable[int]) -> Mapping[int, list[FollowPhone]]:
    """Each follow's numbers in their order."""
    found: dict[int, list[FollowPhone]] = {}
    ordered = select(FollowPhone).order_by(FollowPhone.follow_id, FollowPhone.position)
    for row in session.scalars(ordered.where(FollowPhone.follow_id.in_(list(follow_ids)))):
        found.setdefault(row.follow_id, []).append(row)
    return found


def opened(row: FollowPhone) -> str:
    """
    The whole number. Only for the reveal call and for writing back to WeCom.

    :raises sealing.Unsealable: if the stored bytes were changed or moved.
    """
    return sealing.unseal(row.sealed, place=_place(row.follow_id, row.position))


def replace(session: Session, follow_id: int, phones: Sequence[str], *, known: Sequence[FollowPhone]) -> bool:
    """
    Exactly these numbers in this order.

    :param known: the rows as they are.
    :returns: whether anything changed.
    """
    wanted = list(dict.fromkeys(sealing.normalised_phone(phone) for phone in phones if phone.strip()))
    if [index_of(phone) for phone in wanted] == [bytes(row.blind_index) for row in known]:
        return False
    if known:
        session.execute(
            delete(FollowPhone)
            .where(FollowPhone.follow_id == follow_id)
            .execution_options(synchronize_session="fetch")
        )
    for position, phone in enumerate(wanted):
        session.add(
            FollowPhone(
                follow_id=follow_id,
                position=position,
                sealed=sealing.seal(phone, place=_place(follow_id, position)),
                blind_index=index_of(phone),
                masked=sealing.masked_phone(phone),
            )
        )
    return True


def _place(follow_id: int, position: int) -> str:
    return f"{_COLUMN}|{follow_id}:{position}"
