"""Words in and out as files."""

import csv
import io
from collections.abc import Sequence

from flask import Response

from app import clock
from app.audit.actions import record
from app.compliance import importing, queries, rights
from app.compliance.api.blueprint import blueprint
from app.compliance.differing import scope_in_words
from app.compliance.places import STORE
from app.compliance.schemas import ImportAnswer, ImportBody, RowProblem
from app.compliance.spreadsheet import safe_cell
from app.db import transaction
from app.http import attachment, route
from app.viewer import HEAD_OFFICE, Viewer
from sensitive_words.exchange import export_csv


@route(blueprint, "POST", "/api/lexicon/import", may=rights.MAY_EDIT, body=ImportBody, answer=ImportAnswer)
def import_words(viewer: Viewer, body: ImportBody) -> ImportAnswer:
    """Words from a file into the draft; with `dry_run` only what would happen."""
    with transaction() as session:
        result = importing.import_words(
            session, viewer, body.text, body.format, category=body.category, dry_run=body.dry_run
        )
    return ImportAnswer(
        problems=[RowProblem(line=each.row, field=each.field, message=each.message) for each in result.problems],
        added=result.added,
        changed=result.changed,
        unchanged=result.unchanged,
    )


@route(blueprint, "GET", "/api/lexicon/export.csv", may=HEAD_OFFICE)
def export_words(viewer: Viewer) -> Response:
    """The draft as a file that the import reads back."""
    with transaction() as session:
        entries = queries.drafted(session)
        named = {store for entry in entries for store in entry.scope.get(STORE, ())}
        stores = queries.department_names(session, named)
        record(session, viewer, "lexicon.exported", subject="lexicon", entries=len(entries))
    places = [scope_in_words(entry.scope, stores) for entry in entries]
    name = f"词库 {clock.in_shop_time(clock.now()):%Y-%m-%d}.csv"
    content = _with_places(export_csv(entries), places)
    return attachment(content, name=name, media_type="text/csv; charset=utf-8")


def _with_places(content: bytes, places: Sequence[str]) -> bytes:
    """One more column, for people: the import passes over it, and an entry keeps the scope that it has."""
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow([*header, "适用范围（导入时不读）"])
    table.writerows([*row, safe_cell(place)] for row, place in zip(rows, places, strict=True))
    return out.getvalue().encode("utf-8-sig")
