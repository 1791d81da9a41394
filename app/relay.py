"""`python -m app.relay`: hands due jobs to RQ, takes back what went silent, drains the callback spool."""

import logging
import signal
import threading
import time

import redis
from sqlalchemy.exc import SQLAlchemyError

import app
from app import config, db, logs, outbox
from app.callbacks import spool
from app.outbox import bell, relay
from app.valkey import connect

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks when nobody rings."""


def main() -> None:
    settings = config.from_environment()
    config.configure(settings)
    logs.configure(settings, process="relay")
    db.configure(settings.database_url, pool_size=2)
    outbox.register_jobs_of(app)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    logger.info("relay is looking")
    while not stopping.is_set():
        _look()
        _wait_for_bell(settings.redis_url, stopping)


def _look() -> None:
    _drain_spool()
    try:
        while relay.pass_on() and not spool.pending():
            time.sleep(0.02)  # let rings gather: a batch costs one fork, whatever its size
    except (SQLAlchemyError, redis.RedisError, OSError) as error:
        logger.warning("a server does not answer (%s); looking again in a second", type(error).__name__)
        time.sleep(LOOK_EVERY)


def _drain_spool() -> None:
    """What is wrong with the spool is no reason to hold up the jobs that are in the database already."""
    try:
        spool.drain()
    except (SQLAlchemyError, OSError) as error:
        logger.error("the callback spool cannot be drained (%s); it is tried again", type(error).__name__)


def _wait_for_bell(url: str, stopping: threading.Event) -> None:
    client = connect(url)
    try:
        with client.pubsub(ignore_subscribe_messages=True) as subscription:  # type: ignore[no-untyped-call]
            subscription.subscribe(bell.CHANNEL)
            # A row committed before the subscription stood would have rung unheard: look once more.
            if not stopping.is_set():
                _look()
            deadline = time.monotonic() + 60
            while not stopping.is_set() and time.monotonic() < deadline:
                subscription.get_message(timeout=LOOK_EVERY)
                _look()
    except (redis.RedisError, OSError):
        stopping.wait(LOOK_EVERY)
    finally:
        client.close()


if __name__ == "__main__":
    main()
