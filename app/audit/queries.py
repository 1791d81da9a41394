"""Reading and checking the chain."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.audit.chain import GENESIS, hash_of
from app.audit.models import AuditEntry


@dataclass(frozen=True)
class Problem:
    """
    :param what: a Chinese sentence.
    """

    number: int
    what: str


@dataclass(frozen=True)
class Verified:
    """
    :param head: number and hash (hex) of the last entry; keep it outside the database, because a chain cannot see
        that its own end was cut off.
    """

    entries: int
    problems: tuple[Problem, ...]
    head: tuple[int, str]

    @property
    def is_whole(self) -> bool:
        return not self.problems


def verify(session: Session, *, anchor: tuple[int, str] | None = None) -> Verified:
    """
    Read the whole chain and find every entry that was changed, removed, inserted or moved.

    :param anchor: an earlier `head` that was kept elsewhere; then a cut end is found too.
    """
    problems: list[Problem] = []
    number, previous, count = 0, GENESIS, 0
    anchored = anchor is None
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=2000))
    for entry in rows:
        count += 1
        if entry.number != number + 1:
            problems.append(Problem(entry.number, f"第 {number + 1} 条到第 {entry.number - 1} 条不见了"))
        elif not hmac.compare_digest(entry.prev_hash, previous):
            problems.append(Problem(entry.number, "与前一条对不上：中间有记录被改动、插入或调换"))
        if not hmac.compare_digest(entry.hash, hash_of(entry)):
            problems.append(Problem(entry.number, "内容被改过"))
        if anchor and entry.number == anchor[0]:
            anchored = hmac.compare_digest(entry.hash.hex(), anchor[1])
        number, previous = entry.number, entry.hash
        session.expunge(entry)
    if anchor and not anchored:
        problems.append(Problem(anchor[0], "与留存在库外的摘要对不上：结尾被截断或整条链被重写"))
    return Verified(count, tuple(problems), (number, previous.hex()))


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
