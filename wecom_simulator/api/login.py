"""Who a login code belongs to."""

from __future__ import annotations

from wecom_simulator.endpoints import Json, Request, endpoint
from wecom_simulator.errors import ApiError
from wecom_simulator.limits import DAY
from wecom_simulator.world import World
from wecom_simulator.world.records import LoginCode

CODE_SECONDS = 300
TICKET_SECONDS = 1800


def new_code(world: World, userid: str, scope: str, external_userid: str = "") -> str:
    """One use, five minutes. The caller holds the lock."""
    code = world.new_id("", 43)
    world.state.login_codes[code] = LoginCode(code, userid, world.clock.now(), external_userid, scope)
    codes = world.state.login_codes
    while codes and world.clock.now() - (oldest := next(iter(codes.values()))).created_at > DAY:
        del codes[oldest.code]
    return code


@endpoint("auth/getuserinfo", "GET", rights="app")
def getuserinfo(request: Request) -> Json:
    """
    userid in lower case; user_ticket only for snsapi_privateinfo.

    https://developer.work.weixin.qq.com/document/path/91023
    """
    known = _spend(request)
    if known.external_userid:
        return {"openid": request.world.new_id("o", 28), "external_userid": known.external_userid}
    answer = {"userid": known.userid.lower()}
    if known.scope == "snsapi_privateinfo":
        ticket = request.world.new_id("", 64)
        known.created_at = request.now
        request.world.state.user_tickets[ticket] = known
        answer["user_ticket"] = ticket
    return answer


@endpoint("user/getuserinfo", "GET", rights="app")
def old_getuserinfo(request: Request) -> Json:
    """
    The older form, with other capitals.

    https://developer.work.weixin.qq.com/document/path/91437
    """
    return {"UserId": _spend(request).userid}


@endpoint("auth/getuserdetail", "POST", rights="app")
def getuserdetail(request: Request) -> Json:
    """
    What the member agreed to show (snsapi_privateinfo).

    https://developer.work.weixin.qq.com/document/path/95833
    """
    known = request.world.state.user_tickets.get(request.body.text("user_ticket", missing=84015))
    if known is None:
        raise ApiError(84015)
    if request.now - known.created_at > TICKET_SECONDS:
        raise ApiError(84014)
    member = request.world.member(known.userid)
    if member is None:
        raise ApiError(60111)
    return {
        "userid": member.userid.lower(),
        "gender": str(member.gender),
        "avatar": f"{request.base_url}/simulator/avatar/{member.userid}.svg",
        "qr_code": f"{request.base_url}/simulator/qr/member-{member.userid}.svg",
        "mobile": member.mobile,
        "email": "",
        "biz_mail": "",
        "address": "",
    }


def _spend(request: Request) -> LoginCode:
    known = request.world.state.login_codes.get(request.query.text("code", missing=41008))
    if known is None:
        raise ApiError(40029)
    if known.used:
        raise ApiError(42022)
    if request.now - known.created_at > CODE_SECONDS:
        raise ApiError(42003)
    known.used = True
    return known
