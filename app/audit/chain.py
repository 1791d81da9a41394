"""How an entry is sealed to the one before it."""

import hashlib
import json
from datetime import UTC

from app.audit.models import AuditEntry

GENESIS = b"\x00" * 32
"""What the first entry points back to."""


def hash_of(entry: AuditEntry) -> bytes:
    """SHA-256 over the previous hash and the entry as canonical JSON."""
    content = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "actor_name": entry.actor_name,
        "action": entry.action,
        "subject": entry.subject,
        "details": entry.details,
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(entry.prev_hash + canonical.encode()).digest()
