"""Sign-in as the browser sees it: the OAuth redirect inside WeCom and the web login page."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from wecom_simulator.api.login import new_code
from wecom_simulator.world import World

login = Blueprint("login", __name__, template_folder="templates")

CLIENT_COOKIE = "simulated_client"
"""Who holds this browser's WeCom client; the chat page sets it when a guide is chosen."""


@login.get("/connect/oauth2/authorize")
def authorize() -> AnyResponse | str:
    """https://developer.work.weixin.qq.com/document/path/91022"""
    world = _world()
    problem = _problem(world)
    if problem:
        return _failed(problem)
    if request.args.get("scope") not in ("snsapi_base", "snsapi_privateinfo"):
        return _failed("scope 只能是 snsapi_base 或 snsapi_privateinfo")
    if request.args.get("response_type") != "code":
        return _failed("response_type 必须是 code")
    userid = request.cookies.get(CLIENT_COOKIE, "")
    if world.member(userid) is None:
        return _pick("选择用哪位成员的企业微信打开")
    return _back(world, userid)


@login.get("/wwlogin/sso/login")
def web_login() -> AnyResponse | str:
    """https://developer.work.weixin.qq.com/document/path/98171"""
    if request.args.get("login_type") != "CorpApp":
        return _failed("login_type 必须是 CorpApp")
    return _failed(problem) if (problem := _problem(_world())) else _pick("选择哪位成员扫码登录")


@login.get("/simulator/login/scan")
def scan() -> AnyResponse:
    """The chosen member confirms on the phone."""
    world = _world()
    userid = request.args.get("userid", "")
    problem = _problem(world)
    if problem:
        return _failed(problem)
    if world.member(userid) is None:
        return _failed("没有这位成员")
    return _back(world, userid)


def _world() -> World:
    world: World = current_app.extensions["simulator"].world
    return world


def _problem(world: World) -> str:
    agent_id = request.args.get("agentid", "")
    target = urlsplit(request.args.get("redirect_uri", ""))
    if request.args.get("appid") != world.state.corp_id:
        return "appid 不是本企业的 CorpID"
    if agent_id and agent_id not in world.state.applications:
        return "agentid 不是本企业的应用"
    if target.scheme not in ("http", "https") or not target.netloc:
        return "redirect_uri 不是完整的网址"
    if world.switches.trusted_domain not in ("", target.netloc):
        return "50001：redirect_uri 的域名与应用的可信域名不一致"
    return ""


def _back(world: World, userid: str) -> AnyResponse:
    """To redirect_uri with code and state added to whatever query it has."""
    with world.changing():
        member = world.member_or_fail(userid)
        code = new_code(world, member.userid, request.args.get("scope", "snsapi_base"))
    target = urlsplit(request.args["redirect_uri"])
    query = [*parse_qsl(target.query, keep_blank_values=True), ("code", code)]
    query.append(("state", request.args.get("state", "")))
    return redirect(urlunsplit(target._replace(query=urlencode(query))))


def _pick(title: str) -> str:
    world = _world()
    with world.lock:
        rows = [
            {
                "name": each.name,
                "position": each.position,
                "where": "、".join(world.state.departments[d].name for d in each.departments),
                "avatar": f"/simulator/avatar/{each.userid}.svg",
                "link": "/simulator/login/scan?" + urlencode({**request.args, "userid": each.userid}),
            }
            for each in world.state.members.values()
            if each.status == 1
        ]
        return render_template("login.html", title=title, corp=world.state.corp_name, rows=rows)


def _failed(problem: str) -> Response:
    return Response(
        render_template("login.html", title="企业微信打不开这个页面", problem=problem, rows=[]), status=400
    )
