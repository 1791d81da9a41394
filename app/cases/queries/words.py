"""Which entries are wrong most often: what was reviewed as a false alarm, and what guides object to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.cases.models import Objection, ObjectionState
from app.compliance.models import Hit, Review

MOST = 100
DOUBT = 3
"""As if each entry had been right so many times more: one hit that was wrong is no rate of 100 %."""


@dataclass(frozen=True)
class WordFigures:
    """
    :param hits: those that were only seen while writing included.
    :param objections: without those that were withdrawn.
    """

    entry_id: int
    word: str
    category: str
    action: str
    hits: int
    reviewed: int
    false_alarms: int
    objections: int
    declined: int
    open_objections: int
    last_at: datetime | None

    @property
    def wrong(self) -> int:
        return max(self.false_alarms, self.objections - self.declined)

    @property
    def rate(self) -> int:
        return round(100 * min(self.wrong, self.hits) / self.hits) if self.hits else 0

    @property
    def weight(self) -> float:
        return self.wrong / (max(self.hits, self.wrong) + DOUBT)


def most_often_wrong(session: Session, *, days: int) -> Sequence[WordFigures]:
    """Entries with a false alarm or an objection, the doubtful ones first."""
    since = clock.now() - timedelta(days=days)
    said = (
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
    met = (
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
    joined = met.join(said, said.c.entry_id == met.c.entry_id, full=True)
    rows = session.execute(
        select(
            func.coalesce(met.c.entry_id, said.c.entry_id),
            func.coalesce(met.c.word, said.c.word),
            func.coalesce(met.c.category, said.c.category),
            func.coalesce(met.c.action, said.c.action),
            *(
                func.coalesce(column, 0)
                for column in (
                    met.c.hits,
                    met.c.reviewed,
                    met.c.false_alarms,
                    said.c.objections,
                    said.c.declined,
                    said.c.open_objections,
                )
            ),
            func.greatest(met.c.last_at, said.c.last_at),
        )
        .select_from(joined)
        .where((func.coalesce(met.c.false_alarms, 0) > 0) | (func.coalesce(said.c.objections, 0) > 0))
    )
    figures = [WordFigures(*row) for row in rows]
    return sorted(figures, key=lambda each: (-each.weight, -each.wrong, each.entry_id))[:MOST]
