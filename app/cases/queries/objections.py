"""Finding what guides objected to."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.cases.models import Objection, ObjectionState
from app.compliance.models import Hit, Review
from app.errors import NotFound
from app.viewer import Viewer

MOST_TRIED = 50
"""Passages that a proposal is tried on; the newest."""


def objections(*, entry_id: int | None = None, state: str | None = None) -> Select[Objection]:
    """Newest first."""
    found = select(Objection)
    if entry_id is not None:
        found = found.where(Objection.entry_id == entry_id)
    if state:
        found = found.where(Objection.state == state)
    return found.order_by(Objection.at.desc(), Objection.id.desc())


def visible_to(viewer: Viewer) -> Select[Objection]:
    """A person's own ones, newest first."""
    return (
        select(Objection)
        .where(Objection.member_id == viewer.member_id)
        .order_by(Objection.at.desc(), Objection.id.desc())
    )


def get_own(session: Session, viewer: Viewer, objection_id: int) -> Objection:
    """
    Locked until the transaction ends.

    :raises NotFound: if there is none, or it is somebody else's.
    """
    own = visible_to(viewer).where(Objection.id == objection_id).with_for_update()
    found = session.scalar(own.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("没有这条反馈。")
    return found


def count_since(session: Session, member_id: int, moment: datetime) -> int:
    found = select(func.count()).where(Objection.member_id == member_id, Objection.at >= moment)
    return session.scalar(found.select_from(Objection)) or 0


def open_of(session: Session, entry_id: int, *, lock: bool = False) -> Sequence[Objection]:
    """Those of an entry that wait for an answer, newest first."""
    found = objections(entry_id=entry_id, state=ObjectionState.OPEN)
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalars(found).all()


def counts(session: Session, entry_ids: Collection[int]) -> Mapping[int, tuple[int, int]]:
    """How many were not withdrawn, and how many of them are open, by entry."""
    rows = session.execute(
        select(
            Objection.entry_id,
            func.count(),
            func.count().filter(Objection.state == ObjectionState.OPEN),
        )
        .where(Objection.entry_id.in_(entry_ids), Objection.state != ObjectionState.WITHDRAWN)
        .group_by(Objection.entry_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def count_open(session: Session) -> int:
    found = select(func.count()).select_from(Objection).where(Objection.state == ObjectionState.OPEN)
    return session.scalar(found) or 0


def right_hits(session: Session, entry_id: int) -> Sequence[Hit]:
    """Hits of the entry that somebody reviewed and found right, newest first."""
    found = select(Hit).where(Hit.entry_id == entry_id, Hit.review.in_((Review.RIGHT, Review.TRAINING)))
    return session.scalars(found.order_by(Hit.at.desc()).limit(MOST_TRIED)).all()
