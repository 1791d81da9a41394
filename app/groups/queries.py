"""Reading customer groups."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.groups.models import CustomerGroup, GroupMember
from app.staff.models import Member, MemberDepartment
from app.viewer import Viewer


def visible_to(viewer: Viewer) -> Select[CustomerGroup]:
    """
    Groups the viewer owns or is in; for a manager also those that members of their stores own; or all.
    """
    found = select(CustomerGroup)
    if viewer.sees_all_stores:
        return found
    joined = select(GroupMember.group_id).where(
        GroupMember.wecom_id == viewer.userid, GroupMember.left_at.is_(None)
    )
    reasons = [CustomerGroup.owner_member_id == viewer.member_id, CustomerGroup.id.in_(joined)]
    if viewer.store_ids:
        in_stores = select(MemberDepartment.member_id).where(MemberDepartment.department_id.in_(viewer.store_ids))
        reasons.append(CustomerGroup.owner_member_id.in_(in_stores))
    return found.where(or_(*reasons))


def get(session: Session, viewer: Viewer, chat_id: str) -> CustomerGroup:
    """
    :raises NotFound: if there is none, or none that viewer may see.
    """
    group = session.scalar(visible_to(viewer).where(CustomerGroup.chat_id == chat_id))
    if group is None:
        raise NotFound("没有这个客户群，或不在你的范围内。")
    return group


def by_chat_id(session: Session, chat_id: str) -> CustomerGroup | None:
    """Whoever asks: for jobs, never for a person."""
    return session.scalar(select(CustomerGroup).where(CustomerGroup.chat_id == chat_id))


def present(session: Session, group_id: int) -> Sequence[GroupMember]:
    """Who is in the group now: members first, then by when they joined."""
    return session.scalars(
        select(GroupMember)
        .where(GroupMember.group_id == group_id, GroupMember.left_at.is_(None))
        .order_by(GroupMember.type, GroupMember.joined_at, GroupMember.id)
    ).all()


@dataclass(frozen=True)
class Movement:
    joined: int
    left: int


def movement_since(session: Session, group_ids: Collection[int], moment: datetime) -> Mapping[int, Movement]:
    """How many joined and left each group since `moment`; whoever did both counts in both."""
    rows = session.execute(
        select(
            GroupMember.group_id,
            func.count().filter(GroupMember.joined_at >= moment),
            func.count().filter(GroupMember.left_at >= moment),
        )
        .where(
            GroupMember.group_id.in_(group_ids),
            or_(GroupMember.joined_at >= moment, GroupMember.left_at >= moment),
        )
        .group_by(GroupMember.group_id)
    )
    return {group_id: Movement(joined, left) for group_id, joined, left in rows}


def member_counts(session: Session, group_ids: Collection[int]) -> Mapping[int, int]:
    rows = session.execute(
        select(GroupMember.group_id, func.count())
        .where(GroupMember.group_id.in_(group_ids), GroupMember.left_at.is_(None))
        .group_by(GroupMember.group_id)
    )
    return {group_id: count for group_id, count in rows}  # noqa: C416  (a Row is no pair to mypy)


def owners(session: Session, groups: Collection[CustomerGroup]) -> Mapping[int, Member]:
    ids = {group.owner_member_id for group in groups if group.owner_member_id is not None}
    return {member.id: member for member in session.scalars(select(Member).where(Member.id.in_(ids)))}


def search(viewer: Viewer, *, text: str | None = None, owner_userid: str | None = None) -> Select[CustomerGroup]:
    """Groups that exist, by name."""
    found = visible_to(viewer).where(CustomerGroup.dismissed_at.is_(None))
    if text:
        found = found.where(CustomerGroup.name.icontains(text.strip(), autoescape=True))
    if owner_userid:
        found = found.where(CustomerGroup.owner_userid == owner_userid.lower())
    return found.order_by(CustomerGroup.created_at.desc(), CustomerGroup.id.desc())


def page(
    session: Session, found: Select[CustomerGroup], *, offset: int, limit: int
) -> tuple[Sequence[CustomerGroup], int]:
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    return session.scalars(found.offset(offset).limit(limit)).all(), total


def not_seen_since(session: Session, moment: datetime) -> Sequence[str]:
    """Groups that exist as far as we know and that nothing read from WeCom has named since `moment`."""
    return session.scalars(
        select(CustomerGroup.chat_id).where(CustomerGroup.dismissed_at.is_(None), CustomerGroup.synced_at < moment)
    ).all()


def any_left(session: Session) -> bool:
    """Whether we know a group that was not dismissed."""
    return (
        session.scalar(select(CustomerGroup.id).where(CustomerGroup.dismissed_at.is_(None)).limit(1)) is not None
    )
