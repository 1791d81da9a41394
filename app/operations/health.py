"""What has to answer before this process is of use. Each check is quick and says only yes or no."""

import logging
from collections.abc import Callable

import redis
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import schema
from app.compliance import lexicon
from app.errors import AppError
from app.outbox import relay
from app.valkey import valkey

logger = logging.getLogger(__name__)

NEEDED = ("database", "migrations", "redis")
"""Without these nobody can work. Without the others people can, and have to, to mend it."""


def of_database(session: Session) -> dict[str, bool]:
    """Asked in a transaction of the caller's."""
    session.execute(text("SELECT 1"))
    migrated = schema.current(session.connection()) == schema.head()
    return {"database": True, "migrations": migrated, "word_list": migrated and _has_word_list(session)}


def without_database() -> dict[str, bool]:
    return {"database": False, "migrations": False, "word_list": False}


def of_redis() -> dict[str, bool]:
    answers = _holds(lambda: bool(valkey().ping()))
    return {"redis": answers, "relay": answers and relay.is_alive()}


def _has_word_list(session: Session) -> bool:
    return _holds(lambda: lexicon.current(session) is not None)


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (AppError, redis.RedisError, SQLAlchemyError, OSError) as error:
        logger.warning("a readiness check failed: %s", type(error).__name__)
        return False
