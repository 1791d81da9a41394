"""Goal 30, what tests/app/staff/test_sign_in.py leaves: codes and sessions of others, and of who left."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import config, db
from app.staff.models import SignIn
from app.staff.signing_in import session_cookie
from tests.support import browser
from wecom_simulator import Answer, Simulator

pytestmark = pytest.mark.usefixtures("people")


def begin(client: FlaskClient, page: str = "/sidebar/") -> str:
    return str(client.get("/api/sign-in/start", query_string={"next": page}).headers["Location"])


def allow(wecom_page: str, userid: str) -> str:
    allowed = requests.get(wecom_page, cookies={"simulated_client": userid}, allow_redirects=False, timeout=5)
    back = urlsplit(allowed.headers["Location"])
    return f"{back.path}?{back.query}"


def parameter(url: str, name: str) -> str:
    return parse_qs(urlsplit(url).query)[name][0]


def sessions() -> int:
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(SignIn)) or 0


def come_back(client: FlaskClient, state: str, code: str) -> int:
    answer = client.get("/api/sign-in/callback", query_string={"state": state, "code": code})
    return int(answer.status_code)


def test_a_victim_cannot_be_signed_in_as_the_attacker(app: Flask, client: FlaskClient) -> None:
    """The attacker's link with the attacker's code and state. Sabotage: do not ask for the cookie of the state."""
    link = allow(begin(browser.fresh_browser(app)), "zhang")
    assert client.get(link).status_code == 400
    assert sessions() == 0


def test_a_stolen_code_is_worth_nothing_with_another_state(
    app: Flask, client: FlaskClient, simulator: Simulator
) -> None:
    """The thief brings a state of his own; the code was used by its owner."""
    victims = allow(begin(client), "boss")
    client.get(victims)
    thief = browser.fresh_browser(app)
    own = allow(begin(thief), "lin")
    assert come_back(thief, parameter(own, "state"), parameter(victims, "code")) in {400, 422}
    assert sessions() == 1
    assert thief.get("/api/me").status_code == 401


@pytest.mark.parametrize("part", [0, 1, 2, 3])
def test_a_state_cookie_that_was_touched_is_no_state(client: FlaskClient, part: int) -> None:
    """State, time, page and signature: all four are signed."""
    back = allow(begin(client, "/console/"), "lin")
    name = next(each for each in client._cookies if "state" in each[2])[2]
    kept = client.get_cookie(name)
    assert kept is not None
    pieces = kept.value.split(".")
    pieces[part] = "9999999999" if part == 1 else ("0" if pieces[part][0] != "0" else "1") + pieces[part][1:]
    client.set_cookie(name, ".".join(pieces))
    assert client.get(back).status_code == 400
    assert sessions() == 0


def test_a_state_cookie_signed_with_another_key_is_no_state(app: Flask, client: FlaskClient) -> None:
    back = allow(begin(client), "lin")
    config.configure(replace(config.settings(), secret_key="another installation's secret, long enough too"))
    assert client.get(back).status_code == 400
    assert sessions() == 0


@pytest.mark.parametrize(
    "answered",
    [
        {"userid": ""},
        {"openid": "o1"},
        {"external_userid": "wm1"},
        {"userid": "nobody-here"},
        {"userid": None},
        {"userid": ["lin"]},
        {"userid": "lin\x00boss"},
    ],
)
def test_who_is_no_member_of_this_corp_gets_nothing(
    client: FlaskClient, simulator: Simulator, answered: dict[str, object]
) -> None:
    back = allow(begin(client), "lin")
    simulator.script["auth/getuserinfo"] = [Answer(0, extra=answered)]
    assert client.get(back).status_code in {403, 502, 504, 422}
    assert sessions() == 0


@pytest.mark.parametrize("code", [40029, 40013, 40082, 50001, -1])
def test_a_code_of_another_app_or_corp_gets_nothing(client: FlaskClient, simulator: Simulator, code: int) -> None:
    back = allow(begin(client), "lin")
    simulator.script["auth/getuserinfo"] = [Answer(code), Answer(code), Answer(code)]
    assert client.get(back).status_code >= 400
    assert sessions() == 0


def test_a_session_planted_before_is_not_the_one_after(client: FlaskClient, settings: config.Settings) -> None:
    """Fixation. Sabotage: keep the token that the browser brought."""
    client.set_cookie(session_cookie(settings), "planted-by-somebody-else")
    client.get(allow(begin(client), "lin"))
    now = client.get_cookie(session_cookie(settings))
    assert now is not None
    assert now.value != "planted-by-somebody-else"
    assert len(now.value) >= 43


@pytest.mark.parametrize("token", ["", "0", "null", "' OR 1=1--", "a" * 4000, "\x00", "é", "../../etc/passwd"])
def test_an_invented_session_is_none(app: Flask, settings: config.Settings, token: str) -> None:
    guesser = browser.fresh_browser(app)
    guesser.set_cookie(session_cookie(settings), token)
    assert guesser.get("/api/me").status_code == 401


def test_the_way_back_takes_no_address_from_the_request(client: FlaskClient) -> None:
    """Open redirect by header. Sabotage: build `redirect_uri` from the Host of the request."""
    own = "http://127.0.0.1:8000"
    for header in ("Host", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Original-URL", "Referer"):
        answer = client.get("/api/sign-in/start?next=/console/", headers={header: "evil.example"})
        assert parameter(answer.headers["Location"], "redirect_uri").startswith(own), header


def test_an_error_page_leads_nowhere_else(client: FlaskClient) -> None:
    for page in ("//evil.example", "https://evil.example/", '"><script>alert(1)</script>', "/sidebar/\r\nX: y"):
        answer = client.get("/api/sign-in/callback", query_string={"state": page, "code": page, "next": page})
        assert "evil.example" not in answer.text + str(answer.headers)
        assert "<script" not in answer.text


@pytest.mark.parametrize("status", [2, 5])
def test_whoever_is_barred_in_wecom_is_out_at_once(
    app: Flask,
    simulator: Simulator,
    sign_in: Callable[[str], FlaskClient],
    run_jobs: Callable[[], int],
    status: int,
) -> None:
    """2 is disabled, 5 has left: all sessions end, on every device, and no new one begins."""
    phone, desk, colleague = sign_in("lin"), sign_in("lin"), sign_in("zhang")
    simulator.world.admin_updates_member("lin", status=status)
    simulator.callbacks.deliver_pending()
    run_jobs()
    assert [each.get("/api/me").status_code for each in (phone, desk, colleague)] == [401, 401, 200]
    again = browser.fresh_browser(app)
    assert again.get(allow(begin(again), "lin")).status_code == 403


def test_a_role_taken_away_is_gone_with_the_next_request(sign_in: Callable[[str], FlaskClient]) -> None:
    boss, yun = sign_in("boss"), sign_in("yun")
    assert yun.get("/api/lexicon").status_code == 200
    assert boss.put("/api/staff/members/yun/roles", json={"roles": []}).status_code == 200
    assert yun.get("/api/lexicon").status_code == 403


def test_honest_people_all_get_in(app: Flask) -> None:
    """Twenty sign-ins begun side by side and ended in another order: nobody gets another's session."""
    guides = ["lin", "zhang", "li", "wang", "he", "yun", "boss", "chen", "zhao", "sun"] * 2
    browsers = [browser.fresh_browser(app) for _ in guides]
    ways = [(each, allow(begin(each), userid), userid) for each, userid in zip(browsers, guides, strict=True)]
    for each, way, userid in reversed(ways):
        each.get(way)
        assert each.get("/api/me").json["userid"] == userid
    assert sessions() == len(guides)


def test_two_tabs_sign_in_side_by_side(client: FlaskClient, clock: Callable[[timedelta], None]) -> None:
    first, second = allow(begin(client, "/console/"), "lin"), allow(begin(client, "/sidebar/"), "lin")
    clock(timedelta(minutes=1))
    assert client.get(second).headers["Location"] == "/sidebar/"
    assert client.get(first).headers["Location"] == "/console/"
