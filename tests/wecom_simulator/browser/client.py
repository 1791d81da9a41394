"""The chat page and the sidebar inside it, as tests use them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Frame, Page, expect

from tests.wecom_simulator.speaking import WANG_JIE


class ChatPage:
    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def open(self, **query: Any) -> ChatPage:
        """As 林晓 with 王姐's chat, unless told otherwise; waits until the sidebar is configured or has failed."""
        asked = {"as": "lin", "chat": f"single:lin:{WANG_JIE}", "theme": "light", **query}
        self.page.goto(f"{self.url}/chat?{urlencode(asked)}")
        return self.settled()

    def settled(self) -> ChatPage:
        expect(self.page.frame_locator("iframe").locator("#ready")).not_to_be_empty()
        return self

    @property
    def sidebar(self) -> Frame:
        handle = self.page.locator("iframe").element_handle()
        frame = handle.content_frame() if handle else None
        assert frame is not None
        return frame

    def ready(self) -> str:
        return self.sidebar.locator("#ready").inner_text()

    def ask(self, name: str, params: object = None) -> Any:
        """Calls the real SDK in the sidebar; a refusal comes back as {"refused": errMsg}."""
        return self.sidebar.evaluate("([name, params]) => ask(name, params ?? {})", [name, params])

    def fail(self, api: str, **fault: Any) -> None:
        self.page.evaluate("fault => simulatedHost.script(fault)", {"api": api, **fault})

    def calls(self) -> list[str]:
        """Names of what came over the bridge, oldest first."""
        names: list[str] = self.page.evaluate("simulatedHost.calls.map(call => call.name)")
        return names

    def bubbles(self) -> list[str]:
        return [text.strip() for text in self.page.locator(".bubble").all_inner_texts()]

    def go_to(self, chat: str) -> None:
        """Opens another chat by its key."""
        row = self.page.locator(f'.chat-row[data-chat="{chat}"]')
        row.click()
        expect(row).to_have_attribute("aria-current", "true")


def text(content: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": content}}
