"""Compliance answers what guides objected to: an exception goes into the draft, or it stays as it is, and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import tuple_, update
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.cases import proposing, wording
from app.cases.actions.telling import tell
from app.cases.models import NoticeKind, Objection, ObjectionState
from app.cases.queries import objections as queries
from app.compliance import actions as compliance
from app.compliance.checks import judged
from app.compliance.drafting import entry_of
from app.compliance.hits import Passage, entry_id_of
from app.compliance.lexicon import current
from app.compliance.models import Hit, LexiconEntry, Review
from app.errors import Conflict, Invalid, NotFound
from app.viewer import Viewer
from sensitive_words import Action, Entry, InvalidEntry

MOST_EXAMPLES = 20
"""Of an entry: an exception brings along an example of itself until there are so many."""


@dataclass(frozen=True)
class Proposal:
    """
    :param others: open objections whose passage further entries stop as well.
    :param hindrance: why nothing can be accepted now, for the person.
    """

    word: str
    open: Sequence[Objection]
    others: int
    candidates: Sequence[proposing.Tried]
    hindrance: str | None


def propose(session: Session, entry_id: int) -> Proposal:
    """
    What would let the passages through that were objected to. Changes nothing.

    :raises NotFound: if there is neither such an entry nor an objection to it.
    """
    waiting = queries.open_of(session, entry_id)[: queries.MOST_TRIED]
    row = session.get(LexiconEntry, entry_id)
    if row is None and not waiting:
        raise NotFound("没有这个词条，也没有对它的反馈。")
    word = row.text if row else waiting[0].word
    others = sum(_stopped_by_others(session, each) for each in waiting)
    hindrance = _hindrance(row, waiting)
    if row is None or row.draft is None or hindrance:
        return Proposal(word, waiting, others, [], hindrance)
    entry = entry_of(row.id, row.draft)
    candidates = proposing.proposed(entry, [_passage(each) for each in waiting], _right(session, entry_id))
    return Proposal(word, waiting, others, candidates, None)


def accept(
    session: Session, viewer: Viewer, entry_id: int, *, exception: str, note: str, in_spite_of: bool
) -> tuple[int, int]:
    """
    Put the exception into the draft and answer every open objection that it frees; the others stay open.

    :param in_spite_of: the person saw that hits found right would be lost, and wants it nevertheless.
    :returns: how many were answered, and how many stay open.
    :raises Conflict: if the draft cannot take it, or nothing is open, or hits found right would be lost.
    :raises Invalid: if it helps nobody, or a must-hit example would fail.
    """
    row = compliance.get_entry(session, entry_id)
    waiting = queries.open_of(session, entry_id, lock=True)
    hindrance = _hindrance(row, waiting)
    if hindrance or row.draft is None:
        raise Conflict(hindrance or "")
    entry = entry_of(row.id, row.draft)
    outcome = _tried(session, entry, exception, waiting)
    if outcome.lost and not in_spite_of:
        raise Conflict(
            f"加上「{exception}」后，会放过 {outcome.lost} 条复核为正确的命中。确认要加，请勾选后再保存。",
            code="would_lose_right_hits",
            lost=outcome.lost,
        )
    if exception not in entry.exceptions:
        compliance.change_entry(session, viewer, row, _with(entry, exception), why="采纳导购的误伤反馈")
    freed = [each for each, is_free in zip(waiting, outcome.freed, strict=True) if is_free]
    _answer(session, viewer, freed, ObjectionState.ACCEPTED, wording.accepted(note), exception)
    _mark_false_alarms(session, viewer, freed)
    record(
        session,
        viewer,
        "objections.accepted",
        subject=f"entry:{entry_id}",
        exception=exception,
        note=note,
        objections=[each.id for each in freed],
        lost=outcome.lost,
    )
    return len(freed), len(waiting) - len(freed)


def decline(session: Session, viewer: Viewer, entry_id: int, *, ids: Collection[int] | None, answer: str) -> int:
    """
    The entry is right: the guides are told why.

    :param ids: which of the open ones; None for all of the entry.
    :returns: how many were answered; 0 the second time.
    """
    waiting = queries.open_of(session, entry_id, lock=True)
    chosen = [each for each in waiting if ids is None or each.id in ids]
    if not chosen:
        return 0
    _answer(session, viewer, chosen, ObjectionState.DECLINED, answer.strip(), None)
    record(
        session,
        viewer,
        "objections.declined",
        subject=f"entry:{entry_id}",
        answer=answer,
        objections=[each.id for each in chosen],
    )
    return len(chosen)


def _hindrance(row: LexiconEntry | None, waiting: Sequence[Objection]) -> str | None:
    if row is None or row.draft is None:
        return "这个词条已经删除，不用再加允许语境；可以直接答复。"
    return None if waiting else "没有待答复的反馈。"


def _tried(session: Session, entry: Entry, exception: str, waiting: Sequence[Objection]) -> proposing.Tried:
    try:
        right = _right(session, int(entry.id))
        outcome = proposing.tried(entry, exception, [_passage(each) for each in waiting], right)
    except InvalidEntry as error:
        raise Invalid(f"不能作为允许语境：{error}", fields={"exception": str(error)}) from error
    if outcome.broken_examples:
        raise Invalid(
            f"加上「{exception}」后，必须命中的例子「{outcome.broken_examples[0]}」不再命中，请换一个允许语境。",
            fields={"exception": "和词条自己的例子冲突"},
        )
    if not outcome.frees:
        raise Invalid(
            f"加上「{exception}」后，反馈里的文字仍会命中，请换一个。",
            fields={"exception": "对这些反馈没有作用"},
        )
    return outcome


def _with(entry: Entry, exception: str) -> dict[str, list[str]]:
    fields = {"exceptions": [*entry.exceptions, exception]}
    if exception not in entry.must_not_hit and len(entry.must_not_hit) < MOST_EXAMPLES:
        fields["must_not_hit"] = [*entry.must_not_hit, exception]
    return fields


def _answer(
    session: Session,
    viewer: Viewer,
    chosen: Sequence[Objection],
    state: ObjectionState,
    answer: str,
    exception: str | None,
) -> None:
    now = clock.now()
    for each in chosen:
        each.state, each.answer, each.exception = state, answer, exception
        each.answered_by, each.answered_at = viewer.userid, now
    session.flush()
    by_member: dict[int, int] = {}
    for each in chosen:
        by_member[each.member_id] = by_member.get(each.member_id, 0) + 1
    for member_id, count in by_member.items():
        title, body = wording.answered(count, accepted=state is ObjectionState.ACCEPTED)
        key = f"{chosen[0].entry_id}@{now.isoformat()}"
        tell(session, member_id, NoticeKind.ANSWER, key=key, title=title, body=body, path="/sidebar/#/feedback")


def _mark_false_alarms(session: Session, viewer: Viewer, freed: Sequence[Objection]) -> None:
    """The hits themselves say so, too, unless somebody reviewed them already."""
    pairs = {(each.entry_id, each.text_hash) for each in freed}
    session.execute(
        update(Hit)
        .where(tuple_(Hit.entry_id, Hit.text_hash).in_(pairs), Hit.review.is_(None))
        .values(
            review=Review.FALSE_ALARM,
            review_note="采纳了导购的反馈",
            reviewed_by=viewer.userid,
            reviewed_at=clock.now(),
        )
        .execution_options(synchronize_session=False)
    )


def _right(session: Session, entry_id: int) -> list[Passage]:
    return [
        Passage(hit.passage, hit.marked_start, hit.marked_end) for hit in queries.right_hits(session, entry_id)
    ]


def _passage(objection: Objection) -> Passage:
    return Passage(objection.passage, objection.marked_start, objection.marked_end)


def _stopped_by_others(session: Session, objection: Objection) -> bool:
    said = judged(current(session), objection.passage, channel=objection.channel)
    stops = (Action.BLOCK, Action.WARN, Action.REPLACE)
    return any(hit.action in stops and entry_id_of(hit) != objection.entry_id for hit in said.hits)
