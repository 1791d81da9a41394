"""Databases for tests: one template migrated once, one copy a worker, a savepoint or a fresh copy a test."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from sqlalchemy import create_engine

from app import db, schema

TEMPLATE = "guidedesk_test_template"


def url_of(server: str, database: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{database}")).replace(":/?", ":///?")


def template_in(server: str, run: Path) -> str:
    """The name of a database with every table, made by the migrations once a run."""
    with (run / "template.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if lock.read() != "made":
            recreate(server, TEMPLATE)
            _make_tables(url_of(server, TEMPLATE))
            lock.write("made")
    return TEMPLATE


def _make_tables(url: str) -> None:
    if schema.head():
        return schema.upgrade(url)
    # Before the first migration is written, the tables come from the models.
    schema.import_every_table()
    engine = create_engine(db.normalised_url(url))
    db.Base.metadata.create_all(engine)
    return engine.dispose()


def recreate(server: str, name: str, *, template: str = "template0") -> str:
    """Drop and create `name`; its URL."""
    with psycopg.connect(server, autocommit=True) as connection:
        drop(connection, name)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    return url_of(server, name)


def drop(connection: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def fresh_copy(server: str, template: str, name: str) -> Iterator[str]:
    """A database of its own, gone afterwards. Yields its URL."""
    yield recreate(server, name, template=template)
    with psycopg.connect(server, autocommit=True) as connection:
        drop(connection, name)
