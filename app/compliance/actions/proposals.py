"""
Nothing is published by who wrote it: a draft is submitted as it stands, and another person lets exactly that out.

One exception: what only tightens may go out at once, by one person with a reason, and is confirmed afterwards.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.compliance import queries, rights
from app.compliance.actions.drafts import CHANGED_SINCE, void_proposals
from app.compliance.actions.publishing import locked_rows, put_in_force, usable_entries
from app.compliance.models import (
    EntryStatus,
    LexiconEntry,
    Proposal,
    ProposalKind,
    ProposalState,
)
from app.compliance.tightening import loosened_by
from app.errors import Conflict, Invalid
from app.outbox import enqueue
from app.viewer import Viewer

PUBLISHED_SINCE = "词库在提交后发布过新的一版，需要重新提交。"


def refuse_unchanged(session: Session) -> None:
    """
    :raises Conflict: if there is nothing to submit.
    """
    if not queries.count_changes(session):
        raise Conflict("草稿没有改动，不需要提交。", code="nothing_to_publish")


def submit(
    session: Session, viewer: Viewer, *, note: str, impact: Mapping[str, Any], content_hash: bytes
) -> Proposal:
    """
    Ask another person to let the draft out as it stands at this moment.

    :param note: what it changes and why, for whoever approves.
    :param impact: what a replay of this very draft found; whoever calls this has seen to that.
    :param content_hash: of the draft as it was replayed.
    :raises Conflict: if nothing was changed, this was submitted already, or somebody has just changed the draft.
    :raises Invalid: if an entry cannot be used or an example fails.
    """
    rows = locked_rows(session)
    refuse_unchanged(session)
    changed = [row for row in rows if row.status != EntryStatus.PUBLISHED]
    usable_entries({row.id: row.draft for row in rows if row.draft is not None})
    if queries.draft_hash(session) != content_hash:
        raise Conflict("草稿刚刚被改过，请重新看影响。", code="replay_needed")
    waiting = queries.submitted(session)
    if waiting is not None and waiting.content_hash == content_hash:
        raise Conflict("这份草稿已经提交，正在等审批。", code="submitted_already")
    void_proposals(session, viewer)
    proposal = _stored(
        session,
        viewer,
        changed,
        kind=ProposalKind.REVIEW,
        state=ProposalState.SUBMITTED,
        content_hash=content_hash,
        note=note,
        impact=dict(impact),
    )
    record(
        session,
        viewer,
        "lexicon.submitted",
        subject=_subject(proposal),
        note=note,
        changes=len(changed),
        sha256=content_hash.hex(),
    )
    _tell(session, proposal, "submitted")
    return proposal


def approve(session: Session, viewer: Viewer, proposal_id: int, *, comment: str, content_hash: bytes) -> Proposal:
    """
    Publish exactly what was submitted, in this transaction.

    :param content_hash: of the proposal as the approver saw it.
    :raises Conflict: if the draft was changed since, or it is not waiting any more.
    :raises Forbidden: if the approver had a hand in it.
    """
    rows = locked_rows(session)
    proposal = queries.get_proposal(session, proposal_id)
    rights.require("approve", proposal, viewer)
    if content_hash != proposal.content_hash or queries.draft_hash(session) != proposal.content_hash:
        raise Conflict(CHANGED_SINCE, code="changed_since_submitted")
    newest = queries.newest_version(session)
    if (newest.version if newest else 0) != proposal.base_version:
        raise Conflict(PUBLISHED_SINCE, code="changed_since_submitted")
    changed = [row for row in rows if row.status != EntryStatus.PUBLISHED]
    entries = usable_entries({row.id: row.draft for row in rows if row.draft is not None})
    author = queries.member(session, proposal.submitted_by_id)
    version = put_in_force(
        session, viewer, entries, changed, note=proposal.note, submitted_by=author.userid if author else ""
    )
    proposal.state, proposal.version = ProposalState.PUBLISHED, version.version
    _decide(session, viewer, proposal, comment, "approved")
    _tell(session, proposal, "approved")
    return proposal


def reject(session: Session, viewer: Viewer, proposal_id: int, *, comment: str) -> Proposal:
    """
    Back to its authors, with what has to change. The draft stays as it is.

    :raises Conflict, Forbidden: as `approve`.
    """
    proposal = queries.get_proposal(session, proposal_id)
    rights.require("reject", proposal, viewer)
    if not comment.strip():
        raise Invalid("请写明为什么退回，作者会看到。", fields={"comment": "必须填写"})
    proposal.state = ProposalState.REJECTED
    _decide(session, viewer, proposal, comment, "rejected")
    _tell(session, proposal, "rejected")
    return proposal


def withdraw(session: Session, viewer: Viewer, proposal_id: int) -> Proposal:
    """
    Not yet, after all. The draft stays as it is.

    :raises Conflict: if it is not waiting any more.
    """
    proposal = queries.get_proposal(session, proposal_id)
    rights.require("withdraw", proposal, viewer)
    proposal.state = ProposalState.WITHDRAWN
    session.flush()
    record(session, viewer, "lexicon.withdrawn", subject=_subject(proposal))
    return proposal


def publish_urgently(session: Session, viewer: Viewer, entry_ids: Collection[int], *, reason: str) -> Proposal:
    """
    Put these drafted entries in force at once, and nothing else of the draft.

    :param reason: why it cannot wait; whoever confirms it reads this.
    :raises Invalid: for an entry that would let anything pass that is stopped now, or that cannot be used.
    """
    if not reason.strip():
        raise Invalid("请写明为什么来不及等审批。", fields={"reason": "必须填写"})
    rows = locked_rows(session)
    chosen = [row for row in rows if row.id in set(entry_ids)]
    if len(chosen) != len(set(entry_ids)) or not chosen:
        raise Invalid("选中的词条有的已不在草稿里，请刷新后重选。", code="entries_gone")
    obstacles = {row.id: obstacle for row in chosen if (obstacle := loosened_by(row.published, row.draft))}
    if obstacles:
        first = next(row for row in chosen if row.id in obstacles)
        raise Invalid(
            f"「{first.text}」不能紧急发布：{obstacles[first.id]}。",
            code="not_only_tightening",
            entries=[{"id": entry_id, "why": why} for entry_id, why in obstacles.items()],
        )
    fields = {row.id: row.draft if row in chosen else row.published for row in rows}
    entries = usable_entries({entry_id: each for entry_id, each in fields.items() if each is not None})
    changes, authors = [_change(row) for row in chosen], _authors(chosen, viewer)
    base = queries.newest_version(session)
    void_proposals(session, viewer, PUBLISHED_SINCE)
    version = put_in_force(session, viewer, entries, chosen, note=f"紧急：{reason.strip()}")
    proposal = Proposal(
        kind=ProposalKind.URGENT,
        state=ProposalState.PUBLISHED,
        base_version=base.version if base else 0,
        content_hash=version.sha256,
        changes=changes,
        written_by=authors,
        note=reason.strip(),
        submitted_by_id=viewer.member_id,
        submitted_at=clock.now(),
        version=version.version,
    )
    session.add(proposal)
    session.flush()
    record(
        session,
        viewer,
        "lexicon.published_urgently",
        subject=_subject(proposal),
        version=version.version,
        reason=reason.strip(),
        entries=[{"entry_id": each["entry_id"], "text": each["text"]} for each in changes],
    )
    _tell(session, proposal, "urgent")
    return proposal


def confirm_urgent(session: Session, viewer: Viewer, proposal_id: int, *, comment: str) -> Proposal:
    """
    A second person has looked at what went out in an emergency, and it may stay.

    :raises Conflict: if somebody has already.
    :raises Forbidden: to who published it, or wrote any of it.
    """
    proposal = queries.get_proposal(session, proposal_id)
    rights.require("confirm", proposal, viewer)
    _decide(session, viewer, proposal, comment, "confirmed")
    return proposal


def _stored(session: Session, viewer: Viewer, changed: Sequence[LexiconEntry], **values: Any) -> Proposal:
    newest = queries.newest_version(session)
    proposal = Proposal(
        base_version=newest.version if newest else 0,
        changes=[_change(row) for row in changed],
        written_by=_authors(changed, viewer),
        submitted_by_id=viewer.member_id,
        submitted_at=clock.now(),
        **values,
    )
    session.add(proposal)
    session.flush()
    return proposal


def _change(row: LexiconEntry) -> dict[str, Any]:
    return {
        "entry_id": row.id,
        "text": row.text,
        "category": row.category,
        "before": row.published,
        "after": row.draft,
        "why": row.draft_why,
    }


def _authors(rows: Sequence[LexiconEntry], viewer: Viewer) -> list[int]:
    return sorted({viewer.member_id, *(author for row in rows for author in row.draft_written_by)})


def _decide(session: Session, viewer: Viewer, proposal: Proposal, comment: str, verb: str) -> None:
    proposal.decided_by_id, proposal.decided_at = viewer.member_id, clock.now()
    proposal.comment = comment.strip()
    session.flush()
    record(session, viewer, f"lexicon.{verb}", subject=_subject(proposal), comment=proposal.comment)


def _tell(session: Session, proposal: Proposal, event: str) -> None:
    """By name, because what reads scripts, sends messages and writes WeCom's own rules lies above."""
    key = f"replays.tell_about:{proposal.id}:{event}"
    enqueue(session, "replays.tell_about", key=key, proposal_id=proposal.id, event=event)
    if proposal.version is not None:
        enqueue(
            session, "replays.tell_owners", key=f"replays.tell_owners:{proposal.version}", version=proposal.version
        )
        # At once, not when it looks by itself two minutes on.
        enqueue(session, "interception.follow", key=f"interception.follow:lexicon:{proposal.version}")


def _subject(proposal: Proposal) -> str:
    return f"lexicon_proposal:{proposal.id}"
