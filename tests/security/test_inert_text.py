"""Goals 33 and 37: what people write stays text, in spreadsheets and in logs; logs hold no secret and no phone."""

import csv
import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from dataclasses import replace
from uuid import uuid4

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, text

from app import config, db, logs
from app.campaigns import spreadsheet
from app.sync_runs import actions as runs
from app.sync_runs.models import Kind
from tests.support import words
from tests.support.callbacks import event_xml, sealed
from tests.support.exports import taken
from wecom_simulator import Answer, Http, Reset, Simulator, Truncated

STARTS = ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\u3000=", "＝", "＋", "－", "＠", "\x00=", "'="]
CORES = ["1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://evil.example","点我")']
FORMULAS = [start + core for start in STARTS for core in CORES]
"""45 of them."""
LEADS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def active(cell: str) -> bool:
    """Whether a spreadsheet could take the cell for more than a text."""
    return cell.replace("\x00", "").lstrip(" \u3000").startswith(LEADS)


def cells_of(content: bytes) -> list[str]:
    assert content.startswith(b"\xef\xbb\xbf"), "Excel would read it as GBK"
    return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row]


def test_no_csv_of_recipients_holds_a_formula() -> None:
    """Sabotage: write the rows with `csv` alone."""
    content = spreadsheet.as_csv([[formula] * 6 + [-12] for formula in FORMULAS])
    cells = cells_of(content)
    assert [cell for cell in cells if active(cell) and cell != "-12"] == []
    assert cells.count("-12") == len(FORMULAS)


def test_no_xlsx_of_recipients_holds_a_formula_and_numbers_stay_numbers() -> None:
    """Sabotage: `write` instead of `write_string`, and the workbook without its two `strings_to_…`."""
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet.as_xlsx([[formula] * 6 + [-12] for formula in FORMULAS])))
    rows = list(book["群发结果"].iter_rows(min_row=2))
    assert len(rows) == len(FORMULAS) >= 40
    assert {cell.data_type for row in rows for cell in row[:6]} == {"s"}
    assert {(row[6].data_type, row[6].value) for row in rows} == {("n", -12)}
    assert not [cell for row in rows for cell in row if cell.hyperlink]


@pytest.fixture
def synced(people, simulator: Simulator, run_jobs) -> None:
    """The shop's customers are here."""
    words.publish()
    with db.transaction() as session:
        runs.start(session, Kind.CUSTOMERS, started_by="tests")
    run_jobs()


@pytest.mark.usefixtures("synced")
def test_no_exported_hit_is_a_formula(sign_in) -> None:
    lin, he = sign_in("lin"), sign_in("he")
    for formula in FORMULAS:
        said = formula.replace("\x00", "") + words.FORBIDDEN
        press = {
            "press_id": str(uuid4()),
            "script_id": None,
            "entry": "single",
            "external_user_id": "wmWangJie0000000000000000000001",
            "parts": [{"type": "text", "text": said}],
            "blanks": {},
            "confirmed_reason": None,
        }
        stopped = lin.post("/api/outbound/sidebar-sends", json=press)
        assert (stopped.status_code, stopped.json["code"]) == (422, "blocked_by_words"), stopped.text
    cells = cells_of(taken(he, "hits"))
    assert sum("1+1" in cell or "calc" in cell or "HYPERLINK" in cell for cell in cells) >= 40
    assert [cell for cell in cells if active(cell)] == []
    book = openpyxl.load_workbook(io.BytesIO(taken(he, "hits", as_="xlsx")))
    cells = [cell for row in book["命中记录"].iter_rows() for cell in row if cell.value is not None]
    assert sum("calc" in str(cell.value) for cell in cells) >= 10
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink]


@pytest.mark.usefixtures("people")
def test_no_exported_word_is_a_formula_and_all_come_back_as_they_were(sign_in) -> None:
    he = sign_in("he")
    for number, formula in enumerate(FORMULAS):
        entry = {
            "text": f"词{number}",
            "category": "advertising",
            "action": "warn",
            "reason": formula.replace("\x00", ""),
            "suggestion": formula.replace("\x00", ""),
        }
        made = he.post("/api/lexicon/entries", json=entry)
        assert made.status_code == 201, made.text
    content = he.get("/api/lexicon/export.csv").data
    cells = cells_of(content)
    assert sum("calc" in cell for cell in cells) >= 10
    assert [cell for cell in cells if active(cell)] == []
    body = {"format": "csv", "text": content.decode("utf-8-sig"), "dry_run": True}
    back = he.post("/api/lexicon/import", json=body)
    assert (back.status_code, back.json["changed"], back.json["added"]) == (200, 0, 0), back.text


INJECTIONS = [
    f'王姐{end}{{"event": "forged", "level": "info"}}'
    for end in (
        "\n",
        "\r",
        "\r\n",
        "\x0b",
        "\x0c",
        "\x1c",
        "\x1d",
        "\x1e",
        "\x85",
        "\u2028",
        "\u2029",
        "\x00",
        "\x1b[2K",
    )
] + [
    '"} {"event": "forged"}',
    "%s%s%n%x",
    "{0.__class__}",
    "${jndi:ldap://127.0.0.1:9/a}",
    "\u202egnp.exe",
    "\ud800",
    "\x1b]0;title\x07\x1b[31mred",
    "\b\b\b\b",
]
SECRETS = {
    "phone": "13800138000",
    "phone with spaces": "138 0013 8000",
    "phone with code": "+86-13800138000",
    "token in a URL": "https://qyapi/cgi-bin/x?access_token=CANARY&debug=1",
    "secret in a URL": "gettoken?corpid=ww1&corpsecret=CANARY",
    "token in JSON": '{"access_token": "CANARY", "expires_in": 7200}',
    "token in a dict": "{'jsapi_ticket': 'CANARY'}",
    "bearer": "Authorization: Bearer CANARY",
    "password in a URL": "postgresql://desk:CANARY@127.0.0.1/desk",
    "welcome code": "welcome_code=CANARY",
    "welcome code in JSON": '{"welcome_code":"CANARY"}',
}


@pytest.fixture
def written(settings: config.Settings) -> Iterator[Callable[[], str]]:
    """Call it when everything is set up; from then on it gives all that was logged, at DEBUG."""
    said, root = io.StringIO(), logging.getLogger()
    before = root.handlers, root.level

    def so_far() -> str:
        if not said.tell():
            with redirect_stderr(said):
                logs.configure(replace(settings, log_level="DEBUG"), process="tests")
        return said.getvalue()

    yield so_far
    root.handlers, root.level = before


@pytest.mark.parametrize("payload", INJECTIONS, ids=ascii)
def test_a_log_line_stays_one_line(written, payload: str) -> None:
    """Sabotage: a plain formatter instead of JSON."""
    written()
    logger = logging.getLogger("app.tests")
    logger.info("a customer is called %s", payload)
    logger.info(payload)
    try:
        raise ValueError(payload)
    except ValueError:
        logger.exception("failed for %s", payload)
    lines = written().splitlines()
    assert len(lines) == 3
    assert all(json.loads(line)["logger"] == "app.tests" for line in lines)
    assert "\x1b" not in "".join(lines)


@pytest.mark.parametrize("name", SECRETS)
def test_no_log_line_holds_a_secret(written, name: str) -> None:
    written()
    logger = logging.getLogger("app.tests")
    logger.info("got %s", SECRETS[name])
    logger.info("got", extra={"detail": SECRETS[name]})
    try:
        raise RuntimeError(SECRETS[name])
    except RuntimeError:
        logger.exception("failed")
    lines = [json.loads(line) for line in written().splitlines()]
    said = json.dumps([{name: value for name, value in line.items() if name != "timestamp"} for line in lines])
    assert len(lines) == 3
    assert "CANARY" not in said
    assert "0013" not in said


PHONE = "13900009876"
NOTE = "CANARYremarkCANARY"


def test_goal_37_failing_handlers_log_neither_secrets_nor_people(
    sign_in, simulator: Simulator, run_jobs, settings, written, database: Connection, client: FlaskClient
) -> None:
    """Calls break, answers are cut, tables are missing. Sabotage: show the parameters of failed statements."""
    words.publish()
    lin, boss = sign_in("lin"), sign_in("boss")
    written()
    customer = "wmWangJie0000000000000000000001"
    assert lin.post(f"/api/sidebar/customers/{customer}/sync", json={}).status_code == 202
    run_jobs()
    follow = {"remark": NOTE, "phones": [{"phone": PHONE}]}
    simulator.script["externalcontact/remark"] = [
        Reset(),
        Http(502, body=f"{PHONE} {NOTE}"),
        Truncated(),
        Answer(60111),
    ]
    assert lin.patch(f"/api/customers/{customer}/follow", json=follow).status_code == 200
    run_jobs()
    simulator.invalidate_tokens()
    simulator.script["gettoken"] = [Reset(), Http(502), Truncated(), Answer(-1)]
    assert lin.get("/api/sidebar/js-sdk", query_string={"url": "http://127.0.0.1:8000/sidebar/"}).status_code
    path, body = sealed(
        settings, event_xml(settings, "x", Content=f"{NOTE} {PHONE}").replace(b"[event]", b"[text]")
    )
    assert client.post(path, data=body).status_code == 200
    run_jobs()

    database.execute(text("ALTER TABLE customers RENAME TO gone"))
    database.execute(text("ALTER TABLE hits RENAME TO gone_too"))
    failed = [
        boss.get("/api/customers", query_string={"q": PHONE}).status_code,
        lin.patch(f"/api/customers/{customer}/follow", json=follow).status_code,
        lin.get(f"/api/sidebar/customers/{customer}").status_code,
        boss.get("/api/hits", query_string={"q": NOTE}).status_code,
        lin.post(
            "/api/checks", json={"text": f"{NOTE} {PHONE} {words.FORBIDDEN}", "channel": "sidebar"}
        ).status_code,
    ]
    assert 500 in failed
    said = written()
    assert said.count('"level": "error"') >= 2
    secrets = (settings.wecom_agent_secret, settings.wecom_callback_token, settings.wecom_encoding_aes_key)
    for canary in (PHONE, NOTE, settings.secret_key, *secrets, *tokens(simulator)):
        assert canary not in said
    for line in said.splitlines():
        json.loads(line)


def tokens(simulator: Simulator) -> list[str]:
    with simulator.world.lock:
        return [str(each.token.value) for each in simulator.world.state.applications.values() if each.token]
