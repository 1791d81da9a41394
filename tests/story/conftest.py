"""A whole installation and a real Chromium in front of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.story.installation import Installation, running_installation

PATIENCE_MS = 20_000
"""A busy machine takes its time; nothing here waits longer than it must."""


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with running_installation(tmp_path) as running:
        yield running


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    expect.set_options(timeout=PATIENCE_MS)
    yield
    expect.set_options(timeout=None)


@pytest.fixture
def new_browser(chromium: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """Somebody's own browser: cookies are not shared."""
    opened: list[BrowserContext] = []

    def open_one() -> BrowserContext:
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        context.set_default_timeout(PATIENCE_MS)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()
