"""What compliance and admins read of the audit chain."""

from flask import Blueprint
from sqlalchemy.orm import Session

from app.audit import actions, queries, shown
from app.audit.schemas import AuditQuery, CheckView, EntryList, VerificationView
from app.db import transaction
from app.http import route
from app.viewer import Role, Viewer

blueprint = Blueprint("audit", __name__)

_MAY = {Role.COMPLIANCE, Role.ADMIN}


@route(blueprint, "GET", "/api/audit", may=_MAY, query=AuditQuery, answer=EntryList)
def list_entries(_viewer: Viewer, query: AuditQuery) -> EntryList:
    """Who did what, newest first."""
    found = queries.entries(
        actor=query.actor,
        action=query.action,
        subject=query.subject,
        since=query.since,
        until=query.until,
    )
    with transaction() as session:
        rows, total = queries.page(session, found, offset=query.offset, limit=query.page_size)
        return EntryList(items=[shown.entry_view(row) for row in rows], total=total)


@route(blueprint, "GET", "/api/audit/verification", may=_MAY, answer=VerificationView)
def show_verification(_viewer: Viewer) -> VerificationView:
    """How the latest reading of the whole chain stands, and when its head was last written down elsewhere."""
    with transaction() as session:
        return _verification(session)


@route(blueprint, "POST", "/api/audit/verification", may=_MAY, answer=CheckView, status=202)
def start_verification(viewer: Viewer) -> CheckView:
    """Have a job read the whole chain; one that is under way is joined."""
    with transaction() as session:
        return shown.check_view(actions.start_check(session, viewer))


def _verification(session: Session) -> VerificationView:
    head = queries.head(session)
    check, anchor = queries.latest_check(session), queries.latest_anchor(session)
    return VerificationView(
        check=shown.check_view(check) if check else None,
        anchor=shown.anchor_view(anchor) if anchor else None,
        head_number=head[0] if head else 0,
    )
