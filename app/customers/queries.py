"""Reading customers. Every read for a person starts from `visible_to` or `follows_visible_to`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Select, and_, exists, func, or_, select, true, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from app.customers import phones
from app.customers.models import Customer, CustomerEvent, EndedBy, Follow, FollowPhone
from app.errors import NotFound
from app.staff.models import Department, Member, MemberDepartment
from app.viewer import Viewer

MOST_COUNTED = 10_000
"""Longer lists say "more than": counting on would cost more than it tells."""

Relation = Literal["friend", "customer_deleted", "member_deleted"]


def may_see_follow(viewer: Viewer) -> ColumnElement[bool]:
    """For `where` on a select that has `Follow` in it. A relation that was handed over is the heir's to see."""
    if viewer.sees_all_stores:
        return true()
    own = and_(Follow.member_id == viewer.member_id, Follow.ended_by.is_distinct_from(EndedBy.TRANSFER))
    if not viewer.store_ids:
        return own
    in_stores = select(MemberDepartment.member_id).where(MemberDepartment.department_id.in_(viewer.store_ids))
    return or_(own, Follow.member_id.in_(in_stores))


def follows_visible_to(viewer: Viewer) -> Select[Follow]:
    return select(Follow).where(may_see_follow(viewer))


def visible_to(viewer: Viewer) -> Select[Customer]:
    """A guide's own customers, those of a manager's stores, or all."""
    if viewer.sees_all_stores:
        return select(Customer)
    return select(Customer).where(exists().where(Follow.customer_id == Customer.id, may_see_follow(viewer)))


def get(session: Session, viewer: Viewer, external_user_id: str) -> Customer:
    """
    :raises NotFound: if there is none, or none that viewer may see.
    """
    found = session.scalar(visible_to(viewer).where(Customer.external_user_id == external_user_id))
    if found is None:
        raise NotFound("没有这位客户，或不在你的范围内。")
    return found


def by_external_user_id(session: Session, external_user_id: str) -> Customer | None:
    """Whoever asks: for jobs, never for a person."""
    return session.scalar(select(Customer).where(Customer.external_user_id == external_user_id))


def own_follow(session: Session, viewer: Viewer, external_user_id: str, *, lock: bool = False) -> Follow:
    """
    The viewer's own relation, ended ones included.

    :raises NotFound: if there never was one.
    """
    found = (
        select(Follow)
        .join(Customer, Customer.id == Follow.customer_id)
        .where(
            Customer.external_user_id == external_user_id,
            Follow.member_id == viewer.member_id,
            Follow.ended_by.is_distinct_from(EndedBy.TRANSFER),
        )
    )
    follow = session.scalar(found.with_for_update(key_share=True, of=Follow) if lock else found)
    if follow is None:
        raise NotFound("她不是你的客户，或不在你的范围内。")
    return follow


def visible_follow(session: Session, viewer: Viewer, external_user_id: str, userid: str) -> Follow:
    """
    :raises NotFound: if there is none, or none that viewer may see.
    """
    follow = session.scalar(
        follows_visible_to(viewer)
        .join(Customer, Customer.id == Follow.customer_id)
        .where(Customer.external_user_id == external_user_id, Follow.userid == userid.lower())
    )
    if follow is None:
        raise NotFound("没有这位客户，或不在你的范围内。")
    return follow


def relation_of(follow: Follow) -> Relation:
    if follow.ended_at is None:
        return "friend"
    return "customer_deleted" if follow.ended_by == EndedBy.CUSTOMER else "member_deleted"


def is_relation(relation: Relation) -> ColumnElement[bool]:
    if relation == "friend":
        return Follow.ended_at.is_(None)
    if relation == "customer_deleted":
        return Follow.ended_by == EndedBy.CUSTOMER
    return Follow.ended_by.in_((EndedBy.MEMBER, EndedBy.SYNC, EndedBy.TRANSFER))


@dataclass(frozen=True)
class Follower:
    """
    :param store: the member's main department.
    :param in_scope: whether the viewer may see what this relation holds, not only that there is one.
    """

    follow: Follow
    member: Member
    store: Department | None
    in_scope: bool


def followers(session: Session, viewer: Viewer, customer_ids: Collection[int]) -> Mapping[int, list[Follower]]:
    """Everybody who follows or followed each customer, newest relation first, ended ones last."""
    rows = session.execute(
        select(Follow, Member, Department, may_see_follow(viewer).label("in_scope"))
        .join(Member, Member.id == Follow.member_id)
        .outerjoin(Department, Department.id == Member.main_department_id)
        .where(Follow.customer_id.in_(customer_ids))
        .order_by(Follow.ended_at.is_not(None), Follow.added_at.desc(), Follow.id)
    )
    found: dict[int, list[Follower]] = {}
    for follow, member, department, in_scope in rows:
        found.setdefault(follow.customer_id, []).append(Follower(follow, member, department, in_scope))
    return found


EventRow = tuple[CustomerEvent, Member | None]


def timeline(
    session: Session,
    viewer: Viewer,
    customer_id: int,
    *,
    before: tuple[datetime, int] | None = None,
    limit: int = 20,
) -> Sequence[EventRow]:
    """
    What happened, newest first: what concerns the customer as such, and what members did whom the viewer may see.

    :param before: `(at, id)` of the last line that is shown already.
    """
    found = (
        select(CustomerEvent, Member)
        .outerjoin(Member, Member.id == CustomerEvent.member_id)
        .where(CustomerEvent.customer_id == customer_id)
        .order_by(CustomerEvent.at.desc(), CustomerEvent.id.desc())
        .limit(limit)
    )
    if not viewer.sees_all_stores:
        in_stores = select(MemberDepartment.member_id).where(MemberDepartment.department_id.in_(viewer.store_ids))
        seen = [CustomerEvent.member_id.is_(None), CustomerEvent.member_id == viewer.member_id]
        found = found.where(or_(*seen, *([CustomerEvent.member_id.in_(in_stores)] if viewer.store_ids else [])))
    if before is not None:
        found = found.where(tuple_(CustomerEvent.at, CustomerEvent.id) < before)
    return [(event, member) for event, member in session.execute(found)]


def search(
    viewer: Viewer,
    *,
    text: str | None = None,
    member_department_ids: Collection[int] | None = None,
    userid: str | None = None,
    tag_ids: Collection[str] = (),
    any_tag: bool = False,
    relation: Relation | None = None,
    added_after: datetime | None = None,
    added_before: datetime | None = None,
) -> Select[Customer]:
    """
    Customers of whom one relation meets every condition.

    :param text: part of the name or of a remark, or a whole phone number.
    """
    conditions = [Follow.customer_id == Customer.id, may_see_follow(viewer)]
    if member_department_ids is not None:
        in_stores = select(MemberDepartment.member_id).where(
            MemberDepartment.department_id.in_(member_department_ids)
        )
        conditions.append(Follow.member_id.in_(in_stores))
    if userid:
        conditions.append(Follow.userid == userid.lower())
    if tag_ids:
        wanted = list(tag_ids)
        conditions.append(Follow.tag_ids.overlap(wanted) if any_tag else Follow.tag_ids.contains(wanted))
    if relation:
        conditions.append(is_relation(relation))
    if added_after:
        conditions.append(Follow.added_at >= added_after)
    if added_before:
        conditions.append(Follow.added_at < added_before)
    found = select(Customer)
    if len(conditions) > 2 or not viewer.sees_all_stores:
        found = found.where(exists().where(*conditions))
    text = (text or "").strip()
    if text:
        found = found.where(_text_condition(text, conditions))
    return found


def _text_condition(text: str, follow: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    if phones.looks_like_one(text):
        # Found only whole: the index says nothing about parts. Alone, because it is then one look into an index.
        matching = FollowPhone.blind_index == phones.index_of(text)
        return exists().where(*follow, FollowPhone.follow_id == Follow.id, matching)
    return or_(
        Customer.name.icontains(text, autoescape=True),
        exists().where(*follow, Follow.remark.icontains(text, autoescape=True)),
    )


def page(
    session: Session, found: Select[Customer], *, sort: str, offset: int, limit: int
) -> tuple[Sequence[Customer], int]:
    """
    :param sort: `-first_added_at` (default), `first_added_at`, `name`, `-name`.
    :returns: one page, and how many there are, at most `MOST_COUNTED` + 1.
    """
    counted = found.with_only_columns(Customer.id).order_by(None).limit(MOST_COUNTED + 1)
    total = session.scalar(select(func.count()).select_from(counted.subquery())) or 0
    column = Customer.name if sort.lstrip("-") == "name" else Customer.first_added_at
    order = (column.desc(), Customer.id.desc()) if sort.startswith("-") else (column, Customer.id)
    return session.scalars(found.order_by(*order).offset(offset).limit(limit)).all(), total


def count_live_follows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Follow).where(Follow.ended_at.is_(None))) or 0


def not_seen_since(session: Session, userids: Collection[str], moment: datetime) -> list[int]:
    """Live relations of these members that nothing read from WeCom has named since `moment`."""
    return list(
        session.scalars(
            select(Follow.id)
            .where(Follow.userid.in_(userids), Follow.ended_at.is_(None), Follow.synced_at < moment)
            .order_by(Follow.id)
        )
    )


def without_other_follows(session: Session, follow_ids: Collection[int]) -> set[str]:
    """Members to whom no live relation would be left without these."""
    losing = set(session.scalars(select(Follow.userid).where(Follow.id.in_(follow_ids)).distinct()))
    keeping = session.scalars(
        select(Follow.userid)
        .where(Follow.userid.in_(losing), Follow.ended_at.is_(None), Follow.id.not_in(follow_ids))
        .distinct()
    )
    return losing - set(keeping)
