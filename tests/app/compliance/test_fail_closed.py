"""Whatever keeps the filter from answering keeps the text from leaving; and a new list is everywhere at once."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from app import clock, db
from app.compliance import actions, checks, lexicon
from app.compliance.lexicon import CheckUnavailable
from app.compliance.models import LexiconVersion
from sensitive_words import Entry, Lexicon
from tests.support import shop

ROOT = Path(__file__).parents[3]
GOOD = [Entry(id="1", text="最低价").to_dict()]


def store(entries, *, version=1, sha256=None):
    """A version as no publication would write it."""
    with db.transaction() as session:
        session.add(
            LexiconVersion(
                version=version,
                entries=entries,
                entry_count=len(entries),
                note="",
                published_by="he",
                published_by_name="何静",
                published_at=clock.now(),
                sha256=sha256 or lexicon.sha256_of(entries),
            )
        )
    lexicon.look_again()


def test_without_a_list_there_is_no_verdict(database):
    with pytest.raises(CheckUnavailable, match="还没有发布"):
        checks.verdict("您好")


@pytest.mark.parametrize(
    ("entries", "sha256"),
    [([], None), (GOOD, b"another"), ([{"id": "1", "text": ""}], None), ([{"no": "entry"}], None)],
    ids=["empty", "altered", "unusable", "no entry"],
)
def test_a_list_that_cannot_be_used_is_no_list(database, entries, sha256):
    store(entries, sha256=sha256)
    with pytest.raises(CheckUnavailable):
        checks.verdict("您好")


def test_the_last_good_list_outlives_a_bad_one(database):
    store(GOOD)
    assert checks.verdict("全场最低价").action == "block"

    store([], version=2)

    said = checks.verdict("全场最低价")
    assert (said.action, said.version) == ("block", 1)


def test_a_list_of_another_database_is_not_used(database, worker_database):
    store(GOOD)
    checks.verdict("您好")
    db.configure(worker_database)
    db.bind_to(database)
    with db.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE lexicon_versions RENAME TO elsewhere")
    with pytest.raises(CheckUnavailable):
        checks.verdict("您好")


def test_a_database_that_does_not_answer_stops_everything(own_database, running_servers):
    """Sabotage: answer with the list that is held."""
    store(GOOD)
    assert checks.verdict("您好").action == "pass"
    with psycopg.connect(running_servers.postgres, autocommit=True) as server:
        name = own_database.rsplit("/", 1)[-1].partition("?")[0]
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        lexicon.look_again()
        with pytest.raises(CheckUnavailable):
            checks.verdict("您好")
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(name)))
    assert checks.verdict("您好").action == "pass"


class Raising(Lexicon):
    def check(self, text, *, where=None, on=None):
        raise RecursionError(text)


class Endless(Lexicon):
    def check(self, text, *, where=None, on=None):
        threading.Event().wait(20)
        return super().check(text)


@pytest.mark.parametrize("broken", [Raising, Endless])
def test_a_filter_that_raises_or_takes_too_long_says_no(database, broken):
    """Sabotage: answer `pass` on an exception; wait without a limit."""
    store(GOOD)
    lexicon.hold(broken([Entry.from_dict(GOOD[0])], version=1), lexicon.sha256_of(GOOD))
    began = time.monotonic()
    with pytest.raises(CheckUnavailable):
        checks.verdict("您好")
    assert time.monotonic() - began < 15, "it waited for the filter, which takes 20 s"


WATCH = """
import sys, time
from app import db
from app.compliance import checks
db.configure(sys.argv[1])
checks.verdict("预热")
print("ready", flush=True)
for line in sys.stdin:
    began = time.monotonic()
    while checks.verdict("今天" + line.strip()).action != "block" and time.monotonic() - began < 20:
        time.sleep(0.02)
    print(time.time(), flush=True)
"""


def test_a_publication_is_known_to_other_processes_within_two_seconds(own_database):
    """Sabotage: poll every ten seconds. The best of three counts, so that a busy machine does not decide."""
    with db.transaction() as session:
        shop.move_in(session)
        he = shop.viewer_called(session, "he")
        actions.add_entry(session, he, {"text": "最低价"})
        actions.publish(session, he, note="一")
    command = [sys.executable, "-c", WATCH, own_database]
    pipe = subprocess.PIPE
    watchers = [subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
    for each in watchers:
        assert each.stdout.readline() == "ready\n"

    took = []
    for word in ("秒杀", "抄底", "清仓"):
        with db.transaction() as session:
            actions.add_entry(session, he, {"text": word})
            actions.publish(session, he, note=word)
        published = time.time()
        for each in watchers:
            each.stdin.write(word + "\n")
            each.stdin.flush()
        took.append(max(float(each.stdout.readline()) for each in watchers) - published)
    for each in watchers:
        each.communicate(timeout=20)
    print(f"known elsewhere after {min(took):.2f} s")
    assert min(took) <= 2.0
    assert checks.verdict("今天秒杀").action == "block"
