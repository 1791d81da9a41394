"""Which entries are wrong most often: what was reviewed as a false alarm, and what guides object to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, Subquery, cast, func, select
from sqlalchemy.orm import Session

from app import clock
from app.cases.models import Objection, ObjectionState
from app.compliance.models import Hit, Review

DOUBT = 3
"""As if each entry had been right so many times more: one hit that was wrong is no rate of 100 %."""


@dataclass(frozen=True)
class WordFigures:
    """
    :param hits: those that were only seen while writing included.
    :param objections: without those that were withdrawn.
    :param wrong: reviewed as false alarms, or objected to and not declined, whichever is more.
    :param rate: `wrong` of `hits`, in per cent, at most 100.
    """

    entry_id: int
    word: str
    category: str
    action: str
    hits: int
    reviewed: int
    false_alarms: int
    objections: int
    open_objections: int
    last_at: datetime | None
    wrong: int
    rate: int


def often_wrong(
    session: Session,
    *,
    days: int,
    text: str | None = None,
    category: str | None = None,
    entry_id: int | None = None,
    sort: str = "-doubt",
    offset: int = 0,
    limit: int = 20,
) -> tuple[Sequence[WordFigures], int]:
    """
    Entries with a false alarm or an objection.

    :param text: part of the word.
    :param sort: a key of `_orders`, with `-` before it: the most first.
    :returns: one page of them, and how many there are in all.
    """
    lines = _lines(clock.now() - timedelta(days=days)).subquery()
    found = select(lines)
    if text and text.strip():
        found = found.where(lines.c.word.icontains(text.strip(), autoescape=True))
    if category:
        found = found.where(lines.c.category == category)
    if entry_id is not None:
        found = found.where(lines.c.entry_id == entry_id)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    order = _orders(lines)[sort.removeprefix("-")]
    first = order.desc() if sort.startswith("-") else order.asc()
    ordered = found.order_by(first.nulls_last(), lines.c.wrong.desc(), lines.c.entry_id)
    rows = session.execute(ordered.offset(offset).limit(limit))
    return [WordFigures(*row) for row in rows], total


def _orders(lines: Subquery) -> Mapping[str, ColumnElement[Any]]:
    """What a list of words may be sorted by. `doubt` weighs the rate by how much is known."""
    known = func.greatest(lines.c.hits, lines.c.wrong) + DOUBT
    return {
        "doubt": cast(lines.c.wrong, Float) / known,
        "rate": lines.c.rate,
        "hits": lines.c.hits,
        "false_alarms": lines.c.false_alarms,
        "objections": lines.c.objections,
        "open": lines.c.open_objections,
        "last": lines.c.last_at,
    }


def _lines(since: datetime) -> Select[Any]:
    """One row for each entry, its columns in the order of `WordFigures`."""
    said, met = _said(since), _met(since)
    joined = met.join(said, said.c.entry_id == met.c.entry_id, full=True)
    hits, false_alarms = func.coalesce(met.c.hits, 0), func.coalesce(met.c.false_alarms, 0)
    objections = func.coalesce(said.c.objections, 0)
    wrong = func.greatest(false_alarms, objections - func.coalesce(said.c.declined, 0))
    rate = func.round(100.0 * func.least(wrong, hits) / func.greatest(hits, 1))
    return (
        select(
            func.coalesce(met.c.entry_id, said.c.entry_id).label("entry_id"),
            func.coalesce(met.c.word, said.c.word).label("word"),
            func.coalesce(met.c.category, said.c.category).label("category"),
            func.coalesce(met.c.action, said.c.action).label("action"),
            hits.label("hits"),
            func.coalesce(met.c.reviewed, 0).label("reviewed"),
            false_alarms.label("false_alarms"),
            objections.label("objections"),
            func.coalesce(said.c.open_objections, 0).label("open_objections"),
            func.greatest(met.c.last_at, said.c.last_at).label("last_at"),
            wrong.label("wrong"),
            cast(rate, Hit.entry_id.type).label("rate"),
        )
        .select_from(joined)
        .where((false_alarms > 0) | (objections > 0))
    )


def _said(since: datetime) -> Subquery:
    """What guides said of each entry."""
    return (
        select(
            Objection.entry_id,
            func.max(Objection.word).label("word"),
            func.max(Objection.category).label("category"),
            func.max(Objection.action).label("action"),
            func.count().filter(Objection.state != ObjectionState.WITHDRAWN).label("objections"),
            func.count().filter(Objection.state == ObjectionState.DECLINED).label("declined"),
            func.count().filter(Objection.state == ObjectionState.OPEN).label("open_objections"),
            func.max(Objection.at).label("last_at"),
        )
        .where(Objection.at >= since)
        .group_by(Objection.entry_id)
        .subquery()
    )


def _met(since: datetime) -> Subquery:
    """How often each entry was met, and what was found of that."""
    return (
        select(
            Hit.entry_id,
            func.max(Hit.word).label("word"),
            func.max(Hit.category).label("category"),
            func.max(Hit.action).label("action"),
            func.count().label("hits"),
            func.count(Hit.review).label("reviewed"),
            func.count().filter(Hit.review == Review.FALSE_ALARM).label("false_alarms"),
            func.max(Hit.at).label("last_at"),
        )
        .where(Hit.at >= since)
        .group_by(Hit.entry_id)
        .subquery()
    )
