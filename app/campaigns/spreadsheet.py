"""The recipients for Excel: CSV and XLSX in which no text can act as a formula."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from app.compliance.spreadsheet import written

Cell = str | int | None
HEADER = ("客户", "客户编号", "导购", "导购账号", "门店", "结果", "时间")


def as_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    return written(HEADER, rows)


def as_xlsx(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Texts are written as texts, so that none needs an apostrophe before it."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        page = book.add_worksheet("群发结果")
        bold = book.add_format({"bold": True})
        page.freeze_panes(1, 0)
        for column, title in enumerate(HEADER):
            page.write_string(0, column, title, bold)
        for line, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    page.write_number(line, column, cell)
                else:
                    page.write_string(line, column, _printable(cell or ""))
    return file.getvalue()


def _printable(text: str) -> str:
    """Excel refuses a file with control characters in it."""
    return "".join(each for each in text if each.isprintable() or each in "\t\n")
