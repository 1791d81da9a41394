"""One incident as one file: whole, readable, covered where customers are named, and proof against meddling."""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import Connection

from app import clock as app_clock
from app import config, db
from app.audit import actions as audit
from app.audit import anchors
from app.audit import queries as log
from app.cli import main as command
from app.compliance import actions, checks
from app.customers.models import Customer
from app.errors import Blocked
from app.evidence import checking
from app.outbox import enqueue
from app.viewer import Viewer

SignIn = Callable[[str], FlaskClient]
URL = "/api/evidence/packs"
BEST = {
    "text": "最低价",
    "category": "advertising",
    "action": "block",
    "reason": "广告法第九条禁用",
    "source": "《广告法》第九条",
}
HOSTILE = "<script>alert(1)</script>最低价 打 13800001234"


@pytest.fixture
def blocked(database: Connection, sign_in: SignIn, he: Viewer, lin: Viewer) -> int:
    """林晓 wanted to send 王姐 a forbidden word, markup and a phone number; the hit's id."""
    with db.transaction() as session:
        actions.add_entry(session, he, BEST)
        actions.publish(session, he, note="首版")
        session.add(Customer(external_user_id="wm1", name="王小姐", synced_at=app_clock.now()))
    with suppress(Blocked), db.transaction() as session:
        checks.passed(session, HOSTILE, channel="sidebar", on_behalf_of="lin", subject="customer:wm1")
    return int(sign_in("he").get("/api/hits").json["items"][0]["id"])


@pytest.fixture
def keeper(sign_in: SignIn) -> FlaskClient:
    return sign_in("he")


@pytest.fixture
def taken(keeper: FlaskClient, tmp_path: Path) -> Callable[..., Path]:
    """Called with what the pack is about: the file as it was saved."""

    def take(**about: Any) -> Path:
        answer = keeper.post(URL, json={"reason": "投诉调查", **about})
        assert (answer.status_code, answer.mimetype) == (200, "application/zip"), answer.text
        path = tmp_path / "pack.zip"
        path.write_bytes(answer.data)
        return path

    return take


def inside(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def incident(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(inside(path, "incident.json"))
    return found


def changed(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The same pack with one file changed."""
    with zipfile.ZipFile(path) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    files[name] = change(files.get(name, b""))
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(other, "w") as archive:
        for each, content in files.items():
            archive.writestr(each, content)
    return other


def test_a_hit_brings_its_rule_its_author_and_its_record(blocked: int, taken: Callable[..., Path]) -> None:
    found = incident(taken(about="hit", id=blocked))
    (hit,) = found["hits"]
    assert (hit["id"], hit["who"], hit["channel"], hit["outcome"]) == (blocked, "lin", "sidebar", "blocked")
    (rule,) = found["rules"]
    assert (rule["version"], rule["published_by_name"]) == (1, "何静")
    assert [(each["reason"], each["source"]) for each in rule["entries"]] == [
        ("广告法第九条禁用", "《广告法》第九条")
    ]
    assert "lexicon.published" in {each["action"] for each in found["audit"]}
    assert (found["made_by"], found["reason"]) == ("he", "投诉调查")


def test_customers_are_covered_and_the_mark_stays_where_it_was(blocked: int, taken: Callable[..., Path]) -> None:
    """Sabotage: leave `masked_values` out."""
    path = taken(about="hit", id=blocked)
    (hit,) = incident(path)["hits"]
    assert hit["passage"][hit["marked"]["start"] : hit["marked"]["end"]] == "最低价"
    with zipfile.ZipFile(path) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "138****1234" in whole
    assert [secret for secret in ("13800001234", "王小姐") if secret in whole] == []


def test_the_page_is_inert_and_says_it_in_chinese(blocked: int, taken: Callable[..., Path]) -> None:
    page = inside(taken(about="hit", id=blocked), "证据摘要.html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<mark>最低价</mark>" in page
    assert re.findall(r"<(script|img|link|iframe|a)\b|\bon\w+=|https?://", page) == []
    assert "default-src 'none'" in page
    for words in ("林晓", "拦下", "广告法第九条禁用", "《广告法》第九条", "投诉调查", "链式证明"):
        assert words in page


def test_no_cell_acts_as_a_formula(blocked: int, taken: Callable[..., Path], lin: Viewer) -> None:
    with suppress(Blocked), db.transaction() as session:
        checks.passed(session, "=1+1 最低价", channel="sidebar", on_behalf_of="lin", subject="customer:wm1")
    now = app_clock.now()
    path = taken(
        about="person", userid="lin", since=str(now - timedelta(days=1)), until=str(now + timedelta(days=1))
    )
    rows = list(csv.reader(io.StringIO(inside(path, "hits.csv").removeprefix("\ufeff"))))
    assert len(rows) == 3
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))] == []
    assert any(cell.startswith("'=1+1") for row in rows for cell in row)


def test_a_case_brings_its_notes_and_hits(blocked: int, keeper: FlaskClient, taken: Callable[..., Path]) -> None:
    case = keeper.post("/api/cases", json={"hit_id": blocked, "title": "夸大价格", "note": "已电话沟通"})
    assert case.status_code == 201, case.text
    path = taken(about="case", id=case.json["id"])
    found = incident(path)
    assert found["case"]["title"] == "夸大价格"
    assert [each["id"] for each in found["hits"]] == [blocked]
    assert {"case.opened"} <= {each["action"] for each in found["audit"]}
    assert "已电话沟通" in inside(path, "证据摘要.html")
    assert checking.check(path).problems == []


def test_that_it_was_taken_is_on_record_with_its_sum(blocked: int, taken: Callable[..., Path]) -> None:
    path = taken(about="hit", id=blocked)
    with db.transaction() as session:
        newest = session.scalars(log.entries(action="evidence.").limit(1)).one()
        assert newest.details["sums_sha256"] == checking.check(path).sums_hash
        assert (newest.actor, newest.subject, newest.details["reason"]) == ("he", f"hit:{blocked}", "投诉调查")


def test_only_compliance_takes_packs(blocked: int, sign_in: SignIn) -> None:
    for userid in ("lin", "li", "yun", "boss"):
        answer = sign_in(userid).post(URL, json={"about": "hit", "id": blocked, "reason": "看看"})
        assert answer.status_code == 403, userid


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"about": "hit", "id": 999999}, 404),
        ({"about": "case", "id": 999999}, 404),
        ({"about": "audit", "id": 999999}, 404),
        ({"about": "hit"}, 422),
        ({"about": "hit", "id": 2**70}, 422),
        ({"about": "person", "userid": "lin"}, 422),
        (
            {"about": "person", "userid": "nobody", "since": "2026-01-01T00:00Z", "until": "2026-02-01T00:00Z"},
            404,
        ),
        (
            {"about": "person", "userid": "lin", "since": "2026-02-01T00:00Z", "until": "2026-01-01T00:00Z"},
            422,
        ),
    ],
)
def test_what_is_not_there_or_not_said_gets_a_clear_answer(
    keeper: FlaskClient, body: dict[str, Any], status: int
) -> None:
    answer = keeper.post(URL, json={"reason": "投诉调查", **body})
    assert answer.status_code == status, answer.text
    with db.transaction() as session:
        assert session.scalars(log.entries(action="evidence.")).all() == []


def record(count: int) -> None:
    with db.transaction() as session:
        for number in range(count):
            audit.record(session, "tests", "thing.done", subject=f"thing:{number}", secret=f"内情{number}")


@pytest.fixture
def anchored(blocked: int, run_jobs: Callable[[], int]) -> int:
    """An entry with others behind it, then an anchor; its number."""
    with db.transaction() as session:
        entry = audit.record(session, "tests", "thing.done", subject="incident:1", secret="起因")
    record(30)
    with db.transaction() as session:
        enqueue(session, "audit.anchor")
    run_jobs()
    record(5)
    return entry.number


def test_the_proof_reaches_the_anchor_without_showing_what_lies_between(
    anchored: int, taken: Callable[..., Path]
) -> None:
    path = taken(about="audit", id=anchored)
    found = checking.check(path)
    assert (found.problems, found.spans, found.anchored) == ([], 1, 1)
    proof = json.loads(inside(path, "chain-proof.json"))
    assert len(proof["spans"][0]["steps"]) == 31
    assert "起因" in inside(path, "chain-proof.json")
    assert "内情7" not in inside(path, "chain-proof.json")


def test_a_number_in_an_entry_is_covered_and_its_place_still_proven(
    anchored: int, taken: Callable[..., Path]
) -> None:
    """Sabotage: show the hashed content of every entry in the proof."""
    with db.transaction() as session:
        entry = audit.record(session, "tests", "thing.done", subject="incident:2", reason="13800001234 来电")
    path = taken(about="audit", id=entry.number)
    with zipfile.ZipFile(path) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert ("138****1234 来电" in whole, "13800001234" in whole) == (True, False)
    found = checking.check(path)
    assert (found.problems, found.covered, found.proven) == ([], 1, 0)


def recalculated(path: Path, **others: Callable[[bytes], bytes]) -> Path:
    """As a forger does it who also puts the sums right."""
    for name, change in others.items():
        path = changed(path, name.replace("__", "-").replace("_json", ".json"), change)
    with zipfile.ZipFile(path) as archive:
        sums = "".join(
            f"{hashlib.sha256(archive.read(name)).hexdigest()}  {name}\n"
            for name in archive.namelist()
            if name != "SHA256SUMS"
        )
    return changed(path, "SHA256SUMS", lambda _: sums.encode())


def test_every_change_of_a_pack_shows(anchored: int, taken: Callable[..., Path]) -> None:
    """Sabotage: leave the digest of the content out of `proof.check`."""
    path = taken(about="audit", id=anchored)
    assert checking.check(recalculated(path)).problems == []
    for name in ("incident.json", "chain-proof.json", "证据摘要.html", "hits.csv", "audit.csv"):
        found = checking.check(changed(path, name, lambda content: content.replace(b"tests", b"other") + b" "))
        assert any(name in problem for problem in found.problems), name
    assert checking.check(changed(path, "more.txt", lambda _: b"x")).problems == ["多出了 more.txt"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"actor": "tests"', b'"actor": "other"'),
        (b'"covered": false', b'"covered": true'),
        ("起因".encode(), "借口".encode()),
        (b'"anchored_to": ', b'"anchored_to": 1'),
        (b'"anchors": [', b'"anchors": [], "others": ['),
    ],
)
def test_a_forger_who_puts_the_sums_right_fails_at_the_chain(
    anchored: int, taken: Callable[..., Path], old: bytes, new: bytes
) -> None:
    path = taken(about="audit", id=anchored)

    def forge(content: bytes) -> bytes:
        return content.replace(old, new)

    forged = recalculated(path, chain__proof_json=forge, incident_json=forge)
    assert checking.check(forged).problems != []


def test_the_command_checks_offline(
    anchored: int, taken: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = taken(about="audit", id=anchored)
    for field in config.Settings.__dataclass_fields__.values():
        monkeypatch.delenv(field.metadata["variable"], raising=False)
    kept = config.settings().audit_anchor_path
    told = CliRunner().invoke(command, ["check-evidence", str(path), "--anchors", str(kept)])
    assert (told.exit_code, "没有被改动" in told.output) == (0, True), told.output
    another = anchors.made(1, b"1" * 32, app_clock.now(), previous=b"0" * 32)
    foreign = tmp_path / "foreign.jsonl"
    foreign.write_text(anchors.line_of(another))
    told = CliRunner().invoke(command, ["check-evidence", str(path), "--anchors", str(foreign)])
    assert (told.exit_code, "不在你提供的留存文件里" in told.output) == (1, True)
    broken = CliRunner().invoke(command, ["check-evidence", str(changed(path, "audit.csv", lambda _: b""))])
    assert (broken.exit_code, "audit.csv 被改过" in broken.output) == (1, True)
    noise = tmp_path / "noise.zip"
    noise.write_bytes(b"PK\x03\x04 nothing")
    assert CliRunner().invoke(command, ["check-evidence", str(noise)]).exit_code == 1
