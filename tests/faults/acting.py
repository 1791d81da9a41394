"""
Somebody who does one act in a process of its own and dies at a chosen point of it.

`python -m tests.faults.acting FD` imports the product once, then forks for every line that it reads: a fork costs
milliseconds, a start seconds. Points are counted: before each statement, before a commit, and after it.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Pool, event
from sqlalchemy.orm import configure_mappers

from app import config
from app.config import Settings

ROOT = Path(__file__).parents[2]
Point = int | str
"""A number, or one of these."""
AT_THE_ENTRY, AT_THE_COMMIT, AFTERWARDS = "entry", "commit", "afterwards"
"""Just before the log is written; just before that is committed; when it is."""


@dataclass(frozen=True)
class Act:
    """
    :param method: of an HTTP request; `cli` for a command, whose words are in `body`.
    """

    name: str
    userid: str
    method: str
    path: str = ""
    body: Any = None


@dataclass(frozen=True)
class Outcome:
    """
    :param status: of the answer; 0 without one.
    """

    was_killed: bool
    status: int


class Actor:
    """The process that forks."""

    def __init__(self, process: "subprocess.Popen[str]", answers: int) -> None:
        self.process = process
        self.answers = os.fdopen(answers)

    def do(self, act: Act, *, cookie: str, die_at: Point) -> Outcome:
        asked = {"method": act.method, "path": act.path, "body": act.body, "cookie": cookie, "die_at": die_at}
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return Outcome(**json.loads(self.answers.readline()))


@contextmanager
def acting(settings: Settings) -> Iterator[Actor]:
    read, write = os.pipe()
    names = type(settings).__dataclass_fields__
    env = {each.metadata["variable"]: getattr(settings, name) for name, each in names.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.acting", str(write)],
        cwd=ROOT,
        env={**os.environ, **env, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        text=True,
        pass_fds=[write],
    )
    os.close(write)
    actor = Actor(process, read)
    try:
        yield actor
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=30)
        actor.answers.close()


# What follows runs in that process.


def _serve(answers: int) -> None:
    from app.web import create_app

    flask = create_app(config.from_environment())
    configure_mappers()
    flask.test_client().get("/healthz")  # what a first request makes, no fork needs to make again
    for line in sys.stdin:
        asked = json.loads(line)
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.close(read)
                _die_at(asked["die_at"])
                os.write(write, str(_do(flask, asked)).encode())
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read) as told:
            status = int(told.read() or 0)
        _, ended = os.waitpid(child, 0)
        outcome = {"was_killed": os.WIFSIGNALED(ended), "status": status}
        os.write(answers, json.dumps(outcome).encode() + b"\n")


def _do(flask: Any, asked: dict[str, Any]) -> int:
    from app.cli import main as command
    from app.staff.signing_in import session_cookie

    if asked["method"] == "cli":
        command(asked["body"], standalone_mode=False)
        return 200
    browser = flask.test_client()
    browser.environ_base |= {"HTTP_X_REQUESTED_WITH": "guidedesk", "HTTP_SEC_FETCH_SITE": "same-origin"}
    browser.set_cookie(session_cookie(config.settings()), asked["cookie"])
    answer = browser.open(asked["path"], method=asked["method"], json=asked["body"])
    return int(answer.status_code)


def _die_at(point: Point) -> None:
    """By SIGKILL, as soon as this process gets there."""
    passed = 0
    reached = ""

    def arrive(name: str) -> None:
        nonlocal passed, reached
        passed += 1
        if point in (passed, name):
            os.kill(os.getpid(), signal.SIGKILL)
        reached = name or reached

    def statement(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        arrive(AT_THE_ENTRY if "INSERT INTO audit_entries" in sql else "")

    def commit(_connection: object) -> None:
        arrive(AT_THE_COMMIT if reached == AT_THE_ENTRY else "")

    def checkin(*_: object) -> None:
        arrive(AFTERWARDS if reached == AT_THE_COMMIT else "")

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", commit)
    event.listen(Pool, "checkin", checkin)


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
