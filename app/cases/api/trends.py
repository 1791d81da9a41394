"""Counts over days: everything for compliance, the own stores' people for a store manager. Never a text."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.cases.api.blueprint import blueprint
from app.cases.queries import trends as queries
from app.cases.rights import READERS
from app.cases.schemas.trends import CountsQuery, TrendList, TrendQuery
from app.cases.shown.trends import lines_for, trend_lines
from app.db import transaction
from app.http import route
from app.viewer import Role, Viewer

MOST_SHOWN = 50


@route(blueprint, "GET", "/api/hits/trends", may=READERS, query=TrendQuery, answer=TrendList)
def list_trends(_viewer: Viewer, query: TrendQuery) -> TrendList:
    """Per category, store, guide or entry, the most frequent first."""
    with transaction() as session:
        return _answer(session, query.by, query.days, lines_for(session, query))


@route(blueprint, "GET", "/api/hits/counts", may={Role.STORE_MANAGER}, query=CountsQuery, answer=TrendList)
def count_own(viewer: Viewer, query: CountsQuery) -> TrendList:
    """Of the own stores' people: how often, by whom, of which category; neither texts nor words."""
    with transaction() as session:
        lines = queries.lines(session, by=query.by, days=query.days, stores=viewer.store_ids)
        return _answer(session, query.by, query.days, lines)


def _answer(session: Session, by: str, days: int, lines: Sequence[queries.Line]) -> TrendList:
    return TrendList(
        first_day=queries.first_day(days),
        days=days,
        items=trend_lines(session, by, lines[:MOST_SHOWN]),
        left_out=max(0, len(lines) - MOST_SHOWN),
    )
