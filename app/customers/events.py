"""Lines of the timeline, written by whoever did something."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.customers.models import CustomerEvent


@dataclass(frozen=True, kw_only=True)
class Happening:
    """
    :param kind: see `app.customers.timeline.TITLES`; a new one may bring its own `title` and `detail`.
    :param key: of what can be told twice.
    """

    customer_id: int
    kind: str
    member_id: int | None
    at: datetime
    key: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


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
    :returns: whether it is new.
    """
    happening = Happening(
        customer_id=customer_id, kind=kind, member_id=member_id, at=at or clock.now(), key=key, details=details
    )
    return record_events(session, [happening]) == 1


def record_events(session: Session, happenings: Sequence[Happening]) -> int:
    """
    As few statements as it takes.

    :returns: how many are new.
    """
    if not happenings:
        return 0
    written = session.scalars(
        insert(CustomerEvent)
        .on_conflict_do_nothing(index_elements=[CustomerEvent.key])
        .returning(CustomerEvent.id),
        [vars(each) for each in happenings],
    )
    return len(written.all())
