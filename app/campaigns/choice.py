"""Who gets a mass message, from whom, and who is left out and why: one query, for preview and plan alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app import clock
from app.campaigns.audience import Audience
from app.campaigns.models import MassMessage, MessageState, Recipient, RecipientState
from app.campaigns.platform_limits import opted_out_tags, receive_cap
from app.customers.models import Customer, CustomerEvent, Follow
from app.customers.queries import follows_visible_to
from app.staff.models import Department, Member, MemberDepartment
from app.staff.queries import is_active, store_tree
from app.tags.models import Tag
from app.viewer import Viewer

LEFT_OUT = {
    "opted_out": "要求不联系",
    "not_friend": "已不是好友",
    "sender_inactive": "导购已离职或没有客户联系权限",
    "over_cap": "本月次数已满",
}
"""In the order in which they are asked: who wants no messages counts as that, whatever else holds."""
SAMPLE = 20


@dataclass(frozen=True)
class Sampled:
    external_user_id: str
    name: str
    store: str
    sender: str


@dataclass(frozen=True)
class SenderShare:
    userid: str
    name: str
    store: str
    count: int


@dataclass(frozen=True)
class Preview:
    """`matching` = `recipients` + everybody in `left_out`."""

    matching: int
    recipients: int
    left_out: Mapping[str, int]
    by_sender: list[SenderShare]
    sample: list[Sampled]


def chosen(session: Session, viewer: Viewer, audience: Audience) -> Subquery:
    """
    One row for each matching customer whom `viewer` may see: `customer_id`, `member_id`, `reason`.

    The sender is whoever could send it and was the last to put a message into the chat, or was added last.
    `reason` is a key of `LEFT_OUT`, or NULL for who gets it.
    """
    can_send = and_(Follow.ended_at.is_(None), is_active(), Member.serves_customers)
    last_message = (
        select(func.max(CustomerEvent.at))
        .where(
            CustomerEvent.customer_id == Follow.customer_id,
            CustomerEvent.member_id == Follow.member_id,
            CustomerEvent.kind == "message_handed",
        )
        .scalar_subquery()
    )
    matching = (
        _matching(session, viewer, audience)
        .join(Member, Member.id == Follow.member_id)
        .with_only_columns(
            Follow.customer_id,
            Follow.member_id,
            Follow.ended_at,
            can_send.label("can_send"),
            func.row_number()
            .over(
                partition_by=Follow.customer_id,
                order_by=(
                    can_send.desc(),
                    Follow.ended_at.is_(None).desc(),
                    func.greatest(Follow.added_at, last_message).desc(),
                    Follow.id.desc(),
                ),
            )
            .label("place"),
        )
        .subquery("matching")
    )
    reason = case(
        (_carries_any(matching.c.customer_id, _opted_out_ids(session)), "opted_out"),
        (matching.c.ended_at.is_not(None), "not_friend"),
        (~matching.c.can_send, "sender_inactive"),
        (matching.c.customer_id.in_(_over_cap()), "over_cap"),
    )
    one_each = select(matching.c.customer_id, matching.c.member_id, reason.label("reason"))
    return one_each.where(matching.c.place == 1).subquery("chosen")


def preview(session: Session, viewer: Viewer, audience: Audience) -> Preview:
    """Counts as of now; the plan asks again."""
    found = chosen(session, viewer, audience).alias()
    counted = session.execute(
        select(found.c.reason, found.c.member_id, func.count()).group_by(found.c.reason, found.c.member_id)
    ).all()
    left_out = dict.fromkeys(LEFT_OUT, 0)
    shares: dict[int, int] = {}
    for reason, member_id, count in counted:
        if reason is None:
            shares[member_id] = count
        else:
            left_out[reason] += count
    recipients = sum(shares.values())
    return Preview(
        matching=recipients + sum(left_out.values()),
        recipients=recipients,
        left_out=left_out,
        by_sender=_named(session, shares),
        sample=_sample(session, viewer, audience) if recipients else [],
    )


def _matching(session: Session, viewer: Viewer, audience: Audience) -> Select[Follow]:
    found = follows_visible_to(viewer)
    if audience.store_ids:
        stores = {below for each in audience.store_ids for below in store_tree(session, each)}
        in_stores = select(MemberDepartment.member_id).where(MemberDepartment.department_id.in_(stores))
        found = found.where(Follow.member_id.in_(in_stores))
    if audience.tag_ids_all:
        found = found.where(Follow.tag_ids.contains(list(audience.tag_ids_all)))
    if audience.tag_ids_any:
        found = found.where(Follow.tag_ids.overlap(list(audience.tag_ids_any)))
    if audience.without_tag_ids:
        found = found.where(~_carries_any(Follow.customer_id, list(audience.without_tag_ids)))
    if audience.added_after:
        found = found.where(Follow.added_at >= audience.added_after)
    if audience.added_before:
        found = found.where(Follow.added_at < audience.added_before)
    return found


def _carries_any(customer_id: Any, tag_ids: list[str]) -> Any:
    """Whether a live relation of the customer, with whomever, carries one of the tags."""
    other = aliased(Follow)
    return exists().where(
        other.customer_id == customer_id, other.ended_at.is_(None), other.tag_ids.overlap(tag_ids)
    )


def _opted_out_ids(session: Session) -> list[str]:
    return list(session.scalars(select(Tag.id).where(Tag.name.in_(opted_out_tags()), Tag.deleted_at.is_(None))))


def _over_cap() -> Select[int]:
    """Customers who have received, or may still be sent, as many as the running period allows."""
    cap = receive_cap(clock.now())
    still_open = and_(Recipient.state == RecipientState.UNSENT, MassMessage.state == MessageState.SENDING)
    received = and_(Recipient.state == RecipientState.SENT, Recipient.sent_at >= cap.since)
    return (
        select(Recipient.customer_id)
        .join(MassMessage, MassMessage.id == Recipient.mass_message_id)
        .where(Recipient.state.in_((RecipientState.SENT, RecipientState.UNSENT)), or_(received, still_open))
        .group_by(Recipient.customer_id)
        .having(func.count() >= cap.most)
    )


def _named(session: Session, shares: Mapping[int, int]) -> list[SenderShare]:
    rows = session.execute(
        select(Member, Department.name)
        .outerjoin(Department, Department.id == Member.main_department_id)
        .where(Member.id.in_(shares))
    )
    named = [SenderShare(member.userid, member.name, store or "", shares[member.id]) for member, store in rows]
    return sorted(named, key=lambda each: (each.store, -each.count, each.userid))


def _sample(session: Session, viewer: Viewer, audience: Audience) -> list[Sampled]:
    found = chosen(session, viewer, audience).alias()
    rows = session.execute(
        select(Customer.external_user_id, Customer.name, Department.name, Member.name)
        .join(found, found.c.customer_id == Customer.id)
        .join(Member, Member.id == found.c.member_id)
        .outerjoin(Department, Department.id == Member.main_department_id)
        .where(found.c.reason.is_(None))
        .order_by(Customer.id)
        .limit(SAMPLE)
    )
    return [Sampled(external_user_id, name, store or "", sender) for external_user_id, name, store, sender in rows]
