"""Counts over days as the pages and files show them."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.cases.queries import trends as queries
from app.cases.schemas.trends import TrendLine, TrendQuery


def lines_for(session: Session, query: TrendQuery) -> Sequence[queries.Line]:
    return queries.lines(
        session,
        by=query.by,
        days=query.days,
        category=query.category,
        channel=query.channel,
        store_id=query.store_id,
    )


def trend_lines(session: Session, by: str, lines: Sequence[queries.Line]) -> list[TrendLine]:
    names = queries.names(session, by, [line.key for line in lines])
    return [
        TrendLine(
            key=line.key,
            name=names.get(line.key, line.key),
            total=line.total,
            before=line.before,
            series=line.series,
            **line.counts,
        )
        for line in lines
    ]
