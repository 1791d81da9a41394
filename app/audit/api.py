"""What compliance and admins read of the audit chain."""

from flask import Blueprint

from app.audit import queries
from app.audit.models import AuditEntry
from app.audit.schemas import AuditQuery, EntryList, EntryView, ProblemView, VerifiedView
from app.audit.wording import title_of
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
        return EntryList(items=[_view(row) for row in rows], total=total)


@route(blueprint, "GET", "/api/audit/verification", may=_MAY, answer=VerifiedView)
def verify_chain(_viewer: Viewer) -> VerifiedView:
    """Recalculate every hash of the chain."""
    with transaction() as session:
        verified = queries.verify(session)
    number, digest = verified.head
    return VerifiedView(
        entries=verified.entries,
        is_whole=verified.is_whole,
        problems=[ProblemView.model_validate(each) for each in verified.problems[:100]],
        head_number=number,
        head_hash=digest,
    )


def _view(row: AuditEntry) -> EntryView:
    return EntryView(
        number=row.number,
        at=row.at,
        actor=row.actor,
        actor_name=row.actor_name,
        action=row.action,
        title=title_of(row.action),
        subject=row.subject,
        details=row.details,
    )
