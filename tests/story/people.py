"""Who takes part in the story, and what each does with their hands."""

import os
import re
from pathlib import Path

from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, expect

from tests.story.installation import Installation

PICTURES = os.environ.get("STORY_PICTURES", "")
"""A directory; given one, the story leaves there the pictures that the README shows."""

LONGEST_WAY_MS = 30_000
"""Through queue, worker, WeCom and back, on a busy machine."""

CHECK_EVERYWHERE = """
async ([text, milliseconds]) => {
  const body = JSON.stringify({ text, channel: 'sidebar' })
  const headers = { 'Content-Type': 'application/json', 'X-Requested-With': 'guidedesk' }
  const began = performance.now()
  let lastPassed = 0
  const one = async () => {
    const asked = performance.now() - began
    const { action } = await (await fetch('/api/checks', { method: 'POST', headers, body })).json()
    if (action !== 'block') lastPassed = Math.max(lastPassed, asked)
    return action === 'block'
  }
  let stops = 0
  while (stops < 24) {
    if (lastPassed > milliseconds) return false
    const answers = await Promise.all([one(), one(), one(), one()])
    stops = answers.every(Boolean) ? stops + answers.length : 0
  }
  return lastPassed <= milliseconds
}
"""
"""Asked again until it is stopped so often in a row that every web process must have answered. What counts is when
the last question was asked that the old list answered, not how long a busy machine takes to answer."""


class Person:
    """Somebody with a browser of their own. `problems` are scripts that failed on their page."""

    def __init__(self, installation: Installation, browser: BrowserContext, userid: str, name: str) -> None:
        self.installation, self.userid, self.name = installation, userid, name
        self.page: Page = browser.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(f"{name}: {error}"))

    @property
    def notice(self) -> Locator:
        """What a page of the console says of the last press."""
        return self.page.get_by_role("region", name="刚才的操作")

    def photograph(self, what: str) -> None:
        if PICTURES:
            if self.notice.is_visible():
                self.notice.get_by_role("button", name="关闭").click()
            self.page.screenshot(path=Path(PICTURES) / f"{what}.png", animations="disabled")


class Guide(Person):
    """Sits in the WeCom client: chats on the left, the real sidebar on the right."""

    def opens_wecom(self) -> None:
        self.page.goto(f"{self.installation.wecom.url}/chat?as={self.userid}&theme=light")
        expect(self.page.locator("#who")).to_contain_text(self.name)

    # The client

    @property
    def my_bubbles(self) -> Locator:
        return self.page.locator(".mine .bubble")

    @property
    def their_bubbles(self) -> Locator:
        return self.page.locator(".said-by:not(.mine) .bubble")

    def opens_chat(self, name: str) -> None:
        row = self.page.locator(".chat-row", has_text=name).first
        row.click()
        expect(row).to_have_attribute("aria-current", "true")

    def is_scanned_by(self, customer: str) -> None:
        """A new customer scans the code on this guide's till."""
        self.page.get_by_role("button", name="扫码添加").click()
        dialog = self.page.get_by_role("dialog", name="扫码添加")
        expect(dialog.get_by_role("radio", name=f"{self.name} 收银台码")).to_be_checked()
        dialog.get_by_label("昵称").fill(customer)
        dialog.get_by_role("button", name="扫码添加").click()

    def hears(self, customer: str, words: str) -> None:
        """The customer of the open chat says something."""
        self.page.get_by_role("form", name="扮演客户").get_by_label(f"{customer} 说").fill(words)
        self.page.get_by_role("button", name="替对方发").click()
        expect(self.their_bubbles.last).to_have_text(words)

    def is_deleted_by(self, customer: str) -> None:
        self.opens_chat(customer)
        self.page.get_by_label("让别的事发生").click()
        self.page.get_by_role("button", name=f"{customer} 把 {self.name} 删除").click()

    def confirms_task(self, words: str) -> None:
        """Presses 确认发送 in 群发助手."""
        self.opens_chat("群发助手")
        task = self.page.get_by_role("article").filter(has_text=words)
        task.get_by_role("button", name="确认发送").click()
        expect(task).to_contain_text("已发送")

    def asks_bot(self, text: str) -> Locator:
        """
        :returns: the answer, once it is there.
        """
        before = self.their_bubbles.count()
        box = self.page.get_by_label(f"{self.name} 的输入框")
        box.fill(text)
        box.press("Enter")
        expect(self.their_bubbles).to_have_count(before + 1, timeout=LONGEST_WAY_MS)
        return self.their_bubbles.last

    # The sidebar

    @property
    def sidebar(self) -> FrameLocator:
        return self.page.frame_locator("iframe[title='导购台侧边栏']")

    @property
    def sheet(self) -> Locator:
        return self.sidebar.get_by_role("dialog")

    def reopens_sidebar(self) -> None:
        self.page.get_by_role("button", name="重新打开侧边栏").click()

    def opens_tab(self, name: str) -> None:
        self.sidebar.get_by_role("tab", name=name).click()

    def edits_customer(self, *, remark: str, phone: str, description: str) -> None:
        self.sidebar.get_by_role("button", name="备注 · 电话 · 描述").click()
        self.sheet.get_by_label("备注名").fill(remark)
        self.sheet.get_by_role("button", name="添加电话").click()
        self.sheet.get_by_role("textbox", name="电话 1").fill(phone)
        self.sheet.get_by_label("描述").fill(description)
        self.sheet.get_by_role("button", name="保存并写回企业微信").click()
        expect(self.sheet).to_have_count(0)

    def tags_customer(self, *names: str) -> None:
        self.sidebar.get_by_role("button", name="改标签").click()
        for name in names:
            self.sidebar.get_by_role("button", name=name, exact=True).click()
        expect(self.sidebar.get_by_text(f"已打 {len(names)} 个")).to_be_visible()
        self.sidebar.get_by_role("button", name="返回").click()

    def reads_timeline(self) -> Locator:
        self.opens_tab("客户详情")
        self.sidebar.get_by_role("button", name="互动时间线").click()
        expect(self.sidebar.get_by_text("到最早一条了")).to_be_visible()
        return self.sidebar.get_by_role("main")

    def finds_script(self, words: str, title: str) -> Locator:
        """
        :returns: the row of that script among what the search finds.
        """
        self.opens_tab("快捷回复")
        self.sidebar.get_by_role("searchbox").fill(words)
        row = self.sidebar.get_by_role("article", name=title, exact=True)
        expect(row).to_be_visible()
        return row

    def sees_stopped_everywhere(self, text: str, *, within_seconds: float) -> bool:
        """From their own page: no web process lets that text pass that is asked later than that."""
        handle = self.page.locator("iframe[title='导购台侧边栏']").element_handle()
        frame = handle.content_frame() if handle else None
        assert frame is not None
        return bool(frame.evaluate(CHECK_EVERYWHERE, [text, within_seconds * 1000]))


class Colleague(Person):
    """Works in the console, signed in through WeCom's web login."""

    def signs_in(self) -> None:
        self.page.goto(self.installation.console_url)
        self.page.get_by_role("button", name="用企业微信登录").click()
        self.page.get_by_role("link", name=self.name).click()
        expect(self.page.get_by_text(f"{self.name} · ")).to_be_visible()

    def opens(self, name: str) -> None:
        """A page of the menu."""
        self.page.get_by_role("navigation", name="主菜单").get_by_role("link", name=name, exact=True).click()
        expect(self.page.get_by_role("heading", name=name, level=1)).to_be_visible()

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def row(self, name: str) -> Locator:
        return self.page.get_by_role("row", name=re.compile(f"^{name}"))

    def ticked_row(self, name: str) -> Locator:
        """The same in a table whose rows can be ticked."""
        return self.page.get_by_role("row", name=f"选择 {name} {name}")

    def opens_mass_message(self, title: str, *, once: str) -> None:
        """
        :param once: the state in which the list must show it first.
        """
        self.opens("群发")
        expect(self.row(title)).to_contain_text(once, timeout=LONGEST_WAY_MS)
        self.presses(title)
