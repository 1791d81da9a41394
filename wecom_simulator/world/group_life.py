"""What happens in customer groups: created, joined, left, renamed, dismissed."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from wecom_simulator import events
from wecom_simulator.world import chats
from wecom_simulator.world.chats import group_or_fail
from wecom_simulator.world.records import Group, GroupMember
from wecom_simulator.world.refusals import NotPossible

if TYPE_CHECKING:
    from wecom_simulator.world.world import World

INVITED = 0
SCANNED = 3
"""JoinScene of the callback; groupchat/get counts otherwise (1 invited, 3 scanned)."""


def group_created(
    world: World, owner: str, name: str, members: list[str] | None = None, customers: list[str] | None = None
) -> dict[str, str]:
    """成员建一个客户群。"""
    with world.changing() as state:
        owning = world.member_or_fail(owner)
        at = world.clock.seconds()
        group = Group(world.new_id("wr"), name, owning.userid, at)
        for each in dict.fromkeys([owning.userid, *(members or []), *(customers or [])]):
            group.members.append(_person(world, each, at, 1, owning.userid))
        group.member_version = world.new_id("", 32)
        state.groups[group.chat_id] = group
        _emit(world, group, "create")
        return {"chat_id": group.chat_id}


def group_joined(
    world: World, chat_id: str, member_id: str, join_scene: int = SCANNED, state: str = ""
) -> dict[str, str]:
    """一个人入群：join_scene 0 由成员邀请，3 扫群二维码。"""
    with world.changing():
        group = group_or_fail(world, chat_id)
        if any(each.id == member_id for each in group.members):
            raise NotPossible("这个人已经在群里")
        if len(group.members) >= 500:
            raise NotPossible("群已满（500 人）")
        if join_scene not in (INVITED, SCANNED):
            raise NotPossible("join_scene 只能是 0（邀请）或 3（扫码）")
        before = _keep_stale(world, group)
        scene = 3 if join_scene == SCANNED else 1
        person = _person(world, member_id, world.clock.seconds(), scene, group.owner if scene == 1 else "")
        person.state = state
        group.members.append(person)
        _note(world, group, f"{person.name} 加入了群聊")
        return _members_changed(world, group, before, "add_member", member_id, ("JoinScene", join_scene))


def group_left(world: World, chat_id: str, member_id: str, kicked: bool = False) -> dict[str, str]:
    """一个人退群，或者被群主移出。"""
    with world.changing():
        group = group_or_fail(world, chat_id)
        person = next((each for each in group.members if each.id == member_id), None)
        if person is None:
            raise NotPossible("这个人不在群里")
        if person.id == group.owner:
            raise NotPossible("群主不能退群，请先转让或解散")
        before = _keep_stale(world, group)
        group.members.remove(person)
        _note(world, group, f"{person.name} {'被移出了' if kicked else '退出了'}群聊")
        return _members_changed(world, group, before, "del_member", member_id, ("QuitScene", int(kicked)))


def group_owner_changed(world: World, chat_id: str, owner: str) -> None:
    """转让群主。"""
    with world.changing():
        group = group_or_fail(world, chat_id)
        owning = world.member_or_fail(owner)
        if all(each.id != owning.userid for each in group.members):
            group.members.append(_person(world, owning.userid, world.clock.seconds(), 1, group.owner))
        group.owner = owning.userid
        _emit(world, group, "update", [("UpdateDetail", "change_owner")])


def group_renamed(world: World, chat_id: str, name: str) -> None:
    """修改群名。"""
    with world.changing():
        group = group_or_fail(world, chat_id)
        group.name = name
        _emit(world, group, "update", [("UpdateDetail", "change_name")])


def group_notice_changed(world: World, chat_id: str, notice: str) -> None:
    """修改群公告。"""
    with world.changing():
        group = group_or_fail(world, chat_id)
        group.notice = notice
        _emit(world, group, "update", [("UpdateDetail", "change_notice")])


def group_dismissed(world: World, chat_id: str) -> None:
    """解散群聊。"""
    with world.changing():
        group = group_or_fail(world, chat_id)
        group.dismissed = True
        _emit(world, group, "dismiss")


def _person(world: World, person_id: str, at: int, scene: int, invitor: str) -> GroupMember:
    member = world.member(person_id)
    if member is not None:
        return GroupMember(member.userid, 1, at, scene, invitor, name=member.name)
    customer = world.customer_or_fail(person_id)
    return GroupMember(customer.external_userid, 2, at, scene, invitor, name=customer.name)


def _keep_stale(world: World, group: Group) -> str:
    lag = world.switches.group_detail_lag_calls
    if lag > 0:
        world.stale_groups[group.chat_id] = [copy.deepcopy(group)] * lag
    return group.member_version


def _members_changed(
    world: World, group: Group, before: str, detail: str, member_id: str, scene: tuple[str, int]
) -> dict[str, str]:
    group.member_version = world.new_id("", 32)
    tail: list[tuple[str, events.Value]] = [
        ("UpdateDetail", detail),
        scene,
        ("MemChangeCnt", 1),
        ("MemChangeList", [member_id]),
        ("LastMemVer", before),
        ("CurMemVer", group.member_version),
    ]
    _emit(world, group, "update", tail)
    return {"member_version": group.member_version}


def _note(world: World, group: Group, line: str) -> None:
    chats.say(world, chats.group_chat(group.chat_id), "system", "", "text", {"content": line}, "system")


def _emit(world: World, group: Group, change: str, details: events.Tail = ()) -> None:
    plaintext = events.external_chat(world.state.corp_id, world.clock.seconds(), group.chat_id, change, details)
    world.emit(plaintext, about=world.member(group.owner), customers=True)
