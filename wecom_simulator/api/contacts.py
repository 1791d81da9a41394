"""The address book as an app sees it: members and departments inside its visibility."""

from __future__ import annotations

from typing import Any

from wecom_simulator.endpoints import Json, Request, endpoint
from wecom_simulator.errors import ApiError
from wecom_simulator.parameters import page, whole
from wecom_simulator.world.records import ROOT_DEPARTMENT, Department, Member

FAILED_MEMBER: Json = {"department": [], "order": [], "is_leader_in_dept": [], "direct_leader": []}


def visible_member(request: Request, userid: str) -> Member:
    """:raises ApiError: 60111 if there is none, 60011 if the app may not see them."""
    member = request.world.member(userid)
    if member is None:
        raise ApiError(60111)
    if not request.world.sees_member(request.application, member):
        raise ApiError(60011)
    return member


@endpoint("user/get", "GET", rights="app", empty=FAILED_MEMBER, reads=True)
def user_get(request: Request) -> Json:
    """https://developer.work.weixin.qq.com/document/path/90196"""
    return _full(request, visible_member(request, request.query.text("userid", missing=40003)))


@endpoint("user/simplelist", "GET", rights="app", empty={"userlist": []}, reads=True)
def user_simplelist(request: Request) -> Json:
    """https://developer.work.weixin.qq.com/document/path/90200"""
    members = _inside_department(request)
    return {
        "userlist": [
            {"userid": each.userid, "name": each.name, "department": each.departments, "open_userid": ""}
            for each in members
        ]
    }


@endpoint("user/list", "GET", rights="app", empty={"userlist": []}, reads=True)
def user_list(request: Request) -> Json:
    """https://developer.work.weixin.qq.com/document/path/90201"""
    return {"userlist": [_full(request, each) for each in _inside_department(request)]}


@endpoint("user/list_id", "POST", rights="app", empty={"dept_user": []}, reads=True)
def user_list_id(request: Request) -> Json:
    """
    One row per member and department.

    https://developer.work.weixin.qq.com/document/path/96067
    """
    if request.world.switches.user_list_id_needs_sync_secret and not request.application.contacts_sync:
        raise ApiError(48002)
    limit = request.body.integer("limit", 10000, low=1, high=10000)
    rows = [
        {"userid": each.userid, "department": department}
        for each in request.world.state.members.values()
        for department in each.departments
    ]
    rows, cursor = page(rows, request.body.text("cursor"), limit)
    return {"next_cursor": cursor, "dept_user": rows}


@endpoint("department/list", "GET", rights="app", empty={"department": []}, reads=True)
def department_list(request: Request) -> Json:
    """https://developer.work.weixin.qq.com/document/path/90208"""
    return {"department": [_department(each) for each in _departments(request)]}


@endpoint("department/simplelist", "GET", rights="app", empty={"department_id": []}, reads=True)
def department_simplelist(request: Request) -> Json:
    """https://developer.work.weixin.qq.com/document/path/95350"""
    departments = _departments(request)
    return {"department_id": [{"id": e.id, "parentid": e.parent_id, "order": e.order} for e in departments]}


@endpoint("department/get", "GET", rights="app", reads=True)
def department_get(request: Request) -> Json:
    """https://developer.work.weixin.qq.com/document/path/95351"""
    number = _number(request, "id")
    if number not in request.world.visible_departments(request.application):
        raise ApiError(60011 if number in request.world.state.departments else 60123)
    members = request.world.state.members.values()
    leaders = [each.userid for each in members if number in each.leads]
    answer = _department(request.world.state.departments[number])
    return {"department": {**answer, "department_leader": leaders}}


def _number(request: Request, name: str) -> int:
    """A number in the query string."""
    number = whole(request.query.text(name, missing=60123))
    if number is None:
        raise ApiError(60123, f"{name} must be a number")
    return number


def _departments(request: Request) -> list[Department]:
    """The given one and all below it; without an id everything that the app sees."""
    world = request.world
    visible = world.visible_departments(request.application)
    if "id" not in request.query or request.query.text("id") == "":
        wanted = list(visible)
    else:
        number = _number(request, "id")
        if number not in world.state.departments:
            raise ApiError(60123)
        if number not in visible:
            raise ApiError(60011)
        wanted = world.department_and_below(number)
    return [world.state.departments[each] for each in sorted(wanted)]


def _inside_department(request: Request) -> list[Member]:
    """Direct members only: fetch_child left the documentation, so children are asked for one by one."""
    number = _number(request, "department_id")
    world = request.world
    if number not in world.state.departments:
        raise ApiError(60123)
    if number not in world.visible_departments(request.application):
        raise ApiError(60011)
    return [each for each in world.state.members.values() if number in each.departments]


def _department(department: Department) -> dict[str, Any]:
    return {
        "id": department.id,
        "name": department.name,
        "name_en": department.name_en,
        "parentid": 0 if department.id == ROOT_DEPARTMENT else department.parent_id,
        "order": department.order,
    }


def _full(request: Request, member: Member) -> Json:
    answer: Json = {
        "userid": member.userid,
        "name": member.name,
        "department": member.departments,
        "order": [0 for _ in member.departments],
        "position": member.position,
        "is_leader_in_dept": [int(each in member.leads) for each in member.departments],
        "direct_leader": [],
        "alias": "",
        "telephone": "",
        "open_userid": "",
        "main_department": member.departments[0],
        "extattr": {"attrs": []},
        "status": member.status,
        "external_position": member.position,
        "external_profile": {"external_corp_name": request.world.state.corp_name, "external_attr": []},
    }
    if request.world.switches.contacts_created_after_2022:
        return {**answer, "gender": "0"}
    picture = f"{request.base_url}/simulator/avatar/{member.userid}.svg"
    return {
        **answer,
        "gender": str(member.gender),
        "mobile": member.mobile,
        "email": "",
        "biz_mail": "",
        "address": "",
        "avatar": picture,
        "thumb_avatar": picture,
        "qr_code": f"{request.base_url}/simulator/qr/member-{member.userid}.svg",
    }
