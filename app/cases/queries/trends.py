"""Texts with hits by day of the shop's calendar, for one of four readings: category, store, guide, entry."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Date, Text, cast, func, literal, select, true
from sqlalchemy.orm import Session

from app import clock
from app.compliance.models import Hit, Outcome
from app.compliance.schemas import category_name
from app.staff.models import Department, Member
from app.staff.queries import in_stores, store_tree

NOBODY = "system"
OUTCOMES: Mapping[str, str] = {
    Outcome.BLOCKED: "blocked",
    Outcome.NEEDS_CONFIRMATION: "held",
    Outcome.CONFIRMED: "confirmed",
    Outcome.REPLACED: "replaced",
    Outcome.RECORDED: "recorded",
    Outcome.PREVIEWED: "previewed",
}


@dataclass
class Line:
    key: str
    series: list[int]
    before: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES.values(), 0))

    @property
    def total(self) -> int:
        return sum(self.series)


def first_day(days: int) -> date:
    return clock.in_shop_time(clock.now()).date() - timedelta(days=days - 1)


def days_from(first: date, days: int) -> list[str]:
    return [(first + timedelta(days=each)).isoformat() for each in range(days)]


def start_of(day: date) -> datetime:
    """Its first moment in the shop."""
    return datetime.combine(day, time(), tzinfo=clock.SHANGHAI)


def lines(
    session: Session,
    *,
    by: str,
    days: int,
    stores: Collection[int] | None = None,
    category: str | None = None,
    channel: str | None = None,
    store_id: int | None = None,
) -> Sequence[Line]:
    """
    The most frequent first.

    :param stores: whose people alone are counted; None counts everybody's, and what no person wrote.
    """
    begin = first_day(days)
    day = cast(func.timezone(clock.SHANGHAI.key, Hit.at), Date)
    key = _key_of(by)
    # A text with several hits counts once in a line, and so does each way it ended.
    text = func.distinct(func.concat(func.encode(Hit.text_hash, "hex"), func.date_trunc("second", Hit.at)))
    ended = [func.count(text).filter(Hit.outcome == outcome) for outcome in OUTCOMES]
    found = (
        select(
            key.label("key"), day.label("day"), func.count(text).filter(Hit.outcome != Outcome.PREVIEWED), *ended
        )
        .outerjoin(Member, Member.id == Hit.member_id)
        .where(Hit.at >= start_of(begin - timedelta(days=days)), _counted_for(stores))
        .group_by("key", "day")
    )
    if category:
        found = found.where(Hit.category == category)
    if channel:
        found = found.where(Hit.channel == channel)
    if store_id is not None:
        found = found.where(in_stores(store_tree(session, store_id)))
    gathered: dict[str, Line] = {}
    for named, on, total, *counts in session.execute(found):
        _add(gathered.setdefault(named, Line(named, [0] * days)), (on - begin).days, total, counts)
    ordered = sorted(gathered.values(), key=lambda line: (-line.total, -line.before, line.key))
    return [line for line in ordered if line.total or line.before or line.counts["previewed"]]


def _add(line: Line, place: int, total: int, counts: Sequence[int]) -> None:
    if place < 0:
        line.before += total
        return
    if place < len(line.series):
        line.series[place] += total
    for name, count in zip(OUTCOMES.values(), counts, strict=True):
        line.counts[name] += count


def _key_of(by: str) -> ColumnElement[str]:
    nobody = literal(NOBODY)
    keys: Mapping[str, ColumnElement[str]] = {
        "category": Hit.category.expression,
        "entry": cast(Hit.entry_id, Text),
        "guide": func.coalesce(Member.userid, nobody),
        "store": func.coalesce(cast(Member.main_department_id, Text), nobody),
    }
    return keys[by]


def _counted_for(stores: Collection[int] | None) -> ColumnElement[bool]:
    return true() if stores is None else in_stores(stores)


def names(session: Session, by: str, keys: Sequence[str]) -> Mapping[str, str]:
    """What people call each key; one that nobody knows any more is left out."""
    if by == "category":
        return {each: category_name(each) for each in keys}
    if by == "guide":
        rows = session.execute(select(Member.userid, Member.name).where(Member.userid.in_(keys)))
    elif by == "store":
        ids = [int(each) for each in keys if each.isdecimal()]
        rows = session.execute(select(cast(Department.id, Text), Department.name).where(Department.id.in_(ids)))
    else:
        ids = [int(each) for each in keys]
        rows = session.execute(
            select(cast(Hit.entry_id, Text), func.max(Hit.word))
            .where(Hit.entry_id.in_(ids))
            .group_by(Hit.entry_id)
        )
    return {NOBODY: "系统", **{row[0]: row[1] for row in rows}}
