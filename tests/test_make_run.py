"""`make run` itself, as somebody does who has just got the product: it comes up, stops, keeps what it had."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.faults.plant import free_port

ROOT = Path(__file__).parents[1]
FIRST_START_SECONDS = 300
STOP_SECONDS = 60
NOT_WRITTEN_BY_US = (".git", ".venv", "node_modules", "dist", "var", "__pycache__", ".*_cache", ".hypothesis")
LONG_AGO = 946_684_800
"""Make goes by times: what is copied here is older than what was installed and built from the same files."""

KEPT = (
    "SELECT system_identifier::text FROM pg_control_system()",
    "SELECT count(*) FROM customers",
    "SELECT count(*) FROM scripts",
    "SELECT count(*) FROM sync_runs WHERE started_by = 'demo'",
)
"""What a second start finds as the first left it."""


@pytest.fixture
def home() -> Iterator[Path]:
    """A directory that PostgreSQL can reach even if it has to become another account."""
    with tempfile.TemporaryDirectory(prefix="gdrun-", ignore_cleanup_errors=True) as made:
        os.chmod(made, 0o755)
        yield Path(made)


@pytest.fixture
def checkout(home: Path) -> Path:
    """The files of this checkout, nothing that a run left in it; what is installed is shared, the pages copied."""
    copy = home / "guidedesk"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_WRITTEN_BY_US))
    for path in copy.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    (copy / ".venv").symlink_to(ROOT / ".venv")
    (copy / "sidebar_ui" / "node_modules").symlink_to(ROOT / "sidebar_ui" / "node_modules")
    built = ROOT / "sidebar_ui" / "dist"
    if (built / "console.html").is_file():
        shutil.copytree(built, copy / "sidebar_ui" / "dist")
        (copy / "sidebar_ui" / "dist" / ".built").touch()
    return copy


@dataclass
class Run:
    """
    :param said: what it has printed so far.
    """

    process: "subprocess.Popen[str]"
    said: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        return "".join(self.said)

    def wait_until_ready(self) -> float:
        """
        :returns: how many seconds it says it took.
        """
        until = time.monotonic() + FIRST_START_SECONDS
        while (told := re.search(r"用时 ([\d.]+) 秒", self.words)) is None or "Ctrl-C" not in self.words:
            assert self.process.poll() is None, f"it ended with {self.process.returncode}:\n{self.words[-4000:]}"
            assert time.monotonic() < until, f"not ready after {FIRST_START_SECONDS} s:\n{self.words[-4000:]}"
            time.sleep(0.1)
        return float(told[1])

    def doors(self) -> list[str]:
        """The addresses that it names to be opened."""
        return re.findall(r"https?://127\.0\.0\.1:\d+/\S*", self.words)

    def press_ctrl_c(self) -> int:
        """As a terminal does it: everybody in the foreground hears it."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(STOP_SECONDS)


@contextmanager
def make_run(checkout: Path, settings: dict[str, str]) -> Iterator[Run]:
    ours = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"}
    env = {name: value for name, value in os.environ.items() if name in ours}
    process = subprocess.Popen(
        ["make", "run"],
        cwd=checkout,
        env=env | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    run = Run(process)
    assert process.stdout is not None
    reader = threading.Thread(target=lambda: run.said.extend(process.stdout or ()), daemon=True)
    reader.start()
    try:
        yield run
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)  # the supervisor's children end by themselves when it is gone
            process.wait()
        reader.join(10)
        process.stdout.close()


def opened(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.status, answer.read().decode()


def left_over(home: Path) -> list[str]:
    """Processes that have something of this run in their words or their settings."""
    wanted, found = str(home).encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if wanted in said:
            found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return found


def wait_until_nothing_is_left(home: Path) -> None:
    until = time.monotonic() + 15
    while (left := left_over(home)) and time.monotonic() < until:
        time.sleep(0.2)
    assert left == []


def asked(data: Path, question: str) -> object:
    """Of the run's own database, with the settings it wrote down for a shell."""
    (url,) = re.findall(r"^DATABASE_URL=['\"]?([^'\"\n]+)", (data / "run.env").read_text(), re.MULTILINE)
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


def test_it_comes_up_stops_and_comes_up_again_with_what_it_had(checkout: Path, home: Path) -> None:
    """
    Sabotage: seed the demonstration at every start, or let a child ignore its stop signal until it is killed.
    """
    data = home / "data"
    settings = {"PORT": str(free_port()), "SIMULATOR_PORT": str(free_port()), "DATA_DIR": str(data)}
    with make_run(checkout, settings) as run:
        first = run.wait_until_ready()
        doors = run.doors()
        assert {each.split(":")[2].split("/")[0] for each in doors} >= {
            settings["PORT"],
            settings["SIMULATOR_PORT"],
        }
        for door in doors:
            status, page = opened(door)
            assert (status, "<html" in page) == (200, True), door
        assert opened(f"http://127.0.0.1:{settings['PORT']}/readyz?strict=true")[0] == 200
        before = {question: asked(data, question) for question in KEPT}
        assert all(before.values())
        code = run.press_ctrl_c()
        assert "Traceback" not in run.words
        assert "强行结束" not in run.words
        assert code in (0, 2, 130, -signal.SIGINT), run.words[-2000:]
    wait_until_nothing_is_left(home)
    with make_run(checkout, settings) as run:
        second = run.wait_until_ready()
        assert {question: asked(data, question) for question in KEPT} == before
        assert second < first
        run.press_ctrl_c()
    wait_until_nothing_is_left(home)
