"""The check, and the word list with its publication."""

from typing import Any

from flask import Blueprint, Response

from app import clock
from app.audit.actions import record
from app.compliance import actions, checks, importing, queries, shown
from app.compliance.drafting import entry_of
from app.compliance.hits import record_preview
from app.compliance.lexicon import current
from app.compliance.models import LexiconEntry
from app.compliance.schemas import (
    CategoryList,
    CategoryView,
    CheckText,
    CheckView,
    EntryEdit,
    EntryList,
    EntryQuery,
    EntryView,
    ImportAnswer,
    ImportBody,
    NewEntry,
    Published,
    PublishNote,
    Restored,
    RowProblem,
    StepView,
    TryAnswer,
    TryText,
    VersionList,
    category_name,
    check_view,
)
from app.db import transaction
from app.errors import Conflict, Invalid
from app.http import attachment, route
from app.http.schemas import Schema
from app.viewer import EVERY_ROLE, HEAD_OFFICE, Role, Viewer
from sensitive_words import CATEGORIES, Entry, InvalidEntry, Lexicon, Verdict
from sensitive_words.exchange import export_csv

blueprint = Blueprint("compliance", __name__)

EDITORS = {Role.COMPLIANCE}


@route(blueprint, "POST", "/api/checks", may=EVERY_ROLE, body=CheckText, answer=CheckView)
def check_text(viewer: Viewer, body: CheckText) -> CheckView:
    """What the published list says of a text that somebody is writing."""
    said = checks.verdict(body.text, channel=body.channel)
    if said.hits:
        with transaction() as session:
            record_preview(
                session, body.text, said, channel=body.channel, member_id=viewer.member_id, subject="writing"
            )
    return _view_of(body.text, said)


@route(blueprint, "GET", "/api/lexicon", may=HEAD_OFFICE, query=EntryQuery, answer=EntryList)
def list_entries(_viewer: Viewer, query: EntryQuery) -> EntryList:
    """Entries as drafted, what is not published yet first."""
    found = queries.entries(
        text=query.q,
        category=query.category,
        action=query.action,
        status=query.status,
        expires_soon=query.expires_soon,
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
    """The known categories, and those that entries name."""
    with transaction() as session:
        counts = queries.count_by_category(session)
    return CategoryList(
        items=[
            CategoryView(id=each, name=category_name(each), entries=counts.get(each, 0))
            for each in dict.fromkeys([*CATEGORIES, *sorted(counts)])
        ]
    )


@route(blueprint, "POST", "/api/lexicon/entries", may=EDITORS, body=NewEntry, answer=EntryView, status=201)
def add_entry(viewer: Viewer, body: NewEntry) -> EntryView:
    """A new entry in the draft."""
    with transaction() as session:
        row = actions.add_entry(session, viewer, _given(body))
        return shown.entry_views(session, [row])[0]


@route(blueprint, "PATCH", "/api/lexicon/entries/<int:entry_id>", may=EDITORS, body=EntryEdit, answer=EntryView)
def change_entry(viewer: Viewer, body: EntryEdit, entry_id: int) -> EntryView:
    """Change the draft of an entry."""
    with transaction() as session:
        row = actions.get_entry(session, entry_id)
        _refuse_stale(row, body)
        fields = _given(body)
        fields.pop("expected_updated_at", None)
        actions.change_entry(session, viewer, row, fields)
        return shown.entry_views(session, [row])[0]


@route(blueprint, "DELETE", "/api/lexicon/entries/<int:entry_id>", may=EDITORS)
def remove_entry(viewer: Viewer, entry_id: int) -> None:
    """Take the entry out of the draft; published it is gone with the next publication."""
    with transaction() as session:
        actions.remove_entry(session, viewer, actions.get_entry(session, entry_id))


@route(blueprint, "POST", "/api/lexicon/entries/<int:entry_id>/revert", may=EDITORS, answer=EntryView)
def revert_entry(viewer: Viewer, entry_id: int) -> EntryView:
    """Back to what is published; undoes a drafted removal, too."""
    with transaction() as session:
        row = actions.revert_entry(session, viewer, actions.get_entry(session, entry_id))
        return shown.entry_views(session, [row])[0]


@route(blueprint, "POST", "/api/lexicon/try", may=HEAD_OFFICE, body=TryText, answer=TryAnswer)
def try_text(_viewer: Viewer, body: TryText) -> TryAnswer:
    """The verdict on a sentence, step by step. Nothing is recorded."""
    with transaction() as session:
        lexicon = current(session) if body.against == "published" else _draft_with(queries.drafted(session), body)
    said = checks.judged(lexicon, body.text)
    steps = [StepView(title=step.title, detail=step.detail) for step in lexicon.explain(body.text)]
    return TryAnswer(check=_view_of(body.text, said), steps=steps)


@route(blueprint, "POST", "/api/lexicon/publish", may=EDITORS, body=PublishNote, answer=Published)
def publish(viewer: Viewer, body: PublishNote) -> Published:
    """Make the draft the list that everything is checked with."""
    with transaction() as session:
        return Published(version=actions.publish(session, viewer, note=body.note).version)


@route(blueprint, "GET", "/api/lexicon/versions", may=HEAD_OFFICE, answer=VersionList)
def list_versions(_viewer: Viewer) -> VersionList:
    """What was published, by whom and why."""
    with transaction() as session:
        return VersionList(items=[shown.version_view(each) for each in queries.versions(session)])


@route(blueprint, "POST", "/api/lexicon/versions/<int:number>/restore", may=EDITORS, answer=Restored)
def restore_version(viewer: Viewer, number: int) -> Restored:
    """Make the draft what that version was."""
    with transaction() as session:
        return Restored(draft_changes=actions.restore(session, viewer, queries.version(session, number)))


@route(blueprint, "POST", "/api/lexicon/import", may=EDITORS, body=ImportBody, answer=ImportAnswer)
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
    return attachment(export_csv(entries), name=_file_name("词库"), media_type="text/csv; charset=utf-8")


def _view_of(text: str, said: Verdict) -> CheckView:
    return check_view(said, replaced=checks.with_replacements(text, said.hits))


def _given(body: Schema) -> dict[str, Any]:
    return body.model_dump(mode="json", exclude_unset=True)


def _refuse_stale(row: LexiconEntry, body: EntryEdit) -> None:
    if body.expected_updated_at is not None and body.expected_updated_at != row.updated_at:
        at = clock.in_shop_time(row.updated_at).strftime("%H:%M")
        raise Conflict(f"{row.author} {at} 改过这条，请先看看他的改动。", code="changed_meanwhile")


def _draft_with(entries: list[Entry], body: TryText) -> Lexicon:
    """The draft, with the entry that is being edited as it stands in the editor."""
    if body.entry is not None:
        fields = {name: value for name, value in _given(body.entry).items() if value is not None}
        kept = [entry for entry in entries if entry.id != str(body.entry_id)]
        try:
            entries = [*kept, entry_of(body.entry_id or 0, fields)]
        except InvalidEntry as error:
            raise Invalid(f"这个词条不能用：{error}", fields={error.field: str(error)}) from error
    try:
        return Lexicon(entries)
    except InvalidEntry as error:
        raise Invalid(f"草稿里有不能用的词条：{error}", fields={error.field: str(error)}) from error


def _file_name(what: str) -> str:
    return f"{what} {clock.in_shop_time(clock.now()):%Y-%m-%d}.csv"
