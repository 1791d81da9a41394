"""
Who is at work: a lock that PostgreSQL drops the moment the process that holds it is gone.

A lease can only tell that a worker was silent for long, and an urgent job has no time for that: a welcome code
dies after 20 s. The lock is the quick way to know. The lease stays the sure one, also where a pooler between us
and the database gives each transaction another connection.
"""

import os

import psycopg
from sqlalchemy import delete, func
from sqlalchemy.orm import Session

from app import clock, db
from app.outbox.models import WorkerAtWork

LOCKS = 471_322_703
"""First key of the advisory locks; the second is the id of the row."""

VARIABLE = "GUIDEDESK_WORKER"
"""How a forked run knows its worker's name."""

# One statement: nobody sees the row before its lock is held.
ARRIVE = """
WITH arrived AS (INSERT INTO workers (process, lane, since) VALUES (%s, %s, %s) RETURNING id)
SELECT id, pg_advisory_lock(%s, id) FROM arrived
"""


class Presence:
    """
    Says on a connection of its own that this process is at work. A forked run inherits the socket, so a worker
    counts as gone only once its run is gone, too.
    """

    def __init__(self, process: str, lane: str) -> None:
        self.worker = process
        """What to claim jobs as. A lock taken anew gives a new name: the relay may be burying the old one."""
        self._process = process
        self._lane = lane
        self._connection: psycopg.Connection | None = None

    def confirm(self) -> None:
        """
        Make sure that the lock is held: before the first job, and again before each.

        :raises psycopg.Error, SQLAlchemyError: if the database does not answer.
        """
        if self._connection is not None:
            try:
                self._connection.execute("SELECT 1")
            except psycopg.Error:
                self.leave()
            else:
                return
        connection = db.lone_connection()
        try:
            arrived = connection.execute(ARRIVE, (self._process, self._lane, clock.now(), LOCKS)).fetchone()
        except BaseException:
            connection.close()
            raise
        assert arrived is not None
        self.worker = os.environ[VARIABLE] = _name_of(self._process, arrived[0])
        self._connection = connection

    def leave(self) -> None:
        """Let the lock go; the relay finds the row and sees what was left undone."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
            os.environ.pop(VARIABLE, None)


def _name_of(process: str, row_id: int) -> str:
    return f"{process}#{row_id}"


def this_worker() -> str | None:
    """As what this process, or the one that it was forked from, claims; None outside a worker."""
    return os.environ.get(VARIABLE)


def forget_the_gone(session: Session) -> list[tuple[str, str]]:
    """
    Strike those from the list whose lock nobody holds any more.

    :returns: of each, as what it claimed jobs, and its lane.
    """
    gone = session.execute(
        delete(WorkerAtWork)
        .where(func.pg_try_advisory_xact_lock(LOCKS, WorkerAtWork.id))
        .returning(WorkerAtWork.process, WorkerAtWork.id, WorkerAtWork.lane)
        .execution_options(synchronize_session=False)
    )
    return [(_name_of(process, row_id), lane) for process, row_id, lane in gone]
