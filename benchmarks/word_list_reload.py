"""
How soon does another process check with a list that was just published? `python -m benchmarks.word_list_reload`.

The other process checks a text every few milliseconds, in one thread. The check that comes upon the new version
builds it, and is the slowest; other threads of a web process go on with the old list, for two seconds at most.
"""

import multiprocessing
import os
import random
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from app import clock, db
from app.compliance import lexicon
from app.compliance.models import LexiconVersion
from benchmarks.sensitive_words import ORDINARY, made_up_words
from sensitive_words import Entry, starter_entries
from tests.faults.plant import running_plant

COUNTS = (0, 10_000) if os.environ.get("BENCH_SIZE") == "ci" else (0, 10_000, 100_000)


def main() -> None:
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as home, running_plant(Path(home)) as plant:
        publish(1, [])
        ours, theirs = context.Pipe()
        process = context.Process(target=check_all_the_time, args=(plant.database.url(), theirs))
        process.start()
        theirs.close()  # so that the end of that process is the end of the pipe, not an endless wait
        ours.recv()
        for version, count in enumerate(COUNTS, 2):
            words = made_up_words(count, random.Random(7))
            committed = publish(version, [Entry(id=f"w{word}", text=word) for word in words])
            ours.send(version)
            seen, slowest = ours.recv()
            print(
                f"  starter lists and {count:7,} entries: in force {seen - committed:5.2f} s after the commit, "
                f"slowest check {slowest:5.2f} s"
            )
        ours.send(None)
        process.join()


def publish(version: int, more: list[Entry]) -> float:
    """As the console does at the end, and when it was committed."""
    rows: list[Any] = [entry.to_dict() for entry in [*starter_entries(), *more]]
    with db.transaction() as session:
        session.add(
            LexiconVersion(
                version=version,
                entries=rows,
                entry_count=len(rows),
                note="",
                published_by="bench",
                published_by_name="bench",
                published_at=clock.now(),
                sha256=lexicon.sha256_of(rows),
            )
        )
    return time.time()


def check_all_the_time(url: str, pipe: Connection) -> None:
    db.configure(url)
    lexicon.current()
    pipe.send("ready")
    slowest, wanted = 0.0, 0
    while True:
        began = time.time()
        held = lexicon.current()
        held.check(ORDINARY[0])
        slowest = max(slowest, time.time() - began)
        if held.version == wanted:
            pipe.send((time.time(), slowest))
            slowest, wanted = 0.0, 0
        if not wanted and pipe.poll():
            asked = pipe.recv()
            if asked is None:
                return
            wanted = asked
        time.sleep(0.005)


if __name__ == "__main__":
    main()
