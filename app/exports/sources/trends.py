"""Counts over days, a column a day. Never a text."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.cases.queries.trends import days_from, first_day
from app.cases.rights import READERS
from app.cases.schemas.trends import TrendQuery
from app.cases.shown.trends import lines_for, trend_lines
from app.exports.formats import Row
from app.exports.source import Source

FIGURES = ("合计", "前一段", "拦下", "等说明理由", "确认后发出", "换词后发出", "只记录", "试写")
BY = {"category": "类别", "store": "门店", "guide": "导购", "entry": "词"}


def _header(query: TrendQuery) -> Sequence[str]:
    return (BY[query.by], *FIGURES, *days_from(first_day(query.days), query.days))


def _span(session: Session, query: TrendQuery) -> tuple[int, int]:
    count = len(lines_for(session, query))
    return count, count


def _read(session: Session, query: TrendQuery, newest: int, after: int, limit: int) -> Sequence[tuple[int, Row]]:
    """The lines have no keys of their own: they are numbered downwards as they stand."""
    start = newest + 1 - after
    lines = lines_for(session, query)[:newest][start : start + limit]
    return [
        (
            newest - start - place,
            (
                each.name,
                each.total,
                each.before,
                each.blocked,
                each.held,
                each.confirmed,
                each.replaced,
                each.recorded,
                each.previewed,
                *each.series,
            ),
        )
        for place, each in enumerate(trend_lines(session, query.by, lines))
    ]


TRENDS = Source("命中走势", READERS, TrendQuery, _header, _span, _read)
