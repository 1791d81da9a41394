"""Cases: opened, noted, assigned, reviewed, closed, opened again. Every step is a line of the case."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.cases.models import Case, CaseHit, CaseNote, CaseState, NoteKind
from app.cases.queries import cases as queries
from app.cases.wording import CONCLUSIONS, STATES
from app.compliance.models import Hit, Review
from app.errors import Conflict, Invalid
from app.staff.models import Member
from app.viewer import Viewer

NEXT: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.OPEN: frozenset({CaseState.REVIEWED}),
    CaseState.REVIEWED: frozenset({CaseState.CLOSED, CaseState.OPEN}),
    CaseState.CLOSED: frozenset({CaseState.OPEN}),
}
"""Open → reviewed → closed; what was decided can be looked into again."""


def open_case(
    session: Session, viewer: Viewer, hit: Hit, *, gather: str, title: str, note: str, assignee: str | None
) -> Case:
    """
    From a hit, with those that go with it.

    :raises Conflict: if the hit is in a case already; `details["case_id"]` says in which.
    """
    known = queries.case_of(session, hit.id)
    if known is not None:
        raise Conflict(f"这条命中已经在案件 #{known} 里。", code="in_a_case", case_id=known)
    now = clock.now()
    case = Case(
        title=title.strip() or f"{hit.word}：{'系统' if hit.member_id is None else '一段文字'}",
        state=CaseState.OPEN,
        member_id=hit.member_id,
        opened_by=viewer.userid,
        opened_at=now,
        changed_at=now,
        assignee_id=_reviewer(session, assignee).id if assignee else None,
    )
    session.add(case)
    session.flush()
    linked = _link(session, case, queries.belonging(session, hit, gather))
    add_line(session, case, viewer, NoteKind.OPENED, f"建立案件，关联 {linked} 条命中")
    if note.strip():
        add_line(session, case, viewer, NoteKind.NOTE, note.strip())
    record(session, viewer, "case.opened", subject=f"case:{case.id}", hits=linked, gather=gather)
    return case


def add_note(session: Session, viewer: Viewer, case: Case, *, text: str, press_id: UUID) -> None:
    """The same press again adds nothing."""
    if add_line(session, case, viewer, NoteKind.NOTE, text.strip(), press_id=press_id):
        record(session, viewer, "case.noted", subject=f"case:{case.id}")


def move(
    session: Session,
    viewer: Viewer,
    case: Case,
    *,
    to: CaseState,
    expected: CaseState,
    conclusion: Review | None,
    note: str,
) -> None:
    """
    To the next state, or back to open. Sent twice it changes nothing more.

    :raises Conflict: if somebody moved it meanwhile, or there is no such way.
    :raises Invalid: for a review without a conclusion.
    """
    if case.state == to != expected and _did_last(session, viewer, case):
        return
    if case.state != expected:
        now_is = STATES[CaseState(case.state)]
        raise Conflict(f"案件刚刚变成了「{now_is}」，请看过再操作。", code="changed_meanwhile")
    if to not in NEXT[expected]:
        raise Conflict(f"「{STATES[expected]}」不能直接变成「{STATES[to]}」。", code="no_such_way")
    if to is CaseState.REVIEWED and conclusion is None:
        raise Invalid("复核要选一个结论。", fields={"conclusion": "必须选择"})
    case.state, case.changed_at = to, clock.now()
    case.closed_at = clock.now() if to is CaseState.CLOSED else None
    said = STATES[to]
    if to is CaseState.REVIEWED and conclusion is not None:
        case.conclusion = conclusion
        said += f"，结论：{CONCLUSIONS[conclusion]}"
        _review_hits(session, viewer, case, conclusion)
    elif to is CaseState.OPEN:
        case.conclusion, said = None, "重新打开"
    add_line(session, case, viewer, NoteKind.STATE, f"{said}。{note.strip()}" if note.strip() else said)
    record(
        session,
        viewer,
        f"case.{'reopened' if to is CaseState.OPEN else to.value}",
        subject=f"case:{case.id}",
        conclusion=conclusion,
    )


def assign(session: Session, viewer: Viewer, case: Case, userid: str | None) -> None:
    """
    :raises Invalid: if that person does not keep the word lists.
    """
    reviewer = _reviewer(session, userid) if userid else None
    if case.assignee_id == (reviewer.id if reviewer else None):
        return
    case.assignee_id, case.changed_at = reviewer.id if reviewer else None, clock.now()
    add_line(session, case, viewer, NoteKind.ASSIGNED, f"交给{reviewer.name}" if reviewer else "取消了处理人")
    record(
        session,
        viewer,
        "case.assigned",
        subject=f"case:{case.id}",
        assignee=reviewer.userid if reviewer else None,
    )


def link(session: Session, viewer: Viewer, case: Case, hit: Hit, *, gather: str) -> int:
    """
    More hits into an unfinished case; those that are in it already stay.

    :raises Conflict: if the case is closed, or the hit is in another one.
    """
    _refuse_closed(case)
    known = queries.case_of(session, hit.id)
    if known is not None and known != case.id:
        raise Conflict(f"这条命中已经在案件 #{known} 里。", code="in_a_case", case_id=known)
    linked = _link(session, case, queries.belonging(session, hit, gather))
    if linked:
        case.changed_at = clock.now()
        add_line(session, case, viewer, NoteKind.HITS, f"又关联了 {linked} 条命中")
        record(session, viewer, "case.hits_linked", subject=f"case:{case.id}", hits=linked)
    return linked


def unlink(session: Session, viewer: Viewer, case: Case, hit_id: int) -> None:
    """
    What does not belong here. Twice changes nothing more.

    :raises Conflict: if the case is closed.
    """
    _refuse_closed(case)
    gone = session.execute(
        delete(CaseHit).where(CaseHit.case_id == case.id, CaseHit.hit_id == hit_id).returning(CaseHit.hit_id)
    ).first()
    if gone is not None:
        case.changed_at = clock.now()
        add_line(session, case, viewer, NoteKind.HITS, f"移出命中 #{hit_id}")
        record(session, viewer, "case.hit_unlinked", subject=f"case:{case.id}", hit=hit_id)


def add_line(
    session: Session, case: Case, who: Viewer | None, kind: NoteKind, text: str, *, press_id: UUID | None = None
) -> bool:
    """
    :param who: None for the system.
    :returns: whether it was new.
    """
    written = insert(CaseNote).values(
        case_id=case.id,
        at=clock.now(),
        author=who.userid if who else "system",
        author_name=who.name if who else "系统",
        kind=kind,
        text=text,
        press_id=press_id,
    )
    written = written.on_conflict_do_nothing(index_elements=[CaseNote.case_id, CaseNote.press_id])
    is_new = session.scalar(written.returning(CaseNote.id)) is not None
    if is_new:
        case.changed_at = clock.now()
        session.flush()
    return is_new


def link_hits(session: Session, case: Case, hits: Sequence[int]) -> int:
    """
    :returns: how many were in no case before.
    """
    rows = [{"hit_id": each, "case_id": case.id} for each in hits]
    if not rows:
        return 0
    written = insert(CaseHit).values(rows).on_conflict_do_nothing(index_elements=[CaseHit.hit_id])
    return len(session.scalars(written.returning(CaseHit.hit_id)).all())


def _link(session: Session, case: Case, hits: Sequence[Hit]) -> int:
    return link_hits(session, case, [hit.id for hit in hits])


def _review_hits(session: Session, viewer: Viewer, case: Case, conclusion: Review) -> None:
    of_case = CaseHit.hit_id == Hit.id
    session.execute(
        update(Hit)
        .where(of_case, CaseHit.case_id == case.id, Hit.review.is_(None))
        .values(
            review=conclusion,
            review_note=f"案件 #{case.id}",
            reviewed_by=viewer.userid,
            reviewed_at=clock.now(),
        )
        .execution_options(synchronize_session=False)
    )


def _reviewer(session: Session, userid: str) -> Member:
    found = next((each for each in queries.reviewers(session) if each.userid == userid.lower()), None)
    if found is None:
        raise Invalid("处理人必须是合规同事。", fields={"assignee": "不是合规同事"})
    return found


def _did_last(session: Session, viewer: Viewer, case: Case) -> bool:
    lines = [each for each in queries.notes(session, case.id) if each.kind == NoteKind.STATE]
    return bool(lines) and lines[-1].author == viewer.userid


def _refuse_closed(case: Case) -> None:
    if case.state == CaseState.CLOSED:
        raise Conflict("案件已结案。要改，请先重新打开。", code="case_closed")
