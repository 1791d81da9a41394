"""What the system notices by itself: somebody who is blocked again and again, and who wants to be told of hits."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.cases import wording
from app.cases.actions.casework import add_line, link_hits
from app.cases.actions.telling import tell
from app.cases.models import Case, CaseState, NoteKind, NoticeKind, Subscription
from app.cases.queries import cases, desk
from app.compliance.schemas import category_name

AT_MOST_EVERY = timedelta(minutes=10)
"""Of what is told at once: people stop reading long before WeCom drops what exceeds 30 messages a minute."""

SETTLING = timedelta(seconds=5)
"""A hit is stamped a moment before its transaction ends; so young ones are told the next time."""


def open_for_repeated(session: Session) -> list[int]:
    """
    A case for who was blocked too often for one entry, or one category; more hits join the case that is open.

    :returns: the cases opened now.
    """
    rules, opened = desk.rules(session), []
    for by, times in (("entry", rules.entry_times), ("category", rules.category_times)):
        done: set[tuple[int, str]] = set()
        # Asked again after each: the same texts met other words, too, and are one matter, not several.
        while found := _next(session, by, times, done):
            done.add((found.member_id, found.about))
            opened += _into_case(session, found)
    return opened


def _next(session: Session, by: str, times: int, done: set[tuple[int, str]]) -> desk.Repeated | None:
    found = desk.repeated(session, by=by, times=times, now=clock.now())
    return next((each for each in found if (each.member_id, each.about) not in done), None)


def _into_case(session: Session, found: desk.Repeated) -> list[int]:
    case, is_new = _case_about(session, found)
    linked = link_hits(session, case, desk.hits_of_texts(session, found))
    if not linked:  # somebody put them into another case meanwhile
        if is_new:
            session.delete(case)
            session.flush()
        return []
    if not is_new:
        add_line(session, case, None, NoteKind.HITS, f"24 小时内又被拦下，关联了 {linked} 条命中")
        return []
    add_line(session, case, None, NoteKind.OPENED, f"24 小时内被拦下 {found.times} 次，自动建立案件")
    record(session, "system", "case.opened", subject=f"case:{case.id}", hits=linked, about=found.about)
    return [case.id]


def _case_about(session: Session, found: desk.Repeated) -> tuple[Case, bool]:
    now, what = clock.now(), found.name
    if found.about.startswith("category:"):
        what = category_name(found.about.removeprefix("category:"))
    case_id = session.scalar(
        insert(Case)
        .values(
            title=f"反复被拦：{what}",
            state=CaseState.OPEN,
            member_id=found.member_id,
            about=found.about,
            opened_by="system",
            opened_at=now,
            changed_at=now,
        )
        .on_conflict_do_nothing(
            index_elements=[Case.member_id, Case.about], index_where=Case.state != CaseState.CLOSED
        )
        .returning(Case.id)
    )
    if case_id is not None:
        return cases.get(session, case_id), True
    same = select(Case).where(Case.member_id == found.member_id, Case.about == found.about)
    return session.scalars(same.where(Case.state != CaseState.CLOSED).with_for_update()).one(), False


def tell_at_once(session: Session) -> int:
    """
    Everybody who chose so, of the hits since they were told last.

    :returns: how many were told.
    """
    told, until = 0, clock.now() - SETTLING
    keepers = {each.id for each in cases.reviewers(session)}
    rows = session.scalars(select(Subscription).order_by(Subscription.member_id).with_for_update()).all()
    last = desk.last_notices(session, NoticeKind.AT_ONCE)
    for each in rows:
        before = last.get(each.member_id)
        is_soon = before is not None and before.at > until - AT_MOST_EVERY
        if not each.actions or each.member_id not in keepers or is_soon:
            continue
        count = desk.count_new(session, each, until)
        if count:
            title, body = wording.at_once(count)
            path = f"/console/hits?from={_day(each.told_until)}"
            key = until.isoformat()
            told += tell(session, each.member_id, NoticeKind.AT_ONCE, key=key, title=title, body=body, path=path)
        each.told_until = until
    return told


def _day(moment: datetime) -> str:
    return clock.in_shop_time(moment).date().isoformat()
