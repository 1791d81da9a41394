"""What users bring from other tools is read, and what cannot be read is told row by row."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from sensitive_words import Action, Entry, starter_entries
from sensitive_words.exchange import UnreadableList, export_csv, export_json, import_entries


def workbook(rows: list[list[object]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def texts(data: bytes, name: str) -> list[str]:
    return [entry.text for entry in import_entries(data, name=name).entries]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_one_word_a_line_in_any_usual_encoding(encoding: str) -> None:
    assert texts("# 注释\n甲词\n\n乙词\r\n".encode(encoding), "词.txt") == ["甲词", "乙词"]


def test_a_table_is_read_by_its_heading_and_bad_rows_are_told() -> None:
    imported = import_entries(
        "敏感词,分类,处理方式\n最低价,广告,拦截\n,,\n乱来,广告,爆炸\n最低价,,\n".encode(), name="a.csv"
    )
    assert [(e.text, e.category, e.action) for e in imported.entries] == [("最低价", "advertising", Action.BLOCK)]
    assert [problem.row for problem in imported.problems] == [4, 5]


def test_xlsx_is_read() -> None:
    rows: list[list[object]] = [["词语", "类别", "允许语境"], ["最", "广告法", "最近；最后"]]
    (entry,) = import_entries(workbook(rows), name="a.xlsx").entries
    assert (entry.text, entry.category, entry.exceptions) == ("最", "advertising", ("最近", "最后"))


def test_what_json_export_writes_is_read_back_unchanged() -> None:
    entries = starter_entries()
    assert import_entries(export_json(entries), name="a.json").entries == entries


def test_a_word_that_looks_like_a_formula_is_not_run_by_a_spreadsheet_and_survives() -> None:
    data = export_csv([Entry(id="1", text="=cmd()+v")])
    assert "'=cmd()+v" in data.decode("utf-8-sig")
    assert texts(data, "a.csv") == ["=cmd()+v"]


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=200) | st.text(max_size=80).map(str.encode),
    st.sampled_from(["txt", "csv", "json", "yaml", "xlsx", "tsv"]),
)
def test_no_file_breaks_the_import(data: bytes, ending: str) -> None:
    try:
        imported = import_entries(data, name=f"a.{ending}")
    except UnreadableList:
        return
    assert all(problem.message for problem in imported.problems)


CELLS = (
    st.text(max_size=8).map(lambda text: ILLEGAL_CHARACTERS_RE.sub("", text))
    | st.none()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.dates()
    | st.sampled_from(["写法", "类别", "级别", "拦截", "=1+1", "最低价", "到期", "2026-13-01"])
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["词", "block", "word"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["text", "id", "category", "disguises", "scope", "entries", "defaults", "aliases", "kind"]
            )
            | st.text(max_size=4),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


def told(data: bytes, name: str) -> None:
    try:
        imported = import_entries(data, name=name)
    except UnreadableList:
        return
    assert all(problem.message and problem.row >= 1 for problem in imported.problems)
    assert import_entries(export_json(imported.entries), name="a.json").entries == imported.entries


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=5), max_size=6))
def test_no_table_breaks_the_import(rows: list[list[object]]) -> None:
    told(workbook(rows), "a.xlsx")


@settings(max_examples=300, deadline=None)
@given(JSON, st.sampled_from(["json", "yaml"]))
def test_no_structure_breaks_the_import(data: object, ending: str) -> None:
    told(json.dumps(data).encode(), f"a.{ending}")
