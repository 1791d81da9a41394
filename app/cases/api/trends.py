"""Counts over days: everything for compliance, the own stores' people for a store manager. Never a text."""

from collections.abc import Sequence

from flask import Response
from sqlalchemy.orm import Session

from app.audit.actions import record
from app.cases.api.blueprint import READERS, as_csv, blueprint
from app.cases.queries import trends as queries
from app.cases.schemas.trends import CountsQuery, TrendLine, TrendList, TrendQuery
from app.cases.shown.files import named_file
from app.db import transaction
from app.http import route
from app.viewer import Role, Viewer

MOST_SHOWN = 50
FIGURES = ("合计", "前一段", "拦下", "等说明理由", "确认后发出", "换词后发出", "只记录", "试写")
BY = {"category": "类别", "store": "门店", "guide": "导购", "entry": "词"}


@route(blueprint, "GET", "/api/hits/trends", may=READERS, query=TrendQuery, answer=TrendList)
def list_trends(_viewer: Viewer, query: TrendQuery) -> TrendList:
    """Per category, store, guide or entry, the most frequent first."""
    with transaction() as session:
        return _answer(session, query.by, query.days, _lines(session, query))


@route(blueprint, "GET", "/api/hits/trends/export.csv", may=READERS, query=TrendQuery)
def export_trends(viewer: Viewer, query: TrendQuery) -> Response:
    """The same as a file, every line of it; recorded."""
    with transaction() as session:
        lines = _lines(session, query)
        shown = _shown(session, query.by, lines)
        header = [BY[query.by], *FIGURES]
        first = queries.first_day(query.days)
        content = named_file(
            [*header, *(queries.days_from(first, query.days))],
            (
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
                )
                for each in shown
            ),
            viewer,
        )
        answer = as_csv(content, f"命中走势 按{BY[query.by]}", len(shown))
        record(session, viewer, "hits.trends_exported", subject="hits", by=query.by, days=query.days)
    return answer


@route(blueprint, "GET", "/api/hits/counts", may={Role.STORE_MANAGER}, query=CountsQuery, answer=TrendList)
def count_own(viewer: Viewer, query: CountsQuery) -> TrendList:
    """Of the own stores' people: how often, by whom, of which category; neither texts nor words."""
    with transaction() as session:
        lines = queries.lines(session, by=query.by, days=query.days, stores=viewer.store_ids)
        return _answer(session, query.by, query.days, lines)


def _lines(session: Session, query: TrendQuery) -> Sequence[queries.Line]:
    return queries.lines(
        session,
        by=query.by,
        days=query.days,
        category=query.category,
        channel=query.channel,
        store_id=query.store_id,
    )


def _answer(session: Session, by: str, days: int, lines: Sequence[queries.Line]) -> TrendList:
    return TrendList(
        first_day=queries.first_day(days),
        days=days,
        items=_shown(session, by, lines[:MOST_SHOWN]),
        left_out=max(0, len(lines) - MOST_SHOWN),
    )


def _shown(session: Session, by: str, lines: Sequence[queries.Line]) -> list[TrendLine]:
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
