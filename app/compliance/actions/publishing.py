"""From the draft to the list that every process checks with. A broken list never replaces a good one."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import clock, db
from app.audit.actions import record
from app.compliance import lexicon, queries
from app.compliance.actions.drafts import add_entries
from app.compliance.drafting import DraftProblem, entry_of, problems_of
from app.compliance.models import EntryStatus, LexiconEntry, LexiconVersion
from app.errors import Conflict, Invalid
from app.viewer import Viewer
from sensitive_words import Entry, InvalidEntry, Lexicon, starter_entries

PUBLISHING = 4_713_227_021
"""Advisory lock: versions get their number one at a time, without gaps."""

MOST_PROBLEMS = 100
_COUNTED = {
    EntryStatus.DRAFT_NEW: "added",
    EntryStatus.DRAFT_CHANGED: "changed",
    EntryStatus.DRAFT_REMOVED: "removed",
}


def publish(session: Session, viewer: Viewer, *, note: str, submitted_by: str = "") -> LexiconVersion:
    """
    Make the draft the list that every process checks with, within two seconds.

    :param submitted_by: the userid of who asked for it, where another person approved.
    :raises Conflict: if nothing was changed.
    :raises Invalid: if an entry cannot be used or an example fails; `details["problems"]` has each.
    """
    rows = locked_rows(session)
    changed = [row for row in rows if row.status != EntryStatus.PUBLISHED]
    if not changed:
        raise Conflict("草稿没有改动，不需要发布。", code="nothing_to_publish")
    usable = usable_entries({row.id: row.draft for row in rows if row.draft is not None})
    return put_in_force(session, viewer, usable, changed, note=note, submitted_by=submitted_by)


def seed(session: Session, viewer: Viewer, *, industry: str | None = None) -> LexiconVersion | None:
    """The starter lists, published, in an installation that has no list yet; None where there is one."""
    lock(session)
    if session.scalar(select(LexiconEntry.id).limit(1)) or session.scalar(select(LexiconVersion.version).limit(1)):
        return None
    add_entries(session, viewer, starter_entries(industry))
    return publish(session, viewer, note="自带的起步词库")


def lock(session: Session) -> None:
    """Submitting, approving and publishing happen one after the other."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PUBLISHING})


def locked_rows(session: Session) -> Sequence[LexiconEntry]:
    """Every entry, as it stays until this transaction ends."""
    lock(session)
    rows = select(LexiconEntry).order_by(LexiconEntry.id).with_for_update()
    return session.scalars(rows.execution_options(populate_existing=True)).all()


def usable_entries(fields: Mapping[int, Mapping[str, Any]]) -> list[Entry]:
    """
    The entries of a list that may be put in force.

    :param fields: by id, as they are stored.
    :raises Invalid: naming every entry that cannot be used and every example that does not hold.
    """
    problems: list[DraftProblem] = []
    entries: list[Entry] = []
    for entry_id, each in fields.items():
        try:
            entries.append(entry_of(entry_id, each))
        except InvalidEntry as error:
            problems.append(DraftProblem(entry_id, str(each.get("text", "")), error.field, str(error)))
    if not fields:
        raise Invalid("词库是空的，不能发布：没有词库，什么都不能发出。", code="empty_lexicon")
    if not problems:
        try:
            Lexicon(entries)
            problems = problems_of(entries)
        except InvalidEntry as error:
            problems = [DraftProblem(int(error.entry_id or 0), "", error.field, str(error))]
    if problems:
        raise Invalid(
            f"有 {len(problems)} 处不通过，不能发布：{problems[0].message}",
            code="draft_not_usable",
            problems=[vars(problem) for problem in problems[:MOST_PROBLEMS]],
        )
    return entries


def put_in_force(
    session: Session,
    viewer: Viewer,
    entries: Sequence[Entry],
    changed: Collection[LexiconEntry],
    *,
    note: str,
    submitted_by: str = "",
) -> LexiconVersion:
    """
    The next version, holding `entries`; the drafts of `changed` are published with it.

    :param entries: from `usable_entries`.
    """
    newest = queries.newest_version(session)
    version = _stored(session, (newest.version if newest else 0) + 1, entries, viewer, note)
    counts = dict.fromkeys(_COUNTED.values(), 0)
    for row in changed:
        counts[_COUNTED[EntryStatus(row.status)]] += 1
        if row.draft is None:
            session.delete(row)
        else:
            row.published, row.draft_written_by, row.draft_why = row.draft, [], ""
    session.flush()
    record(
        session,
        viewer,
        "lexicon.published",
        subject=f"lexicon:{version.version}",
        note=note,
        submitted_by=submitted_by,
        sha256=version.sha256.hex(),
        entries=version.entry_count,
        **counts,
    )
    db.after_commit(session, "lexicon", lexicon.look_again)
    return version


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
