"""
How migrations run: one at a time, each in a transaction of its own, never making the shop wait.

Expand, backfill in batches, contract in the next release: the release before must run on the new schema.
A migration that needs longer than the time-outs says so itself: `op.execute("SET LOCAL statement_timeout = 0")`.
"""

from pathlib import Path

from alembic import context
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, pool, text

from app import db, schema

HERE = Path(__file__).parent
LOCK = 4_713_227_011
"""Whoever holds this advisory lock migrates; the others wait for it, then find nothing left to do."""


def number_it(_: MigrationContext, __: object, directives: list[MigrationScript]) -> None:
    """Give a new migration the next number and note it in HEAD, where two branches then conflict visibly."""
    for directive in directives:
        taken = [int(path.name[:4]) for path in (HERE / "versions").glob("[0-9][0-9][0-9][0-9]_*.py")]
        directive.rev_id = f"{max(taken, default=0) + 1:04d}"
        (HERE / "HEAD").write_text(directive.rev_id + "\n")


def migrate(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
    connection.execute(text("SET lock_timeout = '1s'"))
    connection.execute(text("SET statement_timeout = '5s'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=db.Base.metadata,
        transaction_per_migration=True,
        compare_type=True,
        compare_server_default=True,
        process_revision_directives=number_it,
    )
    with context.begin_transaction():
        context.run_migrations()


schema.import_every_table()
engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
with engine.connect() as connection:
    migrate(connection)
engine.dispose()
