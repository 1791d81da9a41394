"""The file of recipients opens in Excel, and nothing in it acts."""

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app import db
from app.audit.models import AuditEntry
from app.customers.models import Customer
from tests.app.campaigns.conftest import URL, WANG_JIE, Campaign

Begin = Callable[..., Campaign]
RunJobs = Callable[[], int]
PAYLOADS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    "＋1",
    '=HYPERLINK("http://evil.example","点我")',
    "=IMPORTXML(1)",
    "'=1+1",
]


@pytest.mark.parametrize("name", PAYLOADS)
def test_no_name_is_a_formula(begin: Begin, run_jobs: RunJobs, name: str) -> None:
    """Sabotage: write the rows with csv alone."""
    with db.transaction() as session:
        session.execute(update(Customer).where(Customer.external_user_id == WANG_JIE).values(name=name))
    campaign = begin().approved()
    run_jobs()
    answer = campaign.author.get(f"{URL}/{campaign.id}/recipients.csv?userid=lin")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["客户", "客户编号", "导购", "导购账号", "门店", "结果", "时间"]
    shown = next(row[0] for row in rows if row[1] == WANG_JIE)
    assert shown.startswith("'")
    assert not [
        cell for row in rows for cell in row if cell.lstrip(" \u3000").startswith(tuple("=+-@\t\r\n＝＋－＠"))
    ]

    book = openpyxl.load_workbook(
        io.BytesIO(campaign.author.get(f"{URL}/{campaign.id}/recipients.xlsx?userid=lin").data)
    )
    cells = [cell for row in book["群发结果"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert not [cell for cell in cells if cell.hyperlink]


def test_an_export_is_on_record_and_saved_not_opened(begin: Begin, run_jobs: RunJobs) -> None:
    campaign = begin().approved()
    run_jobs()
    answer = campaign.author.get(f"{URL}/{campaign.id}/recipients.xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with db.transaction() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "mass_message.exported")).one()
    assert (entry.actor, entry.details["rows"]) == ("li", campaign.get()["counts"]["recipients"])


def test_a_guide_exports_nothing(begin: Begin, run_jobs: RunJobs, sign_in: Callable[[str], FlaskClient]) -> None:
    campaign = begin().approved()
    run_jobs()
    assert sign_in("lin").get(f"{URL}/{campaign.id}/recipients.csv").status_code == 403
