"""Customers as an app sees them: who follows whom, with remark and tags per pair."""

from __future__ import annotations

from typing import Any

from wecom_simulator.endpoints import Json, Request, endpoint
from wecom_simulator.errors import ApiError
from wecom_simulator.parameters import page
from wecom_simulator.world.records import Customer, Follow, Member

FOLLOWERS_PER_PAGE = 500
REMARK_FIELDS = ("remark", "description", "remark_company", "remark_mobiles", "remark_pic_mediaid")


def serving_member(request: Request, userid: str, missing: int = 40003) -> Member:
    """:raises ApiError: 60111 unknown, 60011 out of sight, 84074 without the 客户联系 right."""
    if not userid:
        raise ApiError(missing)
    member = request.world.member(userid)
    if member is None:
        raise ApiError(60111)
    if not request.world.sees_member(request.application, member):
        raise ApiError(60011)
    if not member.customer_contact:
        raise ApiError(84074)
    return member


def pair(request: Request, userid: str, external_userid: str) -> tuple[Customer, Follow]:
    """:raises ApiError: 41035, 40096, 84061: they are no (full) friends."""
    member = serving_member(request, userid)
    if not external_userid:
        raise ApiError(41035)
    customer = request.world.state.customers.get(external_userid)
    if customer is None:
        raise ApiError(40096)
    follow = customer.follows.get(member.userid)
    if follow is None or follow.half:
        raise ApiError(84061)
    return customer, follow


@endpoint("externalcontact/get_follow_user_list", "GET", empty={"follow_user": []}, reads=True)
def get_follow_user_list(request: Request) -> Json:
    """https://developer.work.weixin.qq.com/document/path/92571"""
    members = request.world.state.members.values()
    serving = [each for each in members if each.customer_contact and each.status == 1]
    return {
        "follow_user": [each.userid for each in serving if request.world.sees_member(request.application, each)]
    }


@endpoint("externalcontact/list", "GET", empty={"external_userid": []}, reads=True)
def list_customers(request: Request) -> Json:
    """
    Not paged. Without customers it is 84061, not an empty list (WxJava issue 1528, a real answer).

    https://developer.work.weixin.qq.com/document/path/92113
    """
    member = serving_member(request, request.query.text("userid"))
    found = [each.external_userid for each in request.world.customers_of(member.userid)]
    if not found and request.world.switches.member_without_customers_is_84061:
        raise ApiError(84061)
    return {"external_userid": found}


@endpoint("externalcontact/get", "GET", empty={"follow_user": []}, reads=True)
def get_customer(request: Request) -> Json:
    """
    One customer and everybody who follows them, 500 a page.

    https://developer.work.weixin.qq.com/document/path/92114
    """
    world = request.world
    customer = world.state.customers.get(request.query.text("external_userid", missing=41035))
    if customer is None:
        raise ApiError(40096)
    visible = [each for each in customer.follows.values() if _visible(request, each.userid)]
    if not visible:
        raise ApiError(84061 if not customer.follows else 40096)
    follows, cursor = page(visible, request.query.text("cursor"), FOLLOWERS_PER_PAGE)
    answer: Json = {
        "external_contact": _contact(request, customer),
        "follow_user": [_follow_user(request, each) for each in follows],
    }
    return {**answer, "next_cursor": cursor} if cursor else answer


@endpoint("externalcontact/batch/get_by_user", empty={"external_contact_list": []}, reads=True)
def batch_get_by_user(request: Request) -> Json:
    """
    follow_info is one object with tag ids only, corp tags but not personal ones.

    https://developer.work.weixin.qq.com/document/path/92994
    """
    userids = request.body.texts("userid_list", most=100, missing=40058, too_many=40032)
    limit = request.body.integer("limit", 50, low=1, high=100)
    pairs: list[tuple[Customer, Follow]] = []
    for userid in dict.fromkeys(userids):
        member = serving_member(request, userid)
        pairs += [(each, each.follows[member.userid]) for each in request.world.customers_of(member.userid)]
    chosen, cursor = page(pairs, request.body.text("cursor"), limit)
    return {
        "external_contact_list": [
            {"external_contact": _contact(request, customer), "follow_info": _follow_info(follow)}
            for customer, follow in chosen
        ],
        "next_cursor": cursor,
    }


@endpoint("externalcontact/remark")
def remark(request: Request) -> Json:
    """
    Only given fields change; remark_mobiles overwrites, [""] clears it. Sends no callback.

    https://developer.work.weixin.qq.com/document/path/92115
    """
    body = request.body
    customer, follow = pair(request, body.text("userid"), body.text("external_userid"))
    if not any(name in body for name in REMARK_FIELDS):
        raise ApiError(40058, "nothing to change")
    name = body.text("remark", chars=20)
    description = body.text("description", chars=150)
    company = body.text("remark_company", chars=20)
    mobiles = body.texts("remark_mobiles", most=5)
    if company and customer.type != 1:
        raise ApiError(40058, "remark_company is for WeChat users only")
    if "remark" in body:
        follow.remark = name
    if "description" in body:
        follow.description = description
    if "remark_company" in body:
        follow.remark_corp_name = company
    if "remark_mobiles" in body:
        follow.remark_mobiles = [each for each in mobiles if each]
    return {}


def _visible(request: Request, userid: str) -> bool:
    member = request.world.member(userid)
    return member is not None and request.world.sees_member(request.application, member)


def _contact(request: Request, customer: Customer) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "external_userid": customer.external_userid,
        "name": customer.name,
        "avatar": f"{request.base_url}/simulator/avatar/{customer.external_userid}.svg",
        "type": customer.type,
        "gender": customer.gender,
    }
    if customer.type == 2:
        answer |= {
            "position": customer.position,
            "corp_name": customer.corp_name,
            "corp_full_name": customer.corp_name,
            "external_profile": {"external_attr": []},
        }
    elif request.world.switches.unionid_bound:
        answer["unionid"] = customer.unionid
    return answer


def _pair_fields(follow: Follow) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "userid": follow.userid,
        "remark": follow.remark,
        "description": follow.description,
        "createtime": follow.createtime,
        "remark_mobiles": follow.remark_mobiles,
        "oper_userid": follow.oper_userid or follow.userid,
        "add_way": follow.add_way,
    }
    if follow.remark_corp_name:
        answer["remark_corp_name"] = follow.remark_corp_name
    if follow.state:
        answer["state"] = follow.state
    return answer


def _follow_user(request: Request, follow: Follow) -> dict[str, Any]:
    tags: list[dict[str, Any]] = []
    for tag_id in follow.tags:
        found = request.world.tag(tag_id)
        if found is not None:
            group, tag = found
            tags.append({"group_name": group.name, "tag_name": tag.name, "tag_id": tag.id, "type": 1})
    tags += [{"group_name": "", "tag_name": name, "type": 2} for name in follow.personal_tags]
    return {**_pair_fields(follow), "tags": tags}


def _follow_info(follow: Follow) -> dict[str, Any]:
    return {**_pair_fields(follow), "tag_id": follow.tags}
