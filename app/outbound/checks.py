"""A check outside of sending: the verdict as pages show it, its hits recorded as looked at."""

from sqlalchemy.orm import Session

from app.compliance import hits
from app.compliance.checks import verdict, with_replacements
from app.compliance.schemas import CheckView, check_view
from app.viewer import Viewer


def check(
    session: Session, text: str, *, channel: str, viewer: Viewer | None = None, subject: str = ""
) -> CheckView:
    """
    Say what would happen; nothing is refused here. Sending asks again, in `clearing.clear`.

    :param viewer: whose look is recorded; without one nothing is.
    :raises CheckUnavailable: if the filter cannot answer.
    """
    said = verdict(text, channel=channel, session=session)
    if viewer is not None:
        hits.record_preview(session, text, said, channel=channel, member_id=viewer.member_id, subject=subject)
    return check_view(said, replaced=with_replacements(text, said.hits))
