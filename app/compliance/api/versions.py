"""What was published, how two lists differ, and the way back."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.compliance import actions, queries, rights, shown
from app.compliance.api.blueprint import blueprint
from app.compliance.differing import list_changes, stores_in
from app.compliance.schemas import DiffQuery, DiffView, Restored, VersionList
from app.db import transaction
from app.http import route
from app.viewer import HEAD_OFFICE, Viewer

MOST_CHANGES = 500


@route(blueprint, "GET", "/api/lexicon/versions", may=HEAD_OFFICE, answer=VersionList)
def list_versions(_viewer: Viewer) -> VersionList:
    """What was published, by whom and why."""
    with transaction() as session:
        return VersionList(items=shown.version_views(session, queries.versions(session)))


@route(blueprint, "GET", "/api/lexicon/diff", may=HEAD_OFFICE, query=DiffQuery, answer=DiffView)
def compare(_viewer: Viewer, query: DiffQuery) -> DiffView:
    """How one list differs from another, entry by entry and field by field."""
    with transaction() as session:
        older, newer = _list_called(session, query.older), _list_called(session, query.newer)
        stores = queries.department_names(session, stores_in([*older.values(), *newer.values()]))
        reasons = _reasons(session, query)
        found = list_changes(older, newer, stores=stores, reasons=reasons)
    kinds = [each.kind for each in found]
    return DiffView(
        added=kinds.count("added"),
        removed=kinds.count("removed"),
        changed=kinds.count("changed"),
        items=[shown.change_view(each) for each in found[:MOST_CHANGES]],
    )


@route(blueprint, "POST", "/api/lexicon/versions/<int:number>/restore", may=rights.MAY_EDIT, answer=Restored)
def restore_version(viewer: Viewer, number: int) -> Restored:
    """Make the draft what that version was."""
    with transaction() as session:
        return Restored(draft_changes=actions.restore(session, viewer, queries.version(session, number)))


def _list_called(session: Session, name: str) -> Mapping[int, Mapping[str, Any]]:
    if name == "draft":
        return queries.drafted_fields(session)
    return queries.published_fields(session, None if name == "published" else int(name))


def _reasons(session: Session, query: DiffQuery) -> Mapping[int, str]:
    """Why the newer list says otherwise, as far as its authors told."""
    if query.newer == "draft":
        return queries.reasons(session)
    if query.older == "draft":
        return {}
    newest = queries.newest_version(session)
    numbers = {"published": newest.version if newest else 0}
    older, newer = (numbers[each] if each in numbers else int(each) for each in (query.older, query.newer))
    return queries.reasons_between(session, older, newer)
