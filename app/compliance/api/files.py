"""Words in and out as files."""

from flask import Response

from app import clock
from app.audit.actions import record
from app.compliance import importing, queries, rights
from app.compliance.api.blueprint import blueprint
from app.compliance.schemas import ImportAnswer, ImportBody, RowProblem
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
        record(session, viewer, "lexicon.exported", subject="lexicon", entries=len(entries))
    name = f"词库 {clock.in_shop_time(clock.now()):%Y-%m-%d}.csv"
    return attachment(export_csv(entries), name=name, media_type="text/csv; charset=utf-8")
