"""Up to three scripts for the customer whose chat is open: what fits where they stand with this guide."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.customers.models import Customer, Follow
from app.scripts import queries
from app.scripts.queries import Found
from app.scripts.schemas import ScriptView
from app.scripts.shown import script_views
from app.viewer import Viewer

MOST = 3
NEW_FOR = timedelta(days=3)
FRESH_FOR = timedelta(days=30)

_BY_STAGE: tuple[tuple[timedelta, tuple[str, ...]], ...] = (
    (NEW_FOR, ("welcome", "size", "matching")),
    (FRESH_FOR, ("matching", "new_arrival", "silent")),
)
_LATER = ("repurchase", "new_arrival", "invitation")


def suggestions(session: Session, viewer: Viewer, customer: Customer) -> list[ScriptView]:
    """
    Filled in and checked; none that may not leave, none for somebody who is no friend of the viewer any more.
    """
    follow = session.scalar(
        select(Follow).where(
            Follow.customer_id == customer.id, Follow.member_id == viewer.member_id, Follow.ended_at.is_(None)
        )
    )
    if follow is None:
        return []
    known_for = clock.now() - follow.added_at
    situations = next((moments for age, moments in _BY_STAGE if known_for < age), _LATER)
    chosen: dict[int, Found] = {}
    for situation in situations:
        # The best of each moment, so that three suggestions are three ideas.
        for row in queries.by_situations(session, viewer, [situation], MOST):
            if row.id not in chosen:
                chosen[row.id] = Found(row)
                break
    views = script_views(session, viewer, list(chosen.values()), customer)
    return [view for view in views if view.check.action != "block"][:MOST]
