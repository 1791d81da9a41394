"""What we know of each rule in WeCom. Every call has its claim before it and its record after it here."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.interception.models import InterceptionRun, InterceptionSetting, InterceptRule, RefusedWord, RuleState
from app.interception.planning import Seen, Wanted
from app.interception.queries import at_first, seen_from
from app.interception.wording import rule_name
from app.wecom.calls.intercept_rules import Rule

CALL_TIMEOUT = timedelta(seconds=60)
"""Longer than any call to WeCom lasts: before that, a rule that is not listed may still come."""


def record_look(
    session: Session, seen: Mapping[str, Rule | None], names: Mapping[str, str], *, at: datetime
) -> timedelta | None:
    """
    What WeCom has: our rules are found by id, unanswered ones by name, all others only listed.

    :param seen: by rule id; None for one that WeCom lists and does not show.
    :param names: of all that is listed, by rule id.
    :param at: when the list was asked for.
    :returns: how long to wait before a rule whose making got no answer may be taken for missing.
    """
    rows = session.scalars(select(InterceptRule).with_for_update()).all()
    by_name = {name: rule_id for rule_id, name in names.items()}
    wait: timedelta | None = None
    ours = set()
    for row in rows:
        rule_id = row.rule_id if row.rule_id in names else by_name.get(row.name)
        if rule_id is not None and rule_id not in ours:
            ours.add(rule_id)
            found = seen.get(rule_id)
            row.rule_id, row.state = rule_id, RuleState.LIVE
            row.seen = asdict(as_seen(found)) if found else row.seen
            continue
        is_open = row.state in (RuleState.CALLING, RuleState.UNKNOWN)
        may_come = (row.claimed_at or at) + CALL_TIMEOUT - at if is_open else timedelta()
        if may_come > timedelta():
            wait = max(wait or timedelta(), may_come)
        else:
            row.state, row.rule_id, row.seen = RuleState.MISSING, None, None
    setting = own_setting(session)
    setting.looked_at = clock.now()
    setting.others = [
        {
            "rule_id": rule_id,
            "name": name,
            "kind": rule.intercept_type if (rule := seen.get(rule_id)) else None,
            "words": list(rule.words) if rule else None,
        }
        for rule_id, name in names.items()
        if rule_id not in ours
    ]
    return wait


def as_seen(rule: Rule) -> Seen:
    return Seen(
        name=rule.name,
        kind=rule.intercept_type,
        words=rule.words,
        semantics=rule.semantics,
        userids=tuple(sorted(userid.lower() for userid in rule.userids)),
        departments=tuple(sorted(rule.department_ids)),
    )


def add_rule(session: Session, wanted: Wanted) -> InterceptRule:
    """A rule that WeCom is going to be asked for, with a name that nobody had."""
    row = InterceptRule(
        name=uuid4().hex,
        state=RuleState.MISSING,
        kind=wanted.kind,
        category=wanted.category,
        stores=list(wanted.stores),
        words=[],
    )
    session.add(row)
    session.flush()
    row.name = rule_name(wanted.category, wanted.kind, row.id)
    return row


def claim(session: Session, row_id: int, words: Collection[str]) -> None:
    """Committed before WeCom is asked to make it: whatever happens then, it is looked for first."""
    row = _locked_rule(session, row_id)
    row.state, row.claimed_at, row.words, row.seen = RuleState.CALLING, clock.now(), list(words), None


def release(session: Session, row_id: int, state: RuleState) -> None:
    """The call that should make it did not: WeCom said so (`MISSING`) or nothing (`UNKNOWN`)."""
    _locked_rule(session, row_id).state = state


def record_written(session: Session, run_id: int, row_id: int, rule_id: str, seen: Seen) -> None:
    row = _locked_rule(session, row_id)
    is_new = row.rule_id is None
    row.rule_id, row.state, row.words = rule_id, RuleState.LIVE, list(seen.words)
    row.seen, row.written_at = asdict(seen), clock.now()
    run = locked_run(session, run_id)
    run.heard_at = clock.now()
    if is_new:
        run.created += 1


def live_names(session: Session) -> dict[str, str]:
    """Of the rules that WeCom has as far as we know, by its id."""
    rows = session.scalars(select(InterceptRule).where(InterceptRule.rule_id.is_not(None)))
    return {row.rule_id: row.name for row in rows if row.rule_id is not None}


def rule_id_of(session: Session, row_id: int) -> str | None:
    return session.get_one(InterceptRule, row_id).rule_id


def live_rule(session: Session, row_id: int) -> tuple[str, Seen]:
    """A rule that WeCom has, as it stands there."""
    row = session.get_one(InterceptRule, row_id)
    if row.rule_id is None or row.seen is None:
        raise ValueError(f"rule {row_id} is not known to be in WeCom")
    return row.rule_id, seen_from(row.seen)


def count_update(session: Session, run_id: int) -> None:
    locked_run(session, run_id).updated += 1


def record_missing(session: Session, row_id: int) -> None:
    """WeCom says that it was deleted."""
    row = _locked_rule(session, row_id)
    row.state, row.rule_id, row.seen = RuleState.MISSING, None, None


def forget_rule(session: Session, row_id: int, *, run_id: int | None = None) -> None:
    """
    It is not ours any more.

    :param run_id: of the run that deleted it in WeCom.
    """
    session.execute(delete(InterceptRule).where(InterceptRule.id == row_id))
    if run_id is not None:
        run = locked_run(session, run_id)
        run.deleted, run.heard_at = run.deleted + 1, clock.now()


def refuse_word(session: Session, run_id: int, word: str, errcode: int) -> None:
    if session.get(RefusedWord, word) is None:
        session.add(RefusedWord(word=word, errcode=errcode, refused_at=clock.now()))
        locked_run(session, run_id).refused += 1


def own_setting(session: Session) -> InterceptionSetting:
    """Locked until the transaction ends; made when it is first needed."""
    first = insert(InterceptionSetting).values(**at_first())
    session.execute(first.on_conflict_do_nothing())
    return session.get_one(InterceptionSetting, 1, with_for_update=True, populate_existing=True)


def locked_run(session: Session, run_id: int) -> InterceptionRun:
    return session.get_one(InterceptionRun, run_id, with_for_update=True, populate_existing=True)


def _locked_rule(session: Session, row_id: int) -> InterceptRule:
    return session.get_one(InterceptRule, row_id, with_for_update=True, populate_existing=True)
