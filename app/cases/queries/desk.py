"""The desk's rules, and who is told what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from app.cases.models import Case, CaseHit, CaseState, DeskRules, Notice, NoticeKind, Subscription
from app.compliance.models import Hit, Outcome
from sensitive_words import Action

ENTRY_TIMES = 5
CATEGORY_TIMES = 8
KEEP_DAYS = 180
"""Security logs are kept for six months at least (Cybersecurity Law, art. 21); nothing keeps hits for longer."""

WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class Rules:
    entry_times: int = ENTRY_TIMES
    category_times: int = CATEGORY_TIMES
    keep_days: int = KEEP_DAYS
    changed_by: str | None = None
    changed_at: datetime | None = None


def rules(session: Session) -> Rules:
    """What somebody chose, or the defaults."""
    row = session.get(DeskRules, 1)
    if row is None:
        return Rules()
    return Rules(row.entry_times, row.category_times, row.keep_days, row.changed_by, row.changed_at)


def subscriptions(session: Session) -> Mapping[int, Subscription]:
    """By member."""
    return {each.member_id: each for each in session.scalars(select(Subscription))}


def last_notices(session: Session, *kinds: NoticeKind) -> Mapping[int, Notice]:
    """The newest one of these kinds, by member."""
    newest = select(func.max(Notice.id)).where(Notice.kind.in_(kinds)).group_by(Notice.member_id)
    found = select(Notice).where(Notice.id.in_(newest))
    return {each.member_id: each for each in session.scalars(found)}


@dataclass(frozen=True)
class Repeated:
    """
    Somebody who was blocked again and again.

    :param about: `entry:12` or `category:advertising`.
    :param texts: hashes of what was blocked; none of its hits is in a case yet.
    """

    member_id: int
    about: str
    name: str
    times: int
    texts: Sequence[bytes]


def repeated(session: Session, *, by: str, times: int, now: datetime) -> Sequence[Repeated]:
    """
    Who was blocked at least `times` times within 24 hours, or is looked into for it already; the worst first. A
    text with two hits counts once, and a word that only warns does not count because another one blocked.

    :param by: `entry` or `category`.
    """
    if times == 0:
        return []
    key = Hit.entry_id if by == "entry" else Hit.category
    attempt = func.count(
        func.distinct(func.concat(func.encode(Hit.text_hash, "hex"), func.date_trunc("second", Hit.at)))
    )
    is_looked_into = exists().where(
        Case.member_id == Hit.member_id, Case.about == func.concat(f"{by}:", key), Case.state != CaseState.CLOSED
    )
    rows = session.execute(
        select(Hit.member_id, key, func.max(Hit.word), attempt, func.array_agg(func.distinct(Hit.text_hash)))
        .outerjoin(CaseHit, CaseHit.hit_id == Hit.id)
        .where(
            Hit.at > now - WITHIN,
            Hit.outcome == Outcome.BLOCKED,
            Hit.action == Action.BLOCK.value,
            Hit.member_id.is_not(None),
            CaseHit.hit_id.is_(None),
        )
        .group_by(Hit.member_id, key)
        .having(or_(attempt >= times, is_looked_into))
        .order_by(attempt.desc(), Hit.member_id, key)
    )
    return [
        Repeated(member_id, f"{by}:{about}", word, count, texts)
        for member_id, about, word, count, texts in rows
        if member_id is not None
    ]


def hits_of_texts(session: Session, found: Repeated) -> Sequence[int]:
    """All that the person met in these texts, whatever else it was."""
    return session.scalars(
        select(Hit.id).where(
            Hit.member_id == found.member_id,
            Hit.text_hash.in_(found.texts),
            Hit.outcome != Outcome.PREVIEWED,
        )
    ).all()


def count_new(session: Session, told: Subscription, until: datetime) -> int:
    """Texts with a hit since the person was told last, as far as they chose them; drafts do not count."""
    found = select(func.count(func.distinct(Hit.text_hash))).where(
        Hit.at > told.told_until,
        Hit.at <= until,
        Hit.outcome != Outcome.PREVIEWED,
        Hit.action.in_(told.actions),
    )
    if told.categories:
        found = found.where(Hit.category.in_(told.categories))
    return session.scalar(found) or 0


def outcomes_between(session: Session, since: datetime, until: datetime) -> Mapping[str, int]:
    """How many texts ended how; one with several hits counts once."""
    texts = func.count(func.distinct(Hit.text_hash))
    found = select(Hit.outcome, texts).where(Hit.at >= since, Hit.at < until)
    rows = session.execute(found.group_by(Hit.outcome))
    return {str(row[0]): row[1] for row in rows}


def count_unreviewed(session: Session, since: datetime, until: datetime) -> int:
    found = select(func.count()).where(
        Hit.at >= since, Hit.at < until, Hit.review.is_(None), Hit.outcome != Outcome.PREVIEWED
    )
    return session.scalar(found.select_from(Hit)) or 0
