"""Sessions: the browser holds 256 random bits, we hold their SHA-256."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.staff.models import Member, SignIn, UsedState
from app.staff.queries import is_active
from app.staff.signing_in import STATE_LIVES

IDLE = timedelta(hours=8)
LONGEST = timedelta(hours=24)
TOUCH = timedelta(minutes=1)
"""How exactly we know when a session was last used; saves a write on nearly every request."""


def begin(session: Session, member: Member, *, replacing: str | None = None) -> str:
    """
    A fresh session, never one that somebody else could have prepared.

    :param replacing: the token this browser held before; it ends now.
    :returns: the token for the browser.
    """
    if replacing:
        end(session, replacing)
    token = secrets.token_urlsafe(32)
    now = clock.now()
    session.execute(delete(SignIn).where(SignIn.member_id == member.id, SignIn.expires_at < now))
    session.add(
        SignIn(
            token_hash=hash_of(token), member_id=member.id, created_at=now, seen_at=now, expires_at=now + LONGEST
        )
    )
    session.flush()
    return token


def member_of(session: Session, token: str) -> Member | None:
    """Whose session that is, if it is alive and its member may still work here."""
    now = clock.now()
    row = session.execute(
        select(Member, SignIn.seen_at)
        .join(SignIn, SignIn.member_id == Member.id)
        .where(
            SignIn.token_hash == hash_of(token),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            SignIn.seen_at > now - IDLE,
            is_active(),
        )
    ).first()
    if row is None:
        return None
    if row.seen_at < now - TOUCH:
        session.execute(update(SignIn).where(SignIn.token_hash == hash_of(token)).values(seen_at=now))
    return row[0]


def end(session: Session, token: str) -> None:
    session.execute(
        update(SignIn)
        .where(SignIn.token_hash == hash_of(token), SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def end_all(session: Session, member_id: int) -> int:
    """Everywhere, at once: the member left."""
    ended = session.execute(
        update(SignIn).where(SignIn.member_id == member_id, SignIn.ended_at.is_(None)).values(ended_at=clock.now())
    )
    return cast("CursorResult[Any]", ended).rowcount


def use_state(session: Session, state: str) -> bool:
    """Whether this `state` comes back for the first time; the primary key is the judge."""
    now = clock.now()
    session.execute(delete(UsedState).where(UsedState.used_at < now - 2 * STATE_LIVES))
    used = session.scalar(
        insert(UsedState)
        .values(state_hash=hash_of(state), used_at=now)
        .on_conflict_do_nothing()
        .returning(UsedState.state_hash)
    )
    return used is not None


def hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
