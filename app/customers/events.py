"""Lines of the timeline, written by whoever did something."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.customers.models import CustomerEvent


def record_event(
    session: Session,
    customer_id: int,
    kind: str,
    *,
    member_id: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
    **details: Any,
) -> bool:
    """
    :param kind: see `app.customers.timeline.TITLES`; a new one may bring its own `title` and `detail`.
    :param key: of what can be told twice.
    :returns: whether it is new.
    """
    written = session.scalar(
        insert(CustomerEvent)
        .values(
            customer_id=customer_id,
            member_id=member_id,
            kind=kind,
            at=at or clock.now(),
            key=key,
            details=details,
        )
        .on_conflict_do_nothing(index_elements=[CustomerEvent.key])
        .returning(CustomerEvent.id)
    )
    return written is not None
