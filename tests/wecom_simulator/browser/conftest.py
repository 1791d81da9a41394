"""The stand-in app behind the simulator, and a real Chromium in front of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.wecom_simulator.browser.client import ChatPage
from tests.wecom_simulator.standin import Standin
from wecom_simulator import Simulator


@pytest.fixture
def app(simulator: Simulator) -> Iterator[Standin]:
    standin = Standin()
    standin.simulator_url = simulator.url
    simulator.app_url = standin.url
    yield standin
    standin.close()


@pytest.fixture
def browser_context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(8000)
    yield context
    context.close()


@pytest.fixture
def chat(browser_context: BrowserContext, simulator: Simulator, app: Standin) -> Iterator[ChatPage]:
    """The chat page, not opened yet; no script on it may fail."""
    del app
    opened = ChatPage(browser_context.new_page(), simulator.url)
    yield opened
    assert opened.problems == []
