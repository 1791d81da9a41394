"""The database: one engine, one kind of transaction, opened at the edges only."""

import contextvars
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any

import psycopg
from sqlalchemy import Connection, DateTime, Engine, ExceptionContext, MetaData, String, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker


class Base(DeclarativeBase):
    """Every table of ours. Times are aware; enums are stored by value; constraints have predictable names."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        list[str]: JSONB,
        StrEnum: String(40),
    }


class NestedTransaction(RuntimeError):
    """A transaction was opened inside another: two edges in one call. Pass the session down instead."""


_engine: Engine | None = None
_sessions: sessionmaker[Session] | None = None
_open: contextvars.ContextVar[bool] = contextvars.ContextVar("transaction_open", default=False)


def configure(url: str, *, pool_size: int = 5) -> None:
    """
    Point this process at a database. Nothing connects yet.

    :param url: `postgresql://…` or `postgresql+psycopg://…`; a socket directory goes into `?host=`.
    """
    global _engine, _sessions
    if _engine is not None:
        _engine.dispose()
    _engine = engine_for(url, pool_size=pool_size, max_overflow=pool_size, pool_timeout=5)
    _sessions = sessionmaker(_engine, expire_on_commit=False)


_KEPT_ALIVE = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""Of libpq: a server that vanished without a word is noticed within a minute instead of after hours."""


def engine_for(url: str, **pooling: Any) -> Engine:
    """
    :param pooling: of `create_engine`, about its pool.
    """
    made = create_engine(
        normalised_url(url),
        pool_pre_ping=True,
        hide_parameters=True,  # errors are logged, and parameters are people's words and numbers
        connect_args={"connect_timeout": 3, "options": "-c timezone=UTC -c lock_timeout=10s", **_KEPT_ALIVE},
        **pooling,
    )
    event.listen(made, "handle_error", _hide_the_row)
    return made


def _hide_the_row(failed: ExceptionContext) -> None:
    """PostgreSQL adds the row that it refused, or the key that exists: people's words and numbers again."""
    original = failed.original_exception
    detail = original.diag.message_detail if isinstance(original, psycopg.Error) else None
    if detail:
        for error in (original, failed.sqlalchemy_exception):
            if error is not None:
                error.args = tuple(_without(detail, each) for each in error.args)


def _without(detail: str, said: Any) -> Any:
    return said.replace(detail, "(hidden)") if isinstance(said, str) else said


def normalised_url(url: str) -> str:
    """The same URL with the driver we use."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def engine() -> Engine:
    if _engine is None:
        raise RuntimeError("db.configure() has not been called")
    return _engine


def lone_connection() -> psycopg.Connection:
    """A connection outside the pool, each statement a transaction: for locks that outlast one."""
    pooled = engine().raw_connection()
    connection: psycopg.Connection = pooled.driver_connection  # type: ignore[assignment]
    pooled.detach()
    connection.autocommit = True
    return connection


def bind_to(connection: Connection) -> None:
    """Let every transaction of this process be a savepoint on `connection`. For tests that roll all back."""
    global _sessions
    _sessions = sessionmaker(bind=connection, expire_on_commit=False, join_transaction_mode="create_savepoint")


@contextmanager
def transaction() -> Iterator[Session]:
    """
    The only thing that commits. Opens in `api.py`, `jobs.py`, `callbacks`, `cli` and `outbox`; never around a
    call to WeCom.

    :raises NestedTransaction: if one is open already in this thread.
    """
    if _sessions is None:
        raise RuntimeError("db.configure() has not been called")
    if _open.get():
        raise NestedTransaction("a transaction is open already; pass its session down")
    token = _open.set(True)
    fate = "if_rolled_back"
    session = _sessions()
    try:
        with session, session.begin():
            yield session
        fate = "after_commit"
    finally:
        _open.reset(token)
        for act in session.info.pop(fate, {}).values():
            act()


def after_commit(session: Session, name: str, act: Callable[[], None]) -> None:
    """
    Run `act` once the transaction has really committed; the last one given under `name` counts.

    It must not be able to fail: what has to happen belongs into a row.
    """
    session.info.setdefault("after_commit", {})[name] = act


def if_rolled_back(session: Session, name: str, act: Callable[[], None]) -> None:
    """
    Run `act` if the transaction ends without a commit, in time for it to open one of its own: for what must be on
    record although the act was refused. The last one given under `name` counts.

    It must not raise: that would hide why the transaction ended.
    """
    session.info.setdefault("if_rolled_back", {})[name] = act


def in_transaction() -> bool:
    """Whether this thread holds a transaction: asked by the WeCom client, which refuses to call inside one."""
    return _open.get()


def _forget_inherited_connections() -> None:
    if _engine is not None:
        _engine.dispose(close=False)


# A forked child must not speak on its parent's sockets.
os.register_at_fork(after_in_child=_forget_inherited_connections)
