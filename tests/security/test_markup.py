"""Goal 33: nicknames, remarks, names of groups and tags, and texts of scripts stay text on the real pages."""

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect
from werkzeug.serving import make_server

import app as package
from app import config, db, outbox
from app.pages.api import BUILT
from app.scripts import actions as scripts
from app.sync_runs import actions as runs
from app.sync_runs.models import Kind
from app.web import create_app
from scripts_library import starter_pack
from tests.support import shop, words
from tests.support.browser import signed_in_browser
from wecom_simulator import Simulator

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built_pages")]
WANG_JIE = "wmWangJie0000000000000000000001"

TAGS = [
    "<script data-hostile>ran=1</script>",
    "<img data-hostile src=x onerror=ran=1>",
    "<svg data-hostile onload=ran=1>",
    '<iframe data-hostile srcdoc="<script>parent.ran=1</script>"></iframe>',
    '<a data-hostile href="javascript:ran=1">x</a>',
    "<details data-hostile open ontoggle=ran=1>",
    "<video data-hostile><source onerror=ran=1></video>",
    '<math data-hostile><mi xlink:href="javascript:ran=1">',
    "<style data-hostile>*{color:red}</style>",
    '<object data-hostile data="javascript:ran=1">',
    '<form data-hostile action="javascript:ran=1"><button>',
    '<base data-hostile href="//evil.example/">',
]
BREAKS = ["", '">', "'>", "</textarea></title>", "--></script>"]
PAYLOADS = [begin + tag for begin, tag in itertools.product(BREAKS, TAGS)]
"""60 of them."""

LISTEN = """
window.violations = []
document.addEventListener('securitypolicyviolation', (event) => {
  violations.push(`${event.violatedDirective} ${event.blockedURI}`)
})
"""
HARM = """() => ({
  ran: window.ran,
  violations: window.violations,
  elements: document.querySelectorAll('[data-hostile]').length,
})"""
UNHARMED = {"ran": None, "violations": [], "elements": 0}


def spoil(simulator: Simulator) -> None:
    """Everything that people name gets a payload for a name."""
    payloads = itertools.cycle(PAYLOADS)
    with simulator.world.changing() as state:
        for customer in state.customers.values():
            customer.name = customer.corp_name = next(payloads)
            for follow in customer.follows.values():
                follow.remark, follow.description = next(payloads), next(payloads)
        for group in state.groups.values():
            group.name, group.notice = next(payloads), next(payloads)
        for tags in state.tag_groups.values():
            tags.name = next(payloads)
            for tag in tags.tags:
                tag.name = next(payloads)


@pytest.fixture
def built_pages() -> None:
    """A promise about pages that are not there is not kept: to skip would look as if it were."""
    if not (BUILT / "console.html").is_file():
        pytest.fail("the pages are not built, so nobody knows whether they are safe: run `make ui`", pytrace=False)


@pytest.fixture
def desk(simulator: Simulator, own_database: str, valkey: object) -> Iterator[str]:
    """The real pages on a port, over a shop in which every name is hostile; its address."""
    spoil(simulator)
    server = make_server("127.0.0.1", 0, Flask("not yet"), threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    flask = create_app(replace(config.settings(), database_url=own_database, public_url=url, log_level="ERROR"))
    server.app, simulator.app_url = flask, url
    outbox.register_jobs_of(package)
    with db.transaction() as session:
        shop.move_in(session)
    words.publish()
    for kind in Kind:
        with db.transaction() as session:
            runs.start(session, kind, started_by="tests")
        outbox.drain()
    write(flask)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    server.server_close()


def write(flask: Flask) -> None:
    """Scripts, mass messages and stopped texts, through the API."""
    with db.transaction() as session:
        scripts.import_pack(session, shop.viewer_called(session, "yun"), starter_pack())
    yun, lin = signed_in_browser(flask, "yun", page="/console/"), signed_in_browser(flask, "lin")
    folder = yun.get("/api/scripts/folders").json["folders"][0]["id"]
    for number, payload in enumerate(PAYLOADS):
        script = {
            "title": payload[:40],
            "folder_id": folder,
            "parts": [{"type": "text", "text": payload.replace("{", "（").replace("}", "）")}],
        }
        made = yun.post("/api/scripts", json=script)
        assert made.status_code == 201, made.text
        if number % 4 == 0:
            assert yun.post("/api/mass-messages", json={"title": payload[:40]}).status_code == 201
            press = {
                "press_id": f"00000000-0000-4000-8000-{number:012d}",
                "script_id": None,
                "entry": "single",
                "external_user_id": WANG_JIE,
                "parts": [{"type": "text", "text": payload + words.FORBIDDEN}],
                "blanks": {},
                "confirmed_reason": None,
            }
            assert lin.post("/api/outbound/sidebar-sends", json=press).status_code == 422


@pytest.fixture
def window(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    context.set_default_timeout(20_000)
    context.add_init_script(LISTEN)
    yield context
    context.close()


@pytest.fixture
def open_console(window: BrowserContext, desk: str) -> Callable[[str, str], Page]:
    """Called with a userid and a path: that page, when all of it has come."""

    def opened(userid: str, path: str) -> Page:
        window.clear_cookies()
        window.add_cookies(
            [{"name": "simulated_client", "value": userid, "url": config.settings().wecom_api_base_url}]
        )
        page = window.new_page()
        page.goto(f"{desk}/api/sign-in/start?next=/sidebar/")  # WeCom's silent sign-in
        page.goto(f"{desk}/console{path}")
        page.wait_for_load_state("networkidle")
        return page

    return opened


PAGES = {
    "/customers": True,
    "/groups": True,
    "/mass": True,
    "/scripts": True,
    "/lexicon": False,
    "/hits": True,
    "/hits/words": False,
    "/cases": False,
    "/trends": False,
    "/interception": False,
    "/audit": True,
    "/staff": False,
    "/jobs": False,
    "/syncs": False,
    "/switch": False,
}
"""Path → whether a payload has to be seen there, as text."""
COMPLIANCE_ONLY = {"/hits", "/hits/words", "/cases", "/trends", "/interception", "/audit"}


def test_goal_33_the_console_shows_markup_as_text(open_console: Callable[[str, str], Page]) -> None:
    """Sabotage: `v-html` once."""
    for path, shows in PAGES.items():
        page = open_console("he" if path in COMPLIANCE_ONLY else "boss", path)
        if shows:
            expect(page.get_by_text("data-hostile").first).to_be_attached()
        assert page.evaluate(HARM) == UNHARMED, path
        page.close()


def test_goal_33_the_sidebar_shows_markup_as_text(window: BrowserContext, desk: str, simulator: Simulator) -> None:
    page = window.new_page()
    page.goto(f"{simulator.url}/chat?as=lin&chat=single:lin:{WANG_JIE}&theme=light")
    sidebar = page.frame_locator("iframe")
    expect(sidebar.get_by_text("data-hostile").first).to_be_visible()
    frame = frame_of(page)
    for path in ("#/", "#/scripts", "#/tags", "#/timeline"):
        frame.evaluate("path => { location.hash = path }", path)
        frame.wait_for_load_state("networkidle")
        expect(sidebar.get_by_text("data-hostile").first).to_be_attached()
        assert frame.evaluate(HARM) == UNHARMED, path
    assert page.evaluate("window.ran") is None


def frame_of(page: Page) -> Frame:
    handle = page.locator("iframe").first.element_handle()
    frame = handle.content_frame()
    assert frame is not None
    return frame
