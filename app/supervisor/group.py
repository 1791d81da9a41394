"""The loop that starts, watches, restarts and stops. One thread: it also forks (see `app.embedded.process`)."""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from app.embedded.process import Launch, kill_session, spawn
from app.embedded.watchdog import Watchdog
from app.supervisor.output import Log, say

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_SETTLED_AFTER = 30.0
"""Seconds after which a child counts as healthy again and its next death is answered at once."""
_TRIES_AT_START = 3
_STANDS_AFTER = 2.0
"""Seconds that a child which cannot be asked must live to count as started: broken ones die sooner."""


@dataclass(frozen=True)
class Program:
    """
    One member of the group.

    :param stage: lower starts earlier and stops later.
    :param is_ready: asked again and again until it says yes; None: ready once it has lived for a moment.
    :param prepare: runs before each start.
    """

    name: str
    launch: Launch
    stage: int = 0
    is_ready: Callable[[], bool] | None = None
    prepare: Callable[[], None] | None = None
    shown: bool = True
    grace_seconds: float = 8


class StopAsked(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


class Failed(RuntimeError):
    """A member did not come up. The text says which, and its last words."""


@dataclass
class _Member:
    program: Program
    log: Log
    process: "subprocess.Popen[bytes] | None" = None
    pipe: int = -1
    """Where it speaks to us."""
    started_at: float = 0.0
    failures: int = 0
    restart_at: float | None = None
    ready: bool = False
    kept: bool = True
    """Restarted when it ends; False for what runs once."""


@dataclass
class Group:
    logs: Path
    _members: dict[str, _Member] = field(default_factory=dict)
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _watchdog: Watchdog = field(default_factory=Watchdog)
    _stops_asked: int = 0
    _stopping: bool = False
    _settled: bool = False

    def __post_init__(self) -> None:
        for stopper in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(stopper, self._note_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        waking, woken = os.pipe()
        for end in (waking, woken):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        self._selector.register(waking, selectors.EVENT_READ)

    def start(self, programs: Iterable[Program], *, kept: bool = True) -> None:
        for program in programs:
            log = Log(program.name, self.logs, shown=program.shown, number=len(self._members))
            self._members[program.name] = _Member(program, log, kept=kept)
            self._spawn(self._members[program.name])

    def wait_ready(self, *, seconds: float = 60) -> None:
        """
        Until all that were started are ready.

        :raises Failed: if one keeps dying or is not ready in time.
        """
        deadline = time.monotonic() + seconds
        while waiting := [member for member in self._members.values() if member.kept and not member.ready]:
            for member in waiting:
                member.ready = member.process is not None and _stands(member)
            self._pump(0.05)
            if time.monotonic() > deadline:
                raise Failed(_last_words(waiting[0], "没有就绪", "did not become ready"))

    def wait_done(self, name: str, *, seconds: float = 600) -> None:
        """
        Until the program that runs once has ended.

        :raises Failed: unless it ended well.
        """
        member = self._members[name]
        deadline = time.monotonic() + seconds
        while member.process is not None:
            self._pump(0.05)
            if time.monotonic() > deadline:
                raise Failed(_last_words(member, "没有结束", "did not end"))
        if member.failures:
            raise Failed(_last_words(member, "失败了", "failed"))

    def watch(self) -> None:
        """Until a stop is asked: who dies is started again."""
        self._settled = True
        while True:
            self._pump(1.0)

    def stop(self) -> None:
        """Stage by stage, last started first. A second request to stop kills what is left at once."""
        self._stopping = True
        for stage in sorted({member.program.stage for member in self._members.values()}, reverse=True):
            self._stop_stage([m for m in self._members.values() if m.program.stage == stage])
        for member in self._members.values():
            member.log.close()
        self._watchdog.dismiss()
        self._selector.close()

    def _stop_stage(self, members: list[_Member]) -> None:
        deadline = time.monotonic() + max(member.program.grace_seconds for member in members)
        killed = False
        for member in members:
            if member.process is not None:
                with contextlib.suppress(ProcessLookupError):
                    member.process.send_signal(member.program.launch.stop_signal)
        while alive := [member for member in members if member.process is not None]:
            if not killed and (self._stops_asked > 1 or time.monotonic() > deadline):
                for member in alive:
                    if member.process is not None:
                        say(f"  强行结束 / killing {member.program.name}")
                        kill_session(member.process.pid)
                killed = True
            self._pump(0.02)

    def _note_stop(self, *_: object) -> None:
        self._stops_asked += 1

    def _pump(self, timeout: float) -> None:
        """One turn: read what was said, bury the dead, start again whoever is due."""
        if self._stops_asked and not self._stopping:
            raise StopAsked
        now = time.monotonic()
        due = [m.restart_at - now for m in self._members.values() if m.restart_at is not None]
        for key, _ in self._selector.select(max(0.0, min([timeout, *due]))):
            if key.data is None:
                os.read(key.fd, 4096)  # a signal woke us
            else:
                self._listen(key.fd, key.data)
        for member in self._members.values():
            if member.process is not None and member.process.poll() is not None:
                self._bury(member, member.process)
            elif member.restart_at is not None and time.monotonic() >= member.restart_at and not self._stopping:
                self._spawn(member)

    def _spawn(self, member: _Member) -> None:
        if member.program.prepare:
            member.program.prepare()
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        try:
            process = spawn(member.program.launch, writing)
        finally:
            os.close(writing)
        self._watchdog.mind(process.pid, member.program.launch.stop_signal)
        self._selector.register(reading, selectors.EVENT_READ, member)
        member.process, member.pipe = process, reading
        member.started_at, member.restart_at = time.monotonic(), None

    def _listen(self, pipe: int, member: _Member) -> bool:
        """Take what was said; whether there may be more."""
        try:
            chunk = os.read(pipe, 65536)
        except BlockingIOError:
            return False
        if chunk:
            member.log.take(chunk)
            return True
        self._selector.unregister(pipe)
        os.close(pipe)
        return False

    def _bury(self, member: _Member, process: "subprocess.Popen[bytes]") -> None:
        kill_session(process.pid)
        self._watchdog.forget(process.pid)
        while member.pipe in self._selector.get_map() and self._listen(member.pipe, member):
            pass
        member.process, member.ready = None, False
        if self._stopping:
            return
        if not member.kept:
            member.failures += process.returncode != 0
            return
        lived = time.monotonic() - member.started_at
        member.failures = 1 if lived > _SETTLED_AFTER else member.failures + 1
        if not self._settled and member.failures >= _TRIES_AT_START:
            raise Failed(_last_words(member, "启动不了", "does not start"))
        pause = pause_after(member.failures)
        member.restart_at = time.monotonic() + pause
        how = _how_it_ended(process.returncode)
        say(
            f"! {member.program.name} 意外结束（{how}），{pause:g} 秒后重启"
            f" / died ({how}), restarting in {pause:g} s"
        )


def pause_after(failures: int) -> float:
    """Seconds until who died so often in a row is started again."""
    doublings = min(
        failures - 1, 10
    )  # enough for the longest; a death every half minute for days overflows a float
    return min(_FIRST_PAUSE * 2.0**doublings, _LONGEST_PAUSE)


def _stands(member: _Member) -> bool:
    if member.program.is_ready is None:
        return time.monotonic() - member.started_at > _STANDS_AFTER
    return member.program.is_ready()


def _how_it_ended(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit {code}"


def _last_words(member: _Member, chinese: str, english: str) -> str:
    name = member.program.name
    return f"{name} {chinese} / {name} {english}\n{member.log.tail()}\n({member.log.path})"
