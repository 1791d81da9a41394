"""Saying whether a hit was right."""

from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.compliance.models import Hit, Review
from app.viewer import Viewer


def review_hit(session: Session, viewer: Viewer, hit: Hit, verdict: Review, *, note: str) -> Hit:
    hit.review, hit.review_note = verdict, note or None
    hit.reviewed_by, hit.reviewed_at = viewer.userid, clock.now()
    record(session, viewer, "hit.reviewed", subject=f"hit:{hit.id}", verdict=verdict)
    return hit
