"""Writing the audit chain, in the transaction of the act itself."""

import json
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import clock
from app.audit.chain import GENESIS, hash_of
from app.audit.models import AuditEntry
from app.viewer import Viewer

CHAIN_LOCK = 4_713_227_012
"""Advisory lock: entries get their number and predecessor one at a time."""


def record(session: Session, actor: Viewer | str, action: str, *, subject: str, **details: Any) -> AuditEntry:
    """
    Add an entry; it exists if, and only if, the act commits.

    Others who write entries wait until this transaction ends, so call it last.

    :param actor: who did it, or a word for what acted without a person: `system`, `cli`.
    :param action: `area.verb`.
    :param details: JSON values; never a whole phone number, a token or a message's text.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    last = session.execute(
        select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)
    ).first()
    number, prev_hash = (last.number + 1, last.hash) if last else (1, GENESIS)
    userid, name = (actor.userid, actor.name) if isinstance(actor, Viewer) else (actor, "")
    entry = AuditEntry(
        number=number,
        at=clock.now(),
        actor=userid,
        actor_name=name,
        action=action,
        subject=subject,
        details=json.loads(json.dumps(details)),
        prev_hash=prev_hash,
        hash=b"",
    )
    entry.hash = hash_of(entry)
    session.add(entry)
    session.flush()
    return entry
