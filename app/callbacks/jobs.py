"""Callbacks that no domain asked for: kept, counted, shown."""

import base64

from app.callbacks import intake
from app.outbox import GiveUp, Lane, Running, job


@job("callbacks.unknown", lane=Lane.BULK)
def unknown(running: Running, event: str) -> None:
    """An event this version does not know. Its row is the count, shown under 任务与队列."""
    del running, event


@job("callbacks.unreadable", lane=Lane.BULK, attempts=1)
def unreadable(running: Running, reason: str, raw: str) -> None:
    """Kept because nothing WeCom sent may vanish: done if this version can, else a dead letter for a person."""
    del reason
    try:
        with running.finishing() as session:
            intake.take_up(session, base64.b64decode(raw))
    except intake.Unreadable as error:
        raise GiveUp(str(error)) from None
