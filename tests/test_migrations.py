"""The migrations make what the models say, in order, from several machines at once, and stay harmless to run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from app import db, schema
from tests.support import database as databases

ROOT = Path(__file__).parents[1]
SCRIPTS = ScriptDirectory.from_config(Config(schema.MIGRATIONS / "alembic.ini"))


@pytest.fixture
def empty_database(running_servers, worker_number):
    with databases.fresh_copy(
        running_servers.postgres, "template0", f"guidedesk_test_{worker_number}_empty"
    ) as url:
        yield url


def test_they_are_numbered_and_head_names_the_last():
    numbers = sorted(path.name[:4] for path in (schema.MIGRATIONS / "versions").glob("*.py"))
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
    assert SCRIPTS.get_heads() == [schema.head()] == [numbers[-1]]
    for script in SCRIPTS.walk_revisions():
        assert re.search(rf"/{script.revision}_\w+\.py$", script.path), script.path


def test_they_make_exactly_what_the_models_say(own_database):
    """Sabotage: add a column to a model without a migration."""
    schema.import_every_table()
    ours = {name: table for name, table in db.Base.metadata.tables.items() if not name.startswith("test_")}
    engine = create_engine(db.normalised_url(own_database), poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: kind != "table" or name in ours,
                "include_object": lambda _, name, kind, *__: kind != "table" or name in ours,
            },
        )
        assert compare_metadata(context, db.Base.metadata) == []
        assert schema.current(connection) == schema.head()


def test_two_machines_may_migrate_at_the_same_time(empty_database):
    migrate = [sys.executable, "-c", f"from app import schema; schema.upgrade({empty_database!r})"]
    machines = [subprocess.Popen(migrate, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [machine.communicate(timeout=60)[1] for machine in machines] == ["", ""]
    assert [machine.returncode for machine in machines] == [0, 0]
    engine = create_engine(db.normalised_url(empty_database), poolclass=NullPool)
    with engine.connect() as connection:
        assert schema.current(connection) == schema.head()


def test_a_migration_never_waits_long_for_a_table(own_database):
    """The time-outs that env.py sets are in force while a migration runs."""
    env = (schema.MIGRATIONS / "env.py").read_text()
    waits = re.search(r"SET lock_timeout = '(\d)s'", env)
    assert waits
    engine = create_engine(db.normalised_url(own_database), poolclass=NullPool)
    with engine.connect() as holder, engine.connect() as migration:
        holder.execute(text("LOCK TABLE members IN ACCESS SHARE MODE"))
        migration.execute(text(waits.group(0)))
        with pytest.raises(OperationalError, match="lock timeout"):
            migration.execute(text("ALTER TABLE members ADD COLUMN never int"))
        migration.rollback()
