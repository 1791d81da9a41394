"""The chain's head is kept outside the database, so that a cut end, or a chain written anew, shows."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import clock as app_clock
from app import config, db
from app.audit import actions, anchors, queries
from app.audit.models import AuditCheck
from app.outbox import Job, enqueue
from app.viewer import Viewer
from tests.app.audit.test_chain import behind_its_back
from tests.support import words
from wecom_simulator import Simulator

SignIn = Callable[[str], FlaskClient]
RunJobs = Callable[[], int]
Clock = Callable[[timedelta], None]


def act(count: int = 1) -> None:
    with db.transaction() as session:
        for number in range(count):
            actions.record(session, "tests", "thing.done", subject=f"thing:{number}")


def run(name: str, run_jobs: RunJobs) -> Job:
    with db.transaction() as session:
        job_id = enqueue(session, name)
    run_jobs()
    with db.transaction() as session:
        return session.get_one(Job, job_id)


def kept() -> list[dict[str, str]]:
    return [json.loads(line) for line in config.settings().audit_anchor_path.read_text().splitlines()]


@pytest.fixture
def path(settings: config.Settings) -> Path:
    return settings.audit_anchor_path


@pytest.fixture
def anchored(database: object, run_jobs: RunJobs) -> None:
    """Five entries, written down; then five more, written down."""
    for _ in range(2):
        act(5)
        assert run("audit.anchor", run_jobs).state == "done"


@pytest.fixture
def verified(sign_in: SignIn, run_jobs: RunJobs) -> Callable[[], dict[str, object]]:
    """Called: what the page says after a fresh reading of the chain."""
    browser = sign_in("he")

    def read() -> dict[str, object]:
        assert browser.post("/api/audit/verification").status_code == 202
        run_jobs()
        answer = browser.get("/api/audit/verification").json
        assert answer["check"]["state"] == "done"
        return answer

    return read


def said(answer: dict[str, object]) -> list[str]:
    return [each["what"] for each in answer["check"]["problems"]]  # type: ignore[index]


def cut(number: int) -> None:
    behind_its_back("DELETE FROM audit_entries WHERE number >= :number", number=number)


def test_each_new_head_is_one_line_linked_to_the_one_before(anchored: None, run_jobs: RunJobs) -> None:
    run("audit.anchor", run_jobs)
    lines = kept()
    assert [line["number"] for line in lines] == [5, 10]
    assert lines[1]["previous"] == lines[0]["link"]
    with db.transaction() as session:
        assert queries.hash_at(session, 10) == bytes.fromhex(lines[1]["hash"])


def test_a_run_that_died_after_the_file_is_caught_up_with(anchored: None, run_jobs: RunJobs, path: Path) -> None:
    act()
    with db.transaction() as session:
        head = queries.head(session)
    assert head is not None
    anchors.append(path, *head, app_clock.now())
    run("audit.anchor", run_jobs)
    assert [line["number"] for line in kept()] == [5, 10, 11]
    with db.transaction() as session:
        latest = queries.latest_anchor(session)
        assert latest is not None
        assert latest.number == 11


def test_half_a_line_of_a_power_cut_spoils_nothing(anchored: None, run_jobs: RunJobs, path: Path) -> None:
    with path.open("a") as file:
        file.write('{"number": 11, "ha')
    act()
    run("audit.anchor", run_jobs)
    found = anchors.read(path)
    assert ([each.number for each in found.anchors], found.problems) == ([5, 10, 11], [])


def test_a_whole_chain_is_said_to_be_whole(
    anchored: None, verified: Callable[[], dict[str, object]], sign_in: SignIn
) -> None:
    answer = verified()
    check = answer["check"]
    assert (check["is_whole"], check["anchors"], check["done"], check["started_by_name"]) == (True, 2, 13, "何静")
    assert answer["anchor"]["number"] == 10
    assert (sign_in("li").post("/api/audit/verification")).status_code == 403


def test_a_cut_end_is_found_and_named(anchored: None, verified: Callable[[], dict[str, object]]) -> None:
    """Sabotage that turns this red: leave the anchors out of `Walk.finish`."""
    cut(8)
    (what,) = said(verified())
    assert what.startswith("第 8 条到第 10 条应当存在")
    assert "结尾被截掉" in what


def test_an_emptied_log_is_found(anchored: None, verified: Callable[[], dict[str, object]]) -> None:
    cut(1)
    assert any("第 1 条到第 10 条应当存在" in what for what in said(verified()))


def test_a_cut_end_that_grew_again_is_found_at_the_anchor(
    anchored: None, verified: Callable[[], dict[str, object]]
) -> None:
    cut(10)
    act(3)
    (what,) = said(verified())
    assert what.startswith("第 10 条与")


def test_the_next_anchor_refuses_a_cut_chain_and_starts_a_check(
    anchored: None, run_jobs: RunJobs, sign_in: SignIn
) -> None:
    cut(9)
    act()
    assert run("audit.anchor", run_jobs).state == "dead"
    assert len(kept()) == 2
    check = sign_in("boss").get("/api/audit/verification").json["check"]
    assert (check["state"], check["is_whole"], check["started_by_name"]) == ("done", False, "系统（每夜自动）")


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda lines: lines[:1], "没有最近一次留存"),
        (lambda lines: lines[1:], "第 1 行接不上前一行"),
        (lambda lines: [lines[0].replace('"number": 5', '"number": 4'), lines[1]], "第 1 行被改过"),
        (lambda _lines: [], "没有最近一次留存"),
    ],
)
def test_a_file_that_was_meddled_with_shows(
    anchored: None,
    path: Path,
    verified: Callable[[], dict[str, object]],
    spoil: Callable[[list[str]], list[str]],
    word: str,
) -> None:
    path.write_text("".join(f"{line}\n" for line in spoil(path.read_text().splitlines())))
    assert any(word in what for what in said(verified()))


def test_a_file_that_is_gone_shows(anchored: None, path: Path, verified: Callable[[], dict[str, object]]) -> None:
    path.unlink()
    (what,) = said(verified())
    assert what.startswith("库外留存文件不见了")


def test_a_second_asker_joins_the_check_that_is_under_way(
    database: object, sign_in: SignIn, run_jobs: RunJobs, clock: Callable[[timedelta], None]
) -> None:
    act(3)
    first = sign_in("he").post("/api/audit/verification").json
    assert (first["state"], first["done"], first["total"]) == ("running", 0, 6)
    assert sign_in("boss").post("/api/audit/verification").json["id"] == first["id"]
    clock(timedelta(minutes=3))
    assert sign_in("he").get("/api/audit/verification").json["check"]["state"] == "silent"
    again = sign_in("boss").post("/api/audit/verification").json
    assert again["id"] != first["id"]
    run_jobs()
    assert sign_in("he").get("/api/audit/verification").json["check"]["is_whole"] is True


def test_a_reading_that_died_goes_on_where_it_was(anchored: None, run_jobs: RunJobs) -> None:
    """Sabotage that turns this red: begin at the first entry again, or forget what was found before."""
    behind_its_back("UPDATE audit_entries SET actor = 'somebody' WHERE number = 2")
    with db.transaction() as session:
        check = actions.start_check(session, "system")
        assert actions.read_on(session, check, {}, limit=4)
    behind_its_back("DELETE FROM audit_entries WHERE number = 1")  # behind it: read again, it would show
    run_jobs()
    with db.transaction() as session:
        done = session.get_one(AuditCheck, check.id)
        assert (done.entries, done.finished_at is not None) == (10, True)
        assert [(each["kind"], each["first"]) for each in done.problems] == [("changed", 2)]


def command(*arguments: str) -> tuple[int, str]:
    from app.cli import main

    ran = CliRunner().invoke(main, arguments)
    return ran.exit_code, ran.output


def test_another_machines_copy_of_the_anchors_tells_a_cut(
    own_database: str, settings: config.Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each, field in type(settings).__dataclass_fields__.items():
        monkeypatch.setenv(field.metadata["variable"], getattr(settings, each))
    monkeypatch.setenv("DATABASE_URL", own_database)
    act(4)
    with db.transaction() as session:
        head = queries.head(session)
    assert head is not None
    elsewhere = tmp_path / "elsewhere.jsonl"
    anchors.append(elsewhere, *head, app_clock.now())
    assert command("verify-audit", "--anchors", str(elsewhere))[0] == 0
    assert command("verify-audit", "--anchor", f"{head[0]}:{head[1].hex()}")[0] == 0
    cut(4)
    assert command("verify-audit")[0] == 0
    code, output = command("verify-audit", "--anchors", str(elsewhere))
    assert (code, "第 4 条应当存在" in output) == (1, True)
    with db.transaction() as session:
        kept_check = queries.latest_check(session)
        assert kept_check is not None
        assert [each["kind"] for each in kept_check.problems] == ["cut"]
        assert session.scalar(select(func.count()).where(Job.name == "operations.tell_of_break")) == 1
    assert command("verify-audit", "--anchor", f"{head[0]}:{head[1].hex()}")[0] == 1
    assert command("verify-audit", "--anchor", "nonsense")[0] == 2


def told(simulator: Simulator) -> list[tuple[str, str]]:
    """What WeCom took; it refuses a token of the simulator before it."""
    taken = [call.body for call in simulator.calls.to("message/send") if call.answer["errcode"] == 0]
    return sorted((body["touser"], body["text"]["content"]) for body in taken)


def test_admins_and_compliance_hear_of_a_break_once(
    anchored: None, run_jobs: RunJobs, simulator: Simulator, people: Callable[[str], Viewer], clock: Clock
) -> None:
    """Sabotage: leave the fingerprints out, and it is said every night."""
    people("boss")
    words.publish()
    behind_its_back("UPDATE audit_entries SET actor = 'nobody' WHERE number = 3")
    for _ in range(3):
        run("audit.check", run_jobs)
        clock(timedelta(days=1))
    assert [userid for userid, _ in told(simulator)] == ["boss", "he"]
    assert all("第 3 条的内容与校验值不符" in said for _, said in told(simulator))
    assert all("/console/audit" in said for _, said in told(simulator))


def test_a_further_break_is_told_again(
    anchored: None, run_jobs: RunJobs, simulator: Simulator, people: Callable[[str], Viewer]
) -> None:
    people("boss")
    words.publish()
    for number in (3, 7):
        behind_its_back("UPDATE audit_entries SET actor = 'nobody' WHERE number = :number", number=number)
        run("audit.check", run_jobs)
    assert [userid for userid, _ in told(simulator)] == ["boss", "boss", "he", "he"]
    assert sum("等 2 处" in said for _, said in told(simulator)) == 2


def test_a_head_that_disagrees_with_the_anchor_is_told_once(
    anchored: None, run_jobs: RunJobs, simulator: Simulator, people: Callable[[str], Viewer], clock: Clock
) -> None:
    people("boss")
    words.publish()
    cut(9)
    act()
    for _ in range(3):
        assert run("audit.anchor", run_jobs).state == "dead"
        clock(timedelta(minutes=15))
    assert [userid for userid, _ in told(simulator)] == ["boss", "he"]


def test_somebody_who_looks_finds_the_break_for_the_others_too(
    anchored: None, verified: Callable[[], dict[str, object]], simulator: Simulator
) -> None:
    words.publish()
    cut(8)
    verified()
    assert [userid for userid, _ in told(simulator)] == ["boss", "he"]


def test_of_a_whole_chain_nobody_hears(anchored: None, run_jobs: RunJobs, simulator: Simulator) -> None:
    words.publish()
    run("audit.check", run_jobs)
    assert told(simulator) == []
