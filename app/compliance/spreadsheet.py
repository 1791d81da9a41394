"""CSV for spreadsheets: Chinese opens right in Excel, and no cell is ever taken for a formula. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
"""Without it Excel reads UTF-8 as GBK."""

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def written(header: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> bytes:
    """A whole file."""
    return BOM.encode() + lines([header, *rows])


def lines(rows: Iterable[Sequence[str | int | None]]) -> bytes:
    """Numbers stay numbers; every text that a spreadsheet could run stands behind an apostrophe."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([safe_cell(each) for each in row] for row in rows)
    return out.getvalue().encode("utf-8", "replace")


def safe_cell(value: str | int | None) -> str | int:
    if value is None:
        return ""
    if isinstance(value, int):
        return value
    text = value.replace("\x00", "")
    return f"'{text}" if text.lstrip(" \u3000").startswith(_DANGEROUS) or text.startswith("'") else text


def plain_cell(cell: str) -> str:
    """What `safe_cell` was given."""
    return cell[1:] if cell.startswith("'") else cell


def read(content: str) -> list[tuple[int, list[str]]]:
    """
    Rows that hold anything, each with the number of the line it ends in.

    :raises csv.Error: if it is no CSV.
    """
    reader = csv.reader(io.StringIO(content.removeprefix(BOM)), strict=True)
    return [
        (reader.line_num, [cell.strip() for cell in row]) for row in reader if any(cell.strip() for cell in row)
    ]
