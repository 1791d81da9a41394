"""
At most one call for each thing that has to be sent: claim (committed) → call → record.

Only an explicit errcode is an outcome. A call without an answer is `unknown`, and so is one whose process died: it
is never made again by itself.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock, db
from app.compliance.clearing import ClearedText
from app.errors import AppError, Invalid
from app.outbound.models import Send, SendState
from app.outbound.switches import refuse_if_paused
from app.outbox import this_worker
from app.wecom.errors import NoAnswer, Refused, TryLater

logger = logging.getLogger(__name__)

CALL_TIMEOUT = timedelta(seconds=60)
"""No call to WeCom lasts longer: 1 s for its turn, 2 s to connect, 12 s for the answer; twice with a new token."""

CUT_OFF = "发送时程序中断，结果未知。"

ClearedT = TypeVar("ClearedT", ClearedText, tuple[ClearedText, ...])


class Underway(AppError):
    """Another run is making this very call at this moment. A job that meets this waits; that is no failure."""

    status = 409
    code = "send_underway"
    retry_after = timedelta(seconds=5)

    def __init__(self) -> None:
        super().__init__("这条消息正在发送，请稍等结果。")


@dataclass(frozen=True)
class Outcome:
    """
    :param error: one Chinese sentence; empty when accepted.
    :param result: what the call returned: `{"msgid": …}`.
    :param is_repeat: it was known already and no call was made now.
    """

    state: SendState
    errcode: int | None
    error: str
    result: Mapping[str, Any]
    is_repeat: bool


def send_once(
    key: str,
    *,
    channel: str,
    cleared_from: Callable[[Session], ClearedT],
    call: Callable[[ClearedT], Mapping[str, Any] | None],
    scopes: Collection[str] = (),
) -> Outcome:
    """
    Make the call, unless it was made under this key before; then tell what came of it. Outside any transaction.

    :param key: names what must happen at most once: `welcome:…`, `mass_message:3:part:7`.
    :param cleared_from: runs `clear` in the claiming transaction, so that today's list decides.
    :param call: one call of `app.wecom.calls`; what it returns is kept as JSON.
    :param scopes: further switches that stop this send, besides all and the channel.
    :raises Blocked, CheckUnavailable: the text may not leave; nothing was claimed.
    :raises Paused, Underway, TryLater: nothing was sent; the same call may be made later.
    """
    attempt = uuid4()
    with db.transaction() as session:
        known = _known(session, key)
        if known is not None:
            return known
        refuse_if_paused(session, channel, *scopes)
        cleared = cleared_from(session)
        send_id = _claim(session, key, attempt, channel, cleared)
    try:
        result = dict(call(cleared) or {})
    except (TryLater, Invalid):
        _release(send_id, attempt)  # nothing left this machine, or WeCom said that it did nothing
        raise
    except Refused as refused:
        return _record(send_id, attempt, SendState.REFUSED, errcode=refused.errcode, error=refused.message)
    except NoAnswer as silent:
        return _record(send_id, attempt, SendState.UNKNOWN, errcode=silent.errcode, error=silent.message)
    except Exception:
        # Nobody can say how far the call had come.
        _record(send_id, attempt, SendState.UNKNOWN, error="发送过程中断，结果未知。")
        raise
    return _record(send_id, attempt, SendState.ACCEPTED, result=result)


def outcome_of(session: Session, key: str) -> Outcome | None:
    """What is known under `key`; None if nothing was claimed or it is underway."""
    row = session.scalar(select(Send).where(Send.key == key))
    return None if row is None or row.state == SendState.CALLING else _outcome(row, is_repeat=True)


def decide_unknown(
    session: Session, key: str, state: SendState, *, result: Mapping[str, Any] | None = None
) -> bool:
    """
    What reconciliation or a person found out about an unknown send.

    :returns: whether it was still unknown.
    """
    decided = session.execute(
        update(Send)
        .where(Send.key == key, Send.state == SendState.UNKNOWN)
        .values(state=state, settled_at=clock.now(), result=dict(result) if result else None)
        .returning(Send.id)
    ).first()
    return decided is not None


def write_off_silent(session: Session) -> list[str]:
    """
    Calls that outlasted every time-out: their process died. They become `unknown`.

    :returns: their keys.
    """
    return _write_off(session, Send.claimed_at < clock.now() - CALL_TIMEOUT)


def write_off_calls_of(session: Session, worker: str) -> list[str]:
    """
    Calls whose process is known to be dead. Should it live after all, its answer still corrects this.

    :returns: their keys.
    """
    return _write_off(session, Send.worker == worker)


def _write_off(session: Session, which: ColumnElement[bool]) -> list[str]:
    lapsed = (
        update(Send)
        .where(Send.state == SendState.CALLING, which)
        .values(state=SendState.UNKNOWN, settled_at=clock.now(), error=CUT_OFF)
        .returning(Send.key)
        .execution_options(synchronize_session=False)
    )
    return list(session.scalars(lapsed))


def _known(session: Session, key: str) -> Outcome | None:
    row = session.scalar(select(Send).where(Send.key == key).with_for_update())
    if row is None:
        return None
    if row.state == SendState.CALLING:
        if row.claimed_at > clock.now() - CALL_TIMEOUT:
            raise Underway
        row.state, row.settled_at, row.error = SendState.UNKNOWN, clock.now(), CUT_OFF
    return _outcome(row, is_repeat=True)


def _claim(
    session: Session, key: str, attempt: UUID, channel: str, cleared: ClearedText | tuple[ClearedText, ...]
) -> int:
    texts = cleared if isinstance(cleared, tuple) else (cleared,)
    claimed: int | None = session.scalar(
        insert(Send)
        .values(
            key=key,
            channel=channel,
            attempt=attempt,
            state=SendState.CALLING,
            text="\n".join(each.text for each in texts),
            attachments=[attachment for each in texts for attachment in each.attachments],
            on_behalf_of=texts[0].on_behalf_of,
            subject=texts[0].subject,
            lexicon_version=max(each.lexicon_version for each in texts),
            worker=this_worker(),
            claimed_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=[Send.key])
        .returning(Send.id)
    )
    if claimed is None:
        raise Underway
    return claimed


def _release(send_id: int, attempt: UUID) -> None:
    with db.transaction() as session:
        session.execute(
            delete(Send).where(Send.id == send_id, Send.attempt == attempt, Send.state == SendState.CALLING)
        )


def _record(
    send_id: int,
    attempt: UUID,
    state: SendState,
    *,
    errcode: int | None = None,
    error: str = "",
    result: Mapping[str, Any] | None = None,
) -> Outcome:
    """The answer of the run that called; it also corrects `unknown`, if that was written meanwhile."""
    with db.transaction() as session:
        row = session.scalar(select(Send).where(Send.id == send_id, Send.attempt == attempt).with_for_update())
        if row is not None and row.state in (SendState.CALLING, SendState.UNKNOWN):
            row.state, row.errcode, row.error, row.settled_at = state, errcode, error or None, clock.now()
            row.result = dict(result) if result else None
    if state != SendState.ACCEPTED:
        logger.warning("send %s ended %s (errcode %s)", send_id, state, errcode)
    return Outcome(state, errcode, error, result or {}, is_repeat=False)


def _outcome(row: Send, *, is_repeat: bool) -> Outcome:
    return Outcome(SendState(row.state), row.errcode, row.error or "", row.result or {}, is_repeat)
