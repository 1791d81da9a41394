"""Exports as the page shows them."""

from typing import cast

from app import clock
from app.exports.models import Export, ExportState
from app.exports.queries import is_over
from app.exports.schemas import ExportView, What
from app.exports.sources import SOURCES


def export_view(row: Export) -> ExportView:
    is_expired = row.state == ExportState.DONE and is_over(row, clock.now())
    return ExportView(
        id=row.id,
        what=cast("What", row.what),
        title=SOURCES[row.what].title,
        format="xlsx" if row.format == "xlsx" else "csv",
        purpose=row.purpose,
        state="expired" if is_expired else ExportState(row.state).value,
        total=row.total,
        done=row.done,
        size=row.size,
        asked_at=row.asked_at,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
        error=row.error,
    )


def file_name(row: Export) -> str:
    return f"{SOURCES[row.what].title} {clock.in_shop_time(row.asked_at):%Y-%m-%d %H%M}.{row.format}"
