"""Access tokens per app, JS-SDK tickets, and the addresses of callbacks."""

from __future__ import annotations

import math

from wecom_simulator.endpoints import Json, Request, endpoint
from wecom_simulator.errors import ApiError
from wecom_simulator.limits import HOUR
from wecom_simulator.world import World
from wecom_simulator.world.records import Application, Token

TOKEN_SECONDS = 7200


def application_of(world: World, access_token: str) -> Application:
    """
    Which app holds this token. Only the query string carries it; WeCom looks nowhere else.

    :raises ApiError: 41001 missing, 40014 unknown, 42001 expired.
    """
    if not access_token:
        raise ApiError(41001)
    for application in world.state.applications.values():
        if application.token is not None and application.token.value == access_token:
            if application.token.expires_at <= world.clock.now():
                raise ApiError(42001)
            return application
    raise ApiError(40014)


@endpoint("gettoken", "GET", rights="none")
def gettoken(request: Request) -> Json:
    """
    The same token until it expires; too many wrong secrets ban the caller's address for an hour.

    https://developer.work.weixin.qq.com/document/path/91039
    """
    corp_id = request.query.text("corpid", missing=41002)
    secret = request.query.text("corpsecret", missing=41004)
    world, bans = request.world, request.world.secret_bans
    wrong, banned_until = bans.get(request.ip, (0, 0.0))
    if request.now < banned_until:
        raise ApiError(45009, "ip is banned for wrong secrets")
    if corp_id != world.state.corp_id:
        raise ApiError(40013)
    holder = next((each for each in world.state.applications.values() if each.secret == secret), None)
    if holder is None:
        wrong += 1
        until = request.now + HOUR if wrong >= world.switches.bad_secrets_before_ban else 0.0
        bans[request.ip] = (0 if until else wrong, until)
        raise ApiError(40001)
    bans.pop(request.ip, None)
    if holder.token is None or holder.token.expires_at <= request.now:
        holder.token = _token(request, holder)
    return {
        "access_token": holder.token.value,
        "expires_in": _left(request, holder.token),
    }


@endpoint("get_jsapi_ticket", "GET", rights="app")
def get_jsapi_ticket(request: Request) -> Json:
    """
    The corp's ticket, for `config`.

    https://developer.work.weixin.qq.com/document/path/90506
    """
    state = request.world.state
    if state.corp_ticket is None or state.corp_ticket.expires_at <= request.now:
        state.corp_ticket = _token(request, request.application)
    return _ticket(request, state.corp_ticket)


@endpoint("ticket/get", "GET", rights="app")
def ticket_get(request: Request) -> Json:
    """
    The app's own ticket, for `agentConfig`.

    https://developer.work.weixin.qq.com/document/path/90506
    """
    if request.query.text("type", missing=40058) != "agent_config":
        raise ApiError(40058, "type must be agent_config")
    tickets = request.application.tickets
    known = tickets.get("agent_config")
    if known is None or known.expires_at <= request.now:
        known = tickets["agent_config"] = _token(request, request.application)
    return _ticket(request, known)


@endpoint("getcallbackip", "GET", rights="app", empty={"ip_list": []}, reads=True)
def getcallbackip(request: Request) -> Json:
    """https://developer.work.weixin.qq.com/document/path/90930"""
    return {"ip_list": [request.ip]}


@endpoint("get_api_domain_ip", "GET", rights="app", empty={"ip_list": []}, reads=True)
def get_api_domain_ip(_request: Request) -> Json:
    """https://developer.work.weixin.qq.com/document/path/92520"""
    return {"ip_list": ["127.0.0.1"]}


def _token(request: Request, holder: Application) -> Token:
    value = request.world.new_id("", 86)
    return Token(value, holder.agent_id, request.now + TOKEN_SECONDS)


def _ticket(request: Request, ticket: Token) -> Json:
    return {"ticket": ticket.value, "expires_in": _left(request, ticket)}


def _left(request: Request, token: Token) -> int:
    return math.ceil(token.expires_at - request.now)
