"""Entries as they are drafted, one by one or many at a time, and their categories."""

from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.compliance import actions, queries, rights, shown
from app.compliance.api.blueprint import blueprint
from app.compliance.models import LexiconEntry
from app.compliance.schemas import (
    BulkAnswer,
    BulkBody,
    CategoryList,
    CategoryView,
    EntryEdit,
    EntryList,
    EntryQuery,
    EntryView,
    NewCategory,
    NewEntry,
    PeopleList,
    PersonView,
    RemovalBody,
    SkippedEntry,
)
from app.db import transaction
from app.errors import Conflict, Invalid
from app.http import route
from app.viewer import HEAD_OFFICE, Viewer

_NOT_OF_THE_ENTRY = {"expected_updated_at", "owner", "why"}


@route(blueprint, "GET", "/api/lexicon", may=HEAD_OFFICE, query=EntryQuery, answer=EntryList)
def list_entries(_viewer: Viewer, query: EntryQuery) -> EntryList:
    """Entries as drafted, what is not published yet first."""
    found = queries.entries(
        text=query.q,
        category=query.category,
        action=query.action,
        status=query.status,
        expiry=query.expiry,
        owner=query.owner,
    )
    with transaction() as session:
        rows, total = queries.page(session, found, offset=query.offset, limit=query.page_size)
        newest = queries.newest_version(session)
        return EntryList(
            items=shown.entry_views(session, rows),
            total=total,
            version=newest.version if newest else 0,
            published_at=newest.published_at if newest else None,
            published_by=newest.published_by_name if newest else None,
            draft_changes=queries.count_changes(session),
        )


@route(blueprint, "GET", "/api/lexicon/categories", may=HEAD_OFFICE, answer=CategoryList)
def list_categories(_viewer: Viewer) -> CategoryList:
    """The known categories and the shop's own."""
    with transaction() as session:
        return _category_list(session)


@route(
    blueprint,
    "POST",
    "/api/lexicon/categories",
    may=rights.MAY_EDIT,
    body=NewCategory,
    answer=CategoryList,
    status=201,
)
def add_category(viewer: Viewer, body: NewCategory) -> CategoryList:
    """A category of this shop's own."""
    with transaction() as session:
        actions.add_category(session, viewer, body.name)
        return _category_list(session)


def _category_list(session: Session) -> CategoryList:
    counts = queries.count_by_category(session)
    return CategoryList(
        items=[
            CategoryView(id=each, name=name, entries=counts.get(each, 0))
            for each, name in queries.categories(session).items()
        ]
    )


@route(blueprint, "POST", "/api/lexicon/entries", may=rights.MAY_EDIT, body=NewEntry, answer=EntryView, status=201)
def add_entry(viewer: Viewer, body: NewEntry) -> EntryView:
    """A new entry in the draft."""
    with transaction() as session:
        row = actions.add_entry(session, viewer, _given(body), owner=body.owner, why=body.why)
        return shown.entry_views(session, [row])[0]


@route(
    blueprint,
    "PATCH",
    "/api/lexicon/entries/<int:entry_id>",
    may=rights.MAY_EDIT,
    body=EntryEdit,
    answer=EntryView,
)
def change_entry(viewer: Viewer, body: EntryEdit, entry_id: int) -> EntryView:
    """Change the draft of an entry."""
    with transaction() as session:
        row = actions.get_entry(session, entry_id)
        _refuse_stale(session, row, body)
        if fields := _given(body):
            actions.change_entry(session, viewer, row, fields, why=body.why)
        if body.owner is not None:
            actions.give_to(session, viewer, row, body.owner)
        return shown.entry_views(session, [row])[0]


@route(blueprint, "DELETE", "/api/lexicon/entries/<int:entry_id>", may=rights.MAY_EDIT, body=RemovalBody)
def remove_entry(viewer: Viewer, body: RemovalBody, entry_id: int) -> None:
    """Take the entry out of the draft; published it is gone with the next publication."""
    with transaction() as session:
        actions.remove_entry(session, viewer, actions.get_entry(session, entry_id), why=body.why)


@route(blueprint, "POST", "/api/lexicon/entries/<int:entry_id>/revert", may=rights.MAY_EDIT, answer=EntryView)
def revert_entry(viewer: Viewer, entry_id: int) -> EntryView:
    """Back to what is published; undoes a drafted removal, too."""
    with transaction() as session:
        row = actions.revert_entry(session, viewer, actions.get_entry(session, entry_id))
        return shown.entry_views(session, [row])[0]


@route(blueprint, "POST", "/api/lexicon/entries/bulk", may=rights.MAY_EDIT, body=BulkBody, answer=BulkAnswer)
def change_many(viewer: Viewer, body: BulkBody) -> BulkAnswer:
    """The same change to many entries of the draft; with `dry_run` only what it would touch."""
    fields = body.fields.model_dump(mode="json", exclude_unset=True)
    if body.act == "change" and not fields:
        raise Invalid("请选要改成什么。", code="nothing_to_change")
    with transaction() as session:
        entry_ids = body.entry_ids
        if body.everything is not None:
            asked = body.everything
            found = queries.entries(
                text=asked.q,
                category=asked.category,
                action=asked.action,
                status=asked.status,
                expiry=asked.expiry,
                owner=asked.owner,
            )
            entry_ids = list(queries.ids_of(session, found))
        result = actions.change_many(
            session,
            viewer,
            entry_ids,
            body.act,
            fields=fields,
            owner=body.owner,
            why=body.why,
            dry_run=body.dry_run,
        )
    return BulkAnswer(
        touched=result.touched,
        revertible=result.revertible,
        skipped=[SkippedEntry(**vars(each)) for each in result.skipped],
    )


@route(blueprint, "GET", "/api/lexicon/owners", may=rights.MAY_EDIT, answer=PeopleList)
def list_owners(_viewer: Viewer) -> PeopleList:
    """Who may be named to answer for entries."""
    with transaction() as session:
        found = queries.possible_owners(session)
        return PeopleList(items=[PersonView(userid=each.userid, name=each.name) for each in found])


def _given(body: NewEntry | EntryEdit) -> dict[str, Any]:
    return body.model_dump(mode="json", exclude_unset=True, exclude=_NOT_OF_THE_ENTRY)


def _refuse_stale(session: Session, row: LexiconEntry, body: EntryEdit) -> None:
    if body.expected_updated_at is not None and body.expected_updated_at != row.updated_at:
        at = clock.in_shop_time(row.updated_at).strftime("%H:%M")
        name = queries.names_of(session, [row.author]).get(row.author, row.author)
        raise Conflict(f"{name} {at} 改过这条，请先看看他的改动。", code="changed_meanwhile")
