"""Callbacks that no domain asked for: kept, counted, shown."""

from app.outbox import GiveUp, Lane, Running, job


@job("callbacks.unknown", lane=Lane.BULK)
def unknown(running: Running, event: str) -> None:
    """An event this version does not know. Its row is the count, shown under 任务与队列."""
    del running, event


@job("callbacks.unreadable", lane=Lane.BULK, attempts=1)
def unreadable(running: Running, reason: str, raw: str) -> None:
    """Rightly signed but not readable: a dead letter for a person, because nothing WeCom sent may vanish."""
    del running, raw
    raise GiveUp(reason)
