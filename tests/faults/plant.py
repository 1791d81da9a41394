"""The whole installation as real processes, with somebody who kills them and somebody who starts them again."""

import contextlib
import http.client
import os
import random
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import Any

import psycopg
from rq import Worker

from app import config, db, schema
from app.config import Settings
from app.embedded import postgres, valkey
from app.embedded.process import Launch, kill_session, spawn, wait_until
from app.valkey import connect

ROOT = Path(__file__).parents[2]
SCALE = float(os.environ.get("FAULT_SIZE", "1"))
"""1 is the size for CI, a tenth of the promise's own; `make test-faults FAULT_SIZE=10` runs it whole."""


def sized(number: int) -> int:
    return max(1, round(number * SCALE))


figures: list[str] = []
"""What was measured, printed at the end of the run."""


def report(goal: int, figure: str) -> None:
    """The line that CI keeps for each promise."""
    figures.append(f"goal {goal}: {figure}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Plant:
    """
    :param wecom_url: where this installation's WeCom is; a closed port if it needs none.
    """

    home: Path
    wecom_url: str = "http://127.0.0.1:9"
    web_workers: int = 2
    processes: dict[str, "Popen[bytes]"] = field(default_factory=dict)
    wanted: dict[str, Callable[[], "Popen[bytes]"]] = field(default_factory=dict)
    starts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.database = postgres.server_in(self.home)
        self.cache = valkey.server_in(self.home)
        self.port = free_port()
        self.log = (self.home / "plant.log").open("ab")
        self.settings = Settings(
            environment="test",
            database_url=self.database.url(),
            redis_url=self.cache.url,
            secret_key="a secret for fault tests that is long enough",
            wecom_corp_id="wwfault000000000001",
            wecom_agent_id="1000002",
            wecom_agent_secret="agent-secret-for-fault-tests",
            wecom_callback_token="callbackTokenForFaults",
            wecom_encoding_aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
            wecom_api_base_url=self.wecom_url,
            public_url=f"http://127.0.0.1:{self.port}",
            data_dir=str(self.home),
            log_level="WARNING",
        )

    # Servers

    def start_database(self) -> None:
        self.database.prepare()
        self.processes["postgres"] = spawn(self.database.launch(), self.log)
        assert wait_until(self.database.is_ready, self.processes["postgres"])

    def crash_database(self) -> None:
        """As a power cut does it: nothing is flushed, nobody is told."""
        self._end("postgres")

    def start_cache(self) -> None:
        self.cache.prepare()
        self.processes["valkey"] = spawn(self.cache.launch(), self.log)
        assert wait_until(self.cache.is_ready, self.processes["valkey"])

    def crash_cache(self) -> None:
        self._end("valkey")

    def _end(self, name: str) -> None:
        process = self.processes.pop(name)
        kill_session(process.pid)
        process.wait()

    def migrate(self) -> None:
        config.configure(self.settings)
        schema.upgrade(self.settings.database_url)
        db.configure(self.settings.database_url)

    # Our processes

    def run_web(self) -> None:
        granian = ("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port))
        options = ("--workers", str(self.web_workers), "--blocking-threads", "4", "--respawn-failed-workers")
        self._run("web", *granian, *options, "--no-access-log", "--log-level", "warning", "wsgi:application")
        self.wait_for(self._web_answers, "web to answer")

    def run_worker(self, lane: str, number: int = 1) -> None:
        self._run(
            f"worker-{lane}-{number}", "-m", "app.worker", "--lane", lane, "--also-import", "tests.support.jobs"
        )

    def run_relay(self, number: int = 1) -> None:
        self._run(f"relay-{number}", "-m", "app.relay")

    def _run(self, name: str, *argv: str) -> None:
        def start() -> "Popen[bytes]":
            self.starts[name] = self.starts.get(name, 0) + 1
            env = {**os.environ, **self.environment()}
            return spawn(Launch(argv=(sys.executable, *argv), cwd=ROOT, env=env), self.log)

        self.wanted[name] = start
        self.processes[name] = start()

    def environment(self) -> dict[str, str]:
        names = type(self.settings).__dataclass_fields__
        return {each.metadata["variable"]: getattr(self.settings, name) for name, each in names.items()} | {
            "PYTHONPATH": str(ROOT)
        }

    def wait_for_workers(self) -> None:
        """Until every worker that should run has told Redis that it does."""
        wanted = sum(name.startswith("worker-") for name in self.wanted)
        client = connect(self.settings.redis_url)
        with closing(client):
            self.wait_for(lambda: len(Worker.all(connection=client)) >= wanted, "the workers")

    def tend(self) -> None:
        """What a supervisor does: start again what has ended."""
        for name, start in self.wanted.items():
            if self.processes[name].poll() is not None:
                self.processes[name] = start()

    def kill(self, name: str) -> None:
        """SIGKILL the process itself; what it started is not told."""
        with contextlib.suppress(ProcessLookupError):
            self.processes[name].kill()

    def kill_web_worker(self) -> None:
        """SIGKILL one of granian's workers, wherever it is in a request."""
        children = _children(self.processes["web"].pid)
        if children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(random.choice(children), signal.SIGKILL)

    def kill_run(self, name: str) -> None:
        """SIGKILL the forked run of a worker, as the kernel does when memory is short."""
        for child in _children(self.processes[name].pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    # Looking

    def ask(self, sql: str, *values: Any) -> Any:
        with psycopg.connect(self.database.url(), connect_timeout=2) as connection:
            row = connection.execute(sql.encode(), values or None).fetchone()
        return row[0] if row else None

    def wait_for(self, condition: Callable[[], bool], what: str, *, seconds: float = 60) -> float:
        """
        :returns: how many seconds it took.
        """
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            self.tend()
            with contextlib.suppress(psycopg.OperationalError):
                if condition():
                    return time.monotonic() - began
            time.sleep(0.05)
        raise AssertionError(f"waited {seconds} s in vain for {what}")

    def pause(self, seconds: float) -> None:
        """Let things run, tended, before the next blow."""
        until = time.monotonic() + seconds
        self.wait_for(lambda: time.monotonic() > until, "nothing", seconds=seconds + 5)

    def _web_answers(self) -> bool:
        with closing(Sender(self)) as sender:
            try:
                return sender.send("GET", "/healthz") < 600
            except OSError:
                return False

    def stop(self) -> None:
        self.wanted.clear()
        for process in reversed(list(self.processes.values())):
            kill_session(process.pid)
            process.wait()
        self.log.close()


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


@contextmanager
def running_plant(home: Path, **options: Any) -> Iterator[Plant]:
    """Servers up and migrated; our own processes are started by the test."""
    plant = Plant(home, **options)
    try:
        plant.start_database()
        plant.start_cache()
        plant.migrate()
        yield plant
    finally:
        plant.stop()
        db.engine().dispose()


class Sender:
    """One keep-alive connection that posts as WeCom does: 5 s patience, three more tries, then gives up."""

    def __init__(self, plant: Plant) -> None:
        self.port = plant.port
        self.connection: http.client.HTTPConnection | None = None

    def send(self, method: str, path: str, body: bytes | None = None) -> int:
        """
        :raises OSError: on refusal, reset or time-out.
        """
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            self.connection.request(method, path, body, {"Content-Type": "text/xml"})
            response = self.connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise OSError(str(error)) from error
        return response.status

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


@dataclass
class Load:
    """What several senders experienced."""

    acknowledged: set[int] = field(default_factory=set)
    refused: list[int] = field(default_factory=list)
    given_up: int = 0
    slowest: float = 0.0


def post_all(
    plant: Plant,
    seal: Callable[[int], tuple[str, bytes]],
    numbers: list[int],
    *,
    senders: int = 8,
    pace: float = 0.0,
) -> tuple[Load, Callable[[], bool]]:
    """
    Post every number with WeCom's retry model, in the background.

    :param seal: makes path and body of a number, freshly at each try.
    :param pace: seconds that each sender rests after a post.
    :returns: the experience so far, and whether all senders are through.
    """
    load, lock, waiting = Load(), threading.Lock(), list(reversed(numbers))

    def work() -> None:
        with closing(Sender(plant)) as sender:
            while True:
                with lock:
                    if not waiting:
                        return
                    number = waiting.pop()
                _post_one(sender, seal, number, load, lock)
                time.sleep(pace)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(senders)]
    for thread in threads:
        thread.start()
    return load, lambda: not any(thread.is_alive() for thread in threads)


def _post_one(
    sender: Sender, seal: Callable[[int], tuple[str, bytes]], number: int, load: Load, lock: threading.Lock
) -> None:
    for attempt in range(4):
        path, body = seal(number)
        began = time.monotonic()
        try:
            status = sender.send("POST", path, body)
        except OSError:
            time.sleep(0.2 * (attempt + 1))
            continue
        with lock:
            load.slowest = max(load.slowest, time.monotonic() - began)
            if status == 200:
                load.acknowledged.add(number)
                return
            load.refused.append(status)
        return  # WeCom's newer page: an answer other than 200 is not repeated
    with lock:
        load.given_up += 1
