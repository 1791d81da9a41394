"""What publishing the draft of the word list would change."""

from flask import Blueprint

from app.db import transaction
from app.http import route
from app.replays import impact as impacts
from app.replays.schemas import Impact
from app.viewer import HEAD_OFFICE, Viewer

blueprint = Blueprint("replays", __name__)


@route(blueprint, "GET", "/api/lexicon/impact", may=HEAD_OFFICE, answer=Impact)
def preview_impact(_viewer: Viewer) -> Impact:
    """What publishing the draft would change."""
    with transaction() as session:
        return impacts.impact(session)
