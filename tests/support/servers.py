"""
One PostgreSQL and one Valkey for a whole test run, started by the first test that needs them.

A keeper process owns them. It holds the reading end of a pipe whose writing end is open in pytest's main process:
when that ends, in whatever way, the keeper sees the end of the file and stops both.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Servers:
    postgres: str
    """URL of the server's maintenance database."""
    valkey: str
    """URL without a database number."""


def open_run() -> Path:
    """In pytest's main process: a directory for this run. As long as we live, its servers do."""
    run = Path(tempfile.mkdtemp(prefix="gdtest-"))
    run.chmod(0o755)  # PostgreSQL runs as another account when we are root
    os.mkfifo(run / "alive")
    os.open(run / "alive", os.O_RDWR)  # deliberately kept open until this process ends
    return run


def servers_of(run: Path) -> Servers:
    """The run's servers, started now if nobody has yet."""
    own = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_REDIS_URL")
    if all(own):
        return Servers(str(own[0]), str(own[1]))
    with (run / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = run / "servers.json"
        if not answer.exists():
            _start_keeper(run, answer)
        started = Servers(**json.loads(answer.read_text()))
    return Servers(own[0] or started.postgres, own[1] or started.valkey)


def close_run(run: Path) -> None:
    """At the end of pytest's main process, when nobody needs a server any more."""
    keeper = run / "keeper.pid"
    if keeper.exists():
        pid = int(keeper.read_text())
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 10
        while run.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
    shutil.rmtree(run, ignore_errors=True)


def _start_keeper(run: Path, answer: Path) -> None:
    log = run / "keeper.log"
    with log.open("wb") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.support.servers", str(run)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    (run / "keeper.pid").write_text(str(keeper.pid))
    deadline = time.monotonic() + 60
    while not answer.exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the test servers did not start:\n{log.read_text()[-4000:]}")
        time.sleep(0.02)
    keeper.returncode = 0  # it outlives this process on purpose


def _keep(run: Path) -> None:
    from app.embedded import postgres, process, valkey

    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    database, cache = postgres.server_in(run, durable=False), valkey.server_in(run, durable=False)
    cache.prepare()
    cache_process = process.spawn(cache.launch())
    database.prepare()
    database_process = process.spawn(database.launch())
    try:
        if not process.wait_until(database.is_ready, database_process):
            raise SystemExit("PostgreSQL did not become ready")
        if not process.wait_until(cache.is_ready, cache_process):
            raise SystemExit("Valkey did not become ready")
        found = Servers(database.url("postgres"), cache.url)
        (run / "servers.json.new").write_text(json.dumps(asdict(found)))
        (run / "servers.json.new").rename(run / "servers.json")
        with (run / "alive").open("rb") as alive:
            alive.read()
    finally:
        process.stop(database_process, signal.SIGQUIT)  # nothing here is worth a checkpoint
        process.stop(cache_process, signal.SIGKILL)
        shutil.rmtree(run, ignore_errors=True)


if __name__ == "__main__":
    _keep(Path(sys.argv[1]))
