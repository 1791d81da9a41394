"""Goal 36 in small: whatever a signed-in person sends to any route, the answer is never our fault."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.http import PUBLIC, Route, routes
from tests.security.test_every_route import NOBODYS, url_of

STRINGS = ["\x00", "a\x00b", "\ud800", "一" * 5000, "%", "'", "\\", "1e400", "\u202e", "{{7*7}}", " ", "-1", "NaN"]
NUMBERS = [-1, 0, 2**31, 2**63, 10**400, 1e308, 0.5]
JUNK: list[Any] = [None, True, [], {}, [[]], [None], {"a": {}}, *STRINGS, *NUMBERS]
BODIES = [
    b"",
    b"[]",
    b"null",
    b"{",
    b'{"a":' * 20_000,
    b"[" * 100_000,
    b'{"a":1,"a":2}',
    b'{"a":' + b"9" * 100_000 + b"}",
    b'{"a":"\\ud800"}',
    b'{"\\u0000":1}',
    b"\xff\xfe{\x00",
    b'{"__proto__":{}}',
]
UNHARMED = {"/api/sign-out"}
"""Would end the session that the rest of the test needs."""


def declared() -> Iterator[Route]:
    for route in routes():
        if not isinstance(route.may, PUBLIC) and route.path not in UNHARMED:
            yield route


@pytest.fixture
def boss(sign_in) -> FlaskClient:
    browser = sign_in("boss")
    browser.application.config["PROPAGATE_EXCEPTIONS"] = False
    return browser


def send(browser: FlaskClient, route: Route, url: str, **given: Any) -> str | None:
    """The trouble, if there is any."""
    answer = browser.open(url, method=route.method, buffered=True, **given)
    allowed = {503} if answer.status_code == 503 and answer.json["code"] == "check_unavailable" else set()
    return None if answer.status_code < 500 or answer.status_code in allowed else f"{answer.status_code}"


def test_no_body_is_our_fault(boss: FlaskClient) -> None:
    """Sabotage: let a text with NUL through `Text`, and its `DataError` past `does_not_fit`."""
    troubles, tried = [], 0
    for route in declared():
        if route.body is None:
            continue
        url = url_of(route, NOBODYS)
        for body in BODIES:
            tried += 1
            trouble = send(boss, route, url, data=body, headers={"Content-Type": "application/json"})
            troubles += [(route.method, route.path, body[:30], trouble)] if trouble else []
        for name in route.body.model_fields:
            for value in JUNK:
                tried += 1
                text = json.dumps({name: value}).encode()
                trouble = send(boss, route, url, data=text, headers={"Content-Type": "application/json"})
                troubles += [(route.method, route.path, name, repr(value)[:30], trouble)] if trouble else []
    print(f"goal 36: {tried} hostile bodies")
    assert troubles == []


def test_no_query_is_our_fault(boss: FlaskClient) -> None:
    troubles, tried = [], 0
    for route in declared():
        if route.query is None:
            continue
        for name, field in route.query.model_fields.items():
            for value in STRINGS:
                tried += 1
                text = value.encode("utf-8", "surrogatepass")
                trouble = send(boss, route, url_of(route, NOBODYS), query_string={field.alias or name: text})
                troubles += [(route.method, route.path, name, repr(value)[:30], trouble)] if trouble else []
    print(f"goal 36: {tried} hostile queries")
    assert troubles == []


@pytest.mark.parametrize("piece", ["%00", "%FF", "..%2f", "9" * 30, "-1", "%ED%A0%80", "a" * 3000, "%0d%0a", "'"])
def test_no_path_is_our_fault(boss: FlaskClient, piece: str) -> None:
    hostile = dict.fromkeys(NOBODYS, piece)
    troubles = [
        (route.method, route.path, trouble)
        for route in declared()
        if "<" in route.path
        and (trouble := send(boss, route, url_of(route, hostile), json={} if route.body else None))
    ]
    assert troubles == []
