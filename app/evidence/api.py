"""One incident as one file, for compliance only: it holds what people wrote."""

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.db import transaction
from app.evidence import content, packing, queries
from app.evidence.schemas import PackBody
from app.http import attachment, route
from app.viewer import Role, Viewer

blueprint = Blueprint("evidence", __name__)

_MAY = {Role.COMPLIANCE}
_NAMES = {"hit": "命中记录", "case": "案件", "audit": "审计记录", "person": "成员"}


@route(blueprint, "POST", "/api/evidence/packs", may=_MAY, body=PackBody)
def make_pack(viewer: Viewer, body: PackBody) -> Response:
    """An evidence pack as a ZIP; that it was taken, by whom and what for is recorded with its sum."""
    with transaction() as session:
        incident = _incident(session, body)
        values = content.incident_as_json(session, incident, viewer, reason=body.reason)
        chain = queries.chain_of(session, [each.number for each in incident.entries])
        pack = packing.packed(values, content.proof_as_json(chain, incident))
        record(
            session,
            viewer,
            "evidence.exported",
            subject=_subject(body),
            reason=body.reason,
            sums_sha256=pack.sums_hash,
            hits=len(incident.hits),
            entries=len(incident.entries),
        )
    day = f"{clock.in_shop_time(clock.now()):%Y-%m-%d}"
    what = f"{_NAMES[body.about]} {body.userid or body.id}"
    return attachment(pack.content, name=f"证据包 {what} {day}.zip", media_type="application/zip")


def _incident(session: Session, body: PackBody) -> queries.Incident:
    if body.about == "person":
        assert body.userid is not None
        assert body.since is not None
        assert body.until is not None
        return queries.of_person(session, body.userid, body.since, body.until)
    assert body.id is not None
    of = {"hit": queries.of_hit, "case": queries.of_case, "audit": queries.of_entry}[body.about]
    return of(session, body.id)


def _subject(body: PackBody) -> str:
    """As the audit log names what the pack is about."""
    if body.about == "person":
        return f"member:{(body.userid or '').lower()}"
    return f"{body.about}:{body.id}"
