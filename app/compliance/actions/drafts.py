"""Changing the draft, entry by entry. Whatever was submitted is void from then on."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.compliance import queries
from app.compliance.admitting import flaw_in
from app.compliance.differing import differing_fields, scope_in_words, stores_in
from app.compliance.drafting import entry_of, fields_of
from app.compliance.models import EntryStatus, LexiconEntry, LexiconVersion, Proposal, ProposalState
from app.errors import Conflict, Invalid, NotFound
from app.viewer import Viewer
from sensitive_words import Entry, InvalidEntry, Lexicon

CHANGED_SINCE = "内容在提交后改过，需要重新提交。"


def add_entry(
    session: Session, viewer: Viewer, fields: Mapping[str, Any], *, owner: str | None = None, why: str = ""
) -> LexiconEntry:
    """
    A new entry, in the draft only.

    :param owner: userid of who answers for it; the author, if nobody is named.
    :raises Invalid: with the field that cannot be used.
    :raises Conflict: if the category has this word already.
    """
    row = LexiconEntry(draft={}, text="", category="", action="", draft_written_by=[], created_at=clock.now())
    row.owner = _owner(session, owner) if owner else viewer.userid
    put(row, checked(session, 0, fields), viewer, why=why)
    refuse_twin(session, row)
    session.add(row)
    flush(session, row)
    void_proposals(session, viewer)
    places = _places(session, None, row.draft)
    record(session, viewer, "lexicon.entry_added", subject=subject_of(row.id), after=row.draft, why=why, **places)
    return row


def change_entry(
    session: Session, viewer: Viewer, row: LexiconEntry, fields: Mapping[str, Any], *, why: str = ""
) -> LexiconEntry:
    """
    Change some fields of the draft; a drafted removal is taken back by it.

    :param why: for whoever approves it, and for the audit.
    :raises Invalid, Conflict: as `add_entry`.
    """
    before = row.draft
    if not change_quietly(session, viewer, row, fields, why=why):
        return row
    void_proposals(session, viewer)
    old, new = differing_fields(before, row.draft)
    said = {"before": old, "after": new, "why": why, **_places(session, old, new)}
    record(session, viewer, "lexicon.entry_changed", subject=subject_of(row.id), **said)
    return row


def change_quietly(
    session: Session, viewer: Viewer, row: LexiconEntry, fields: Mapping[str, Any], *, why: str = ""
) -> bool:
    """
    The same without a word in the audit, for those who change many and say so once.

    :returns: whether anything is different now.
    """
    base = row.draft if row.draft is not None else row.published or {}
    merged = {name: value for name, value in {**base, **fields}.items() if value is not None}
    draft = checked(session, row.id, merged, before=base)
    if draft == row.draft:
        return False
    kept_its_place = row.draft is not None and (draft["category"], draft["text"]) == (row.category, row.text)
    put(row, draft, viewer, why=why)
    if not kept_its_place:
        refuse_twin(session, row)
    flush(session, row)
    return True


def remove_entry(session: Session, viewer: Viewer, row: LexiconEntry, *, why: str = "") -> None:
    """
    Out of the draft; out of the published list at the next publication.

    :param why: for whoever approves it, and for the audit.
    :raises Invalid: if what is published shall go and nobody says why.
    """
    if row.draft is None:
        return
    require_reason([row], why)
    before = row.draft
    remove_quietly(session, viewer, row, why=why)
    void_proposals(session, viewer)
    record(session, viewer, "lexicon.entry_removed", subject=subject_of(row.id), before=before, why=why)


def require_reason(rows: Iterable[LexiconEntry], why: str) -> None:
    """
    :raises Invalid: if something that is published shall go and nobody says why.
    """
    if not why.strip() and any(row.published is not None for row in rows):
        raise Invalid(
            "请写明为什么删除：审批的人会看到，也会留在审计里。", code="reason_needed", fields={"why": "必须填写"}
        )


def remove_quietly(session: Session, viewer: Viewer, row: LexiconEntry, *, why: str = "") -> None:
    if row.published is None:
        session.delete(row)
    else:
        put(row, None, viewer, why=why)
    session.flush()


def revert_entry(session: Session, viewer: Viewer, row: LexiconEntry) -> LexiconEntry:
    """
    Back to what is published.

    :raises Conflict: if it never was.
    """
    before = row.draft
    if row.published is None:
        raise Conflict("这条还没有发布过，没有可以恢复的内容；不要它就删除。")
    if before == row.published:
        return row
    put(row, row.published, viewer)
    refuse_twin(session, row)
    flush(session, row)
    void_proposals(session, viewer)
    old, new = differing_fields(before, row.draft)
    record(session, viewer, "lexicon.entry_reverted", subject=subject_of(row.id), before=old, after=new)
    return row


def give_to(session: Session, viewer: Viewer, row: LexiconEntry, owner: str) -> LexiconEntry:
    """
    Another person answers for it from now on. What is published stays as it is, so nobody has to approve.

    :raises Invalid: if there is no such active member.
    """
    before, row.owner = row.owner, _owner(session, owner)
    if before != row.owner:
        session.flush()
        record(
            session, viewer, "lexicon.owner_changed", subject=subject_of(row.id), before=before, after=row.owner
        )
    return row


def restore(session: Session, viewer: Viewer, version: LexiconVersion) -> int:
    """
    Make the draft what that version was; to take effect it is submitted and approved like any other.

    :returns: how many entries differ from what is published now.
    """
    why = f"恢复到第 {version.version} 版"
    wanted = {int(each["id"]): each for each in version.entries}
    rows = {row.id: row for row in session.scalars(select(LexiconEntry).with_for_update())}
    for row in rows.values():
        if row.id not in wanted and row.draft is not None:
            remove_quietly(session, viewer, row, why=why)
    session.flush()
    for entry_id, fields in sorted(wanted.items()):
        kept = fields_of(entry_of(entry_id, fields))
        known = rows.get(entry_id)
        row = known or LexiconEntry(id=entry_id, owner=viewer.userid, draft_written_by=[], created_at=clock.now())
        if known is None or row.draft != kept:
            put(row, kept, viewer, why=why)
        session.add(row)
    session.flush()
    void_proposals(session, viewer)
    changes = queries.count_changes(session)
    record(session, viewer, "lexicon.restored", subject=f"lexicon:{version.version}", changes=changes)
    return changes


def add_entries(session: Session, viewer: Viewer, entries: Iterable[Entry]) -> int:
    """
    Into the draft, one for each word of a category; without a word in the audit.

    :returns: how many.
    """
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        if (entry.category, entry.text) in seen:
            continue
        seen.add((entry.category, entry.text))
        row = LexiconEntry(owner=viewer.userid, draft_written_by=[], created_at=clock.now())
        put(row, fields_of(entry), viewer)
        session.add(row)
    session.flush()
    return len(seen)


def get_entry(session: Session, entry_id: int) -> LexiconEntry:
    """
    Locked until the transaction ends.

    :raises NotFound:
    """
    row = session.scalar(select(LexiconEntry).where(LexiconEntry.id == entry_id).with_for_update())
    if row is None:
        raise NotFound("没有这个词条，可能已被别人删除。")
    return row


def void_proposals(session: Session, viewer: Viewer, why: str = CHANGED_SINCE) -> None:
    """What was submitted is no longer what the draft says, so nobody may approve it."""
    voided: Collection[int] = session.scalars(
        update(Proposal)
        .where(Proposal.state == ProposalState.SUBMITTED)
        .values(state=ProposalState.VOIDED, comment=why)
        .returning(Proposal.id)
    ).all()
    for proposal_id in voided:
        record(session, viewer, "lexicon.proposal_voided", subject=f"lexicon_proposal:{proposal_id}", why=why)


def subject_of(entry_id: int) -> str:
    return f"lexicon_entry:{entry_id}"


def checked(
    session: Session, entry_id: int, fields: Mapping[str, Any], *, before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """
    :param before: what the entry said until now.
    :raises Invalid: with the field that cannot be used; also for a category or a place that nobody knows.
    """
    try:
        entry = entry_of(entry_id, fields)
        Lexicon([entry])
    except InvalidEntry as error:
        raise Invalid(f"这个词条不能用：{error}", fields={error.field: str(error)}) from error
    departments = queries.department_names(session, stores_in([fields]))
    found = flaw_in(entry, before, categories=queries.categories(session), departments=departments)
    if found is not None:
        raise Invalid(f"{found.sentence}。", code=found.code, fields={found.field: found.sentence})
    return fields_of(entry)


def put(row: LexiconEntry, draft: dict[str, Any] | None, viewer: Viewer, *, why: str = "") -> None:
    row.draft = draft
    shown = draft if draft is not None else row.published or {}
    row.text, row.category = shown["text"], shown["category"]
    row.action = shown["action"]
    row.author, row.updated_at = viewer.userid, clock.now()
    is_back = draft is not None and draft == row.published
    row.draft_written_by = [] if is_back else sorted({*row.draft_written_by, viewer.member_id})
    row.draft_why = "" if is_back else why.strip() or row.draft_why or ""


def refuse_twin(session: Session, row: LexiconEntry) -> None:
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


def flush(session: Session, row: LexiconEntry) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(f"这一类里刚刚有人加了「{row.text}」，请刷新。") from error


def is_published(row: LexiconEntry) -> bool:
    return row.status == EntryStatus.PUBLISHED


def _owner(session: Session, userid: str) -> str:
    member = queries.active_member(session, userid)
    if member is None:
        raise Invalid("负责人要是在职的成员。", fields={"owner": "没有这位在职的成员"})
    return member.userid


def _places(session: Session, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, str]:
    """Where it counted and counts, by name: people read the audit, and departments may be gone by then."""
    if not any((side or {}).get("scope") for side in (before, after)):
        return {}
    stores = queries.department_names(session, stores_in([before, after]))
    was, now = (scope_in_words((side or {}).get("scope") or {}, stores) for side in (before, after))
    return {"scope_before": was, "scope_after": now}
