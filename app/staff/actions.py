"""What changes members, departments and roles."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.errors import Conflict, Invalid
from app.outbox import enqueue
from app.staff import queries, sessions
from app.staff.models import Department, Member, MemberDepartment, MemberRole
from app.viewer import Role, Viewer
from app.wecom.calls import contacts

GRANTABLE = frozenset({Role.COMPLIANCE, Role.OPERATOR, Role.ADMIN})


class Change(StrEnum):
    """What an upsert did; a sync counts these as repairs."""

    NONE = "none"
    ADDED = "added"
    CHANGED = "changed"


def upsert_department(session: Session, given: contacts.Department) -> Change:
    """As WeCom describes it now."""
    known = session.get(Department, given.department_id, with_for_update=True)
    values = {"name": given.name, "parent_id": given.parent_id or None, "order": given.order, "deleted_at": None}
    now = clock.now()
    if known is None:
        session.add(Department(id=given.department_id, synced_at=now, **values))
        session.flush()
        return Change.ADDED
    known.synced_at = now
    return _assign(known, values)


def remove_departments(session: Session, department_ids: Collection[int]) -> int:
    """They are gone in WeCom; their rows stay for the history."""
    removed = session.execute(
        update(Department)
        .where(Department.id.in_(department_ids), Department.deleted_at.is_(None))
        .values(deleted_at=clock.now())
    )
    return cast("CursorResult[Any]", removed).rowcount


def upsert_member(session: Session, given: contacts.Member) -> Change:
    """As WeCom describes them now, with their departments. A member who had left and is back works here again."""
    member = _row_of(session, given.userid)
    is_new = member is None
    if member is None:
        member = ensure_member(session, given.userid, read_later=False)
    values: dict[str, Any] = {
        "name": given.name or member.name,
        "alias": given.alias,
        "position": given.position,
        "avatar": given.avatar or member.avatar,
        "main_department_id": given.main_department_id or None,
        "status": given.status,
        "left_at": clock.now() if given.status == queries.LEFT else None,
    }
    if given.status == queries.LEFT and member.left_at is not None:
        values["left_at"] = member.left_at
    changed = _assign(member, values)
    member.synced_at = clock.now()
    departments_changed = _set_departments(session, member.id, given.department_ids, given.leads)
    if member.left_at is not None:
        sessions.end_all(session, member.id)
    if is_new:
        return Change.ADDED
    return Change.CHANGED if departments_changed else changed


def ensure_member(session: Session, userid: str, *, read_later: bool = True) -> Member:
    """
    The row of somebody whom WeCom named, made if there is none yet.

    :param read_later: have a new one read from WeCom by a job.
    """
    session.execute(
        insert(Member)
        .values(
            userid=userid.lower(),
            name=userid,
            alias="",
            position="",
            avatar="",
            status=1,
            serves_customers=False,
            synced_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=[Member.userid])
    )
    known = session.scalar(select(Member).where(Member.userid == userid.lower()))
    if known is None:
        raise LookupError(f"member {userid} vanished")
    if read_later and known.main_department_id is None and known.left_at is None:
        enqueue(
            session,
            "staff.member_changed",
            key=f"member-stub:{known.id}",
            userid=known.userid,
            change="create_user",
            new_userid="",
        )
    return known


def mark_left(session: Session, userids: Collection[str]) -> int:
    """They are gone in WeCom: nothing they hold open works from now on."""
    members = session.scalars(
        select(Member).where(Member.userid.in_(userids), Member.left_at.is_(None)).with_for_update(key_share=True)
    ).all()
    for member in members:
        member.left_at = clock.now()
        sessions.end_all(session, member.id)
    return len(members)


def rename(session: Session, userid: str, new_userid: str) -> None:
    """A member's userid may change once in WeCom; everything here hangs on our own id."""
    member = _row_of(session, userid)
    if member is None or not new_userid or new_userid == userid:
        return
    if queries.member_by_userid(session, new_userid) is not None:
        return  # told twice, or read under the new name before this event came
    member.userid = new_userid.lower()
    session.flush()
    enqueue(session, "customers.member_renamed", member_id=member.id)


def set_serving(session: Session, userids: Iterable[str]) -> int:
    """Exactly these may serve customers. Returns how many changed."""
    serving = {userid.lower() for userid in userids}
    changed = session.execute(
        update(Member)
        .where(Member.serves_customers != Member.userid.in_(serving))
        .values(serves_customers=~Member.serves_customers)
    )
    return cast("CursorResult[Any]", changed).rowcount


def begin_serving(session: Session, userid: str) -> None:
    session.execute(update(Member).where(Member.userid == userid).values(serves_customers=True))


def grant_role(session: Session, actor: Viewer | str, member: Member, role: Role) -> bool:
    """Whether it is new."""
    if role not in GRANTABLE:
        raise Invalid("导购和店长由企业微信里的部门和负责人决定，不能在这里授予。")
    by = actor.userid if isinstance(actor, Viewer) else actor
    granted = session.scalar(
        insert(MemberRole)
        .values(member_id=member.id, role=role, granted_by=by, granted_at=clock.now())
        .on_conflict_do_nothing()
        .returning(MemberRole.role)
    )
    if granted is None:
        return False
    record(session, actor, "role.granted", subject=f"member:{member.userid}", role=role.value)
    return True


def revoke_role(session: Session, actor: Viewer | str, member: Member, role: Role) -> bool:
    """Whether there was something to take away."""
    taken = session.execute(delete(MemberRole).where(MemberRole.member_id == member.id, MemberRole.role == role))
    was_there = cast("CursorResult[Any]", taken).rowcount == 1
    if was_there:
        record(session, actor, "role.revoked", subject=f"member:{member.userid}", role=role.value)
    return was_there


def set_roles(session: Session, actor: Viewer, member: Member, roles: Collection[Role]) -> None:
    """
    Exactly these granted roles.

    :raises Conflict: if nobody would be left who can grant roles.
    """
    held = queries.granted_roles(session, [member.id]).get(member.id, set())
    for role in sorted(set(roles) - held):
        grant_role(session, actor, member, role)
    for role in sorted(held - set(roles)):
        revoke_role(session, actor, member, role)
    # Counted last: taking a role away writes to the audit chain, whose lock lets one such transaction in at once.
    if Role.ADMIN in held - set(roles) and queries.count_admins(session) == 0:
        raise Conflict("至少要保留一位系统管理员，请先把管理员授予别人。", code="last_admin")


def _row_of(session: Session, userid: str) -> Member | None:
    return session.scalar(select(Member).where(Member.userid == userid.lower()).with_for_update(key_share=True))


def _set_departments(
    session: Session, member_id: int, department_ids: Collection[int], leads: Collection[int]
) -> bool:
    wanted = {each: each in leads for each in department_ids}
    rows = session.scalars(select(MemberDepartment).where(MemberDepartment.member_id == member_id)).all()
    known = {row.department_id: row.is_leader for row in rows}
    if wanted == known or not wanted:
        return False
    session.execute(delete(MemberDepartment).where(MemberDepartment.member_id == member_id))
    session.execute(
        insert(MemberDepartment),
        [
            {"member_id": member_id, "department_id": each, "is_leader": leads_it}
            for each, leads_it in wanted.items()
        ],
    )
    return True


def _assign(row: Department | Member, values: dict[str, Any]) -> Change:
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return Change.CHANGED if changed else Change.NONE
