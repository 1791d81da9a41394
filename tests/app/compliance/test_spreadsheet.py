"""No cell is ever a formula, whatever stands in it, and nothing is lost."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.compliance.spreadsheet import plain_cell, safe_cell, written


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "　+", "＝"])
def test_a_text_that_a_spreadsheet_would_run_stands_behind_an_apostrophe(start):
    assert str(safe_cell(f"{start}1+1")).startswith("'")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=20), min_size=1, max_size=5))
def test_every_cell_can_be_read_back(cells):
    (row,) = list(csv.reader(io.StringIO(written(["a"], [cells]).decode("utf-8-sig"), newline="")))[1:]
    assert [plain_cell(cell) for cell in row] == [cell.replace("\x00", "") for cell in cells]


def test_numbers_stay_numbers():
    assert written(["次数"], [[-3]]).decode("utf-8-sig").splitlines()[1] == "-3"
