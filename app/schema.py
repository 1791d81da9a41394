"""The shape of the database: bring it to the newest migration, and tell whether it is there."""

import importlib
import logging
import time
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

from app import db

MIGRATIONS = Path(__file__).parents[1] / "migrations"
_ATTEMPTS = 10

logger = logging.getLogger(__name__)


def head() -> str:
    """The number of the newest migration in this checkout; empty before the first."""
    return (MIGRATIONS / "HEAD").read_text().strip()


def current(connection: Connection) -> str:
    """The number of the last migration that ran on this database; empty if none did."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def import_every_table() -> None:
    """Import every `models` of every domain, so that `db.Base.metadata` is whole."""
    root = Path(__file__).parent
    for models in sorted(root.glob("*/models*")):
        importlib.import_module(".".join(("app", *models.relative_to(root).with_suffix("").parts)))


def upgrade(url: str) -> None:
    """
    Run what is missing. Safe to call from several processes at once; each migration is one transaction.

    A migration gives up a lock it cannot have within a second rather than making the shop wait behind it, so a
    busy table means another attempt.
    """
    from alembic import command
    from alembic.config import Config

    config = Config(MIGRATIONS / "alembic.ini", attributes={"url": db.normalised_url(url)})
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            command.upgrade(config, "head")
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != "55P03" or attempt == _ATTEMPTS:  # lock_not_available
                raise
            logger.warning("a table is busy, migration attempt %s of %s is repeated", attempt, _ATTEMPTS)
            time.sleep(attempt)
        else:
            return
