"""Fixtures for every test. Nothing of ours is patched; servers are real; the network ends at 127.0.0.1."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from sqlalchemy import Connection

from app import config, db
from app import valkey as valkey_module
from tests.support import database as databases
from tests.support import network, servers

network.keep_inside()
_run = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    worker = getattr(config, "workerinput", None)
    config.stash[_run] = Path(worker["run"]) if worker else servers.open_run()


def pytest_configure_node(node: "object") -> None:
    """Called by pytest-xdist in the main process for each worker."""
    node.workerinput["run"] = str(node.config.stash[_run])


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and _run in config.stash:
        servers.close_run(config.stash[_run])


@pytest.fixture(scope="session")
def run_directory(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.stash[_run]


@pytest.fixture(scope="session")
def running_servers(run_directory: Path) -> servers.Servers:
    return servers.servers_of(run_directory)


@pytest.fixture(scope="session")
def worker_number() -> int:
    """0 without pytest-xdist, else 1, 2, …"""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")) + 1


@pytest.fixture(scope="session")
def template_database(running_servers: servers.Servers, run_directory: Path) -> str:
    return databases.template_in(running_servers.postgres, run_directory)


@pytest.fixture(scope="session")
def worker_database(running_servers: servers.Servers, template_database: str, worker_number: int) -> Iterator[str]:
    """URL of this worker's own database, in which no test ever commits."""
    name = f"guidedesk_test_{worker_number}"
    with databases.fresh_copy(running_servers.postgres, template_database, name) as url:
        db.configure(url)
        yield url
        db.engine().dispose()


@pytest.fixture
def database(worker_database: str) -> Iterator[Connection]:
    """The connection on which every transaction of this test is a savepoint; rolled back at the end."""
    db.configure(worker_database)
    with db.engine().connect() as connection:
        outer = connection.begin()
        db.bind_to(connection)
        yield connection
        outer.rollback()
    db.engine().dispose()
    db.configure(worker_database)


@pytest.fixture
def own_database(running_servers: servers.Servers, template_database: str, worker_number: int) -> Iterator[str]:
    """URL of a database of this test's own, for threads and processes: what is committed here stays committed."""
    name = f"guidedesk_test_{worker_number}_own"
    with databases.fresh_copy(running_servers.postgres, template_database, name) as url:
        db.configure(url)
        yield url
        db.engine().dispose()


@pytest.fixture
def valkey_url(running_servers: servers.Servers, worker_number: int) -> str:
    """This worker's own numbered database on the run's Valkey."""
    separator = "?db=" if running_servers.valkey.startswith("unix:") else "/"
    return f"{running_servers.valkey}{separator}{worker_number}"


@pytest.fixture
def valkey(settings: config.Settings) -> Iterator["redis.Redis"]:
    """An empty Valkey; the same one that `app.valkey.valkey()` gives."""
    client = valkey_module.valkey()
    client.flushdb()
    yield client
    client.close()


@pytest.fixture
def settings(valkey_url: str, tmp_path: Path) -> config.Settings:
    """Settings of a test process, already in force."""
    chosen = config.Settings(
        environment="test",
        redis_url=valkey_url,
        database_url="postgresql:///",
        secret_key="a secret for tests that nobody else uses",
        wecom_corp_id="wwtest0000000000001",
        wecom_agent_id="1000002",
        wecom_agent_secret="agent-secret-for-tests",
        wecom_callback_token="callbackTokenForTests",
        wecom_encoding_aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
        data_dir=str(tmp_path),
    )
    config.configure(chosen)
    return chosen
