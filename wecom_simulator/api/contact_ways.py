"""Contact ways 「联系我」."""

from __future__ import annotations

from typing import Any

from wecom_simulator.endpoints import Json, Request, endpoint
from wecom_simulator.errors import ApiError
from wecom_simulator.limits import DAY
from wecom_simulator.parameters import page
from wecom_simulator.world.records import ContactWay

DOCS_SINCE = 1625846400
"""list_contact_way knows only ways made after 2021-07-10."""
MOST_PEOPLE = 100
TEXT_BYTES = 4000


@endpoint("externalcontact/add_contact_way")
def add_contact_way(request: Request) -> Json:
    """
    qr_code only for scene 2; skip_verify is true unless said otherwise.

    https://developer.work.weixin.qq.com/document/path/92228
    """
    body = request.body
    kind = body.integer("type", low=1, high=2, missing=41037, wrong=41037)
    scene = body.integer("scene", low=1, high=2, missing=41038, wrong=41038)
    temporary = body.flag("is_temp")
    if temporary and kind != 1:
        raise ApiError(40058, "is_temp is for type 1 only")
    way = ContactWay(
        config_id=request.world.new_id("", 32),
        type=kind,
        scene=scene,
        create_time=request.at,
        style=body.integer("style", 1, low=1, high=3, wrong=41039),
        is_temp=temporary,
        agent_id=request.application.agent_id,
    )
    _fill(request, way)
    request.world.state.contact_ways[way.config_id] = way
    answer = {"config_id": way.config_id}
    return {**answer, "qr_code": _qr_code(request, way)} if scene == 2 else answer


@endpoint("externalcontact/get_contact_way", reads=True)
def get_contact_way(request: Request) -> Json:
    """https://developer.work.weixin.qq.com/document/path/92228"""
    way = _way(request)
    answer: dict[str, Any] = {
        "config_id": way.config_id,
        "type": way.type,
        "scene": way.scene,
        "style": way.style,
        "remark": way.remark,
        "skip_verify": way.skip_verify,
        "state": way.state,
        "user": way.users,
        "party": way.parties,
        "is_temp": way.is_temp,
        "expires_in": way.expires_in,
        "chat_expires_in": way.chat_expires_in,
        "unionid": way.unionid,
        "conclusions": way.conclusions,
    }
    if way.scene == 2:
        answer["qr_code"] = _qr_code(request, way)
    return {"contact_way": answer}


@endpoint("externalcontact/list_contact_way", empty={"contact_way": []}, reads=True)
def list_contact_way(request: Request) -> Json:
    """
    The last 90 days unless said otherwise, no temporary ones.

    https://developer.work.weixin.qq.com/document/path/92228
    """
    body = request.body
    start = body.integer("start_time", request.at - 90 * DAY)
    end = body.integer("end_time", request.at)
    limit = body.integer("limit", 100, low=1, high=1000)
    if start > end:
        raise ApiError(40058, "start_time is after end_time")
    found = [
        {"config_id": each.config_id}
        for each in request.world.state.contact_ways.values()
        if max(start, DOCS_SINCE) <= each.create_time <= end and not each.is_temp
    ]
    found, cursor = page(found, body.text("cursor"), limit)
    return {"contact_way": found, "next_cursor": cursor}


@endpoint("externalcontact/update_contact_way")
def update_contact_way(request: Request) -> Json:
    """
    Given fields overwrite; type and scene stay.

    https://developer.work.weixin.qq.com/document/path/92228
    """
    way = _way(request)
    if "style" in request.body:
        way.style = request.body.integer("style", 1, low=1, high=3, wrong=41039)
    _fill(request, way)
    return {}


@endpoint("externalcontact/del_contact_way")
def del_contact_way(request: Request) -> Json:
    """https://developer.work.weixin.qq.com/document/path/92228"""
    del request.world.state.contact_ways[_way(request).config_id]
    return {}


def _way(request: Request) -> ContactWay:
    way = request.world.state.contact_ways.get(request.body.text("config_id", missing=41042))
    if way is None:
        raise ApiError(41044)
    return way


def _fill(request: Request, way: ContactWay) -> None:
    """All checks come first: a refused call changes nothing."""
    body, world = request.body, request.world
    users = body.texts("user", most=10000) if "user" in body else way.users
    parties = body.integers("party", most=10000) if "party" in body else way.parties
    remark = body.text("remark", way.remark, chars=30)
    state = body.text("state", way.state, chars=30)
    skip_verify = body.flag("skip_verify", way.skip_verify)
    expires = body.integer("expires_in", way.expires_in or 7 * DAY, low=1, high=14 * DAY)
    chat_expires = body.integer("chat_expires_in", way.chat_expires_in or DAY, low=1, high=14 * DAY)
    unionid = body.text("unionid", way.unionid)
    conclusions = body.object("conclusions")
    conclusions.object("text").text("content", bytes=TEXT_BYTES)
    members = []
    for userid in users:
        member = world.member(userid)
        if member is None:
            raise ApiError(40003, userid)
        if not world.sees_member(request.application, member):
            raise ApiError(60011, userid)
        if member.status != 1 or not member.customer_contact:
            raise ApiError(41054, userid)
        members.append(member.userid)
    inside = {below for each in parties for below in world.department_and_below(each)}
    if any(each not in world.state.departments for each in parties):
        raise ApiError(40066)
    if way.type == 1 and (len(members) != 1 or parties):
        raise ApiError(40031, "type 1 needs exactly one user")
    if not members and not parties:
        raise ApiError(40031, "user and party are both empty")
    expanded = {e.userid for e in world.state.members.values() if inside & set(e.departments)} | set(members)
    if len(expanded) > MOST_PEOPLE:
        raise ApiError(41041)
    way.users, way.parties, way.remark, way.state = list(dict.fromkeys(members)), parties, remark, state
    way.skip_verify, way.unionid = skip_verify, unionid
    if way.is_temp:
        way.expires_in, way.chat_expires_in = expires, chat_expires
    if "conclusions" in body:
        way.conclusions = dict(conclusions.values)


def _qr_code(request: Request, way: ContactWay) -> str:
    return f"{request.base_url}/simulator/qr/{way.config_id}.svg"
