"""Fixtures for every test. Nothing of ours is patched; servers are real; the network ends at 127.0.0.1."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Connection
from sqlalchemy.pool import NullPool
from werkzeug.routing import Map

from app import clock as app_clock
from app import config, db, outbox
from app import valkey as valkey_module
from app.viewer import Viewer
from tests.support import browser, network, servers, shop
from tests.support import database as databases
from wecom_simulator import Simulator

network.keep_inside()
hypothesis.settings.register_profile(
    "steady", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.settings.load_profile("steady")
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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What fault tests measured. Here, for the main process of pytest-xdist reads no conftest below this one."""
    reports = [each for outcome in ("passed", "failed") for each in terminalreporter.stats.get(outcome, [])]
    promises = [value for each in reports for name, value in each.user_properties if name == "promise"]
    if promises:
        terminalreporter.section(f"promises, at scale {os.environ.get('FAULT_SIZE', '1')}")
        for promise in sorted(promises, key=lambda text: int(text.removeprefix("goal ").partition(":")[0])):
            terminalreporter.write_line(promise)


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
        yield url


@pytest.fixture
def database(worker_database: str, settings: config.Settings) -> Iterator[Connection]:
    """The connection on which every transaction of this test is a savepoint; rolled back at the end."""
    # A connection apart from `db.engine()`: an app made in the test may configure that anew.
    apart = db.engine_for(worker_database, poolclass=NullPool)
    db.configure(worker_database)
    with apart.connect() as connection:
        outer = connection.begin()
        db.bind_to(connection)
        yield connection
        outer.rollback()
    db.engine().dispose()
    db.configure(worker_database)


@pytest.fixture
def own_database(
    running_servers: servers.Servers, template_database: str, worker_number: int, settings: config.Settings
) -> Iterator[str]:
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


@pytest.fixture
def simulator(settings: config.Settings) -> Iterator[Simulator]:
    """
    The WeCom of this test with the shop 云裳服饰 in it; our settings lead there.

    Callbacks wait until the test says `simulator.callbacks.deliver_pending()`: then they reach `app` in this
    thread.
    """
    reached: list[Flask] = []

    def transport(method: str, url: str, body: bytes, _timeout: float) -> tuple[int, str]:
        if not reached:
            raise ConnectionError("this test has no app")
        return browser.hand_over(reached[0], method, url, body)

    with Simulator(
        corp_id=settings.wecom_corp_id,
        agent_id=settings.wecom_agent_id,
        agent_secret=settings.wecom_agent_secret,
        callback_url=f"{settings.public_url}/wecom/callback",
        callback_token=settings.wecom_callback_token,
        encoding_aes_key=settings.wecom_encoding_aes_key,
        app_url=settings.public_url,
        callback_transport=transport,
    ) as running:
        running.callbacks.automatic = False
        running.seed_shop()
        running.reaches = reached.append
        config.configure(replace(settings, wecom_api_base_url=running.url, trusted_origins=running.url))
        yield running


@pytest.fixture(scope="session")
def compiled_routes() -> list[Map]:
    """The routes of the first application made: to compile them anew takes longer than most tests."""
    return []


@pytest.fixture
def app(
    simulator: Simulator,
    database: Connection,
    valkey: "redis.Redis",
    worker_database: str,
    compiled_routes: list[Map],
) -> Flask:
    """The whole web application on this test's database, Valkey and WeCom."""
    from app.web import create_app

    made = create_app(replace(config.settings(), database_url=worker_database))
    compiled_routes.append(made.url_map)
    made.url_map = compiled_routes[0]
    del compiled_routes[1:]
    db.bind_to(database)  # create_app pointed us at the same database, outside the test's transaction
    simulator.reaches(made)
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return browser.fresh_browser(app)


@pytest.fixture
def people(database: Connection) -> Callable[[str], Viewer]:
    """The shop's departments, members and roles are in our database; called with a userid, that person."""
    with db.transaction() as session:
        shop.move_in(session)

    def called(userid: str) -> Viewer:
        with db.transaction() as session:
            return shop.viewer_called(session, userid)

    return called


@pytest.fixture
def lin(people: Callable[[str], Viewer]) -> Viewer:
    """林晓, guide in 上海南京路店; 王姐 is her customer."""
    return people("lin")


@pytest.fixture
def zhang(people: Callable[[str], Viewer]) -> Viewer:
    """张敏, guide in 上海南京路店."""
    return people("zhang")


@pytest.fixture
def li(people: Callable[[str], Viewer]) -> Viewer:
    """李昂, manager of 上海南京路店."""
    return people("li")


@pytest.fixture
def wang(people: Callable[[str], Viewer]) -> Viewer:
    """王磊, guide in 广州天河店: elsewhere."""
    return people("wang")


@pytest.fixture
def he(people: Callable[[str], Viewer]) -> Viewer:
    """何静, keeps the word lists."""
    return people("he")


@pytest.fixture
def yun(people: Callable[[str], Viewer]) -> Viewer:
    """周云, operator at head office."""
    return people("yun")


@pytest.fixture
def boss(people: Callable[[str], Viewer]) -> Viewer:
    """陈思远, administrator."""
    return people("boss")


@pytest.fixture
def sign_in(app: Flask, people: Callable[[str], Viewer]) -> Callable[[str], FlaskClient]:
    """Called with a userid: the browser of that person, signed in through WeCom's OAuth."""

    def signed_in(userid: str) -> FlaskClient:
        return browser.signed_in_browser(app, userid)

    return signed_in


@pytest.fixture
def run_jobs(database: Connection) -> Callable[[], int]:
    """Runs every job that is due, through the real path, and those that they enqueue; how many runs it took."""
    import app as package

    outbox.register_jobs_of(package)
    return outbox.drain


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> Iterator[Callable[[timedelta], None]]:
    """
    Time stands still at ten in the morning of a Friday in Shanghai; called with a duration, it moves on, and so
    does the simulated WeCom's if the test has one.
    """
    start = datetime(2026, 11, 20, 10, tzinfo=app_clock.SHANGHAI)
    simulated = request.getfixturevalue("simulator") if "simulator" in request.fixturenames else None
    with ExitStack() as stack:
        advance = stack.enter_context(app_clock.running_at(start))
        if simulated is not None:
            simulated.clock.set(int(start.timestamp()))

        def move_on(step: timedelta) -> None:
            advance(step)
            if simulated is not None:
                simulated.clock.advance(int(step.total_seconds()))

        yield move_on


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium. One for all browser tests of a worker: Playwright allows no second one beside it."""
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        yield browser
        browser.close()
