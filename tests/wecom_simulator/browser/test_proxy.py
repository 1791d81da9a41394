"""The reverse proxy between the sidebar's frame and the app."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.wecom_simulator.standin import Standin
from wecom_simulator import Simulator
from wecom_simulator.proxy import BRIDGE, relaxed, with_bridge


class Guide:
    """The browser of one guide: it holds nothing but the cookie that says whose client it is."""

    def __init__(self, simulator: Simulator, userid: str) -> None:
        self.url = simulator.url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.cookies.set("simulated_client", userid)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(f"{self.url}{path}", **options)

    def signs_in(self) -> str:
        """Where it ends."""
        return self.get("/api/sign-in").url.removesuffix("#wechat_redirect")


@pytest.fixture
def lin(simulator: Simulator, app: Standin) -> Iterator[Guide]:
    guide = Guide(simulator, "lin")
    yield guide
    guide.session.close()


@pytest.fixture
def zhang(simulator: Simulator, app: Standin) -> Iterator[Guide]:
    guide = Guide(simulator, "zhang")
    yield guide
    guide.session.close()


def test_the_bridge_comes_before_every_script_of_the_sidebar(lin: Guide) -> None:
    page = lin.get("/sidebar/").content
    assert page.count(BRIDGE) == 1
    assert b"<head>" + BRIDGE in page
    assert BRIDGE not in lin.get("/assets/page.js").content


def test_only_what_framing_needs_is_relaxed(lin: Guide) -> None:
    headers = lin.get("/sidebar/").headers
    assert "X-Frame-Options" not in headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'self'; script-src 'self'; style-src 'self'; frame-ancestors 'self'"
    )
    assert lin.get("/api/me").headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("default-src 'none'", "default-src 'none'; frame-ancestors 'self'; script-src 'self'"),
        ("script-src 'nonce-x' ;; img-src *;", "script-src 'nonce-x' 'self'; img-src *; frame-ancestors 'self'"),
        ("img-src *", "img-src *; frame-ancestors 'self'"),
    ],
)
def test_a_policy_keeps_everything_else(policy: str, expected: str) -> None:
    assert relaxed(policy) == expected


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (b'<HEAD lang="x"><script>', b'<HEAD lang="x">' + BRIDGE + b"<script>"),
        (b"<header><p>", b"<header><p>"),
    ],
)
def test_the_head_is_found_however_it_is_written(page: bytes, expected: bytes) -> None:
    assert with_bridge(page) == expected


def test_two_guides_in_one_browser_keep_their_own_sessions(lin: Guide, zhang: Guide) -> None:
    """Sabotage: one jar for everybody in CookieJars."""
    lin.signs_in()
    zhang.signs_in()
    assert lin.get("/api/me").json()["userid"] == "lin"
    assert zhang.get("/api/me").json()["userid"] == "zhang"


def test_the_browser_never_holds_the_app_s_cookies(lin: Guide, app: Standin) -> None:
    """They would reach the console's session on another port of the same host."""
    lin.signs_in()
    assert set(lin.session.cookies.keys()) == {"simulated_client"}
    assert set(app.seen[-1]["cookies"]) == {"session"}, "state was deleted, simulated_client is not the app's"


def test_a_redirect_to_the_app_s_own_address_stays_with_the_simulator(lin: Guide) -> None:
    assert lin.signs_in() == f"{lin.url}/sidebar/"


def test_the_app_sees_the_address_the_browser_used(lin: Guide, app: Standin) -> None:
    lin.get("/sidebar/?a=%E7%8E%8B&b=%2F#c")
    assert app.seen[-1]["host"] == lin.url.removeprefix("http://")
    assert app.seen[-1]["path"] == "/sidebar/?a=%E7%8E%8B&b=%2F"


def test_a_body_and_its_headers_pass_unchanged(lin: Guide) -> None:
    answer = lin.session.post(f"{lin.url}/api/echo", data="王姐".encode(), headers={"Origin": lin.url})
    assert answer.json() == {"body": "王姐", "origin": lin.url}


def test_events_stream_through(lin: Guide) -> None:
    answer = lin.get("/api/stream", stream=True)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.text.count("data:") == 3


def test_an_app_that_is_away_is_told_in_words(simulator: Simulator) -> None:
    simulator.app_url = "http://127.0.0.1:9"
    answer = requests.get(f"{simulator.url}/sidebar/", timeout=10)
    assert answer.status_code == 502
    assert "导购台没有回应" in answer.text


def test_half_a_page_is_not_shown_as_a_page(simulator: Simulator) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def answer_half() -> None:
        connection, _ = listener.accept()
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 999\r\n\r\n<head>half")
        connection.close()

    thread = threading.Thread(target=answer_half)
    thread.start()
    simulator.app_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    answer = requests.get(f"{simulator.url}/sidebar/", timeout=10)
    thread.join()
    listener.close()
    assert answer.status_code == 502
    assert "half" not in answer.text


def test_another_site_s_name_for_this_machine_is_refused(lin: Guide) -> None:
    """A page elsewhere may let its own name point here, and would read the guide's session."""
    lin.signs_in()
    answer = lin.get("/api/me", headers={"Host": "evil.example"})
    assert answer.status_code == 403
