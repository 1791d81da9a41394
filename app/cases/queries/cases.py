"""Finding cases, their notes and hits."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.cases.models import Case, CaseHit, CaseNote, CaseState
from app.cases.queries.trends import start_of
from app.compliance.models import Hit
from app.errors import NotFound
from app.staff.models import Member, MemberRole
from app.staff.queries import is_active
from app.viewer import Role

MOST_LINKED = 200


def cases(
    *,
    text: str | None = None,
    state: str | None = None,
    assignee: str | None = None,
    guide: str | None = None,
    origin: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Select[Case]:
    """
    What was touched last first.

    :param text: part of the title, of a note, or of the name of whose texts these are; or its number.
    :param state: one of `CaseState`, or `unfinished`.
    :param assignee: a userid, or `nobody`.
    :param origin: `system` or `person`.
    """
    found = select(Case)
    if text and text.strip():
        wanted = text.strip().lstrip("#")
        people = select(Member.id).where(Member.name.icontains(wanted, autoescape=True))
        noted = exists().where(CaseNote.case_id == Case.id, CaseNote.text.icontains(wanted, autoescape=True))
        ways = [Case.title.icontains(wanted, autoescape=True), Case.member_id.in_(people), noted]
        if wanted.isascii() and wanted.isdecimal() and len(wanted) < 10:
            ways.append(Case.id == int(wanted))
        found = found.where(or_(*ways))
    if state == "unfinished":
        found = found.where(Case.state != CaseState.CLOSED)
    elif state:
        found = found.where(Case.state == state)
    if assignee == "nobody":
        found = found.where(Case.assignee_id.is_(None))
    elif assignee:
        found = found.where(Case.assignee_id.in_(_called(assignee)))
    if guide:
        found = found.where(Case.member_id.in_(_called(guide)))
    if origin:
        found = found.where(Case.opened_by == "system" if origin == "system" else Case.opened_by != "system")
    if since:
        found = found.where(Case.opened_at >= since)
    if until:
        found = found.where(Case.opened_at < until)
    return found.order_by(Case.changed_at.desc(), Case.id.desc())


def _called(userid: str) -> Select[int]:
    return select(Member.id).where(Member.userid == userid.lower())


def get(session: Session, case_id: int, *, lock: bool = False) -> Case:
    """
    :raises NotFound:
    """
    found = session.get(Case, case_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise NotFound("没有这个案件，可能已过保存期。")
    return found


def notes(session: Session, case_id: int) -> Sequence[CaseNote]:
    """Oldest first."""
    return session.scalars(select(CaseNote).where(CaseNote.case_id == case_id).order_by(CaseNote.id)).all()


def linked_hits(session: Session, case_id: int) -> Sequence[Hit]:
    """Newest first."""
    found = select(Hit).join(CaseHit, CaseHit.hit_id == Hit.id).where(CaseHit.case_id == case_id)
    return session.scalars(found.order_by(Hit.at.desc(), Hit.id.desc()).limit(MOST_LINKED)).all()


def hit_counts(session: Session, case_ids: Collection[int]) -> Mapping[int, int]:
    rows = session.execute(
        select(CaseHit.case_id, func.count()).where(CaseHit.case_id.in_(case_ids)).group_by(CaseHit.case_id)
    )
    return {row[0]: row[1] for row in rows}


def case_of(session: Session, hit_id: int) -> int | None:
    return session.scalar(select(CaseHit.case_id).where(CaseHit.hit_id == hit_id))


def belonging(session: Session, hit: Hit, gather: str) -> Sequence[Hit]:
    """
    The hit, and those that go with it and are in no case yet.

    :param gather: `hit`: it alone; `text`: of the same text by the same person; `day`: all that the person met on
        that day of the shop's calendar.
    """
    if gather == "hit":
        return [hit]
    free = ~exists().where(CaseHit.hit_id == Hit.id)
    same = Hit.member_id.is_not_distinct_from(hit.member_id)
    if gather == "text":
        found = select(Hit).where(free, same, Hit.text_hash == hit.text_hash)
    else:
        begin = start_of(clock.in_shop_time(hit.at).date())
        found = select(Hit).where(free, same, Hit.at >= begin, Hit.at < begin + timedelta(days=1))
    rows = session.scalars(found.order_by(Hit.at.desc(), Hit.id.desc()).limit(MOST_LINKED)).all()
    return rows if hit in rows else [hit, *rows]


def reviewers(session: Session) -> Sequence[Member]:
    """Who may be given a case: members who keep the word lists."""
    keeps = exists().where(MemberRole.member_id == Member.id, MemberRole.role == Role.COMPLIANCE)
    return session.scalars(select(Member).where(keeps, is_active()).order_by(Member.name, Member.id)).all()


def count_unfinished(session: Session) -> int:
    found = select(func.count()).select_from(Case).where(Case.state != CaseState.CLOSED)
    return session.scalar(found) or 0
