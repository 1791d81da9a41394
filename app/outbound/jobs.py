"""Calls whose process died become unknown, so that somebody looks after them."""

import logging
from datetime import timedelta

from sqlalchemy.orm import Session

from app.outbound.ledger import write_off_calls_of, write_off_silent
from app.outbox import Running, job, when_gone
from app.outbox.schedule import recurs

logger = logging.getLogger(__name__)


@job("outbound.settle")
def settle(running: Running) -> None:
    """Twice or late: a row that was written off already is not touched."""
    with running.finishing() as session:
        keys = write_off_silent(session)
    if keys:
        logger.warning("%s sends had no answer and are unknown now: %s", len(keys), ", ".join(keys[:10]))


@when_gone
def end_calls(session: Session, worker: str) -> None:
    """A campaign waits for the outcome of its parts, and a person for theirs: neither has to for a time-out."""
    keys = write_off_calls_of(session, worker)
    if keys:
        logger.warning("%s calls of a dead worker are unknown now: %s", len(keys), ", ".join(keys[:10]))


recurs("outbound.settle", every=timedelta(minutes=1), offset=timedelta(seconds=20))
