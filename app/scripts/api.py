"""Scripts for guides: search, filled in for a customer, favourites; and for operators: writing, packs, stores."""

from typing import Any

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.customers import queries as customers
from app.customers.models import Customer
from app.db import transaction
from app.errors import Invalid
from app.http import attachment, route
from app.http.schemas import Schema
from app.scripts import actions, packs, queries, shown
from app.scripts.queries import Found
from app.scripts.schemas import (
    FolderEdit,
    FolderList,
    FolderView,
    ForCustomer,
    ImportAnswer,
    ImportBody,
    Missed,
    MissedList,
    MissedView,
    NewFolder,
    NewScript,
    ProblemView,
    ScriptEdit,
    ScriptList,
    ScriptQuery,
    ScriptSource,
    ScriptView,
    SourceList,
    SourceQuery,
    StoreDetailsBody,
    StoreDetailsView,
)
from app.viewer import EVERY_ROLE, HEAD_OFFICE, Role, Viewer
from scripts_library import InvalidPack, dump_pack, parse_pack

blueprint = Blueprint("scripts", __name__)

EDITORS = {Role.OPERATOR}


@route(blueprint, "GET", "/api/scripts/folders", may=EVERY_ROLE, answer=FolderList)
def list_folders(_viewer: Viewer) -> FolderList:
    """The folders, with how many scripts each holds, below it too."""
    with transaction() as session:
        rows, counts = queries.folders(session), queries.counts(session)
        return FolderList(
            folders=[
                FolderView(
                    id=row.id,
                    name=row.name,
                    parent_id=row.parent_id,
                    position=row.position,
                    count=counts[row.id],
                )
                for row in rows
            ]
        )


@route(blueprint, "POST", "/api/scripts/folders", may=EDITORS, body=NewFolder, answer=FolderView, status=201)
def add_folder(viewer: Viewer, body: NewFolder) -> FolderView:
    """A new folder, last among its siblings unless a position is given."""
    with transaction() as session:
        row = actions.add_folder(session, viewer, _given(body))
        return FolderView(id=row.id, name=row.name, parent_id=row.parent_id, position=row.position, count=0)


@route(blueprint, "PATCH", "/api/scripts/folders/<int:folder_id>", may=EDITORS, body=FolderEdit, answer=FolderView)
def change_folder(viewer: Viewer, body: FolderEdit, folder_id: int) -> FolderView:
    """Rename or move a folder."""
    with transaction() as session:
        row = actions.change_folder(session, viewer, queries.get_folder(session, folder_id), _given(body))
        return FolderView(
            id=row.id,
            name=row.name,
            parent_id=row.parent_id,
            position=row.position,
            count=queries.counts(session)[row.id],
        )


@route(blueprint, "DELETE", "/api/scripts/folders/<int:folder_id>", may=EDITORS)
def remove_folder(viewer: Viewer, folder_id: int) -> None:
    """Only an empty one."""
    with transaction() as session:
        actions.remove_folder(session, viewer, queries.get_folder(session, folder_id))


@route(blueprint, "GET", "/api/scripts", may=EVERY_ROLE, query=ScriptQuery, answer=ScriptList)
def list_scripts(viewer: Viewer, query: ScriptQuery) -> ScriptList:
    """Scripts that fit, best first, filled in for the customer as far as we know them."""
    offset = int(query.cursor or 0)
    with transaction() as session:
        found, total = queries.search(
            session,
            viewer,
            query.q or "",
            query.folder_id,
            query.limit,
            offset=offset,
            only_favourites=query.favourite,
        )
        following = offset + len(found)
        return ScriptList(
            items=shown.script_views(session, viewer, found, _customer(session, viewer, query.external_user_id)),
            total=total,
            next=str(following) if found and following < total else None,
        )


@route(blueprint, "GET", "/api/scripts/sources", may=HEAD_OFFICE, query=SourceQuery, answer=SourceList)
def list_sources(_viewer: Viewer, query: SourceQuery) -> SourceList:
    """Scripts as they are written, with advice on the wording and the filter's verdict."""
    with transaction() as session:
        rows, total = queries.sources(
            session,
            text=query.q or "",
            folder_id=query.folder_id,
            archived=query.archived,
            offset=(query.page - 1) * query.page_size,
            limit=query.page_size,
        )
        return SourceList(items=shown.sources(session, rows), total=total)


@route(blueprint, "GET", "/api/scripts/export.yaml", may=HEAD_OFFICE)
def export_scripts(viewer: Viewer) -> Response:
    """All scripts in use as one pack."""
    with transaction() as session:
        pack = packs.export_pack(session)
        if not pack.folders:
            raise Invalid("还没有话术可以导出。", code="nothing_to_export")
        record(session, viewer, "scripts.exported", subject="scripts", scripts=len(pack.scripts))
    name = f"话术 {clock.in_shop_time(clock.now()):%Y-%m-%d}.yaml"
    return attachment(dump_pack(pack).encode(), name=name, media_type="application/yaml; charset=utf-8")


@route(blueprint, "POST", "/api/scripts/import", may=EDITORS, body=ImportBody, answer=ImportAnswer)
def import_scripts(viewer: Viewer, body: ImportBody) -> ImportAnswer:
    """A pack into the library; with problems, or with `dry_run`, nothing changes."""
    try:
        pack = parse_pack(body.yaml)
    except InvalidPack as error:
        problems = [ProblemView(line=each.line, field=each.field, message=each.message) for each in error.problems]
        return ImportAnswer(problems=problems[:200], added=0, changed=0, unchanged=0)
    with transaction() as session:
        result = packs.import_pack(session, viewer, pack, dry_run=body.dry_run)
    return ImportAnswer(problems=[], added=result.added, changed=result.changed, unchanged=result.unchanged)


@route(blueprint, "GET", "/api/scripts/missed", may=HEAD_OFFICE, answer=MissedList)
def list_missed(_viewer: Viewer) -> MissedList:
    """What guides looked for and asked head office to write."""
    with transaction() as session:
        return MissedList(items=[MissedView.model_validate(row) for row in queries.missed(session)])


@route(blueprint, "POST", "/api/scripts/missed", may=EVERY_ROLE, body=Missed)
def report_missed(_viewer: Viewer, body: Missed) -> None:
    """Tell head office that a script is missing."""
    with transaction() as session:
        actions.record_missed(session, body.query)


@route(blueprint, "DELETE", "/api/scripts/missed/<int:missed_id>", may=EDITORS)
def settle_missed(_viewer: Viewer, missed_id: int) -> None:
    """It is written now, or will not be."""
    with transaction() as session:
        actions.settle_missed(session, missed_id)


@route(blueprint, "GET", "/api/scripts/<int:script_id>", may=EVERY_ROLE, query=ForCustomer, answer=ScriptView)
def get_script(viewer: Viewer, query: ForCustomer, script_id: int) -> ScriptView:
    """One script, filled in for the customer."""
    with transaction() as session:
        found = [Found(queries.get(session, script_id))]
        return shown.script_views(session, viewer, found, _customer(session, viewer, query.external_user_id))[0]


@route(blueprint, "POST", "/api/scripts", may=EDITORS, body=NewScript, answer=ScriptSource, status=201)
def add_script(viewer: Viewer, body: NewScript) -> ScriptSource:
    """A new script; guides have it at once."""
    with transaction() as session:
        row = actions.add_script(session, viewer, body.model_dump(mode="json"))
        return shown.sources(session, [row])[0]


@route(blueprint, "PATCH", "/api/scripts/<int:script_id>", may=EDITORS, body=ScriptEdit, answer=ScriptSource)
def change_script(viewer: Viewer, body: ScriptEdit, script_id: int) -> ScriptSource:
    """Change a script, archive it or bring it back."""
    with transaction() as session:
        row = actions.change_script(session, viewer, queries.get(session, script_id), _given(body))
        return shown.sources(session, [row])[0]


@route(blueprint, "DELETE", "/api/scripts/<int:script_id>", may=EDITORS)
def archive_script(viewer: Viewer, script_id: int) -> None:
    """Take it away from guides; `archived: false` brings it back."""
    with transaction() as session:
        actions.change_script(session, viewer, queries.get(session, script_id), {"archived": True})


@route(blueprint, "PUT", "/api/scripts/<int:script_id>/favourite", may=EVERY_ROLE)
def mark_favourite(viewer: Viewer, script_id: int) -> None:
    """Mine from now on."""
    with transaction() as session:
        actions.mark_favourite(session, viewer, script_id)


@route(blueprint, "DELETE", "/api/scripts/<int:script_id>/favourite", may=EVERY_ROLE)
def unmark_favourite(viewer: Viewer, script_id: int) -> None:
    """Not mine any more."""
    with transaction() as session:
        actions.unmark_favourite(session, viewer, script_id)


@route(blueprint, "GET", "/api/scripts/store-details/<int:store_id>", may=HEAD_OFFICE, answer=StoreDetailsView)
def get_store_details(_viewer: Viewer, store_id: int) -> StoreDetailsView:
    """What scripts say about a store; what is empty comes from the department above."""
    with transaction() as session:
        row = queries.store_details(session, store_id)
        if row is None:
            return StoreDetailsView(store_id=store_id)
        return StoreDetailsView(
            store_id=store_id,
            brand=row.brand,
            address=row.address,
            phone=row.phone,
            opening_hours=row.opening_hours,
        )


@route(
    blueprint,
    "PUT",
    "/api/scripts/store-details/<int:store_id>",
    may={Role.OPERATOR, Role.ADMIN},
    body=StoreDetailsBody,
    answer=StoreDetailsView,
)
def save_store_details(viewer: Viewer, body: StoreDetailsBody, store_id: int) -> StoreDetailsView:
    """Address, phone, hours and brand of a store, or of all below a department."""
    with transaction() as session:
        actions.save_store_details(session, viewer, store_id, body.model_dump())
    return StoreDetailsView(store_id=store_id, **body.model_dump())


def _customer(session: Session, viewer: Viewer, external_user_id: str | None) -> Customer | None:
    return customers.get(session, viewer, external_user_id) if external_user_id else None


def _given(body: Schema) -> dict[str, Any]:
    return body.model_dump(mode="json", exclude_unset=True)
