"""What changes groups: taking over what WeCom says."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.groups.models import EXTERNAL, MEMBER, CustomerGroup, GroupMember
from app.staff.actions import ensure_member
from app.wecom.calls import groups as calls


def upsert(
    session: Session, given: calls.Group, *, read_at: datetime, status: int | None = None
) -> "Counter[str]":
    """
    As WeCom describes the group now.

    :param read_at: taken before WeCom was asked: a group that was read later than this stays as it is.
    :param status: from the list; the detail does not carry it.
    :returns: what had to be repaired.
    """
    repaired: Counter[str] = Counter()
    owner = ensure_member(session, given.owner) if given.owner else None
    group = session.scalar(
        select(CustomerGroup)
        .where(CustomerGroup.chat_id == given.chat_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if group is None:
        group = CustomerGroup(
            chat_id=given.chat_id,
            owner_userid=given.owner,
            created_at=given.created_at or read_at,
            synced_at=read_at,
        )
        session.add(group)
        repaired["groups_added"] += 1
    elif group.synced_at > read_at:
        return repaired
    wanted = (given.name, given.notice, given.owner, owner.id if owner else None)
    if not repaired and (group.name, group.notice, group.owner_userid, group.owner_member_id) != wanted:
        repaired["groups_changed"] += 1
    group.name, group.notice, group.owner_userid, group.owner_member_id = wanted
    group.member_version = given.member_version
    group.dismissed_at = None
    if status is not None:
        group.status = status
    session.flush()
    repaired += _set_members(session, group.id, given, read_at)
    group.synced_at = clock.now()
    return +repaired


def _set_members(session: Session, group_id: int, given: calls.Group, read_at: datetime) -> "Counter[str]":
    repaired: Counter[str] = Counter()
    stays = session.scalars(
        select(GroupMember).where(GroupMember.group_id == group_id, GroupMember.left_at.is_(None))
    )
    known = {stay.wecom_id: stay for stay in stays}
    named = {each.member_id: each for each in given.members}
    for wecom_id, stay in known.items():
        rejoined = wecom_id in named and (named[wecom_id].joined_at or stay.joined_at) > stay.joined_at
        if wecom_id not in named or rejoined:
            stay.left_at = read_at
            repaired["group_members_left"] += 1
    session.flush()
    for wecom_id, each in named.items():
        held = known.get(wecom_id)
        if held is None or held.left_at is not None:
            stay = GroupMember(
                group_id=group_id, wecom_id=wecom_id, type=MEMBER, joined_at=each.joined_at or read_at
            )
            session.add(stay)
            repaired["group_members_joined"] += 1
        else:
            stay = held
        stay.type = EXTERNAL if each.is_external else MEMBER
        stay.name, stay.nickname = each.name, each.group_nickname
        stay.join_scene, stay.invitor, stay.state = each.join_scene, each.invitor, each.state
        stay.is_admin = wecom_id in given.admins
    session.flush()
    return repaired


def dismiss(session: Session, chat_ids: Collection[str]) -> int:
    """The groups are gone in WeCom. Returns how many were still here."""
    groups = session.scalars(
        select(CustomerGroup)
        .where(CustomerGroup.chat_id.in_(chat_ids), CustomerGroup.dismissed_at.is_(None))
        .with_for_update()
    ).all()
    for group in groups:
        group.dismissed_at = clock.now()
    return len(groups)
