"""What changes customers and relations. Taking over what WeCom says is `app.customers.mirror`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.customers import phones, queries
from app.customers.events import record_event
from app.customers.mirror import ensure_customer
from app.customers.models import Customer, EndedBy, Follow, FollowPhone, PhoneReveal, WriteState
from app.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from app.outbox import enqueue
from app.staff.actions import ensure_member
from app.staff.models import Member
from app.viewer import Role, Viewer

__all__ = ["edit_follow", "record_event", "record_removed", "reveal_phone"]

LONGEST_REMARK = 20
LONGEST_DESCRIPTION = 150
REVEALS_PER_HOUR = 30
MAY_REVEAL_OTHERS = frozenset({Role.STORE_MANAGER, Role.OPERATOR, Role.ADMIN})
"""Compliance reads the audit chain, not phone numbers."""

_IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)", re.ASCII)


def record_removed(
    session: Session, external_user_id: str, userid: str, *, by: EndedBy, at: datetime
) -> Follow | None:
    """
    The relation ended at `at`. Remembered even if we never knew it: the event that began it may come later.

    :returns: None if the news is older than the relation is: they are friends again since.
    """
    customer = session.scalars(
        select(Customer)
        .where(Customer.id == ensure_customer(session, external_user_id).id)
        .with_for_update(key_share=True)
    ).one()
    member = ensure_member(session, userid)
    follow = session.scalar(
        select(Follow)
        .where(Follow.customer_id == customer.id, Follow.member_id == member.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if follow is None:
        follow = Follow(
            customer_id=customer.id,
            member_id=member.id,
            userid=member.userid,
            added_at=at,
            synced_at=at,
            tag_ids=[],
            pending_fields=[],
        )
        session.add(follow)
    elif follow.added_at > at:
        return None
    elif follow.ended_at is not None and not _knows_better(by, follow.ended_by):
        return follow
    follow.ended_at, follow.ended_by = at, by
    session.flush()
    key = f"removed:{customer.id}:{member.id}:{by}:{int(at.timestamp())}"
    record_event(session, customer.id, f"removed_by_{by}", member_id=member.id, at=at, key=key)
    return follow


def _knows_better(by: EndedBy, known: str | None) -> bool:
    """After the customer the member may end it too, never the other way round; a sync only noticed."""
    if by == EndedBy.CUSTOMER:
        return known == EndedBy.SYNC
    return known in {EndedBy.SYNC, EndedBy.CUSTOMER}


@dataclass(frozen=True)
class Edit:
    """
    What a person wants a relation to hold; None leaves a field as it is.

    :param phones: whole numbers, or the position of one that is there already.
    :param expected: remark and description as the person saw them, to notice that WeCom's have changed since.
    """

    remark: str | None = None
    description: str | None = None
    phones: Sequence[str | int] | None = None
    expected: tuple[str, str] | None = None


def check_edit(edit: Edit) -> None:
    """
    :raises Invalid: for what WeCom would cut or what must not be kept in a remark.
    """
    fields = {}
    if edit.remark is not None and len(edit.remark) > LONGEST_REMARK:
        fields["remark"] = f"备注名最多 {LONGEST_REMARK} 个字，现在 {len(edit.remark)} 个"
    if edit.description is not None and len(edit.description) > LONGEST_DESCRIPTION:
        fields["description"] = f"描述最多 {LONGEST_DESCRIPTION} 个字，现在 {len(edit.description)} 个"
    if edit.phones is not None and len(edit.phones) > phones.MOST:
        fields["phones"] = f"电话最多 {phones.MOST} 个，现在 {len(edit.phones)} 个"
    for name in ("remark", "description"):
        if _IDENTITY_NUMBER.search(getattr(edit, name) or ""):
            fields[name] = "不要写身份证号"
    if fields:
        raise Invalid(next(iter(fields.values())) + "。", fields=fields)


def edit_follow(session: Session, viewer: Viewer, external_user_id: str, edit: Edit) -> Follow:
    """
    Keep the edit here at once and write it back to WeCom by a job.

    :raises NotFound: if it is not the viewer's own customer.
    :raises Conflict: if remark or description are not what the person saw any more.
    """
    check_edit(edit)
    follow = queries.own_follow(session, viewer, external_user_id, lock=True)
    if edit.expected is not None and edit.expected != (follow.remark, follow.description):
        raise Conflict(
            "备注在企业微信里刚被改过，请选择用哪一个。",
            code="changed_in_wecom",
            theirs={"remark": follow.remark, "description": follow.description},
        )
    changed = _apply(session, follow, edit)
    is_retry = follow.write_state == WriteState.FAILED and bool(follow.pending_fields)
    if not changed and not is_retry:
        return follow
    follow.pending_fields = sorted({*follow.pending_fields, *changed})
    follow.write_state, follow.write_error = WriteState.PENDING, None
    follow.write_number += 1
    if changed:
        record_event(
            session, follow.customer_id, "remark_edited", member_id=viewer.member_id, fields=sorted(changed)
        )
    enqueue(session, "customers.write_remark", order_key=f"follow:{follow.id}", follow_id=follow.id)
    session.flush()
    return follow


def _apply(session: Session, follow: Follow, edit: Edit) -> set[str]:
    changed = set()
    if edit.remark is not None and edit.remark != follow.remark:
        follow.remark = edit.remark
        changed.add("remark")
    if edit.description is not None and edit.description != follow.description:
        follow.description = edit.description
        changed.add("description")
    if edit.phones is not None:
        known = list(phones.rows_of(session, [follow.id]).get(follow.id, []))
        wanted = [_number(each, known) for each in edit.phones]
        if phones.replace(session, follow.id, wanted, known=known):
            changed.add("phones")
    return changed


def _number(wanted: str | int, known: Sequence[FollowPhone]) -> str:
    if isinstance(wanted, str):
        return phones.checked(wanted)
    row = next((row for row in known if row.position == wanted), None)
    if row is None:
        raise Conflict("电话已被改过，请刷新后再编辑。", code="phones_changed")
    return phones.opened(row)


def written(session: Session, follow_id: int, *, number: int, remark: str | None, description: str | None) -> None:
    """
    WeCom has taken edit `number`; a later one may still be on its way.

    :param remark: what was written; None if the edit did not touch it.
    """
    follow = _locked(session, follow_id)
    if remark is not None:
        follow.base_remark = remark
    if description is not None:
        follow.base_description = description
    if follow.write_number == number:
        follow.write_state, follow.write_error, follow.pending_fields = WriteState.SYNCED, None, []
        follow.synced_at = clock.now()


def not_written(
    session: Session, follow_id: int, *, number: int, reason: str, theirs: tuple[str, str] | None = None
) -> None:
    """
    :param reason: in Chinese, to stand after 「没写回企业微信：」, without a full stop.
    :param theirs: WeCom's remark and description, if they are the reason; saving again then replaces them.
    """
    follow = _locked(session, follow_id)
    if theirs is not None:
        follow.base_remark, follow.base_description = theirs
    if follow.write_number == number:
        follow.write_state, follow.write_error = WriteState.FAILED, reason


def _locked(session: Session, follow_id: int) -> Follow:
    return session.scalars(
        select(Follow)
        .where(Follow.id == follow_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def reveal_phone(
    session: Session,
    viewer: Viewer,
    external_user_id: str,
    *,
    position: int,
    userid: str | None,
    reason: str,
    note: str,
) -> str:
    """
    A whole number, for somebody who says why. Recorded, and limited for each person.

    :param userid: whose relation holds the number; the viewer's own if None.
    :raises TooMany: after `REVEALS_PER_HOUR` in an hour.
    """
    if userid is None or userid == viewer.userid:
        follow = queries.own_follow(session, viewer, external_user_id)
    elif viewer.has(*MAY_REVEAL_OTHERS):
        follow = queries.visible_follow(session, viewer, external_user_id, userid)
    else:
        raise Forbidden
    row = session.get(FollowPhone, (follow.id, position))
    if row is None:
        raise NotFound("没有这个电话，可能已被改过，请刷新。")
    # The member's row is the queue in which simultaneous reveals of one person are counted.
    session.execute(select(Member.id).where(Member.id == viewer.member_id).with_for_update(key_share=True))
    hour_ago = clock.now() - timedelta(hours=1)
    seen = session.scalar(
        select(func.count()).where(PhoneReveal.member_id == viewer.member_id, PhoneReveal.at > hour_ago)
    )
    if (seen or 0) >= REVEALS_PER_HOUR:
        raise TooMany(f"一小时内最多查看 {REVEALS_PER_HOUR} 个电话，请稍后再看。", code="too_many_reveals")
    session.execute(
        delete(PhoneReveal).where(PhoneReveal.member_id == viewer.member_id, PhoneReveal.at <= hour_ago)
    )  # the audit log keeps them; these only count
    session.add(PhoneReveal(member_id=viewer.member_id, follow_id=follow.id, at=clock.now()))
    phone = phones.opened(row)
    record(
        session,
        viewer,
        "customer.phone_revealed",
        subject=f"customer:{external_user_id}",
        of=follow.userid,
        masked=row.masked,
        reason=reason,
        note=note,
    )
    return phone


def rename_member(session: Session, member_id: int) -> None:
    """The member's userid changed in WeCom: relations carry a copy of it."""
    userid = select(Member.userid).where(Member.id == member_id).scalar_subquery()
    session.execute(update(Follow).where(Follow.member_id == member_id).values(userid=userid))
