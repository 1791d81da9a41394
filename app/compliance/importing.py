"""A file of words into the draft: read by `sensitive_words.exchange`, compared with what is there."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy.orm import Session

from app.audit.actions import record
from app.compliance import queries
from app.compliance.actions import drafts
from app.compliance.drafting import fields_of
from app.errors import Invalid
from app.viewer import Viewer
from sensitive_words import Entry, InvalidEntry, Lexicon
from sensitive_words.exchange import Problem, UnreadableList, import_entries

Format = Literal["lines", "csv", "json", "xlsx"]


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
        given = import_entries(_bytes(content, kind), name=f"list.{kind}", category=category)
    except UnreadableList as error:
        raise Invalid(f"这个文件读不了：{error}。", code="unreadable_file") from error
    result = Imported(problems=list(given.problems))
    known, categories = queries.by_word(session), queries.categories(session)
    seen: set[tuple[str, str]] = set()
    new: list[Entry] = []
    for entry in given.entries:
        place = (entry.category, entry.text)
        problem = _problem_of(entry, categories) if place not in seen else "这个词在文件里出现了两次"
        if problem:
            result.problems.append(Problem(0, "text", f"「{entry.text}」：{problem}"))
            continue
        seen.add(place)
        row = known.get(place)
        if row is None:
            result.added += 1
            new.append(entry)
        elif row.draft == {**(row.draft or {}), **fields_of(entry)}:
            result.unchanged += 1
        else:
            result.changed += 1
            if not dry_run:
                drafts.change_quietly(session, viewer, row, fields_of(entry))
    if not dry_run and (new or result.changed):
        drafts.add_entries(session, viewer, new)
        drafts.void_proposals(session, viewer)
        counts = {"added": result.added, "changed": result.changed, "problems": len(result.problems)}
        record(session, viewer, "lexicon.imported", subject="lexicon", format=kind, **counts)
    return result


def _bytes(content: str, kind: Format) -> bytes:
    if kind != "xlsx":
        return content.encode("utf-8", "replace")
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error as error:
        raise UnreadableList("表格没有完整上传") from error


def _problem_of(entry: Entry, categories: Mapping[str, str]) -> str:
    if entry.category not in categories:
        return f"没有「{entry.category}」这个类别，请先新建类别"
    try:
        Lexicon([entry])
    except InvalidEntry as error:
        return str(error)
    return ""
