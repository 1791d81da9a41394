"""Reading and checking the chain."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from app.audit.anchors import Anchor, numbered
from app.audit.models import AuditAnchor, AuditCheck, AuditEntry
from app.audit.verifying import Walk, from_json

_COLUMNS = tuple(AuditEntry.__table__.columns)
"""Plain rows: a hundred thousand mapped objects take three times as long."""

BATCH = 2000


def head(session: Session) -> tuple[int, bytes] | None:
    """Number and hash of the last entry."""
    last = session.execute(
        select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)
    ).first()
    return (last.number, last.hash) if last else None


def hash_at(session: Session, number: int) -> bytes | None:
    return session.scalar(select(AuditEntry.hash).where(AuditEntry.number == number))


def verify(session: Session, *, anchors: Sequence[Anchor] = (), file_problems: Sequence[str] = ()) -> Walk:
    """
    Read the whole chain and find every entry that was changed, removed, inserted, moved, forged or cut off.

    :param anchors: heads that were kept outside the database.
    :param file_problems: what is wrong with the file they come from.
    """
    walk, at = Walk(), numbered(anchors)
    rows = session.execute(select(*_COLUMNS).order_by(AuditEntry.number).execution_options(yield_per=BATCH))
    walk.take(rows, at)
    walk.finish(anchors, file_problems=file_problems)
    return walk


def entries_after(number: int, *, until: int, limit: int) -> Select[Any]:
    """The next plain rows of the chain, in order."""
    after = select(*_COLUMNS).where(AuditEntry.number > number, AuditEntry.number <= until)
    return after.order_by(AuditEntry.number).limit(limit)


def rows_between(session: Session, first: int, last: int) -> Sequence[Row[Any]]:
    """Plain rows of the chain, in order, both ends included."""
    between = select(*_COLUMNS).where(AuditEntry.number.between(first, last)).order_by(AuditEntry.number)
    return session.execute(between).all()


def latest_check(session: Session) -> AuditCheck | None:
    return session.scalar(select(AuditCheck).order_by(AuditCheck.id.desc()).limit(1))


def problems_of(check: AuditCheck) -> Sequence[str]:
    """What it found, a Chinese sentence each."""
    return [each.what for each in from_json(check.problems)]


def latest_anchor(session: Session) -> AuditAnchor | None:
    return session.scalar(select(AuditAnchor).order_by(AuditAnchor.at.desc()).limit(1))


def links_kept_in(session: Session, place: str) -> Sequence[bytes]:
    """Newest first."""
    kept = select(AuditAnchor.link).where(AuditAnchor.place == place).order_by(AuditAnchor.at.desc())
    return session.scalars(kept).all()


def anchors_from(session: Session, number: int) -> Sequence[AuditAnchor]:
    """Those that vouch for that entry, the nearest first."""
    found = select(AuditAnchor).where(AuditAnchor.number >= number).order_by(AuditAnchor.number, AuditAnchor.at)
    return session.scalars(found).all()


def entries(
    *,
    actor: str | None = None,
    action: str | None = None,
    subject: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Select[AuditEntry]:
    """Newest first. `action` is a whole name or a prefix such as `customer.`."""
    found = select(AuditEntry).order_by(AuditEntry.number.desc())
    if actor:
        found = found.where(AuditEntry.actor == actor.lower())
    if action:
        found = found.where(AuditEntry.action.startswith(action, autoescape=True))
    if subject:
        found = found.where(AuditEntry.subject == subject)
    if since:
        found = found.where(AuditEntry.at >= since)
    if until:
        found = found.where(AuditEntry.at < until)
    return found


def page(
    session: Session, found: Select[AuditEntry], *, offset: int, limit: int
) -> tuple[Sequence[AuditEntry], int]:
    """
    :returns: the entries of one page, and how many there are in all.
    """
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    return session.scalars(found.offset(offset).limit(limit)).all(), total
