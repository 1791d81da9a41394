"""The group that is open in the sidebar, and the console's list."""

from datetime import datetime

from flask import Blueprint

from app import clock
from app.db import transaction
from app.groups import queries
from app.groups.models import EXTERNAL, CustomerGroup
from app.groups.schemas import (
    GroupList,
    GroupMemberView,
    GroupRow,
    GroupsQuery,
    GroupView,
    MovementView,
    OwnerView,
)
from app.http import route
from app.staff.models import Member
from app.viewer import EVERY_ROLE, HEAD_OFFICE, Role, Viewer

blueprint = Blueprint("groups", __name__)


@route(blueprint, "GET", "/api/groups/<chat_id>", may=EVERY_ROLE, answer=GroupView)
def open_group(viewer: Viewer, chat_id: str) -> GroupView:
    """One group with who is in it."""
    with transaction() as session:
        group = queries.get(session, viewer, chat_id)
        present = queries.present(session, group.id)
        moved = queries.movement_since(session, [group.id], _start_of_today()).get(group.id)
        owner = queries.owners(session, [group]).get(group.owner_member_id or 0)
        return GroupView(
            chat_id=group.chat_id,
            name=group.name or _unnamed([each.name for each in present]),
            owner=_owner(group, owner),
            notice=group.notice,
            created_at=group.created_at,
            member_count=len(present),
            members_today=_moved(moved),
            members=[
                GroupMemberView(
                    name=each.nickname or each.name,
                    type="customer" if each.type == EXTERNAL else "member",
                    joined_at=each.joined_at,
                    is_admin=each.is_admin,
                )
                for each in present
            ],
            is_owner_me=group.owner_member_id == viewer.member_id,
            dismissed_at=group.dismissed_at,
            synced_at=group.synced_at,
        )


@route(
    blueprint,
    "GET",
    "/api/groups",
    may=HEAD_OFFICE | {Role.STORE_MANAGER},
    query=GroupsQuery,
    answer=GroupList,
)
def list_groups(viewer: Viewer, query: GroupsQuery) -> GroupList:
    """The groups of a manager's stores, or all."""
    with transaction() as session:
        found = queries.search(viewer, text=query.q, owner_userid=query.owner)
        groups, total = queries.page(session, found, offset=query.offset, limit=query.page_size)
        ids = [group.id for group in groups]
        counts = queries.member_counts(session, ids)
        moved = queries.movement_since(session, ids, _start_of_today())
        owners = queries.owners(session, groups)
        return GroupList(
            items=[
                GroupRow(
                    chat_id=group.chat_id,
                    name=group.name or "未命名的群",
                    owner=_owner(group, owners.get(group.owner_member_id or 0)),
                    created_at=group.created_at,
                    member_count=counts.get(group.id, 0),
                    members_today=_moved(moved.get(group.id)),
                    status=group.status,
                )
                for group in groups
            ],
            total=total,
        )


def _start_of_today() -> datetime:
    return clock.in_shop_time(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)


def _unnamed(names: list[str]) -> str:
    """As WeCom shows it: the first members' names."""
    return "、".join(name for name in names[:3] if name) or "未命名的群"


def _owner(group: CustomerGroup, owner: Member | None) -> OwnerView:
    return OwnerView(userid=group.owner_userid, name=owner.name if owner else group.owner_userid)


def _moved(moved: queries.Movement | None) -> MovementView:
    return MovementView(joined=moved.joined if moved else 0, left=moved.left if moved else 0)
