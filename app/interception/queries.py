"""What people chose, what WeCom has, and what follows from the published list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from app import clock
from app.compliance import lexicon
from app.compliance.queries import hits_30_days, newest_version
from app.errors import Conflict, NotFound
from app.interception.fitting import ACCEPTED_AT_FIRST, Circumstances, Fitted, Reason, fit
from app.interception.models import (
    InterceptionRun,
    InterceptionSetting,
    InterceptRule,
    RefusedWord,
    RuleState,
    RunState,
)
from app.interception.planning import Everybody, Known, Plan, Seen, plan
from app.staff.models import Department, Member, MemberDepartment
from app.staff.queries import is_active
from sensitive_words import Lexicon


@dataclass(frozen=True)
class Comparison:
    """The published list beside WeCom as it was at the last look."""

    version: int
    setting: InterceptionSetting
    rows: Sequence[InterceptRule]
    known: Sequence[Known]
    fitted: Fitted
    plan: Plan
    everybody: Everybody


def setting(session: Session) -> InterceptionSetting:
    """The one row, or what it would say in a new installation."""
    found = session.get(InterceptionSetting, 1)
    return found or InterceptionSetting(**at_first())


def at_first() -> dict[str, Any]:
    """The row's values before anybody has chosen."""
    accepted = [reason.value for reason in ACCEPTED_AT_FIRST]
    return {
        "id": 1,
        "is_on": False,
        "semantics": [],
        "accepted": accepted,
        "others": [],
        "changed_by": "",
        "changed_by_name": "",
    }


def rules(session: Session) -> Sequence[InterceptRule]:
    """Ours, oldest first."""
    return session.scalars(select(InterceptRule).order_by(InterceptRule.id)).all()


def refused_words(session: Session) -> Sequence[RefusedWord]:
    return session.scalars(select(RefusedWord).order_by(RefusedWord.word)).all()


def latest_runs(session: Session, *, limit: int = 10) -> Sequence[InterceptionRun]:
    """Newest first."""
    return session.scalars(select(InterceptionRun).order_by(InterceptionRun.id.desc()).limit(limit)).all()


def is_running(session: Session) -> bool:
    return bool(session.scalar(select(exists().where(InterceptionRun.state == RunState.OPEN))))


def get_run(session: Session, run_id: int) -> InterceptionRun:
    """
    :raises NotFound:
    """
    found = session.get(InterceptionRun, run_id)
    if found is None:
        raise NotFound("没有这次核对。")
    return found


def compare(session: Session) -> Comparison:
    """
    :raises Conflict: `no_lexicon`, if no list was ever published.
    :raises CheckUnavailable: if the published one cannot be read.
    """
    published = _published(session)
    chosen = setting(session)
    rows = rules(session)
    departments = set(session.scalars(select(Department.id).where(Department.deleted_at.is_(None))))
    ids = [int(entry.id) for entry in published.entries if entry.id.isdecimal()]
    now = Circumstances(
        on=clock.in_shop_time(clock.now()).date(),
        hits={str(entry_id): times for entry_id, times in hits_30_days(session, ids).items()},
        stores=departments,
        refused={each.word for each in refused_words(session)},
        accepted={Reason(each) for each in chosen.accepted},
        chosen_classes=[int(each) for each in chosen.semantics],
    )
    fitted = fit(published.entries, now)
    known = [_known(row) for row in rows]
    whom = everybody(session)
    planned = plan(fitted, known, whom, others=len(chosen.others))
    return Comparison(published.version, chosen, rows, known, fitted, planned, whom)


def _published(session: Session) -> Lexicon:
    try:
        return lexicon.current(session)
    except lexicon.CheckUnavailable:
        if newest_version(session) is None:
            raise Conflict(
                "还没有发布过敏感词库，没有可以放进企业微信的词。请先在「词库」里发布。", code="no_lexicon"
            ) from None
        raise


def everybody(session: Session) -> Everybody:
    """The topmost departments that we see, and whoever serves customers outside all of them."""
    above = aliased(Department)
    has_parent = exists().where(above.id == Department.parent_id, above.deleted_at.is_(None))
    tops = select(Department.id).where(Department.deleted_at.is_(None), ~has_parent).order_by(Department.id)
    inside = exists().where(
        MemberDepartment.member_id == Member.id,
        MemberDepartment.department_id.in_(select(Department.id).where(Department.deleted_at.is_(None))),
    )
    outside = select(Member.userid).where(is_active(), Member.serves_customers, ~inside).order_by(Member.userid)
    return Everybody(tuple(session.scalars(tops)), tuple(session.scalars(outside)))


def store_names(session: Session, ids: set[int]) -> dict[int, str]:
    found = session.execute(select(Department.id, Department.name).where(Department.id.in_(ids)))
    return {row.id: row.name for row in found}


def _known(row: InterceptRule) -> Known:
    is_there = row.state == RuleState.LIVE and row.seen is not None
    return Known(
        id=row.id,
        name=row.name,
        kind=row.kind,
        category=row.category,
        stores=tuple(row.stores),
        words=tuple(row.words),
        seen=seen_from(row.seen or {}) if is_there else None,
    )


def seen_from(plain: dict[str, Any]) -> Seen:
    """From the column."""
    return Seen(
        name=plain["name"],
        kind=plain["kind"],
        words=tuple(plain["words"]),
        semantics=tuple(plain["semantics"]),
        userids=tuple(plain["userids"]),
        departments=tuple(plain["departments"]),
    )
