"""What an admin does in WeCom's console: tags, members, departments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wecom_simulator import events
from wecom_simulator.world.records import Department, Member, Tag, TagGroup
from wecom_simulator.world.refusals import NotPossible

if TYPE_CHECKING:
    from wecom_simulator.world.world import World

OWNER_LEFT = 1
"""status_filter of groupchat/list: the owner resigned, the group waits for another."""


def admin_creates_tags(world: World, group_name: str, names: list[str]) -> dict[str, Any]:
    """在后台新建企业标签；同名标签组已存在时加到组里。"""
    with world.changing() as state:
        at = world.clock.seconds()
        group = next((g for g in state.tag_groups.values() if g.name == group_name and not g.deleted), None)
        if group is None:
            group = TagGroup(world.new_id("et"), group_name, 0, at)
            _emit_tag(world, "create", group.id, "tag_group")
        made = []
        for name in names:
            if any(each.name == name and not each.deleted for each in group.tags):
                continue
            tag = Tag(world.new_id("et"), name, 0, at)
            world.put_tag(group, tag)
            made.append(tag.id)
            _emit_tag(world, "create", tag.id, "tag")
        return {"group_id": group.id, "tag_ids": made}


def admin_renames_tag(world: World, tag_id: str, name: str) -> None:
    """在后台修改标签名。"""
    with world.changing():
        _tag_or_fail(world, tag_id)[1].name = name
        _emit_tag(world, "update", tag_id, "tag")


def admin_deletes_tag(world: World, tag_id: str) -> None:
    """在后台删除标签；客户身上的也一起去掉。"""
    with world.changing():
        _tag_or_fail(world, tag_id)
        remove_tags(world, [tag_id])
        _emit_tag(world, "delete", tag_id, "tag")


def admin_deletes_tag_group(world: World, group_id: str) -> None:
    """在后台删除标签组：只有一个回调，组里的标签没有。"""
    with world.changing() as state:
        if group_id not in state.tag_groups or state.tag_groups[group_id].deleted:
            raise NotPossible("没有这个标签组")
        remove_tags(world, [each.id for each in state.tag_groups[group_id].tags])
        _emit_tag(world, "delete", group_id, "tag_group")


def admin_sorts_tags(world: World, group_id: str) -> None:
    """在后台拖动标签排序：回调 shuffle 只说是哪一组。"""
    with world.changing() as state:
        if group_id not in state.tag_groups:
            raise NotPossible("没有这个标签组")
        tags = state.tag_groups[group_id].tags
        tags.reverse()
        for order, tag in enumerate(reversed(tags)):
            tag.order = order
        _emit_tag(world, "shuffle", group_id, None)


def remove_tags(world: World, tag_ids: list[str]) -> None:
    """Marks tags as deleted, takes them off every customer, and deletes groups that have none left."""
    gone = set(tag_ids)
    for group in world.state.tag_groups.values():
        for tag in group.tags:
            tag.deleted = tag.deleted or tag.id in gone
        group.deleted = all(tag.deleted for tag in group.tags)
    for customer in world.state.customers.values():
        for follow in customer.follows.values():
            if not gone.isdisjoint(follow.tags):
                follow.tags = [each for each in follow.tags if each not in gone]


def admin_creates_member(
    world: World,
    userid: str,
    name: str,
    departments: list[int],
    position: str = "",
    leader: bool = False,
    customer_contact: bool = True,
) -> None:
    """在通讯录里添加成员。"""
    with world.changing():
        if world.member(userid) is not None:
            raise NotPossible("账号已存在（不区分大小写）")
        _departments_or_fail(world, departments)
        leads = list(departments) if leader else []
        member = Member(userid, name, list(departments), position, leads, customer_contact)
        world.put_member(member)
        _emit_contact(world, member, "create_user", _member_tail(member))


def admin_updates_member(
    world: World,
    userid: str,
    name: str | None = None,
    departments: list[int] | None = None,
    position: str | None = None,
    leader: bool | None = None,
    new_userid: str | None = None,
    status: int | None = None,
) -> None:
    """在通讯录里修改成员。"""
    with world.changing():
        member = world.member_or_fail(userid)
        if new_userid is not None and world.member(new_userid) not in (None, member):
            raise NotPossible("新账号已被使用")
        if departments is not None:
            _departments_or_fail(world, departments)
            member.departments = list(departments)
            member.leads = [each for each in member.leads if each in departments]
        if leader is not None:
            member.leads = list(member.departments) if leader else []
        member.name = member.name if name is None else name
        member.position = member.position if position is None else position
        member.status = member.status if status is None else status
        tail = _member_tail(member)
        if new_userid is not None and new_userid != member.userid:
            tail.insert(1, ("NewUserID", new_userid))
            _rename(world, member, new_userid)
        _emit_contact(world, member, "update_user", tail)


def admin_deletes_member(world: World, userid: str) -> None:
    """在通讯录里删除成员；客户还挂在这个账号名下，等待分配。"""
    with world.changing():
        member = world.member_or_fail(userid)
        _emit_contact(world, member, "delete_user", [("UserID", member.userid)])
        world.remove_member(member.userid)
        for group in world.state.groups.values():
            if group.owner == member.userid:
                group.status = OWNER_LEFT


def admin_creates_department(world: World, name: str, parent_id: int, department_id: int = 0) -> dict[str, int]:
    """新建部门。"""
    with world.changing() as state:
        _departments_or_fail(world, [parent_id])
        number = department_id or max(state.departments) + 1
        if number in state.departments:
            raise NotPossible("部门编号已存在")
        state.departments[number] = Department(number, name, parent_id, number)
        world.departments_changed()
        tail: events.Tail = [("Id", number), ("Name", name), ("ParentId", parent_id), ("Order", number)]
        _emit_contact(world, None, "create_party", tail)
        return {"department_id": number}


def admin_updates_department(
    world: World, department_id: int, name: str | None = None, parent_id: int | None = None
) -> None:
    """修改部门名称或上级。"""
    with world.changing() as state:
        _departments_or_fail(world, [department_id])
        department = state.departments[department_id]
        if parent_id is not None:
            if parent_id in world.department_and_below(department_id):
                raise NotPossible("不能把部门移到自己或下级部门里")
            _departments_or_fail(world, [parent_id])
            department.parent_id = parent_id
            world.departments_changed()
        department.name = department.name if name is None else name
        tail: events.Tail = [
            ("Id", department.id),
            ("Name", department.name),
            ("ParentId", department.parent_id),
        ]
        _emit_contact(world, None, "update_party", tail)


def admin_deletes_department(world: World, department_id: int) -> None:
    """删除没有成员、也没有下级的部门。"""
    with world.changing() as state:
        _departments_or_fail(world, [department_id])
        if len(world.department_and_below(department_id)) > 1:
            raise NotPossible("部门还有下级部门，不能删除")
        if any(department_id in each.departments for each in state.members.values()):
            raise NotPossible("部门里还有成员，不能删除")
        del state.departments[department_id]
        world.departments_changed()
        _emit_contact(world, None, "delete_party", [("Id", department_id)])


def _departments_or_fail(world: World, ids: list[int]) -> None:
    if not ids or any(each not in world.state.departments for each in ids):
        raise NotPossible("没有这个部门")


def _tag_or_fail(world: World, tag_id: str) -> tuple[TagGroup, Tag]:
    found = world.tag(tag_id)
    if found is None:
        raise NotPossible("没有这个标签，可能已被删除")
    return found


def _rename(world: World, member: Member, new_userid: str) -> None:
    world.remove_member(member.userid)
    for customer in world.customers_of(member.userid):
        follow = customer.follows[member.userid]
        world.remove_follow(customer, member.userid)
        follow.userid = new_userid
        world.put_follow(customer, follow)
    member.userid = new_userid
    world.put_member(member)


def _member_tail(member: Member) -> list[tuple[str, events.Value]]:
    return [
        ("UserID", member.userid),
        ("Name", member.name),
        ("Department", ",".join(map(str, member.departments))),
        ("MainDepartment", member.departments[0]),
        ("IsLeaderInDept", ",".join(str(int(each in member.leads)) for each in member.departments)),
        ("Position", member.position),
        ("Status", member.status),
    ]


def _emit_tag(world: World, change: str, tag_id: str, tag_type: str | None) -> None:
    at = world.clock.seconds()
    world.emit(events.external_tag(world.state.corp_id, at, change, tag_id, tag_type), customers=True)


def _emit_contact(world: World, member: Member | None, change: str, tail: events.Tail) -> None:
    if world.switches.contact_changes_reach_the_app:
        plaintext = events.contact(world.state.corp_id, world.clock.seconds(), change, tail)
        world.emit(plaintext, about=member)
