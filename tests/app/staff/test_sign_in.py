"""Signing in through WeCom: only the browser that began it, only once, only members."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import config, db
from app.staff.models import SignIn
from app.viewer import Viewer
from tests.support import browser
from wecom_simulator import Answer, Simulator

pytestmark = pytest.mark.usefixtures("people")


def begin(client: FlaskClient, page: str = "/sidebar/") -> str:
    """Start signing in; the address of WeCom's page."""
    answer = client.get("/api/sign-in/start", query_string={"next": page})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def allow(wecom_page: str, userid: str) -> str:
    """WeCom sends the browser back; path and query of our callback."""
    allowed = requests.get(wecom_page, cookies={"simulated_client": userid}, allow_redirects=False, timeout=5)
    back = urlsplit(allowed.headers["Location"])
    return f"{back.path}?{back.query}"


def count_sessions() -> int:
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(SignIn)) or 0


def test_a_member_comes_back_signed_in(app: Flask) -> None:
    lin = browser.signed_in_browser(app, "lin", page="/console/customers?page=2")
    me = lin.get("/api/me").json
    assert me["userid"] == "lin"
    assert me["roles"] == ["guide"]
    assert me["stores"] == [{"id": 11, "name": "上海南京路店"}]


def test_the_cookie_is_for_us_alone(client: FlaskClient, settings: config.Settings) -> None:
    back = client.get(allow(begin(client), "lin"))
    cookie = next(each for each in back.headers.getlist("Set-Cookie") if each.startswith("guidedesk="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_over_https_the_cookie_is_bound_to_our_host(app: Flask, client: FlaskClient) -> None:
    from dataclasses import replace

    config.configure(replace(config.settings(), public_url="https://desk.example.com"))
    begun = client.get("/api/sign-in/start")
    cookie = begun.headers["Set-Cookie"]
    assert cookie.startswith("__Host-guidedesk-state-")
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_an_ordinary_browser_gets_the_page_to_scan(client: FlaskClient) -> None:
    client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 Chrome/130"
    assert "/wwlogin/sso/login?" in begin(client, "/console/")
    assert "/connect/oauth2/authorize?" in begin(client, "/sidebar/")


def test_the_way_back_leads_only_to_our_own_addresses(client: FlaskClient) -> None:
    back = parse_qs(urlsplit(begin(client)).query)["redirect_uri"][0]
    forged = client.get("/api/sign-in/start", headers={"Host": "evil.example.com"})
    assert back == "http://127.0.0.1:8000/api/sign-in/callback"
    assert parse_qs(urlsplit(forged.headers["Location"]).query)["redirect_uri"] == [back]


@pytest.mark.parametrize(
    "attack", ["no state", "forged", "other browser", "twice", "too late", "no code", "used code"]
)
def test_an_attack_ends_without_a_session(
    attack: str, app: Flask, client: FlaskClient, clock: Callable[[timedelta], None]
) -> None:
    """Sabotage that turns this red: take any `state` for granted in `come_back`."""
    back = allow(begin(client), "lin")
    state = parse_qs(urlsplit(back).query)["state"][0]
    victim, expected = client, 0
    if attack == "no state":
        back = back.replace(f"state={state}", "")
    elif attack == "forged":
        back = back.replace(state, "0" * 32)
    elif attack == "other browser":
        victim = browser.fresh_browser(app)
    elif attack == "twice":
        client.get(back)
        expected = 1
    elif attack == "too late":
        clock(timedelta(minutes=5, seconds=2))
    elif attack == "no code":
        back = f"/api/sign-in/callback?state={state}"
    elif attack == "used code":
        code = parse_qs(urlsplit(back).query)["code"][0]
        client.get(back)
        again = parse_qs(urlsplit(allow(begin(client), "lin")).query)["state"][0]
        back, expected = f"/api/sign-in/callback?code={code}&state={again}", 1
    answer = victim.get(back)
    assert answer.status_code in {400, 422}
    assert "重新登录" in answer.text
    assert count_sessions() == expected


@pytest.mark.parametrize(
    "page",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "https:evil.example",
        "/%2f%2fevil.example",
        "/sidebar/..//evil",
        "/sidebar/%2e%2e/%2fevil",
        "\\\\evil.example",
        "/sidebar//evil.example",
        "javascript:alert(1)",
        "/sidebar/\r\nSet-Cookie: a=b",
        "/sidebar@evil.example",
        "http://127.0.0.1:8000@evil.example/sidebar/",
        "/api/sign-out",
        "/sidebar。evil",
        "",
        "/",
        "/console",
        "  /sidebar/",
        "/sidebar/" + "a" * 600,
        "/console/../api/sign-out",
        "/sidebar/%5cevil.example",
        "/sidebar/%00",
        "/sidebar/\t//evil.example",
        "/\t/evil.example",
        "/sidebar;/evil",
        "ftp://evil.example/sidebar/",
        "data:text/html,<script>",
        "/.evil.example",
        "/sidebar/?next=<script>",
        "http:/\\evil.example",
        "///evil.example/sidebar/",
        "////evil.example",
        "/sidebar/\u2028//evil",
        "/ｓidebar/",
        "/sidebar/%0d%0aSet-Cookie:a=b",
        "?next=//evil.example",
        "#//evil.example",
        "\u3002evil.example",
        "/SIDEBAR/",
    ],
)
def test_afterwards_the_browser_stays_with_us(page: str, client: FlaskClient) -> None:
    begun = client.get("/api/sign-in/start?next=" + quote(page, safe=""))
    if begun.status_code == 422:
        return
    done = client.get(allow(begun.headers["Location"], "lin"))
    assert done.headers["Location"] == "/sidebar/"


def test_who_is_no_member_gets_a_page_that_says_so(client: FlaskClient, simulator: Simulator) -> None:
    simulator.script["auth/getuserinfo"] = [Answer(0, extra={"openid": "o1", "external_userid": "wm1"})]
    answer = client.get(allow(begin(client), "lin"))
    assert answer.status_code == 403
    assert "只有本企业的在职成员" in answer.text
    assert count_sessions() == 0


def test_a_member_who_joined_after_the_last_sync_is_read_at_once(
    client: FlaskClient, simulator: Simulator
) -> None:
    simulator.world.admin_creates_member("xin", "辛苗", [11], position="导购")
    client.get(allow(begin(client), "xin"))
    assert client.get("/api/me").json["stores"] == [{"id": 11, "name": "上海南京路店"}]


def test_wecom_being_away_says_so(client: FlaskClient, simulator: Simulator) -> None:
    from wecom_simulator import Http

    simulator.script["auth/getuserinfo"] = [Http(502)]
    answer = client.get(allow(begin(client), "lin"))
    assert answer.status_code == 504
    assert "企业微信" in answer.text


def test_a_session_ends_after_eight_idle_hours(
    clock: Callable[[timedelta], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    lin = sign_in("lin")
    clock(timedelta(hours=7, minutes=59))
    assert lin.get("/api/me").status_code == 200
    clock(timedelta(hours=8, minutes=1))
    answer = lin.get("/api/me")
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


def test_a_busy_session_ends_after_a_day(
    clock: Callable[[timedelta], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    lin = sign_in("lin")
    for _ in range(4):
        clock(timedelta(hours=6))
        last = lin.get("/api/me").status_code
    assert last == 401


def test_signing_in_again_replaces_the_session(app: Flask, client: FlaskClient) -> None:
    client.get(allow(begin(client), "lin"))
    old = client.get_cookie("guidedesk")
    client.get(allow(begin(client), "lin"))
    thief = browser.fresh_browser(app)
    assert old is not None
    thief.set_cookie("guidedesk", old.value)
    assert thief.get("/api/me").status_code == 401
    assert client.get("/api/me").status_code == 200


def test_signing_out_ends_the_session(app: Flask, sign_in: Callable[[str], FlaskClient]) -> None:
    lin = sign_in("lin")
    kept = lin.get_cookie("guidedesk")
    assert lin.post("/api/sign-out").status_code == 204
    thief = browser.fresh_browser(app)
    assert kept is not None
    thief.set_cookie("guidedesk", kept.value)
    assert thief.get("/api/me").status_code == 401


def test_whoever_leaves_is_out_at_once(
    simulator: Simulator, sign_in: Callable[[str], FlaskClient], run_jobs: Callable[[], int]
) -> None:
    lin, zhang = sign_in("lin"), sign_in("zhang")
    simulator.world.admin_deletes_member("lin")
    simulator.callbacks.deliver_pending()
    run_jobs()
    assert lin.get("/api/me").status_code == 401
    assert zhang.get("/api/me").status_code == 200


def test_the_token_itself_is_nowhere_in_the_database(sign_in: Callable[[str], FlaskClient], lin: Viewer) -> None:
    cookie = sign_in("lin").get_cookie("guidedesk")
    assert cookie is not None
    with db.transaction() as session:
        stored = session.scalars(select(SignIn.token_hash)).all()
    assert cookie.value.encode() not in b"".join(stored)
