"""What the sidebar asks when it opens: who I am, a signature, the card; and what it may not show."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, update

from app import db
from app.customers.events import record_event
from app.customers.models import Customer
from app.customers.queries import by_external_user_id
from app.sync_runs import actions as runs
from app.sync_runs.models import Kind
from app.viewer import Viewer
from wecom_simulator import Simulator

SignIn = Callable[[str], FlaskClient]
RunJobs = Callable[[], int]
Clock = Callable[[timedelta], None]
WANG_JIE = "wmWangJie0000000000000000000001"
CARD = f"/api/sidebar/customers/{WANG_JIE}"


@pytest.fixture
def shop(
    app: Flask, clock: Clock, people: Callable[[str], Viewer], simulator: Simulator, run_jobs: RunJobs
) -> Simulator:
    """Tags and customers are synced; time stands still."""
    with db.transaction() as session:
        for kind in (Kind.TAGS, Kind.CUSTOMERS):
            runs.start(session, kind, started_by="tests")
    run_jobs()
    return simulator


@contextmanager
def counting(database: Connection) -> Iterator[list[str]]:
    """The SELECTs of the block."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append(statement)

    event.listen(database, "before_cursor_execute", note)
    yield asked
    event.remove(database, "before_cursor_execute", note)


def test_me_says_what_the_pages_need(shop: Simulator, sign_in: SignIn) -> None:
    assert sign_in("lin").get("/api/me").json["pages"] == ["sidebar"]
    li = sign_in("li").get("/api/me").json
    assert (li["roles"], li["pages"]) == (["guide", "store_manager"], ["sidebar", "console"])
    assert sign_in("boss").get("/api/me").json["sees_all_stores"] is True


def test_the_card_is_one_request(shop: Simulator, sign_in: SignIn) -> None:
    card = sign_in("lin").get(CARD).json
    assert (card["display_name"], card["is_mine"]) == ("王姐", True)
    assert card["my_follow"]["phones"] == [{"index": 0, "masked": "138****1234"}]
    assert card["my_follow"]["relation"] == "friend"
    assert {tag["name"] for tag in card["tags"]} == {"金卡", "通勤", "M", "门店扫码"}
    first = card["followers"][0]
    assert (first["name"], first["store"], first["is_me"]) == ("林晓", "上海南京路店", True)
    assert [line["kind"] for line in card["timeline"]] == ["added"]


def test_the_card_is_a_handful_of_queries(shop: Simulator, sign_in: SignIn, database: Connection) -> None:
    lin = sign_in("lin")
    lin.get(CARD)
    with counting(database) as asked:
        lin.get(CARD)
    about_scripts = [each for each in asked if "script" in each or "lexicon" in each or "folders" in each]
    print(f"{len(asked)} queries, session and viewer included, {len(about_scripts)} of them for the suggestions")
    assert len(asked) - len(about_scripts) <= 8
    assert len(asked) <= 18


def test_a_whole_phone_number_is_in_no_answer_but_the_reveal(shop: Simulator, sign_in: SignIn) -> None:
    for who in ("lin", "li", "boss", "he", "yun"):
        browser = sign_in(who)
        for path in (CARD, f"/api/customers/{WANG_JIE}", "/api/customers?q=王姐"):
            assert "13800001234" not in browser.get(path).text


def test_an_unknown_customer_is_offered_a_sync(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs, clock: Clock
) -> None:
    lin = sign_in("lin")
    shop.callbacks.lose = 1.0
    added = shop.world.customer_scans(userid="lin", name="周女士")["external_userid"]
    shop.callbacks.deliver_pending()
    missing = lin.get(f"/api/sidebar/customers/{added}")
    assert (missing.status_code, missing.json["code"]) == (404, "customer_not_synced")
    asked = lin.post(f"/api/sidebar/customers/{added}/sync")
    again = lin.post(f"/api/sidebar/customers/{added}/sync")
    assert (asked.status_code, again.status_code) == (202, 429)
    run_jobs()
    assert lin.get(f"/api/sidebar/customers/{added}").json["name"] == "周女士"
    clock(timedelta(seconds=31))
    assert lin.post(f"/api/sidebar/customers/{added}/sync").status_code == 202


def test_somebody_elses_customer_names_the_owner_and_nothing_more(shop: Simulator, sign_in: SignIn) -> None:
    answer = sign_in("wang").get(CARD)
    assert (answer.status_code, answer.json["code"]) == (403, "not_your_customer")
    assert answer.json["details"] == {"owner_name": "林晓", "owner_store": "上海南京路店"}
    assert "王姐" not in answer.text
    assert sign_in("wang").get(f"{CARD}/timeline").status_code == 404


def test_a_manager_reads_the_card_without_a_follow(shop: Simulator, sign_in: SignIn) -> None:
    card = sign_in("li").get(CARD).json
    assert (card["my_follow"], card["is_mine"]) == (None, False)
    assert {tag["name"] for tag in card["tags"]} == {"金卡", "通勤", "M", "门店扫码"}


def test_another_guides_remark_is_theirs(shop: Simulator, sign_in: SignIn, run_jobs: RunJobs) -> None:
    """Sabotage that turns this red: always show the remark in `follower_view`."""
    shop.world.customer_scans(userid="wang", external_userid=WANG_JIE)
    shop.world.member_edits_customer("wang", WANG_JIE, remark="南京路的客人")
    shop.callbacks.deliver_pending()
    run_jobs()
    seen = {each["userid"]: each["remark"] for each in sign_in("lin").get(CARD).json["followers"]}
    assert seen["wang"] == ""
    assert seen["lin"] == "王姐"


def test_a_customer_who_deleted_the_guide_is_still_shown_as_such(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs
) -> None:
    shop.world.customer_deletes(WANG_JIE, "lin")
    shop.callbacks.deliver_pending()
    run_jobs()
    card = sign_in("lin").get(CARD).json
    assert card["my_follow"]["relation"] == "customer_deleted"
    assert card["is_mine"] is False


def test_a_customer_who_was_handed_over_is_gone_for_the_old_guide(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs
) -> None:
    shop.world.member_deletes_customer("lin", WANG_JIE, source="DELETE_BY_TRANSFER")
    shop.callbacks.deliver_pending()
    run_jobs()
    assert sign_in("lin").get(CARD).status_code == 403


def test_the_timeline_goes_on_without_gap_or_double(shop: Simulator, sign_in: SignIn) -> None:
    with db.transaction() as session:
        customer = by_external_user_id(session, WANG_JIE)
        assert customer is not None
        for number in range(45):
            record_event(session, customer.id, "note", title=f"第 {number} 条")
    lin = sign_in("lin")
    card = lin.get(CARD).json
    seen, cursor = [line["id"] for line in card["timeline"]], card["timeline_next"]
    while cursor:
        page = lin.get(f"{CARD}/timeline?before={cursor}").json
        seen += [line["id"] for line in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 46
    assert lin.get(f"{CARD}/timeline?before=99999999999999999999.1").status_code == 404
    assert lin.get(f"{CARD}/timeline?before=abc").status_code == 422


def test_what_members_elsewhere_did_is_not_in_the_timeline(
    shop: Simulator, sign_in: SignIn, wang: Viewer, lin: Viewer
) -> None:
    with db.transaction() as session:
        customer = by_external_user_id(session, WANG_JIE)
        assert customer is not None
        record_event(session, customer.id, "note", member_id=wang.member_id, title="广州的事")
        record_event(session, customer.id, "note", member_id=lin.member_id, title="上海的事")
    titles = {line["title"] for line in sign_in("li").get(CARD).json["timeline"]}
    assert "上海的事" in titles
    assert "广州的事" not in titles


def test_a_customer_known_only_from_an_event_counts_as_not_synced(shop: Simulator, sign_in: SignIn) -> None:
    with db.transaction() as session:
        session.execute(update(Customer).where(Customer.external_user_id == WANG_JIE).values(synced_at=None))
    assert sign_in("lin").get(CARD).json["code"] == "customer_not_synced"


def test_our_pages_are_signed(shop: Simulator, sign_in: SignIn) -> None:
    lin = sign_in("lin")
    signed = lin.get("/api/sidebar/js-sdk", query_string={"url": "http://127.0.0.1:8000/sidebar/?a=1#top"}).json
    assert set(signed) == {"corp_id", "agent_id", "config", "agent_config"}
    assert len(signed["config"]["signature"]) == len(signed["agent_config"]["signature"]) == 40
    assert signed["config"]["signature"] != signed["agent_config"]["signature"]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/sidebar/",
        "http://127.0.0.1:8000@evil.example/",
        "http://127.0.0.1:8000.evil.example/",
        "http://127.0.0.1:9999/sidebar/",
        "javascript:alert(1)",
        "//127.0.0.1:8000/",
        "http://127.0.0.1:8000\\@evil.example/",
    ],
)
def test_other_pages_are_not_signed(shop: Simulator, sign_in: SignIn, url: str) -> None:
    answer = sign_in("lin").get("/api/sidebar/js-sdk", query_string={"url": url})
    assert answer.status_code == 403
    assert "signature" not in answer.text


def test_many_signatures_take_one_ticket_each_and_stop_at_thirty_a_minute(
    shop: Simulator, sign_in: SignIn, clock: Clock
) -> None:
    lin = sign_in("lin")
    page = {"url": "http://127.0.0.1:8000/sidebar/"}
    answers = [lin.get("/api/sidebar/js-sdk", query_string=page).status_code for _ in range(35)]
    assert answers == [200] * 30 + [429] * 5
    assert shop.calls.count("get_jsapi_ticket") == 1
    assert shop.calls.count("ticket/get") == 1
    clock(timedelta(minutes=1))
    assert lin.get("/api/sidebar/js-sdk", query_string=page).status_code == 200


@pytest.mark.parametrize("path", ["/api/me", CARD, "/api/sidebar/js-sdk?url=http://127.0.0.1:8000/", "/api/tags"])
def test_nobody_gets_anything_without_signing_in(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")
