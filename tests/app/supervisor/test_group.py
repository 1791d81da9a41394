"""The group heals, gives up in words, stops in order, and leaves nothing running."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.supervisor.group import pause_after
from app.supervisor.output import Log

ROOT = Path(__file__).parents[3]

GROUP = """
import signal, sys
from pathlib import Path
from app.embedded.process import Launch
from app.supervisor.group import Failed, Group, Program, StopAsked

place = Path(sys.argv[1])
PROGRAMS = {
    "steady": "import time; print('up', flush=True); time.sleep(600)",
    "broken": "raise SystemExit('no such thing')",
    "deaf": "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
    "parent": "import subprocess, sys, time; sleep = [sys.executable, '-c', 'import time; time.sleep(600)'];"
              " print('child', subprocess.Popen(sleep, process_group=0).pid, flush=True); time.sleep(600)",
}

def program(name, stage):
    launch = Launch((sys.executable, "-c", PROGRAMS[name]), place)
    return Program(name, launch, stage, lambda: "up" in (place / f"{name}.log").read_text()
                   or "child" in (place / f"{name}.log").read_text(), grace_seconds=1)

group = Group(place)
try:
    group.start([program(name, stage) for stage, name in enumerate(sys.argv[2:])])
    group.wait_ready(seconds=30)
    print("ready", flush=True)
    group.watch()
except StopAsked:
    pass
except Failed as reason:
    print("failed:", reason, flush=True)
group.stop()
print("stopped", flush=True)
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start_group(*names: str) -> "subprocess.Popen[str]":
        group = subprocess.Popen(
            [sys.executable, "-c", GROUP, str(tmp_path), *names],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        started.append(group)
        return group

    yield start_group
    for group in started:
        group.kill()
        group.communicate()


def lines_until(group: "subprocess.Popen[str]", wanted: str) -> list[str]:
    assert group.stdout is not None
    seen = []
    for line in group.stdout:
        seen.append(line.rstrip())
        if wanted in line:
            return seen
    raise AssertionError(f"{wanted!r} was never said: {seen}")


def children_of(pid: int, word: str) -> list[int]:
    """The children whose command line has `word`."""
    children = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [child for child in children if word.encode() in Path(f"/proc/{child}/cmdline").read_bytes()]


def ended(pid: int) -> bool:
    """Whether it is gone within ten seconds."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], 10)[0])
    finally:
        os.close(watched)


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_who_dies_is_started_again_and_it_is_said(start):
    group = start("steady")
    lines_until(group, "ready")
    first = children_of(group.pid, "sleep(600)")
    os.kill(first[0], signal.SIGKILL)
    lines_until(group, "! steady 意外结束（SIGKILL）")
    lines_until(group, "up")
    assert children_of(group.pid, "sleep(600)") != first


def test_who_cannot_live_ends_the_start_with_its_own_words(start):
    group = start("steady", "broken")
    lines_until(group, "failed: broken 启动不了")
    assert "no such thing" in lines_until(group, "no such thing")[-1]
    lines_until(group, "stopped")
    assert group.wait(10) == 0


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop_ends_all(start, asked):
    group = start("steady", "parent")
    lines_until(group, "ready")
    running = children_of(group.pid, "sleep(600)")
    group.send_signal(asked)
    lines_until(group, "stopped")
    assert len(running) == 2
    assert all(ended(pid) for pid in running)


def test_who_does_not_listen_is_killed_after_its_grace(start):
    group = start("deaf")
    lines_until(group, "ready")
    group.send_signal(signal.SIGTERM)
    lines_until(group, "killing deaf")
    lines_until(group, "stopped")


def test_nothing_outlives_a_killed_group_not_even_grandchildren_of_their_own_group(start, tmp_path):
    """Sabotage: leave out the watchdog: the grandchild stays."""
    group = start("steady", "parent")
    lines_until(group, "ready")
    children = children_of(group.pid, "sleep(600)")
    grandchild = int((tmp_path / "parent.log").read_text().split()[1])
    group.kill()
    assert all(ended(pid) for pid in (*children, grandchild))


def test_who_dies_all_night_is_started_again_every_half_minute() -> None:
    """Sabotage: double without an end; after a thousand deaths the number is none that can be waited for."""
    assert [pause_after(deaths) for deaths in (1, 2, 3)] == [0.5, 1.0, 2.0]
    assert {pause_after(deaths) for deaths in (7, 100, 5000)} == {30.0}


def test_a_full_disk_costs_words_and_not_the_shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sabotage: let the error of writing a log file reach the loop that keeps everything running."""
    (tmp_path / "talker.log").symlink_to("/dev/full")
    log = Log("talker", tmp_path, shown=True)
    for _ in range(3):
        log.take(b"one line\n")
    log.close()
    assert capsys.readouterr().out.count("one line") == 3
