"""Customer groups."""

from __future__ import annotations

from wecom_simulator.endpoints import Json, Request, endpoint
from wecom_simulator.errors import ApiError
from wecom_simulator.parameters import page
from wecom_simulator.world.records import Group, GroupMember

MOST_WITHOUT_FILTER = 1000


@endpoint("externalcontact/groupchat/list", empty={"group_chat_list": []}, reads=True)
def groupchat_list(request: Request) -> Json:
    """
    limit is required; without an owner filter a large corp gets 81017.

    https://developer.work.weixin.qq.com/document/path/92120
    """
    body, world = request.body, request.world
    limit = body.integer("limit", low=1, high=1000)
    status = body.integer("status_filter", 0, low=0, high=3)
    owners = body.object("owner_filter").texts("userid_list", most=100, too_many=40032)
    if not owners:
        visible = [e for e in world.state.members.values() if world.sees_member(request.application, e)]
        if len(visible) > MOST_WITHOUT_FILTER:
            raise ApiError(81017)
        wanted = {each.userid for each in visible}
    else:
        wanted = {_owner(request, each) for each in owners}
    found = [
        {"chat_id": each.chat_id, "status": each.status}
        for each in world.state.groups.values()
        if each.owner in wanted and not each.dismissed and status in (0, each.status)
    ]
    found, cursor = page(found, body.text("cursor"), limit)
    return {"group_chat_list": found, "next_cursor": cursor}


@endpoint("externalcontact/groupchat/get", reads=True)
def groupchat_get(request: Request) -> Json:
    """
    May be older than the last event for a while: compare member_version with CurMemVer.

    https://developer.work.weixin.qq.com/document/path/92122
    """
    chat_id = request.body.text("chat_id", missing=40058)
    named = request.body.integer("need_name", 0, low=0, high=1) == 1
    group = request.world.state.groups.get(chat_id)
    if group is None or group.dismissed:
        raise ApiError(40050)
    owner = request.world.member(group.owner)
    if owner is not None and not request.world.sees_member(request.application, owner):
        raise ApiError(60011)
    waiting = request.world.stale_groups.get(chat_id)
    shown = waiting.pop() if waiting else group
    return {"group_chat": _group(shown, named)}


@endpoint("externalcontact/opengid_to_chatid", reads=True)
def opengid_to_chatid(request: Request) -> Json:
    """
    Here the opengid of a group is "o" and its chat_id.

    https://developer.work.weixin.qq.com/document/path/94822
    """
    chat_id = request.body.text("opengid", missing=40058).removeprefix("o")
    if chat_id not in request.world.state.groups:
        raise ApiError(90501)
    return {"chat_id": chat_id}


def _owner(request: Request, userid: str) -> str:
    """A member, or one who left and still owns groups."""
    member = request.world.member(userid)
    if member is not None:
        return member.userid
    if any(each.owner == userid for each in request.world.state.groups.values()):
        return userid
    raise ApiError(40031, userid)


def _group(group: Group, named: bool) -> Json:
    return {
        "chat_id": group.chat_id,
        "name": group.name,
        "owner": group.owner,
        "create_time": group.create_time,
        "notice": group.notice,
        "member_list": [_person(each, named) for each in group.members],
        "admin_list": [{"userid": each} for each in group.admins],
        "member_version": group.member_version,
    }


def _person(person: GroupMember, named: bool) -> Json:
    answer: Json = {
        "userid": person.id,
        "type": person.type,
        "join_time": person.join_time,
        "join_scene": person.join_scene,
        "group_nickname": person.nickname,
    }
    if person.invitor:
        answer["invitor"] = {"userid": person.invitor}
    if person.state:
        answer["state"] = person.state
    return {**answer, "name": person.name} if named else answer
