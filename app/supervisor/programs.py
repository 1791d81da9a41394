"""The members of the group: what runs, as whom, and how we know that it is ready."""

import os
import socket
import sys
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import redis

from app.embedded import postgres, valkey
from app.embedded.process import Launch
from app.supervisor.environment import Plan, Refused
from app.supervisor.group import Program

ROOT = Path(__file__).parents[2]
WORKERS = {"urgent": 2, "default": 1, "bulk": 1}
"""Two for what must not wait: one may be busy with a call that hangs."""

_DATABASES, _SIMULATOR, _WORK, _WEB = range(4)


def databases(plan: Plan) -> list[Program]:
    """
    The bundled servers that are needed; their URLs go into `plan.variables`.

    :raises CannotStart: if a bundled one cannot run here.
    :raises Refused: if a server that was given does not answer.
    """
    found = []
    if "DATABASE_URL" in plan.variables:
        _check_given_database(plan.variables["DATABASE_URL"])
    else:
        database = postgres.server_in(plan.data_dir)
        plan.variables["DATABASE_URL"] = database.url()
        found.append(
            Program(
                "postgres",
                database.launch(),
                _DATABASES,
                database.is_ready,
                database.prepare,
                shown=False,
                grace_seconds=15,
            )
        )
    if "REDIS_URL" in plan.variables:
        _check_given_cache(plan.variables["REDIS_URL"])
    else:
        cache = valkey.server_in(plan.data_dir)
        plan.variables["REDIS_URL"] = cache.url
        found.append(Program("valkey", cache.launch(), _DATABASES, cache.is_ready, cache.prepare, shown=False))
    return found


def simulator(plan: Plan) -> list[Program]:
    if not plan.simulated:
        return []
    state = f"{plan.simulator_url}/simulator/state"
    return [Program("simulator", _ours(plan, "wecom_simulator"), _SIMULATOR, lambda: answers(state))]


def migrate(plan: Plan) -> Program:
    return Program("migrate", _ours(plan, "app.cli", "migrate"), _WORK)


def seed(plan: Plan) -> list[Program]:
    """The demonstration's own content, only beside the simulator."""
    return [Program("seed", _ours(plan, "app.cli", "seed-demo"), _WORK)] if plan.simulated else []


def workforce(plan: Plan) -> list[Program]:
    """Web, a worker a lane, the relay."""
    workers = [
        Program(f"w-{lane}-{number}", _ours(plan, "app.worker", "--lane", lane), _WORK, grace_seconds=10)
        for lane, count in WORKERS.items()
        for number in range(1, count + 1)
    ]
    relay = Program("relay", _ours(plan, "app.relay"), _WORK)
    return [web(plan), *workers, relay]


def web(plan: Plan) -> Program:
    serve = _ours(
        plan,
        "granian",
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(plan.port), "--no-ws"),
        *("--workers", plan.variables.get("WEB_WORKERS", "2"), "--blocking-threads", "4"),
        *("--respawn-failed-workers", "--workers-kill-timeout", "3", "--log-level", "warning"),
        "wsgi:application",
    )
    return Program("web", serve, _WEB, lambda: answers(f"{plan.app_url}/readyz"))


def check_ports(plan: Plan) -> None:
    """
    :raises Refused: naming the port that is taken and the variable that moves us elsewhere.
    """
    wanted = {"PORT": plan.port} | ({"SIMULATOR_PORT": plan.simulator_port} if plan.simulated else {})
    for name, port in wanted.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise Refused(
                    f"端口 {port} 用不了（{os.strerror(error.errno or 0)}）：请换一个，"
                    f"例如 {name}={port + 100} make run"
                    f" / port {port} is not free: choose another, for example {name}={port + 100} make run"
                ) from None


def answers(url: str) -> bool:
    """Whether an HTTP GET gives 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=1) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError, ValueError):
        return False


def _ours(plan: Plan, module: str, *arguments: str) -> Launch:
    # app/ and its neighbours are found from the repository's root, wherever `make run` was typed.
    env = {**plan.variables, "PYTHONPATH": str(ROOT)}
    return Launch(argv=(sys.executable, "-m", module, *arguments), cwd=ROOT, env=env)


def _check_given_database(url: str) -> None:
    try:
        psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), connect_timeout=5).close()
    except psycopg.Error as error:
        reason = " ".join(str(error).split())[:200]
        raise Refused(
            f"DATABASE_URL 指向的数据库连不上 / the database in DATABASE_URL does not answer: {reason}"
        ) from None


def _check_given_cache(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise Refused(
            f"REDIS_URL 指向的 Redis 连不上 / the server in REDIS_URL does not answer: {error}"
        ) from None
