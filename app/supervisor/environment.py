"""What the group's processes are told: the environment, then `.env`, then secrets made once, then defaults."""

import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_SECRETS = "settings.env"
_RUNNING = "run.env"


class Refused(SystemExit):
    """`make run` cannot go on. The text is what the person reads."""

    def __init__(self, message: str) -> None:
        super().__init__(f"GuideDesk 没有启动 / did not start: {message}")


@dataclass(frozen=True)
class Plan:
    """Where this run lives and what it is told."""

    data_dir: Path
    port: int
    simulator_port: int
    simulated: bool
    """Whether our simulator plays WeCom: yes unless WECOM_API_BASE_URL was given."""
    variables: dict[str, str]

    @property
    def app_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def simulator_url(self) -> str:
        return f"http://127.0.0.1:{self.simulator_port}"


def plan(environ: Mapping[str, str], directory: Path) -> Plan:
    """
    :param directory: where `.env` may be and relative paths start.
    :raises Refused:
    """
    given = _read(directory / ".env") | {name: value for name, value in environ.items() if value}
    data_dir = (directory / given.get("DATA_DIR", "var")).resolve()
    _make(data_dir)
    port, simulator_port = _port(given, "PORT", 8000), _port(given, "SIMULATOR_PORT", 8001)
    if port == simulator_port:
        raise Refused(f"PORT 与 SIMULATOR_PORT 不能都是 {port} / PORT and SIMULATOR_PORT are both {port}")
    simulated = "WECOM_API_BASE_URL" not in given
    simulator_url = f"http://127.0.0.1:{simulator_port}"
    defaults = {
        "GUIDEDESK_ENV": "development",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }
    if simulated:
        defaults |= {
            "WECOM_API_BASE_URL": simulator_url,
            "TRUSTED_ORIGINS": simulator_url,
            "APP_URL": f"http://127.0.0.1:{port}",
        }
    settled = {"DATA_DIR": str(data_dir), "PORT": str(port), "SIMULATOR_PORT": str(simulator_port)}
    made = _secrets(data_dir / _SECRETS, for_simulator=simulated)
    return Plan(data_dir, port, simulator_port, simulated, defaults | made | given | settled)


def note_running(plan: Plan) -> Path:
    """
    Leave the settings of this run in `DATA_DIR/run.env`, so that `set -a; . var/run.env` prepares a shell for
    `python -m app.cli …`. Gone when the run ends.
    """
    names = ("DATABASE_URL", "REDIS_URL", "DATA_DIR", "GUIDEDESK_ENV", "PUBLIC_URL", "TRUSTED_ORIGINS")
    chosen = {
        name: value
        for name, value in plan.variables.items()
        if name in names or name.startswith("WECOM_") or name == "SECRET_KEY"
    }
    place = plan.data_dir / _RUNNING
    place.unlink(missing_ok=True)
    _write_private(place, chosen)
    return place


def _make(data_dir: Path) -> None:
    try:
        if not data_dir.exists():
            data_dir.mkdir(parents=True)
            # PostgreSQL runs as another account when we are root; it may pass through, not look around.
            data_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
        if not os.access(data_dir, os.W_OK | os.X_OK):
            raise PermissionError
    except OSError as error:
        raise Refused(
            f"不能写入 {data_dir}（DATA_DIR）：请换一个目录 / cannot write to {data_dir} (DATA_DIR): {error}"
        ) from None


def _port(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Refused(f"{name}={text} 不是端口号（1–65535） / {name}={text} is not a port (1–65535)")
    return int(text)


def _secrets(place: Path, *, for_simulator: bool) -> dict[str, str]:
    """Made once, kept with the data that they protect. A real WeCom's credentials cannot be invented."""
    if not place.exists():
        made = {"SECRET_KEY": secrets.token_hex(32)}
        made |= {
            "WECOM_CORP_ID": f"ww{secrets.token_hex(8)}",
            "WECOM_AGENT_ID": "1000002",
            "WECOM_AGENT_SECRET": secrets.token_urlsafe(32),
            "WECOM_CALLBACK_TOKEN": secrets.token_hex(12),
            "WECOM_ENCODING_AES_KEY": _aes_key(),
        }
        _write_private(place, made)
    kept = _read(place)
    return kept if for_simulator else {"SECRET_KEY": kept.get("SECRET_KEY", "")}


def _aes_key() -> str:
    """43 letters and digits, as WeCom's console makes them: base64 of 32 bytes without its last character."""
    while True:
        key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        if key.isalnum():
            return key


def _write_private(place: Path, values: Mapping[str, str]) -> None:
    """Whole or not at all, readable by us alone."""
    unfinished = place.with_name(place.name + ".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name}='{value}'\n" for name, value in values.items())
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(place)


def _read(place: Path) -> dict[str, str]:
    """
    `NAME=value` lines; quotes around a value and lines starting with # are dropped.

    :raises Refused: naming the line that is neither.
    """
    if not place.exists():
        return {}
    values = {}
    for number, line in enumerate(place.read_text().splitlines(), start=1):
        line = line.strip().removeprefix("export ")
        if not line or line.startswith("#"):
            continue
        name, separator, value = line.partition("=")
        if not separator or not name.strip().isidentifier():
            raise Refused(f"{place} 第 {number} 行应为 NAME=值 / line {number} of {place} should be NAME=value")
        value = value.strip()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        if value:
            values[name.strip()] = value
    return values
