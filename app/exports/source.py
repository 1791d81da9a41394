"""What can be taken away as a file: who may, how it is filtered, and its rows from the newest downwards."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app import clock
from app.exports.formats import Row
from app.http import Query
from app.viewer import Role

Span = Callable[[Session, Any], tuple[int, int]]
Read = Callable[[Session, Any, int, int, int], Sequence[tuple[int, Row]]]


@dataclass(frozen=True)
class Source:
    """
    :param title: what people call it; the file is named so.
    :param filters: as the list takes them; a page of it is left out of account.
    :param header: of the file, given the filters.
    :param span: given the filters, how many rows there are, and the largest key among them.
    :param read: called with the filters, the largest key, the key before which to go on, and how many rows.
    """

    title: str
    may: frozenset[Role]
    filters: type[Query]
    header: Callable[[Any], Sequence[str]]
    span: Span
    read: Read


def shop_time(moment: datetime) -> str:
    """As people in the shop read it, and as spreadsheets take it for a time."""
    return f"{clock.in_shop_time(moment):%Y-%m-%d %H:%M:%S}"


def listed(
    found: Callable[[Session, Any], Select[Any]],
    key: InstrumentedAttribute[int],
    cells: Callable[[Session, Sequence[Any]], Iterable[Row]],
) -> tuple[Span, Read]:
    """
    `span` and `read` of what a select finds: each step goes on behind the key of the one before, so that a
    hundred thousand rows cost no more each than ten.

    :param cells: one row for each of those it is given, in their order.
    """

    def span(session: Session, filters: Any) -> tuple[int, int]:
        rows = found(session, filters).order_by(None).with_only_columns(key.label("key")).subquery()
        count, newest = session.execute(select(func.count(), func.max(rows.c.key)).select_from(rows)).one()
        return count, newest or 0

    def read(session: Session, filters: Any, newest: int, after: int, limit: int) -> Sequence[tuple[int, Row]]:
        next_ones = found(session, filters).order_by(None).where(key < after, key <= newest)
        rows = session.scalars(next_ones.order_by(key.desc()).limit(limit)).all()
        return list(zip((getattr(each, key.key) for each in rows), cells(session, rows), strict=True))

    return span, read
