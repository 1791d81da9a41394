"""One page of a long list."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.cases.models import Case, Objection
from app.compliance.models import Hit

RowT = TypeVar("RowT", Hit, Objection, Case)


def page(session: Session, found: Select[RowT], *, offset: int, limit: int) -> tuple[Sequence[RowT], int]:
    """
    :returns: the rows of one page, and how many there are in all.
    """
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    return session.scalars(found.offset(offset).limit(limit)).all(), total
