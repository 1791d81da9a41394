"""The bundled servers: they start where they must, keep what they promised, and leave nothing behind."""

import os
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from app.embedded import postgres, process, valkey
from app.embedded.process import CannotStart


@pytest.fixture
def place() -> Iterator[Path]:
    """A DATA_DIR that another account may pass through, as on a real machine."""
    made = Path(tempfile.mkdtemp(prefix="gd-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@contextmanager
def served(server: "postgres.PostgresServer | valkey.ValkeyServer") -> "Iterator[subprocess.Popen[bytes]]":
    server.prepare()
    started = process.spawn(server.launch(), subprocess.DEVNULL)
    try:
        assert process.wait_until(server.is_ready, started)
        yield started
    finally:
        process.stop(started, server.launch().stop_signal)


def test_what_was_committed_survives_a_kill(place):
    """Sabotage: start with `durable=False`, or leave the stale postmaster.pid: it does not come back."""
    database = postgres.server_in(place)
    with served(database) as running:
        with psycopg.connect(database.url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (id int)")
            connection.execute("INSERT INTO kept VALUES (1)")
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
            assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
        running.kill()
        running.wait()
    # Somebody else has the pid that the killed server left in its file.
    (database.data / "postmaster.pid").write_text(f"{os.getpid()}\n{database.data}\n")
    with served(postgres.server_in(place)), psycopg.connect(database.url()) as connection:
        assert connection.execute("SELECT id FROM kept").fetchall() == [(1,)]


def test_a_server_left_running_is_ended_before_the_next_one_starts(place):
    database = postgres.server_in(place)
    database.prepare()
    orphan = process.spawn(database.launch(), subprocess.DEVNULL)
    assert process.wait_until(database.is_ready, orphan)
    with served(postgres.server_in(place)):
        assert orphan.wait(5) is not None


def test_an_interrupted_first_start_leaves_nothing_that_looks_whole(place):
    database = postgres.server_in(place)
    (database.home / "data.new").mkdir()
    (database.home / "data.new" / "PG_VERSION").write_text("18\n")
    with served(database):
        assert (database.data / "PG_VERSION").exists()


def test_data_of_another_version_are_refused_in_one_line(place):
    database = postgres.server_in(place)
    database.data.mkdir()
    (database.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(CannotStart, match="DATABASE_URL") as refused:
        database.prepare()
    assert "\n" not in str(refused.value)


def test_a_path_too_long_for_a_socket_still_works(place):
    deep = place / ("far" * 15) / ("down" * 15)
    deep.mkdir(parents=True)
    database, cache = postgres.server_in(deep), valkey.server_in(deep)
    assert len(str(database.socket_dir)) < 60
    with served(database), served(cache):
        pass
    again = postgres.server_in(deep)
    assert not database.socket_dir.exists(), "the place of the last run is not left behind"
    again.socket_dir.rmdir()
    cache.socket.parent.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has somebody else to become")
def test_root_becomes_nobody_and_opens_nothing_to_others(place):
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    before = stat.S_IMODE(closed.stat().st_mode)
    database = postgres.server_in(closed)
    try:
        assert not database.home.is_relative_to(closed), "nobody cannot reach a directory of mode 700"
        assert postgres.server_in(closed).home == database.home, "the next start finds the same data"
        with served(database) as running:
            assert Path(f"/proc/{running.pid}").stat().st_uid == database.account.uid != 0
        assert stat.S_IMODE(closed.stat().st_mode) == before
        assert stat.S_IMODE(database.data.stat().st_mode) == 0o700
    finally:
        shutil.rmtree(database.home)


def test_valkey_keeps_what_it_was_given_and_never_evicts(place):
    cache = valkey.server_in(place)
    with served(cache), redis.Redis.from_url(cache.url) as client:
        client.set("kept", "yes")
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("append*")["appendfsync"] == "everysec"
    with served(valkey.server_in(place)), redis.Redis.from_url(cache.url) as client:
        assert client.get("kept") == b"yes"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the watchdog does it")
def test_servers_do_not_outlive_who_started_them(place):
    """Sabotage: leave out PR_SET_PDEATHSIG."""
    script = (
        "import subprocess, sys, time; from pathlib import Path\n"
        "from app.embedded import process, valkey\n"
        "server = valkey.server_in(Path(sys.argv[1])); server.prepare()\n"
        "running = process.spawn(server.launch(), subprocess.DEVNULL)\n"
        "process.wait_until(server.is_ready, running); print(running.pid, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(place)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        assert ended(child), "the child still runs"


def ended(pid: int) -> bool:
    """Whether the process is gone within ten seconds; its parent is gone, so nobody can wait for it."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], 10)[0])
    finally:
        os.close(watched)
