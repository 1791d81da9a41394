"""Several at the same moment, each in a transaction of its own that really commits."""

import threading
from concurrent.futures import ThreadPoolExecutor

from app import db
from app.audit import actions, queries


def test_entries_written_at_the_same_moment_still_form_one_chain(own_database: str) -> None:
    """Sabotage that turns this red: take no lock in `record`."""
    together = threading.Barrier(8)

    def write(writer: int) -> None:
        together.wait()
        for number in range(10):
            with db.transaction() as session:
                actions.record(session, f"writer{writer}", "thing.done", subject=f"thing:{number}")

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(write, range(8)))
    with db.transaction() as session:
        found = queries.verify(session)
    assert (found.entries, found.problems) == (80, [])
