"""Forgetting what is old: hits and objections after the days chosen, closed cases after three years."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select, text
from sqlalchemy.orm import Session

from app import clock
from app.cases.models import Case, CaseHit, CaseState, Notice, Objection
from app.cases.queries import desk
from app.compliance.models import Hit

KEEP_CASES = timedelta(days=3 * 366)
"""Records of how personal data was dealt with are kept for three years at least (PIPL art. 56)."""

BATCH = 1000


def prune_cases(session: Session) -> int:
    """
    One batch of cases that were closed long ago, with their notes. Their hits go by the days of other hits.

    :returns: how many went.
    """
    session.execute(text("SELECT set_config('guidedesk.pruning', 'cases', true)"))
    old = select(Case.id).where(Case.state == CaseState.CLOSED, Case.closed_at < clock.now() - KEEP_CASES)
    return _gone(session, delete(Case).where(Case.id.in_(old.order_by(Case.id).limit(BATCH))).returning(Case.id))


def prune_hits(session: Session) -> int:
    """
    One batch of hits that are old and in no case.

    :returns: how many went.
    """
    free = ~exists().where(CaseHit.hit_id == Hit.id)
    old = select(Hit.id).where(Hit.at < _cutoff(session), free).order_by(Hit.at, Hit.id).limit(BATCH)
    return _gone(session, delete(Hit).where(Hit.id.in_(old)).returning(Hit.id))


def prune_objections(session: Session) -> int:
    """As `prune_hits`; one that nobody answered in all that time goes, too."""
    old = select(Objection.id).where(Objection.at < _cutoff(session)).order_by(Objection.at).limit(BATCH)
    return _gone(session, delete(Objection).where(Objection.id.in_(old)).returning(Objection.id))


def prune_notices(session: Session) -> int:
    """What was told so long ago is needed by nobody."""
    old = select(Notice.id).where(Notice.at < _cutoff(session)).order_by(Notice.id).limit(BATCH)
    return _gone(session, delete(Notice).where(Notice.id.in_(old)).returning(Notice.id))


def _cutoff(session: Session) -> datetime:
    return clock.now() - timedelta(days=desk.rules(session).keep_days)


def _gone(session: Session, statement: Any) -> int:
    return len(session.scalars(statement.execution_options(synchronize_session=False)).all())
