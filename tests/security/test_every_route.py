"""
Goals 31 and 32, generated from the declared routes: a new route is covered the day it is written.

A path parameter nobody knows fails the test until somebody says here what a foreign one looks like.
"""

import re
from collections.abc import Iterator
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, text

from app import db
from app.http import PUBLIC, Route, routes
from app.staff.signing_in import session_cookie
from app.sync_runs import actions as runs
from app.sync_runs.models import Kind
from tests.support.words import publish

FORGED = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"X-Requested-With": ""},
    {"X-Requested-With": "XMLHttpRequest"},
]
EXEMPT_FROM_FORGERY = {"/wecom/callback"}
"""Not our pages: WeCom signs what it posts there."""

ACTORS = ("lin", "zhang", "li", "wang", "he", "yun")
SEES_EVERYBODY = {"yun", "he", "boss"}
"""Head office; compliance may open a customer's file, and that is recorded."""


@pytest.fixture
def shop(app: Flask, simulator, people, run_jobs, database: Connection) -> Flask:
    """The whole shop, synced, with a published word list."""
    people("boss")
    publish()
    for kind in Kind:
        with db.transaction() as session:
            runs.start(session, kind, started_by="tests")
        run_jobs()
    return app


def url_of(route: Route, values: dict[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name = found.group(2)
        assert name in values, f"{route.method} {route.path}: say in tests/security what a foreign {name} is"
        return values[name]

    return re.sub(r"<(?:(\w+):)?(\w+)>", value, route.path)


NOBODYS = {
    "external_user_id": "wmNobody",
    "chat_id": "wrNobody",
    "userid": "nobody",
    "group_id": "etNobody",
    "tag_id": "etNobody",
    "id": "999999",
    "index": "0",
    "name": "nothing.js",
    "script_id": "999999",
    "folder_id": "999999",
    "entry_id": "999999",
    "hit_id": "999999",
    "case_id": "999999",
    "objection_id": "999999",
    "version": "999999",
    "number": "999999",
    "intent_id": "999999",
    "missed_id": "999999",
    "job_id": "999999",
    "run_id": "999999",
    "code_id": "999999",
    "store_id": "999999",
    "part_id": "999999",
    "mass_message_id": "999999",
    "send_id": "999999",
    "place": "nowhere",
    "proposal_id": "999999",
    "replay_id": "999999",
    "export_id": "999999",
}


def ask(browser: FlaskClient, route: Route, url: str, **headers: str):
    body = {} if route.body else None
    return browser.open(url, method=route.method, json=body, headers=headers, buffered=True)


def declared() -> Iterator[Route]:
    found = routes()
    assert len(found) > 40
    yield from found


def test_every_route_but_the_public_ones_asks_who_is_there(client: FlaskClient):
    for route in declared():
        if isinstance(route.may, PUBLIC):
            assert route.may.why
            continue
        answer = ask(client, route, url_of(route, NOBODYS))
        assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in"), route


def test_every_route_refuses_who_lacks_the_role(app: Flask, sign_in):
    """Sabotage: drop the role check in `app.http.routes`: the guide gets through."""
    guide = sign_in("lin")
    refused = 0
    for route in declared():
        if isinstance(route.may, PUBLIC) or "guide" in route.may:
            continue
        answer = ask(guide, route, url_of(route, NOBODYS))
        assert (answer.status_code, answer.json["code"]) == (403, "forbidden"), route
        refused += 1
    assert refused > 10


def test_goal_31_no_request_of_another_site_gets_through(app: Flask, sign_in, record_property):
    """Sabotage: accept any Origin in `check_not_forged`."""
    admin, tried = sign_in("boss"), 0
    for route, forged in product(list(declared()), FORGED):
        if route.method == "GET" or route.path in EXEMPT_FROM_FORGERY:
            continue
        answer = ask(admin, route, url_of(route, NOBODYS), **forged)
        assert (answer.status_code, answer.json["code"]) == (403, "forged"), (route, forged)
        tried += 1
    record_property("forged requests refused", tried)


def test_a_form_of_another_site_is_no_json(app: Flask, sign_in):
    browsers = [sign_in(each) for each in ("boss", "he", "yun")]  # between them they may call everything
    for route in declared():
        if route.body is not None:
            url = url_of(route, NOBODYS)
            statuses = {each.open(url, method=route.method, data={"a": "b"}).status_code for each in browsers}
            assert statuses <= {400, 403, 415}, route
            assert statuses & {400, 415}, route


def test_goal_31_get_changes_nothing(shop: Flask, sign_in, database: Connection):
    """Opening a page may be recorded; nothing else may change."""
    admin = sign_in("boss")
    known = {**NOBODYS, "external_user_id": foreign_customer("lin")[0], "chat_id": a_group()}
    skipped = {"/api/sign-in/start", "/api/sign-in/callback"}
    before = counts(database)
    for route in declared():
        if route.method == "GET" and route.path not in skipped:
            assert ask(admin, route, url_of(route, known)).status_code < 500, route
    changed = {table for table, number in counts(database).items() if number != before[table]}
    assert changed <= {"audit_entries"}


def counts(database: Connection) -> dict[str, object]:
    names = database.execute(
        text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    ).scalars()
    return {
        name: database.execute(
            text(
                f"SELECT count(*), coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') FROM \"{name}\" t"
            )
        ).one()
        for name in names
        if name != "sign_ins"  # when somebody was last seen
    }


def test_every_answer_carries_the_protecting_headers(app: Flask, sign_in):
    admin = sign_in("boss")
    for route in declared():
        answer = ask(admin, route, url_of(route, NOBODYS))
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"], route
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"].replace(
            "style-src-attr 'unsafe-inline'", ""
        )
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        if route.path.startswith("/api/"):
            assert answer.headers["Cache-Control"] == "no-store", route


def test_the_session_cookie_cannot_be_read_or_sent_across(app: Flask, sign_in, settings):
    cookie = sign_in("lin").get_cookie(session_cookie(settings))
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.path == "/"


def foreign_customer(userid: str) -> tuple[str, str]:
    """A customer whom `userid` follows and nobody else does: external_user_id and name."""
    with db.transaction() as session:
        row = session.execute(
            text(
                "SELECT c.external_user_id, c.name FROM customers c JOIN follows f ON f.customer_id = c.id "
                "JOIN members m ON m.id = f.member_id WHERE m.userid = :userid AND f.ended_at IS NULL "
                "AND (SELECT count(*) FROM follows g WHERE g.customer_id = c.id) = 1 LIMIT 1"
            ),
            {"userid": userid},
        ).one()
    return row[0], row[1]


def a_group() -> str:
    with db.transaction() as session:
        return str(session.execute(text("SELECT chat_id FROM customer_groups LIMIT 1")).scalar_one())


def group_of(userid: str, *, without: str) -> str | None:
    """A group of that owner in which somebody else is not."""
    with db.transaction() as session:
        return session.execute(
            text(
                "SELECT chat_id FROM customer_groups g WHERE owner_userid = :owner AND NOT EXISTS "
                "(SELECT FROM group_members m WHERE m.group_id = g.id AND m.wecom_id = :other) LIMIT 1"
            ),
            {"owner": userid, "other": without},
        ).scalar()


STORES = {"lin": 11, "zhang": 11, "li": 11, "wang": 21}


ANSWERS_ANYBODY = {"/api/sidebar/customers/<external_user_id>/sync"}
"""Only asks WeCom anew, and says nothing of what came; a customer whom we do not know yet has no owner here."""


def foreign_groups(actor: str) -> list[str]:
    """Groups that the actor neither owns nor is in; of a manager's own store none is foreign."""
    with db.transaction() as session:
        return list(
            session.execute(
                text(
                    "SELECT chat_id FROM customer_groups g JOIN members o ON o.userid = g.owner_userid "
                    "WHERE o.userid <> :actor AND NOT (:actor = 'li' AND o.main_department_id = 11) "
                    "AND NOT EXISTS (SELECT FROM group_members m WHERE m.group_id = g.id AND m.wecom_id = :actor)"
                ),
                {"actor": actor},
            ).scalars()
        )


def test_goal_32_nobody_sees_another_stores_customer(shop: Flask, sign_in, record_property):
    """
    Every actor on every route with every owner's customer; then every list, searched for what must not be there.

    Sabotage: leave `visible_to` out of one list, or let it show every customer. Behind it stand other guards, so
    nothing need leak then; but an address that names somebody hidden has to answer as if there were nobody.
    """
    owners = ("lin", "zhang", "wang", "chen", "qian", "gao", "lu", "deng")
    theirs = {owner: foreign_customer(owner) for owner in owners}
    store_of = {**STORES, "chen": 12, "qian": 22, "gao": 11, "lu": 12, "deng": 22}
    groups = {pair: group_of(pair[1], without=pair[0]) for pair in product(ACTORS, owners)}
    strangers = {actor: foreign_groups(actor) for actor in ACTORS}
    assert all(strangers.values())
    tried, leaks = 0, []
    for actor in ACTORS:
        browser = sign_in(actor)
        for owner, route in product(owners, list(declared())):
            external_user_id, name = theirs[owner]
            if isinstance(route.may, PUBLIC) or allowed_to_see(actor, owner, store_of):
                continue
            if route.path == "/api/sign-out":
                continue  # whoever is gone sees nothing, and the rest of the cases would prove nothing
            values = {**NOBODYS, "external_user_id": external_user_id, "userid": owner}
            if (chat_id := groups[actor, owner]) is not None:
                values["chat_id"] = chat_id
            query = {"q": name} if route.query and "q" in route.query.model_fields else {}
            answer = browser.open(
                url_of(route, values), method=route.method, json={} if route.body else None, query_string=query
            )
            tried += 1
            assert answer.status_code != 401, route
            names = {name for _, name in re.findall(r"<(?:(\w+):)?(\w+)>", route.path)}
            addressed = names & {"external_user_id", "chat_id"} and route.path not in ANSWERS_ANYBODY
            content = answer.get_data(as_text=True)
            if answer.status_code < 400 and (addressed or external_user_id in content):
                leaks.append((actor, owner, route.method, route.path))
            if answer.status_code >= 500:
                leaks.append((actor, owner, route.method, route.path, answer.status_code))
        for route in declared():
            if route.method != "GET" or "<" in route.path or isinstance(route.may, PUBLIC):
                continue
            whole = {"page_size": 100} if route.query and "page_size" in route.query.model_fields else {}
            content = browser.get(route.path, query_string=whole).get_data(as_text=True)
            tried += 1
            if actor not in SEES_EVERYBODY:
                leaks += [(actor, each, "list", route.path) for each in strangers[actor] if each in content]
            leaks += [
                (actor, owner, "list", route.path)
                for owner in owners
                if not allowed_to_see(actor, owner, store_of) and theirs[owner][0] in content
            ]
    record_property("cases", tried)
    assert leaks == []
    assert tried > 2000


def allowed_to_see(actor: str, owner: str, store_of: dict[str, int]) -> bool:
    if actor in SEES_EVERYBODY or actor == owner:
        return True
    return actor == "li" and store_of[owner] == 11
