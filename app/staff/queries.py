"""Reading members and stores, and the one place where a `Viewer` is made."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, and_, exists, false, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import ColumnElement
from sqlalchemy.types import BigInteger, Text

from app.errors import NotFound
from app.staff.models import Department, Member, MemberDepartment, MemberRole
from app.viewer import HEAD_OFFICE, Role, Viewer

LEFT = 5
MAY_NOT_WORK = frozenset({2, LEFT})
"""WeCom's `status`: disabled, left."""


def is_active() -> ColumnElement[bool]:
    """A member who may sign in."""
    return and_(Member.left_at.is_(None), Member.status.not_in(MAY_NOT_WORK))


def member_by_userid(session: Session, userid: str) -> Member | None:
    """The member, left ones included."""
    return session.scalar(select(Member).where(Member.userid == userid.lower()))


def members_by_userid(session: Session, userids: Collection[str]) -> Mapping[str, Member]:
    wanted = {userid.lower() for userid in userids}
    return {each.userid: each for each in session.scalars(select(Member).where(Member.userid.in_(wanted)))}


def viewer_for(session: Session, member: Member) -> Viewer:
    """
    The member's roles and scope as they are at this moment. Leading a department in WeCom makes a store manager
    of its whole tree; every member is a guide; the rest was granted.
    """
    led = (
        select(Department.id)
        .join(MemberDepartment, MemberDepartment.department_id == Department.id)
        .where(
            MemberDepartment.member_id == member.id, MemberDepartment.is_leader, Department.deleted_at.is_(None)
        )
        .cte("stores", recursive=True)
    )
    below = aliased(Department)
    # UNION, not UNION ALL: two departments that name each other as parent end the walk instead of feeding it.
    tree = led.union(select(below.id).join(led, below.parent_id == led.c.id).where(below.deleted_at.is_(None)))
    rows = session.execute(
        union_all(
            select(literal(None, BigInteger).label("store"), MemberRole.role.label("role")).where(
                MemberRole.member_id == member.id
            ),
            select(tree.c.id, literal(None, Text)),
        )
    ).all()
    store_ids = frozenset(row.store for row in rows if row.store is not None)
    roles = {Role.GUIDE} | {Role(row.role) for row in rows if row.role}
    if store_ids:
        roles.add(Role.STORE_MANAGER)
    return Viewer(
        member_id=member.id,
        userid=member.userid,
        name=member.name,
        roles=frozenset(roles),
        store_ids=store_ids,
        sees_all_stores=not roles.isdisjoint(HEAD_OFFICE),
    )


def store_tree(session: Session, department_id: int) -> set[int]:
    """The department and everything below it, as far as it exists."""
    top = select(Department.id).where(Department.id == department_id, Department.deleted_at.is_(None))
    walked = top.cte("tree", recursive=True)
    below = aliased(Department)
    walked = walked.union(
        select(below.id).join(walked, below.parent_id == walked.c.id).where(below.deleted_at.is_(None))
    )
    return set(session.scalars(select(walked.c.id)))


def branch_of(session: Session, member_id: int) -> set[int]:
    """The member's departments and everything above them."""
    own = (
        select(Department.id, Department.parent_id)
        .join(MemberDepartment, MemberDepartment.department_id == Department.id)
        .where(MemberDepartment.member_id == member_id, Department.deleted_at.is_(None))
        .cte("branch", recursive=True)
    )
    above = aliased(Department)
    # UNION, as in `viewer_for`: two departments that name each other as parent end the walk.
    walked = own.union(
        select(above.id, above.parent_id).join(own, above.id == own.c.parent_id).where(above.deleted_at.is_(None))
    )
    return set(session.scalars(select(walked.c.id)))


def in_stores(store_ids: Collection[int]) -> ColumnElement[bool]:
    """Members who belong, or belonged when they left, to one of the departments."""
    if not store_ids:
        return false()
    return exists().where(MemberDepartment.member_id == Member.id, MemberDepartment.department_id.in_(store_ids))


def seen_by(viewer: Viewer) -> ColumnElement[bool]:
    """Which members the viewer may know of: for `where` on a select that has `Member` in it."""
    if viewer.sees_all_stores:
        return true()
    return or_(Member.id == viewer.member_id, in_stores(viewer.store_ids))


def members_visible_to(viewer: Viewer) -> Select[Member]:
    """Left members included: their customers still need somebody."""
    return select(Member).where(seen_by(viewer))


def get_member(session: Session, viewer: Viewer, userid: str) -> Member:
    """
    :raises NotFound: if there is none, or none that the viewer may see.
    """
    member = session.scalar(members_visible_to(viewer).where(Member.userid == userid.lower()))
    if member is None:
        raise NotFound("没有这位成员，或不在你的范围内。")
    return member


def departments_visible_to(viewer: Viewer) -> Select[Department]:
    """In WeCom's own order."""
    found = select(Department).where(Department.deleted_at.is_(None))
    if not viewer.sees_all_stores:
        own = select(MemberDepartment.department_id).where(MemberDepartment.member_id == viewer.member_id)
        found = found.where(or_(Department.id.in_(viewer.store_ids), Department.id.in_(own)))
    return found.order_by(Department.order.desc(), Department.id)


def stores_of(session: Session, member_ids: Collection[int]) -> Mapping[int, list[Department]]:
    """The departments of each member, the main one first."""
    rows = session.execute(
        select(MemberDepartment.member_id, Department)
        .join(Department, Department.id == MemberDepartment.department_id)
        .join(Member, Member.id == MemberDepartment.member_id)
        .where(MemberDepartment.member_id.in_(member_ids), Department.deleted_at.is_(None))
        .order_by((Department.id == Member.main_department_id).desc().nulls_last(), Department.id)
    )
    found: dict[int, list[Department]] = {}
    for member_id, department in rows:
        found.setdefault(member_id, []).append(department)
    return found


def granted_roles(session: Session, member_ids: Collection[int]) -> Mapping[int, set[Role]]:
    """What persons granted; guide and store manager follow from WeCom."""
    found: dict[int, set[Role]] = {}
    for row in session.scalars(select(MemberRole).where(MemberRole.member_id.in_(member_ids))):
        found.setdefault(row.member_id, set()).add(Role(row.role))
    return found


def leaders(session: Session, member_ids: Collection[int]) -> set[int]:
    """Those of the members who lead a department."""
    return set(
        session.scalars(
            select(MemberDepartment.member_id).where(
                MemberDepartment.member_id.in_(member_ids), MemberDepartment.is_leader
            )
        )
    )


def guides_per_department(session: Session) -> Mapping[int, int]:
    """How many members who may serve customers each department holds directly; one that holds any is a store."""
    rows = session.execute(
        select(MemberDepartment.department_id, func.count())
        .join(Member, Member.id == MemberDepartment.member_id)
        .where(is_active(), Member.serves_customers)
        .group_by(MemberDepartment.department_id)
    )
    return {row[0]: row[1] for row in rows}


def with_role(session: Session, *roles: Role) -> Sequence[str]:
    """The userids of who was granted one of these and may sign in."""
    granted = select(MemberRole.member_id).where(MemberRole.role.in_(roles))
    return session.scalars(
        select(Member.userid).where(Member.id.in_(granted), is_active()).order_by(Member.id)
    ).all()


def count_admins(session: Session) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(MemberRole)
            .join(Member, Member.id == MemberRole.member_id)
            .where(MemberRole.role == Role.ADMIN, is_active())
        )
        or 0
    )


def search(
    viewer: Viewer,
    *,
    text: str | None = None,
    store_ids: Collection[int] | None = None,
    role: Role | None = None,
    with_left: bool = False,
) -> Select[Member]:
    """
    :param text: part of the name, alias or userid.
    """
    found = members_visible_to(viewer)
    if not with_left:
        found = found.where(is_active())
    if text:
        pattern = text.strip()
        found = found.where(
            or_(
                *(
                    column.icontains(pattern, autoescape=True)
                    for column in (Member.name, Member.alias, Member.userid)
                )
            )
        )
    if store_ids is not None:
        found = found.where(in_stores(store_ids))
    if role == Role.STORE_MANAGER:
        found = found.where(exists().where(MemberDepartment.member_id == Member.id, MemberDepartment.is_leader))
    elif role is not None and role != Role.GUIDE:
        found = found.where(exists().where(MemberRole.member_id == Member.id, MemberRole.role == role))
    return found.order_by(Member.left_at.is_not(None), Member.main_department_id, Member.name, Member.id)


def page(session: Session, found: Select[Member], *, offset: int, limit: int) -> tuple[Sequence[Member], int]:
    """
    :returns: the members of one page, and how many there are in all.
    """
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    return session.scalars(found.offset(offset).limit(limit)).all(), total


def not_seen_since(session: Session, moment: datetime) -> list[str]:
    """Members who were not among those a sync has read since `moment`."""
    return list(session.scalars(select(Member.userid).where(Member.synced_at < moment, Member.left_at.is_(None))))


def departments_not_seen_since(session: Session, moment: datetime) -> list[int]:
    return list(
        session.scalars(
            select(Department.id).where(Department.synced_at < moment, Department.deleted_at.is_(None))
        )
    )


def count_active(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Member).where(is_active())) or 0


def anybody_serves(session: Session) -> bool:
    return session.scalar(select(Member.id).where(Member.serves_customers).limit(1)) is not None


def serving_unknown(session: Session, userid: str) -> bool:
    """Whether nobody has told us yet if this member may serve customers."""
    member = member_by_userid(session, userid)
    return member is None or (not member.serves_customers and member.main_department_id is None)


def group_owners(session: Session) -> list[str]:
    """Whose groups a sync asks for: who may serve customers, and who left, whose groups wait for an heir."""
    return list(
        session.scalars(
            select(Member.userid)
            .where(or_(Member.serves_customers, Member.left_at.is_not(None)))
            .order_by(Member.userid)
        )
    )
