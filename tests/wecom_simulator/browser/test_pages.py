"""The start page and the chat page, by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, expect

from tests.wecom_simulator.browser.client import ChatPage
from tests.wecom_simulator.speaking import WANG_JIE, Client, Mailbox, value
from tests.wecom_simulator.standin import Standin
from wecom_simulator import Simulator

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[3] / "sidebar_ui/node_modules/axe-core/axe.min.js"


def test_both_sides_speak(chat: ChatPage) -> None:
    page = chat.open().page
    page.get_by_label("王姐 说").fill("有 M 码吗")
    page.get_by_role("button", name="替对方发").click()
    expect(page.locator(".said-by:not(.mine) .bubble").last).to_have_text("有 M 码吗")
    box = page.get_by_label("林晓 的输入框")
    box.fill("有的")
    box.press("Shift+Enter")
    box.press_sequentially("给您留一件")
    box.press("Enter")
    expect(page.locator(".mine .bubble").last).to_have_text("有的\n给您留一件")
    expect(box).to_have_value("")


def test_enter_pressed_twice_sends_once(chat: ChatPage) -> None:
    """Sabotage: take the guard out of attempt()."""
    page = chat.open().page
    before = len(chat.bubbles())
    box = page.get_by_label("林晓 的输入框")
    box.fill("有的")
    box.evaluate("box => { box.form.requestSubmit(); box.form.requestSubmit() }")
    expect(box).to_have_value("")
    chat.page.get_by_label("王姐 说").fill("好")
    page.get_by_role("button", name="替对方发").click()
    expect(page.locator(".bubble").last).to_have_text("好")
    assert len(chat.bubbles()) == before + 2


def test_what_was_typed_waits_while_another_chat_is_open(chat: ChatPage) -> None:
    page = chat.open().page
    page.get_by_label("林晓 的输入框").fill("还没写完")
    chat.go_to("app:lin")
    expect(page.get_by_label("林晓 的输入框")).to_have_value("")
    chat.go_to(f"single:lin:{WANG_JIE}")
    expect(page.get_by_label("林晓 的输入框")).to_have_value("还没写完")


def test_a_scan_opens_the_chat_and_tells_the_app(chat: ChatPage, simulator: Simulator, mailbox: Mailbox) -> None:
    page = chat.open().page
    page.get_by_role("button", name="扫码添加").click()
    dialog = page.get_by_role("dialog", name="扫码添加")
    dialog.get_by_label("昵称").fill("橙子妈妈")
    dialog.get_by_role("button", name="扫码添加").click()
    expect(page.locator(".talk h1")).to_have_text("橙子妈妈")
    simulator.callbacks.deliver_pending()
    assert mailbox.events() == ["add_external_contact"]
    assert value(mailbox.plain[0], "State") == "till-lin"
    assert value(mailbox.plain[0], "UserID") == "lin"


def test_a_known_customer_scans_another_guide_s_code(chat: ChatPage, simulator: Simulator) -> None:
    page = chat.open().page
    page.get_by_role("button", name="扫码添加").click()
    dialog = page.get_by_role("dialog", name="扫码添加")
    dialog.get_by_role("radio", name="张敏").check()
    dialog.get_by_role("radio", name="已有的客户").check()
    dialog.get_by_label("找客户").fill("王姐")
    expect(dialog.get_by_label("客户", exact=True).locator("option")).to_have_count(1)
    dialog.get_by_role("button", name="扫码添加").click()
    expect(page.get_by_role("status")).to_contain_text("客户加到了 张敏")
    assert "zhang" in simulator.world.state.customers[WANG_JIE].follows


def test_a_qr_picture_s_address_opens_its_scan(browser_context: BrowserContext, simulator: Simulator) -> None:
    way = next(each for each in simulator.world.state.contact_ways.values() if each.users == ["zhang"])
    page = browser_context.new_page()
    page.goto(f"{simulator.url}/?scan={way.config_id}")
    page.get_by_role("dialog", name="扮演谁").get_by_role("button", name="林晓").click()
    expect(page.get_by_role("dialog", name="扫码添加").get_by_role("radio", name="张敏")).to_be_checked()


def test_writing_to_the_app_sends_its_callback_and_shows_the_answer(
    chat: ChatPage, simulator: Simulator, mailbox: Mailbox, client: Client
) -> None:
    page = chat.open().page
    chat.go_to("app:lin")
    expect(page.locator("iframe")).to_have_count(0)
    page.get_by_label("林晓 的输入框").fill("话术 尺码")
    page.get_by_role("button", name="发送", exact=True).click()
    expect(page.locator(".mine .bubble").last).to_have_text("话术 尺码")
    simulator.callbacks.deliver_pending()
    assert mailbox.events() == ["enter_agent", "text"]
    assert value(mailbox.plain[1], "Content") == "话术 尺码"
    client.post(
        "message/send",
        {"touser": "lin", "msgtype": "text", "agentid": 1000002, "text": {"content": "找到 3 条话术"}},
    )
    expect(page.locator(".said-by:not(.mine) .bubble").last).to_have_text("找到 3 条话术")


def test_a_mass_message_waits_for_the_guide(chat: ChatPage, client: Client) -> None:
    for text in ("新品到店", "不想发的"):
        body = {"sender": "lin", "external_userid": [WANG_JIE], "text": {"content": text}}
        assert client.post("externalcontact/add_msg_template", body)["errcode"] == 0
    page = chat.open().page
    chat.go_to("tasks")
    unwanted = page.locator(".task", has_text="不想发的")
    unwanted.get_by_role("button", name="忽略").click()
    expect(unwanted).to_have_count(0)
    page.locator(".task", has_text="新品到店").get_by_role("button", name="确认发送").click()
    expect(page.locator(".task", has_text="新品到店").locator("b")).to_have_text("已发送")
    chat.go_to(f"single:lin:{WANG_JIE}")
    expect(page.locator(".mine .bubble").last).to_have_text("新品到店")
    assert "不想发的" not in chat.bubbles()


def test_the_guide_picks_the_groups_of_a_mass_message(
    chat: ChatPage, simulator: Simulator, client: Client
) -> None:
    body = {"chat_type": "group", "sender": "lin", "allow_select": True, "text": {"content": "本周六会员日"}}
    assert client.post("externalcontact/add_msg_template", body)["errcode"] == 0
    page = chat.open().page
    chat.go_to("tasks")
    boxes = page.get_by_role("group", name="发到哪些群").get_by_role("checkbox")
    for box in boxes.all()[1:]:
        box.uncheck()
    page.get_by_role("button", name="确认发送").click()
    expect(page.locator(".task b")).to_have_text("已发送")
    reached = [key for key, bubbles in simulator.world.state.chats.items() if bubbles[-1].origin == "mass_message"]
    assert len(reached) == 1


def test_a_customer_may_delete_the_guide(chat: ChatPage, simulator: Simulator, mailbox: Mailbox) -> None:
    page = chat.open().page
    page.get_by_label("让别的事发生").click()
    page.get_by_role("button", name="王姐 把 林晓 删除").click()
    expect(page.locator(f'[data-chat="single:lin:{WANG_JIE}"]')).to_contain_text("已把你删除")
    expect(page.get_by_role("button", name="替对方发")).to_be_disabled()
    simulator.callbacks.deliver_pending()
    assert mailbox.events() == ["del_follow_user"]


def test_a_refusal_is_told_and_nothing_typed_is_lost(chat: ChatPage, simulator: Simulator) -> None:
    page = chat.open().page
    simulator.world.customer_deletes(external_userid=WANG_JIE, userid="lin")
    page.get_by_label("林晓 的输入框").fill("在吗")
    page.get_by_role("button", name="发送", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("拒收")
    expect(page.get_by_label("林晓 的输入框")).to_have_value("在吗")


def test_one_browser_plays_one_guide_at_a_time(
    chat: ChatPage, browser_context: BrowserContext, app: Standin
) -> None:
    chat.open()
    second = ChatPage(browser_context.new_page(), chat.url)
    second.open(**{"as": "zhang", "chat": ""})
    assert second.sidebar.locator("#who").inner_text() == "zhang"
    chat.page.get_by_role("button", name="换回 林晓").click()
    expect(second.page.get_by_role("alertdialog")).to_contain_text("林晓")
    chat.settled()
    assert chat.sidebar.locator("#who").inner_text() == "lin"


def test_the_chat_list_is_walked_by_arrows_and_searched(chat: ChatPage) -> None:
    page = chat.open().page
    page.locator(".chat-row[aria-current]").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator('.chat-row[data-chat="app:lin"]')).to_have_attribute("aria-current", "true")
    page.get_by_label("搜索会话").fill("王姐")
    expect(page.locator(".chat-row")).to_have_count(1)


def test_debugging_shows_calls_and_plans_failures(chat: ChatPage) -> None:
    page = chat.open().page
    page.get_by_role("button", name="调试").click()
    page.get_by_label("哪个调用").select_option("getContext")
    page.get_by_label("会怎样").select_option("没有权限")
    page.get_by_role("button", name="安排").click()
    expect(page.locator(".pending")).to_contain_text("getContext：没有权限 × 1")
    assert chat.ask("getContext") == {"refused": "getContext:no permission"}
    expect(page.locator(".pending li")).to_have_count(0)
    expect(page.locator(".call-log summary").first).to_contain_text("fail_no permission")


def start_page(context: BrowserContext, simulator: Simulator) -> Page:
    page = context.new_page()
    page.goto(simulator.url)
    expect(page.get_by_role("link", name="林晓")).to_be_visible()
    return page


def test_the_start_page_leads_to_chat_and_console(
    browser_context: BrowserContext, simulator: Simulator, app: Standin
) -> None:
    page = start_page(browser_context, simulator)
    expect(page.get_by_role("link", name="/console/")).to_have_attribute("href", f"{app.url}/console/")
    page.get_by_role("link", name="林晓").click()
    expect(page).to_have_title("林晓 · 模拟企业微信")


def test_the_callback_line_is_switched_and_read(
    browser_context: BrowserContext, simulator: Simulator, mailbox: Mailbox
) -> None:
    page = start_page(browser_context, simulator)
    page.get_by_role("button", name="验证回调地址").click()
    expect(page.get_by_role("status")).to_contain_text("通过了验证")
    page.get_by_label("重复").select_option("每次")
    page.get_by_label("打乱先后").check()
    expect(page.get_by_label("打乱先后")).to_be_checked()
    assert (simulator.callbacks.duplicate, simulator.callbacks.reorder) == (1, True)
    simulator.world.customer_scans(userid="lin", name="小满")
    simulator.callbacks.deliver_pending()
    simulator.world.changed()
    expect(page.locator("#callbacks .log")).to_contain_text("add_external_contact")


def test_a_fault_is_planned_for_the_next_call(
    browser_context: BrowserContext, simulator: Simulator, client: Client
) -> None:
    page = start_page(browser_context, simulator)
    page.get_by_role("combobox", name="接口", exact=True).select_option("externalcontact/get")
    page.get_by_label("会怎样").select_option("频率超限 45009")
    page.get_by_role("button", name="安排").click()
    expect(page.locator(".waiting")).to_contain_text("externalcontact/get")
    assert client.get("externalcontact/get", external_userid=WANG_JIE)["errcode"] == 45009
    assert client.get("externalcontact/get", external_userid=WANG_JIE)["errcode"] == 0


def test_time_moves_and_comes_back(browser_context: BrowserContext, simulator: Simulator) -> None:
    page = start_page(browser_context, simulator)
    page.get_by_role("button", name="过 1 天").click()
    expect(page.locator("#clock")).to_contain_text("快 1440 分钟")
    page.get_by_role("button", name="回到现在").click()
    expect(page.locator("#clock")).to_contain_text("与真实时间一致")
    assert abs(simulator.clock.offset) < 5


def test_anything_that_people_do_can_be_made_to_happen(
    browser_context: BrowserContext, simulator: Simulator, mailbox: Mailbox
) -> None:
    page = start_page(browser_context, simulator)
    page.locator("#actions select").select_option("admin_creates_tags")
    page.get_by_label("标签组名称").fill("身高")
    page.get_by_label("名称（可几个）").fill("小个子，高个子")
    page.get_by_role("button", name="让它发生").click()
    expect(page.get_by_role("status")).to_contain_text("已发生")
    simulator.callbacks.deliver_pending()
    assert "create" in mailbox.events()


def test_starting_over_asks_first(browser_context: BrowserContext, simulator: Simulator) -> None:
    simulator.world.customer_scans(userid="lin", name="小满")
    count = len(simulator.world.state.customers)
    page = start_page(browser_context, simulator)
    page.get_by_role("button", name="重新开始…").click()
    page.get_by_role("dialog").get_by_role("button", name="取消").click()
    assert len(simulator.world.state.customers) == count
    page.get_by_role("button", name="重新开始…").click()
    page.get_by_role("dialog").get_by_role("button", name="重新开始", exact=True).click()
    expect(page.locator("#corp")).to_contain_text(f"{count - 1} 位客户")


@pytest.mark.parametrize("width", [1024, 1600])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_pages_are_accessible_and_fit(
    chat: ChatPage, browser_context: BrowserContext, theme: str, width: int
) -> None:
    chat.page.set_viewport_size({"width": width, "height": 760})
    chat.open(theme=theme, debugging="true")
    start = browser_context.new_page()
    start.set_viewport_size({"width": width, "height": 760})
    start.goto(chat.url)
    expect(start.get_by_role("link", name="林晓")).to_be_visible()
    for page in (chat.page, start):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == []


def violations(page: Page) -> list[Any]:
    page.evaluate(AXE.read_text())
    found: list[Any] = page.evaluate(
        """async () => {
          const options = { iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }
          const { violations } = await axe.run(document, options)
          return violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target.join(' '))])
        }"""
    )
    return found


def test_the_name_localhost_leads_to_the_trusted_address(simulator: Simulator) -> None:
    """The app trusts one origin; signing in under another name would fail at the first change."""
    answer = requests.get(f"{simulator.url}/chat?as=lin", headers={"Host": "localhost:1"}, allow_redirects=False)
    assert answer.headers["Location"] == f"{simulator.url}/chat?as=lin"


def test_files_outside_the_pages_are_not_served(simulator: Simulator) -> None:
    for path in ("/pages/../__init__.py", "/host/..%2fsettings.py", "/pages/nothing.js"):
        assert requests.get(f"{simulator.url}{path}", timeout=5).status_code == 404
