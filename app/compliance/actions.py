"""Changing the draft, and publishing it. A broken list never replaces a good one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock, db
from app.audit.actions import record
from app.compliance import lexicon
from app.compliance.drafting import DraftProblem, entry_of, fields_of, problems_of
from app.compliance.models import EntryStatus, LexiconEntry, LexiconVersion
from app.errors import Conflict, Invalid, NotFound
from app.viewer import Viewer
from sensitive_words import Entry, InvalidEntry, Lexicon, starter_entries

PUBLISHING = 4_713_227_021
"""Advisory lock: versions get their number one at a time, without gaps."""


def add_entry(session: Session, viewer: Viewer, fields: Mapping[str, Any]) -> LexiconEntry:
    """
    A new entry, in the draft only.

    :raises Invalid: with the field that cannot be used.
    :raises Conflict: if the category has this word already.
    """
    row = LexiconEntry(draft={}, text="", category="", action="", author=viewer.userid, created_at=clock.now())
    _put(row, _checked(0, fields), viewer.userid)
    _refuse_twin(session, row)
    session.add(row)
    _flush(session, row)
    return row


def change_entry(session: Session, viewer: Viewer, row: LexiconEntry, fields: Mapping[str, Any]) -> LexiconEntry:
    """
    Change some fields of the draft; a drafted removal is taken back by it.

    :raises Invalid, Conflict: as `add_entry`.
    """
    before = row.draft if row.draft is not None else row.published or {}
    merged = {name: value for name, value in {**before, **fields}.items() if value is not None}
    _put(row, _checked(row.id, merged), viewer.userid)
    _refuse_twin(session, row)
    _flush(session, row)
    return row


def remove_entry(session: Session, viewer: Viewer, row: LexiconEntry) -> None:
    """Out of the draft; out of the published list at the next publication."""
    if row.published is None:
        session.delete(row)
        return
    _put(row, None, viewer.userid)
    session.flush()


def revert_entry(session: Session, viewer: Viewer, row: LexiconEntry) -> LexiconEntry:
    """
    Back to what is published.

    :raises Conflict: if it never was.
    """
    if row.published is None:
        raise Conflict("这条还没有发布过，没有可以恢复的内容；不要它就删除。")
    _put(row, row.published, viewer.userid)
    _refuse_twin(session, row)
    _flush(session, row)
    return row


def publish(session: Session, viewer: Viewer, *, note: str) -> LexiconVersion:
    """
    Make the draft the list that every process checks with, within two seconds.

    :raises Conflict: if nothing was changed.
    :raises Invalid: if an entry cannot be used or an example fails; `details["problems"]` has each.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PUBLISHING})
    rows = session.scalars(select(LexiconEntry).order_by(LexiconEntry.id).with_for_update()).all()
    changed = [row for row in rows if row.status != EntryStatus.PUBLISHED]
    if not changed:
        raise Conflict("草稿没有改动，不需要发布。", code="nothing_to_publish")
    entries = _usable([row for row in rows if row.draft is not None])
    before = session.scalar(select(LexiconVersion.version).order_by(LexiconVersion.version.desc()).limit(1)) or 0
    version = _stored(session, before + 1, entries, viewer, note)
    counts = dict.fromkeys((EntryStatus.DRAFT_NEW, EntryStatus.DRAFT_CHANGED, EntryStatus.DRAFT_REMOVED), 0)
    for row in changed:
        counts[EntryStatus(row.status)] += 1
        if row.draft is None:
            session.delete(row)
        else:
            row.published = row.draft
    session.flush()
    record(
        session,
        viewer,
        "lexicon.published",
        subject=f"lexicon:{version.version}",
        note=note,
        sha256=version.sha256.hex(),
        entries=version.entry_count,
        added=counts[EntryStatus.DRAFT_NEW],
        changed=counts[EntryStatus.DRAFT_CHANGED],
        removed=counts[EntryStatus.DRAFT_REMOVED],
    )
    db.after_commit(session, "lexicon", lexicon.look_again)
    return version


def restore(session: Session, viewer: Viewer, version: LexiconVersion) -> int:
    """
    Make the draft what that version was; to take effect it is published again, as a new version.

    :returns: how many entries differ from what is published now.
    """
    wanted = {int(each["id"]): each for each in version.entries}
    rows = {row.id: row for row in session.scalars(select(LexiconEntry).with_for_update())}
    for row in rows.values():
        if row.id not in wanted:
            remove_entry(session, viewer, row)
    session.flush()
    for entry_id, fields in sorted(wanted.items()):
        kept = fields_of(entry_of(entry_id, fields))
        row = rows.get(entry_id) or LexiconEntry(id=entry_id, created_at=clock.now())
        if row.draft != kept or row.id not in rows:
            _put(row, kept, viewer.userid)
        session.add(row)
    session.flush()
    return sum(
        1 for _ in session.scalars(select(LexiconEntry.id).where(LexiconEntry.status != EntryStatus.PUBLISHED))
    )


def seed(session: Session, viewer: Viewer, *, industry: str | None = None) -> LexiconVersion | None:
    """The starter lists, published, in an installation that has no list yet; None where there is one."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PUBLISHING})
    if session.scalar(select(LexiconEntry.id).limit(1)) or session.scalar(select(LexiconVersion.version).limit(1)):
        return None
    add_entries(session, viewer.userid, starter_entries(industry))
    return publish(session, viewer, note="自带的起步词库")


def add_entries(session: Session, author: str, entries: Iterable[Entry]) -> None:
    """Into the draft, one for each word of a category."""
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        if (entry.category, entry.text) in seen:
            continue
        seen.add((entry.category, entry.text))
        row = LexiconEntry(created_at=clock.now())
        _put(row, fields_of(entry), author)
        session.add(row)
    session.flush()


def get_entry(session: Session, entry_id: int) -> LexiconEntry:
    """
    Locked until the transaction ends.

    :raises NotFound:
    """
    row = session.scalar(select(LexiconEntry).where(LexiconEntry.id == entry_id).with_for_update())
    if row is None:
        raise NotFound("没有这个词条，可能已被别人删除。")
    return row


def _checked(entry_id: int, fields: Mapping[str, Any]) -> dict[str, Any]:
    try:
        entry = entry_of(entry_id, fields)
        Lexicon([entry])
    except InvalidEntry as error:
        raise Invalid(f"这个词条不能用：{error}", fields={error.field: str(error)}) from error
    return fields_of(entry)


def _put(row: LexiconEntry, draft: dict[str, Any] | None, userid: str) -> None:
    row.draft = draft
    shown = draft if draft is not None else row.published or {}
    row.text, row.category = shown["text"], shown["category"]
    row.action = shown["action"]
    row.author, row.updated_at = userid, clock.now()


def _refuse_twin(session: Session, row: LexiconEntry) -> None:
    with session.no_autoflush:
        twin = session.scalar(
            select(LexiconEntry.id).where(
                LexiconEntry.category == row.category,
                LexiconEntry.text == row.text,
                LexiconEntry.draft.is_not(None),
                LexiconEntry.id.is_distinct_from(row.id),
            )
        )
    if twin is not None:
        raise Conflict(f"这一类里已有「{row.text}」，请改那一条。", entry_id=twin)


def _flush(session: Session, row: LexiconEntry) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(f"这一类里刚刚有人加了「{row.text}」，请刷新。") from error


def _usable(rows: Sequence[LexiconEntry]) -> list[Entry]:
    problems: list[DraftProblem] = []
    entries: list[Entry] = []
    for row in rows:
        try:
            entries.append(entry_of(row.id, row.draft or {}))
        except InvalidEntry as error:
            problems.append(DraftProblem(row.id, row.text, error.field, str(error)))
    if not entries:
        raise Invalid("词库是空的，不能发布：没有词库，什么都不能发出。", code="empty_lexicon")
    if not problems:
        try:
            Lexicon(entries)
            problems = problems_of(entries)
        except InvalidEntry as error:
            problems = [DraftProblem(int(error.entry_id or 0), "", error.field, str(error))]
    if problems:
        listed = [vars(problem) for problem in problems[:100]]
        raise Invalid(
            f"有 {len(problems)} 处不通过，不能发布：{problems[0].message}",
            code="draft_not_usable",
            problems=listed,
        )
    return entries


def _stored(session: Session, number: int, entries: Sequence[Entry], viewer: Viewer, note: str) -> LexiconVersion:
    plain = [entry.to_dict() for entry in entries]
    version = LexiconVersion(
        version=number,
        entries=plain,
        entry_count=len(plain),
        note=note,
        published_by=viewer.userid,
        published_by_name=viewer.name,
        published_at=clock.now(),
        sha256=lexicon.sha256_of(plain),
    )
    session.add(version)
    session.flush()
    return version
