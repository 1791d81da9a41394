"""A file of words into the draft: read by `sensitive_words.exchange`, compared with what is there."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy.orm import Session

from app.audit.actions import record
from app.compliance import queries
from app.compliance.actions import drafts
from app.compliance.admitting import flaw_in
from app.compliance.differing import differing_fields, stores_in
from app.compliance.drafting import fields_of
from app.compliance.models import LexiconEntry
from app.errors import Invalid
from app.viewer import Viewer
from sensitive_words import Entry, InvalidEntry, Lexicon
from sensitive_words.exchange import Problem, UnreadableList, import_entries

Format = Literal["lines", "csv", "json", "xlsx"]

MOST_NAMED = 200
"""Of each kind, in the audit; the file's hash says which file it was, and the counts how many there are."""


@dataclass
class Imported:
    """
    :param problems: rows that were left out, and why; nothing is dropped in silence.
    """

    problems: list[Problem] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0


def import_words(
    session: Session, viewer: Viewer, content: str, kind: Format, *, category: str, dry_run: bool
) -> Imported:
    """
    What can be read goes into the draft; with `dry_run` nothing does. The same file twice changes nothing more.

    :param content: the text of the file; of `xlsx` its bytes in base64.
    :param category: of words that come without one.
    :raises Invalid: if the file as a whole cannot be read.
    """
    try:
        file = _bytes(content, kind)
        given = import_entries(file, name=f"list.{kind}", category=category)
    except UnreadableList as error:
        raise Invalid(f"这个文件读不了：{error}。", code="unreadable_file") from error
    result = Imported(problems=list(given.problems))
    known, categories = queries.by_word(session), queries.categories(session)
    departments = queries.department_names(session, stores_in(fields_of(each) for each in given.entries))
    seen: set[tuple[str, str]] = set()
    new: list[Entry] = []
    changed: list[tuple[LexiconEntry, dict[str, Any]]] = []
    for entry in given.entries:
        place = (entry.category, entry.text)
        row = known.get(place)
        problem = "这个词在文件里出现了两次" if place in seen else _engines_problem(entry)
        if not problem:
            flaw = flaw_in(entry, row.draft if row else None, categories=categories, departments=departments)
            problem = flaw.sentence if flaw else ""
        if problem:
            result.problems.append(Problem(0, "text", f"「{entry.text}」：{problem}"))
            continue
        seen.add(place)
        if row is None:
            new.append(entry)
        elif row.draft == {**(row.draft or {}), **fields_of(entry)}:
            result.unchanged += 1
        else:
            changed.append((row, fields_of(entry)))
    result.added, result.changed = len(new), len(changed)
    if not dry_run and (new or changed):
        told = [_changed(session, viewer, row, fields) for row, fields in changed]
        drafts.add_entries(session, viewer, new)
        drafts.void_proposals(session, viewer)
        record(
            session,
            viewer,
            "lexicon.imported",
            subject="lexicon",
            format=kind,
            sha256=hashlib.sha256(file).hexdigest(),
            added=len(new),
            changed=len(changed),
            unchanged=result.unchanged,
            problems=len(result.problems),
            added_entries=[_named(each) for each in new[:MOST_NAMED]],
            changed_entries=told[:MOST_NAMED],
            refused_rows=_told(result.problems),
        )
    return result


def _changed(session: Session, viewer: Viewer, row: LexiconEntry, fields: dict[str, Any]) -> dict[str, Any]:
    """
    :returns: what the audit says of it.
    """
    before = row.draft
    drafts.change_quietly(session, viewer, row, fields, why="导入文件")
    old, new = differing_fields(before, row.draft)
    return {"id": row.id, "text": row.text, "before": old, "after": new}


def _named(entry: Entry) -> dict[str, str]:
    return {"text": entry.text, "category": entry.category, "action": entry.action.value}


def _told(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    return [{"row": each.row, "field": each.field, "message": each.message} for each in problems[:MOST_NAMED]]


def _bytes(content: str, kind: Format) -> bytes:
    if kind != "xlsx":
        return content.encode("utf-8", "replace")
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error as error:
        raise UnreadableList("表格没有完整上传") from error


def _engines_problem(entry: Entry) -> str:
    try:
        Lexicon([entry])
    except InvalidEntry as error:
        return str(error)
    return ""
