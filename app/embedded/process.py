"""Starting a server process that never outlives the process that started it."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from app.embedded.account import Account

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class CannotStart(RuntimeError):
    """A bundled server cannot run here. The text is one line that says why and what to set, in two languages."""


@dataclass(frozen=True)
class Launch:
    """
    How to start one process.

    :param stop_signal: what asks it politely to end; also sent by the kernel when its parent dies (Linux).
    :param account: who it runs as; None for whoever we are.
    """

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    account: Account | None = None


def spawn(launch: Launch, output: "int | IO[bytes] | None" = None) -> "subprocess.Popen[bytes]":
    """
    Start it in a session of its own, so that Ctrl-C reaches only the parent, which then stops all in order.

    Call from the main thread: the kernel's parent-death signal is bound to the thread that forks.
    """
    parent = os.getpid()

    def die_with_parent() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(launch.stop_signal))
        if os.getppid() != parent:  # the parent died before prctl took hold
            os._exit(1)

    account = launch.account
    return subprocess.Popen(
        launch.argv,
        cwd=launch.cwd,
        env=dict(launch.env),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        preexec_fn=die_with_parent,
    )


def stop(process: "subprocess.Popen[bytes]", asked_by: signal.Signals, *, grace_seconds: float = 10) -> None:
    """Ask, wait, then kill the whole session: nothing of it stays behind."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(asked_by)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace_seconds)
    kill_session(process.pid)
    process.wait()


def kill_session(leader: int) -> None:
    """SIGKILL whatever is left of the session that `spawn` made, also what moved to a process group of its own."""
    for pid in _members_of_session(leader):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _members_of_session(leader: int) -> list[int]:
    """Where /proc tells; elsewhere the process group has to do."""
    members = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # "pid (name) state ppid pgrp session …": the name may hold anything, so count from its end.
            if int(stat.read_text(errors="replace").rpartition(")")[2].split()[3]) == leader:
                members.append(int(stat.parent.name))
    return members


def wait_until(ready: Callable[[], bool], process: "subprocess.Popen[bytes]", *, seconds: float = 30) -> bool:
    """Whether `ready()` came true while the process lived."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.03)
    return False


def end_leftover(pid: int, belongs_to: Path, asked_by: signal.Signals, *, seconds: float = 15) -> None:
    """
    End a server that a killed predecessor left running; a stranger who got the same pid is left alone.

    :param belongs_to: the data directory, which the server's command line names.
    """
    if str(belongs_to) not in _command_line(pid):
        return
    deadline = time.monotonic() + seconds
    asked = asked_by
    while str(belongs_to) in _command_line(pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, asked)
        if time.monotonic() > deadline:
            asked = signal.SIGKILL
        time.sleep(0.1)


def _command_line(pid: int) -> str:
    """The command line of a living process, empty for none."""
    if pid <= 1:
        return ""
    if sys.platform == "linux":
        try:
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return ""
        return raw.replace(b"\0", b" ").decode(errors="replace")
    answer = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)
    return answer.stdout
