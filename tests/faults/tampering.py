"""What the owner of the database may do to the log: knows every hash, lacks the installation's key."""

import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from sqlalchemy import delete, insert, text
from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.chain import digest_of, linked
from app.audit.models import AuditEntry

ROOM = 20
"""Entries that one act may touch: the next stays away from them."""

Range = tuple[int, int]
EDITS: dict[str, Callable[[Any], Any]] = {
    "actor": lambda _: "nobody",
    "actor_name": lambda name: f"{name}二",
    "action": lambda _: "thing.undone",
    "subject": lambda subject: f"{subject}0",
    "details": lambda details: {**details, "amount": -1},
    "at": lambda at: at.replace(microsecond=(at.microsecond + 1) % 1_000_000),
}


def open_the_log(session: Session) -> None:
    session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))


def edit(session: Session, number: int, luck: random.Random) -> Range:
    """One field; half of the time with the hash that belongs to it."""
    (row,) = _rows(session, number, number)
    field = luck.choice(list(EDITS))
    setattr(row, field, EDITS[field](getattr(row, field)))
    if luck.random() < 0.5:
        row.hash = linked(row.prev_hash, digest_of(row))
    _replace(session, number, number, [row])
    return number, number


def remove(session: Session, number: int, luck: random.Random) -> Range:
    last = number + luck.randrange(4)
    _replace(session, number, last, [])
    return number, last


def slip_in(session: Session, number: int, luck: random.Random) -> Range:
    """A made-up entry; those behind it move on, the last of them falls out; half of the time all hashes fit."""
    last = number + luck.randrange(2, 8)
    rows = _rows(session, number, last)
    made_up = SimpleNamespace(**vars(rows[0]) | {"actor": "nobody", "hash": luck.randbytes(32)})
    _replace(session, number, last, _renumbered([made_up, *rows[:-1]], number, fits=luck.random() < 0.5))
    return number, last


def swap(session: Session, number: int, luck: random.Random) -> Range:
    """Two entries change places; half of the time all hashes fit."""
    last = number + luck.randrange(1, 8)
    rows = _rows(session, number, last)
    rows[0], rows[-1] = rows[-1], rows[0]
    _replace(session, number, last, _renumbered(rows, number, fits=luck.random() < 0.5))
    return number, last


def cut(session: Session, head: int, luck: random.Random) -> Range:
    first = head - luck.randrange(200)
    session.execute(delete(AuditEntry).where(AuditEntry.number >= first))
    return first, head


def grow(session: Session, head: int, luck: random.Random) -> Range:
    """An entry behind the last one that fits perfectly, under another's name; its seal is any other's."""
    (last,) = _rows(session, head, head)
    forged = SimpleNamespace(**vars(last) | {"number": head + 1, "prev_hash": last.hash, "actor": "he"})
    forged.hash = linked(forged.prev_hash, digest_of(forged))
    session.execute(insert(AuditEntry), [vars(forged)])
    return head + 1, head + 1


INSIDE = (edit, remove, slip_in, swap)
AT_THE_END = (cut, grow)


def _rows(session: Session, first: int, last: int) -> list[Any]:
    return [SimpleNamespace(**row._mapping) for row in queries.rows_between(session, first, last)]


def _replace(session: Session, first: int, last: int, rows: list[Any]) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.number.between(first, last)))
    if rows:
        session.execute(insert(AuditEntry), [vars(row) for row in rows])


def _renumbered(rows: list[Any], first: int, *, fits: bool) -> list[Any]:
    before = min(rows, key=lambda row: row.number).prev_hash
    for number, row in enumerate(rows, start=first):
        row.number = number
        if fits:
            row.prev_hash = before
            row.hash = before = linked(before, digest_of(row))
    return rows
