"""How an entry is sealed to the one before it. Pure but for the installation's key."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any, Protocol

from app import sealing

GENESIS = b"\x00" * 32
"""What the first entry points back to."""


class Entry(Protocol):
    """An `AuditEntry`, or a row with its columns."""

    @property
    def number(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor(self) -> str: ...
    @property
    def actor_name(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def details(self) -> dict[str, Any]: ...
    @property
    def prev_hash(self) -> bytes: ...
    @property
    def hash(self) -> bytes: ...
    @property
    def seal(self) -> str | None: ...


def content_of(entry: Entry) -> dict[str, Any]:
    """What the hash covers, as JSON values."""
    return {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "actor_name": entry.actor_name,
        "action": entry.action,
        "subject": entry.subject,
        "details": entry.details,
    }


def canonical(content: dict[str, Any]) -> bytes:
    """The one spelling of a JSON object."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def digest_of(entry: Entry) -> bytes:
    """SHA-256 of the content alone: stands for an entry in a proof that must not show it."""
    return hashlib.sha256(canonical(content_of(entry))).digest()


def linked(prev_hash: bytes, digest: bytes) -> bytes:
    """The hash of the entry with that content digest, behind `prev_hash`."""
    return hashlib.sha256(prev_hash + digest).digest()


def hash_of(entry: Entry) -> bytes:
    """
    SHA-256 over the previous hash and the digest of the content. An entry without a seal is from before there were
    any: its hash covers the content itself.
    """
    if entry.seal is None:
        return hashlib.sha256(entry.prev_hash + canonical(content_of(entry))).digest()
    return linked(entry.prev_hash, digest_of(entry))


def seal_of(entry_hash: bytes) -> str:
    return sealing.sign(entry_hash.hex(), purpose="audit")


def is_intact(entry: Entry) -> bool:
    """Whether the stored hash is the one of the stored content."""
    return hmac.compare_digest(entry.hash, hash_of(entry))


def is_ours(entry: Entry) -> bool:
    """Whether this installation's key sealed it."""
    return entry.seal is not None and sealing.signature_fits(entry.hash.hex(), entry.seal, purpose="audit")
