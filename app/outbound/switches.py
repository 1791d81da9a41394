"""Stop means stop: read in the transaction that claims a send, immediately before the call."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.errors import Unavailable
from app.outbound.models import SendSwitch
from app.viewer import Viewer

ALL = "all"
LOOK_AGAIN = timedelta(minutes=1)


class Paused(Unavailable):
    """Somebody stopped sending. A job that meets this waits, without counting a failure."""

    code = "sending_paused"
    retry_after = LOOK_AGAIN


def is_paused(session: Session, *scopes: str) -> bool:
    """Whether any of the scopes, or everything, is stopped."""
    return stop_of(session, scopes) is not None


def refuse_if_paused(session: Session, *scopes: str) -> None:
    """
    :raises Paused:
    """
    stop = stop_of(session, scopes)
    if stop is not None:
        raise Paused(
            f"发送已被{stop.changed_by_name}暂停：{stop.reason or '没有写原因'}。恢复后再发。", scope=stop.scope
        )


def stop_of(session: Session, scopes: Collection[str]) -> SendSwitch | None:
    """The stop that holds for one of the scopes, the widest first."""
    found = select(SendSwitch).where(SendSwitch.scope.in_({ALL, *scopes}), SendSwitch.paused)
    return session.scalars(
        found.order_by((SendSwitch.scope == ALL).desc(), SendSwitch.scope)
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()


def get(session: Session, scope: str = ALL) -> SendSwitch | None:
    return session.get(SendSwitch, scope)


def turn(session: Session, viewer: Viewer, *, paused: bool, reason: str, scope: str = ALL) -> SendSwitch:
    """Stop or go on; audited. From the moment this commits no claim under `scope` succeeds."""
    values = {
        "paused": paused,
        "reason": reason,
        "changed_by": viewer.userid,
        "changed_by_name": viewer.name,
        "changed_at": clock.now(),
    }
    session.execute(
        insert(SendSwitch)
        .values(scope=scope, **values)
        .on_conflict_do_update(index_elements=[SendSwitch.scope], set_=values)
    )
    record(
        session,
        viewer,
        "outbound.paused" if paused else "outbound.resumed",
        subject=f"send_switch:{scope}",
        reason=reason,
    )
    return session.scalars(
        select(SendSwitch).where(SendSwitch.scope == scope).execution_options(populate_existing=True)
    ).one()
