"""Asking for a list as a file, following it, calling it off, taking it."""

from collections.abc import Iterator

from flask import Blueprint, Response

from app.db import transaction
from app.errors import Forbidden
from app.exports import actions, queries
from app.exports.formats import FORMATS
from app.exports.schemas import ExportBody, ExportList, ExportQuery, ExportView
from app.exports.shown import export_view, file_name
from app.exports.sources import SOURCES
from app.http import attachment, route
from app.viewer import Role, Viewer

blueprint = Blueprint("exports", __name__)

_MAY = frozenset[Role]().union(*(each.may for each in SOURCES.values()))
"""Whoever may take anything; which lists, each of them says itself."""


@route(blueprint, "POST", "/api/exports", may=_MAY, body=ExportBody, answer=ExportView, status=201)
def ask(viewer: Viewer, body: ExportBody) -> ExportView:
    """A list as a file; a short one is ready at once. Recorded with its purpose."""
    with transaction() as session:
        return export_view(actions.ask(session, viewer, actions.Wish(**body.model_dump())))


@route(blueprint, "GET", "/api/exports", may=_MAY, query=ExportQuery, answer=ExportList)
def list_exports(viewer: Viewer, query: ExportQuery) -> ExportList:
    """One's own, newest first."""
    with transaction() as session:
        rows, total = queries.page(session, viewer, offset=query.offset, limit=query.page_size)
        return ExportList(items=[export_view(row) for row in rows], total=total)


@route(blueprint, "GET", "/api/exports/<int:export_id>", may=_MAY, answer=ExportView)
def get_export(viewer: Viewer, export_id: int) -> ExportView:
    """How far one's own has come."""
    with transaction() as session:
        return export_view(queries.get(session, viewer, export_id))


@route(blueprint, "POST", "/api/exports/<int:export_id>/cancel", may=_MAY, answer=ExportView)
def cancel_export(viewer: Viewer, export_id: int) -> ExportView:
    """Stop making it; what was gathered is thrown away."""
    with transaction() as session:
        return export_view(actions.cancel(session, viewer, export_id))


@route(blueprint, "GET", "/api/exports/<int:export_id>/file", may=_MAY)
def take(viewer: Viewer, export_id: int) -> Response:
    """The file, for who asked for it alone, piece by piece; recorded each time."""
    with transaction() as session:
        export = queries.finished(session, viewer, export_id)
        if not viewer.has(*SOURCES[export.what].may):
            raise Forbidden
        actions.taken(session, viewer, export)
        first = queries.piece(session, export.id, 0)
    number, count = export.id, export.pieces

    def content() -> Iterator[bytes]:
        yield first
        for place in range(1, count):
            with transaction() as session:
                following = queries.piece(session, number, place)
            yield following

    answer = attachment(content(), name=file_name(export), media_type=FORMATS[export.format].media_type)
    answer.content_length = export.size  # what is cut short is then seen to be
    return answer
