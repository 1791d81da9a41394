"""A list as a file: asked for a purpose, made however long it is, had by who asked for it and by nobody else."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import openpyxl
import pytest
from sqlalchemy import delete, func, select, update

from app import db
from app.audit.models import AuditEntry
from app.exports import actions, jobs
from app.exports.models import Export, ExportPiece
from app.outbox import LostLease, Running
from app.outbox.models import Job, JobState
from app.staff.models import MemberRole
from tests.support.exports import asked, taken

LONG = actions.STEP * 2 + 7


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "Excel would read it as GBK"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def on_record(action: str) -> list[AuditEntry]:
    with db.transaction() as session:
        found = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.number)
        return list(session.scalars(found))


def count(table) -> int:
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_short_list_comes_at_once_and_its_purpose_is_on_record(keeper, met):
    met(3)
    header, *rows, last = rows_of(taken(keeper, "hits", purpose="投诉调查"))

    assert header[:4] == ["编号", "时间", "谁", "账号"]
    assert [row[header.index("原文片段")] for row in rows] == [f"第 {n} 句最低价" for n in (3, 2, 1)]
    assert last[0].startswith("导出：何静（he），")
    assert last[0].endswith("用途：投诉调查")
    (entry,) = on_record("export.asked")
    assert (entry.actor, entry.details["purpose"], entry.details["rows"]) == ("he", "投诉调查", 3)


@pytest.mark.parametrize("purpose", ["", " ", "查"])
def test_without_a_purpose_nothing_is_made(keeper, met, purpose):
    body = {"press_id": str(uuid4()), "what": "hits", "purpose": purpose}
    assert keeper.post("/api/exports", json=body).status_code == 422
    assert count(Export) == 0


def test_a_long_list_is_made_by_a_job_to_its_last_row(keeper, met, run_jobs):
    """Sabotage: end after the first step."""
    met(LONG)
    export = asked(keeper, "hits")
    assert (export["state"], export["total"], export["done"]) == ("running", LONG, 0)
    assert keeper.get(f"/api/exports/{export['id']}/file").json["code"] == "export_not_ready"

    run_jobs()

    done = keeper.get(f"/api/exports/{export['id']}").json
    assert (done["state"], done["done"]) == ("done", LONG)
    _, *rows, _ = rows_of(keeper.get(f"/api/exports/{export['id']}/file").data)
    assert [row[7] for row in rows] == [f"第 {n} 句最低价" for n in range(LONG, 0, -1)]


def test_a_long_workbook_holds_every_row_as_text(keeper, met, run_jobs):
    met(LONG, text="=HYPERLINK({})最低价")
    export = asked(keeper, "hits", as_="xlsx")
    run_jobs()
    content = keeper.get(f"/api/exports/{export['id']}/file").data
    page = openpyxl.load_workbook(io.BytesIO(content))["命中记录"]
    assert page.max_row == 1 + LONG + 1
    column = [cell for (cell,) in page.iter_rows(min_row=2, max_row=LONG + 1, min_col=8, max_col=8)]
    assert {cell.data_type for cell in column} == {"s"}
    assert column[0].value == f"=HYPERLINK({LONG})最低价"
    with db.transaction() as session:
        assert session.scalar(select(func.count()).where(ExportPiece.is_rows)) == 0


def test_killed_between_two_steps_it_goes_on_and_repeats_nothing(keeper, met, run_jobs):
    """Sabotage: begin at the newest row whenever the job begins."""
    met(LONG)
    export = asked(keeper, "hits")
    with db.transaction() as session:
        job = session.scalars(select(Job).where(Job.name == "exports.make")).one()
        job.state, job.attempts = JobState.RUNNING, 1
    assert jobs._step(Running(job.id, job.name, 1, 0), export["id"])
    with db.transaction() as session:  # the worker is dead; the relay takes the row back
        session.get_one(Job, job.id).state = JobState.WAITING
    with pytest.raises(LostLease):
        jobs._step(Running(job.id, job.name, 1, 0), export["id"])

    run_jobs()

    _, *rows, _ = rows_of(keeper.get(f"/api/exports/{export['id']}/file").data)
    assert [row[7] for row in rows] == [f"第 {n} 句最低价" for n in range(LONG, 0, -1)]


def test_what_comes_later_is_not_in_it(keeper, met, run_jobs):
    met(LONG)
    export = asked(keeper, "hits")
    met(5)
    run_jobs()
    assert keeper.get(f"/api/exports/{export['id']}").json["done"] == LONG


def test_called_off_it_leaves_nothing_behind(keeper, met, run_jobs):
    met(LONG)
    export = asked(keeper, "hits")
    cancelled = keeper.post(f"/api/exports/{export['id']}/cancel").json
    assert cancelled["state"] == "cancelled"
    run_jobs()
    assert keeper.post(f"/api/exports/{export['id']}/cancel").json["state"] == "cancelled"
    assert count(ExportPiece) == 0
    assert len(on_record("export.cancelled")) == 1


def test_called_off_while_the_workbook_is_made_it_stays_so(keeper, met, run_jobs):
    met(3)
    export = asked(keeper, "hits", as_="xlsx")
    with db.transaction() as session:
        row = session.get_one(Export, export["id"])
        row.state = "cancelled"
        row.pieces = 1
        content = actions.FORMATS["xlsx"].piece([["一"]])
        actions._store(session, row, 0, content, is_rows=True)
        session.execute(delete(ExportPiece).where(~ExportPiece.is_rows))
        actions.finish(session, export["id"])
    assert keeper.get(f"/api/exports/{export['id']}").json["state"] == "cancelled"
    assert count(ExportPiece) == 0


def test_it_is_for_who_asked_and_nobody_else(keeper, met, sign_in, people):
    """Sabotage: look for the export by its number alone."""
    met(3)
    mine, yun = asked(keeper, "hits"), people("yun")
    with db.transaction() as session:
        session.execute(update(MemberRole).where(MemberRole.member_id == yun.member_id).values(role="compliance"))
    for other in (sign_in("yun"), sign_in("boss")):
        assert other.get("/api/exports").json["total"] == 0
        for url in (f"/api/exports/{mine['id']}", f"/api/exports/{mine['id']}/file"):
            hidden, missing = other.get(url), other.get(url.replace(str(mine["id"]), "999999"))
            assert (hidden.status_code, hidden.json["code"]) == (404, "not_found")
            assert hidden.json["message"] == missing.json["message"]
        assert other.post(f"/api/exports/{mine['id']}/cancel").status_code == 404
    assert [each["id"] for each in keeper.get("/api/exports").json["items"]] == [mine["id"]]


def test_each_list_is_for_its_readers(sign_in, met):
    met(1)
    boss = sign_in("boss")
    assert (
        boss.post("/api/exports", json={"press_id": str(uuid4()), "what": "hits", "purpose": "看看"}).status_code
        == 403
    )
    assert b"\xe5\xaf\xbc\xe5\x87\xba" in taken(boss, "audit")
    for userid in ("lin", "li", "yun"):
        refused = sign_in(userid).post(
            "/api/exports", json={"press_id": str(uuid4()), "what": "audit", "purpose": "看看"}
        )
        assert refused.status_code == 403


def test_whose_role_is_gone_gets_no_file(keeper, met, run_jobs):
    """Neither what is ready nor what is being made. Sabotage: ask for the role only when it is asked for."""
    met(LONG)
    export = asked(keeper, "hits")
    ready = asked(keeper, "cases")
    with db.transaction() as session:
        session.execute(update(MemberRole).where(MemberRole.role == "compliance").values(role="admin"))
    run_jobs()
    assert keeper.get(f"/api/exports/{ready['id']}/file").status_code == 403
    stopped = keeper.get(f"/api/exports/{export['id']}").json
    assert (stopped["state"], "没有看这份列表的权限" in stopped["error"]) == ("failed", True)
    assert on_record("export.downloaded") == []


def test_every_download_is_on_record_with_its_sum(keeper, met):
    met(2)
    export = asked(keeper, "hits", purpose="季度检查")
    for _ in range(2):
        keeper.get(f"/api/exports/{export['id']}/file")
    first, second = on_record("export.downloaded")
    assert first.subject == second.subject == f"export:{export['id']}"
    assert len(first.details["sha256"]) == 64
    assert first.details["purpose"] == "季度检查"


def test_after_its_time_the_file_is_gone(keeper, met, run_jobs, clock):
    met(2)
    export = asked(keeper, "hits")
    clock(actions.KEPT + timedelta(seconds=1))
    answer = keeper.get(f"/api/exports/{export['id']}/file")
    assert (answer.status_code, answer.json["code"]) == (409, "export_expired")
    with db.transaction() as session:
        assert actions.prune(session) == 1
        assert actions.prune(session) == 0
    assert count(ExportPiece) == 0
    assert keeper.get(f"/api/exports/{export['id']}").json["state"] == "expired"


def test_the_same_press_is_one_export(keeper, met):
    met(1)
    body = {"press_id": str(uuid4()), "what": "hits", "purpose": "看看"}
    first, second = (keeper.post("/api/exports", json=body) for _ in range(2))
    assert (first.json, second.status_code) == (second.json, 201)
    assert len(on_record("export.asked")) == 1


def test_nobody_has_many_made_at_once(keeper, met, run_jobs):
    met(LONG)
    made = [asked(keeper, "hits") for _ in range(actions.MOST_RUNNING)]
    body = {"press_id": str(uuid4()), "what": "hits", "purpose": "看看"}
    assert keeper.post("/api/exports", json=body).json["code"] == "too_many_exports"
    keeper.post(f"/api/exports/{made[0]['id']}/cancel")
    assert keeper.post("/api/exports", json=body).status_code == 201


@pytest.mark.parametrize(
    "filters", [{"action": "kill"}, {"nonsense": 1}, {"from": "yesterday"}, {"store_id": ["x"]}]
)
def test_filters_the_list_does_not_know_are_refused(keeper, filters):
    body = {"press_id": str(uuid4()), "what": "hits", "purpose": "看看", "filters": filters}
    answer = keeper.post("/api/exports", json=body)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")


def test_the_filters_of_the_list_are_those_of_the_file(keeper, met):
    met(3)
    day = {"from": "2020-01-01T00:00:00+08:00", "to": "2020-01-02T00:00:00+08:00"}
    assert len(rows_of(taken(keeper, "hits", **day))) == 2
    assert len(rows_of(taken(keeper, "hits", q="第 2 句", guide=["lin", "zhang"]))) == 3
    assert len(rows_of(taken(keeper, "hits", guide=["zhang"]))) == 2


def test_numbers_of_customers_are_covered(keeper, met):
    """Sabotage: write the passage as it is."""
    met(1, text="打 13800001234 问 {} 最低价")
    content = taken(keeper, "hits").decode()
    assert "138****1234" in content
    assert "13800001234" not in content
