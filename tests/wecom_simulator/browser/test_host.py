"""The unmodified @wecom/jssdk in a real browser against the simulated client."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.wecom_simulator.browser.client import ChatPage, text
from tests.wecom_simulator.speaking import WANG_JIE
from tests.wecom_simulator.standin import Standin
from wecom_simulator import Simulator

pytestmark = pytest.mark.browser


@pytest.fixture
def somebody_else(simulator: Simulator) -> str:
    """Another customer of 林晓."""
    known = (each.external_userid for each in simulator.world.customers_of("lin"))
    return next(each for each in known if each != WANG_JIE)


def test_the_sidebar_is_signed_in_configured_and_knows_whose_chat_is_open(chat: ChatPage) -> None:
    chat.open()
    assert chat.ready() == "single_chat_tools"
    assert chat.sidebar.locator("#who").inner_text() == "lin"
    assert chat.ask("getCurExternalContact")["userId"] == WANG_JIE
    assert chat.calls() == ["agentConfig", "getContext", "getCurExternalContact"]


def test_a_wrong_signature_is_not_configured(chat: ChatPage, app: Standin) -> None:
    """Sabotage: answer ok in Page.configureAgent whatever the server says."""
    app.spoils_signatures = True
    assert chat.open().ready() == "failed agentConfig:invalid jsapi signature"


def test_a_call_that_was_not_listed_is_refused(chat: ChatPage, app: Standin) -> None:
    app.apis.remove("sendChatMessage")
    chat.open()
    assert chat.ask("sendChatMessage", text("在吗")) == {"refused": "sendChatMessage:no permission"}


SPELLINGS = {
    "windows": ["no permission", "without context of external contact"],
    "mac": ["permission denied", "failwithout context of external contact"],
    "ios": ["fail no permission", "fail without context of external contact"],
    "android": ["no permission", "without context of external contact"],
}


@pytest.mark.parametrize("platform", SPELLINGS)
def test_each_client_spells_a_refusal_in_its_own_way(chat: ChatPage, platform: str) -> None:
    reasons = ["no permission", "without context of external contact", "not allow to cross corp", "cancel"]
    chat.open(platform=platform)
    for reason in reasons:
        chat.fail("sendChatMessage", reason=reason)
    heard = [chat.ask("sendChatMessage", text("在吗"))["refused"] for _ in reasons]
    everywhere = ["fail, not allow to cross corp", "cancel"]
    assert heard == [f"sendChatMessage:{each}" for each in SPELLINGS[platform] + everywhere]
    assert chat.ask("sendChatMessage", text("在的"))["errMsg"] == "sendChatMessage:ok"


def test_a_group_has_the_group_entry_and_no_customer(chat: ChatPage, simulator: Simulator) -> None:
    group = next(each for each in simulator.world.state.groups.values() if each.owner == "lin")
    chat.open(chat=f"group:{group.chat_id}")
    assert chat.ready() == "group_chat_tools"
    assert chat.ask("getCurExternalChat")["chatId"] == group.chat_id
    assert "without context" in chat.ask("getCurExternalContact")["refused"]
    chat.ask("sendChatMessage", text("群里好"))
    expect(chat.page.locator(".bubble").last).to_have_text("群里好")


def test_a_profile_page_cannot_send(chat: ChatPage) -> None:
    chat.open(entry="contact_profile")
    assert chat.ask("getCurExternalContact")["userId"] == WANG_JIE
    assert chat.ask("sendChatMessage", text("在吗")) == {"refused": "sendChatMessage:no permission"}


def test_another_address_needs_another_signature(chat: ChatPage) -> None:
    """The SDK signs again by itself; a page that talks to the bridge directly hears why not."""
    chat.open()
    raw = "() => new Promise(heard => WeixinJSBridge.invoke('getContext', {}, heard))"
    chat.sidebar.evaluate("history.pushState(null, '', '/sidebar/other')")
    assert chat.sidebar.evaluate(raw) == {"err_msg": "getContext:fail, the permission value is offline verifying"}
    assert chat.ask("getContext")["entry"] == "single_chat_tools"
    assert chat.calls().count("agentConfig") == 2


def test_direct_sending_puts_the_bubble_into_the_chat(chat: ChatPage) -> None:
    chat.open()
    assert chat.ask("sendChatMessage", text("姐，您好"))["errMsg"] == "sendChatMessage:ok"
    expect(chat.page.locator(".mine .bubble").last).to_have_text("姐，您好")
    expect(chat.page.locator(".mine .origin").last).to_have_text("来自侧边栏")


def test_a_draft_waits_in_the_input_box_until_the_person_sends(chat: ChatPage) -> None:
    chat.open(sendMode="draft")
    before = chat.bubbles()
    chat.ask("sendChatMessage", text("姐，您好"))
    chat.ask("sendChatMessage", {"msgtype": "news", "news": {"link": "https://example.com/a", "title": "新款"}})
    expect(chat.page.get_by_label("林晓 的输入框")).to_have_value("姐，您好")
    assert chat.bubbles() == before
    chat.page.get_by_role("button", name="发送", exact=True).click()
    expect(chat.page.locator(".mine .card").last).to_contain_text("新款")
    assert chat.bubbles() == [*before, "姐，您好"]
    expect(chat.page.get_by_label("林晓 的输入框")).to_have_value("")


def test_a_client_that_asks_first_may_hear_no(chat: ChatPage) -> None:
    chat.open(sendMode="confirm")
    before = chat.bubbles()
    chat.sidebar.evaluate("message => { window.sending = ask('sendChatMessage', message) }", text("在吗"))
    chat.page.get_by_role("dialog", name="发送给 王姐？").get_by_role("button", name="取消").click()
    assert chat.sidebar.evaluate("window.sending") == {"refused": "sendChatMessage:cancel"}
    assert chat.bubbles() == before


REFUSED_MESSAGES: list[tuple[dict[str, Any], str]] = [
    ({"msgtype": "text"}, "invalid param"),
    (text("  "), "invalid param"),
    ({"msgtype": "voice", "voice": {"mediaid": "x"}}, "invalid param"),
    ({"msgtype": "image", "image": {}}, "invalid mediaid"),
    ({"msgtype": "news", "news": {"link": "ftp://x"}}, "invalid param, link or imgurl is invalid"),
    ({"msgtype": "news", "news": {"link": "https://x.cn", "imgUrl": "x.png"}}, "invalid imgurl"),
    ({"msgtype": "miniprogram", "miniprogram": {"appid": "wx1", "title": "a"}}, "invalid miniprogram info"),
    ({"msgtype": "msgmenu", "msgmenu": {"head_content": "a"}}, "invalid param"),
]


@pytest.mark.parametrize("mode", ["direct", "draft"])
def test_a_message_that_wecom_would_not_take_is_refused(chat: ChatPage, mode: str) -> None:
    chat.open(sendMode=mode)
    before = chat.bubbles()
    for message, reason in REFUSED_MESSAGES:
        assert chat.ask("sendChatMessage", message)["refused"].endswith(reason), message
    assert chat.bubbles() == before
    expect(chat.page.get_by_label("林晓 的输入框")).to_have_value("")


def test_media_that_was_never_uploaded_is_refused_when_it_is_sent(chat: ChatPage) -> None:
    chat.open()
    image = {"msgtype": "image", "image": {"mediaid": "not-uploaded"}}
    assert chat.ask("sendChatMessage", image) == {"refused": "sendChatMessage:invalid mediaid"}


def test_a_silent_client_never_answers_yet_may_have_sent(chat: ChatPage) -> None:
    chat.open()
    chat.fail("sendChatMessage", hang=True, afterEffect=True)
    chat.sidebar.evaluate(
        """message => {
          window.heard = 'nothing'
          ask('sendChatMessage', message).then(() => { window.heard = 'answer' })
        }""",
        text("到了吗"),
    )
    expect(chat.page.locator(".mine .bubble").last).to_have_text("到了吗")
    assert chat.ask("getContext")["entry"] == "single_chat_tools"
    assert chat.sidebar.evaluate("window.heard") == "nothing"


def test_another_chat_means_a_new_page_without_permissions(chat: ChatPage, somebody_else: str) -> None:
    chat.open()
    first = chat.sidebar
    chat.go_to(f"single:lin:{somebody_else}")
    chat.settled()
    assert first.is_detached()
    assert chat.calls().count("agentConfig") == 2
    assert chat.ask("getCurExternalContact")["userId"] == somebody_else


def test_a_client_may_keep_the_page_when_the_chat_changes(chat: ChatPage, somebody_else: str) -> None:
    """Whether the PC client does is not known: a switch."""
    chat.open(reopen="false")
    chat.go_to(f"single:lin:{somebody_else}")
    assert chat.ask("getCurExternalContact")["userId"] == somebody_else
    assert chat.calls().count("agentConfig") == 1


def test_a_page_may_open_another_chat(chat: ChatPage, somebody_else: str) -> None:
    chat.open(reopen="false")
    assert (
        chat.ask("openEnterpriseChat", {"externalUserIds": [somebody_else]})["errMsg"] == "openEnterpriseChat:ok"
    )
    assert chat.ask("getCurExternalContact")["userId"] == somebody_else
    stranger = chat.ask("openEnterpriseChat", {"externalUserIds": ["wmNobody"]})
    assert stranger == {"refused": "openEnterpriseChat:invalid param"}


def test_a_phone_s_back_button_is_heard_by_the_page(chat: ChatPage) -> None:
    chat.open(platform="ios")
    chat.sidebar.evaluate("WeixinJSBridge.on('historyBack', () => { document.title = 'went back' })")
    chat.page.get_by_role("button", name="返回").click()
    chat.sidebar.wait_for_function("document.title === 'went back'")


def test_a_client_that_cannot_reach_its_server_says_so(chat: ChatPage) -> None:
    chat.open()
    chat.page.route("**/simulator/jssdk/**", lambda route: route.abort())
    assert chat.ask("sendChatMessage", text("在吗")) == {"refused": "sendChatMessage:network error"}


def test_an_old_client_wants_config_first_and_has_no_context(chat: ChatPage) -> None:
    chat.open(version="3.0.20")
    assert chat.ready() == "no entry"
    assert chat.calls() == ["preVerifyJSAPI", "agentConfig", "getContext"]


def test_a_bridge_that_appears_late_still_works(chat: ChatPage) -> None:
    assert chat.open(bridgeDelay=600).ready() == "single_chat_tools"


def test_only_the_frame_is_heard(chat: ChatPage) -> None:
    """Sabotage: drop the check of event.source in frame.js."""
    chat.open()
    chat.page.evaluate(
        """() => {
          const channel = new MessageChannel()
          window.postMessage({ wecom: 'page' }, location.origin, [channel.port2])
          channel.port1.postMessage({ id: 1, name: 'closeWindow', params: {}, url: location.href })
        }"""
    )
    assert chat.ask("getContext")["entry"] == "single_chat_tools"
    assert "closeWindow" not in chat.calls()


def test_the_same_bridge_serves_a_test_that_plays_the_host_itself(
    browser_context: BrowserContext, simulator: Simulator, app: Standin
) -> None:
    heard: list[dict[str, Any]] = []

    def host(_source: object, call: dict[str, Any]) -> dict[str, Any]:
        heard.append(call)
        return {"err_msg": f"{call['name']}:ok", "entry": "normal"}

    page = browser_context.new_page()
    page.expose_binding("__wecomHostCall", host)
    agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/107.0.0.0 Safari/537.36 wxwork/5.0.11"
    page.add_init_script(f"window.__wecomClient = {{ userAgent: '{agent}', platform: 'Win32' }}")
    page.add_init_script(path="wecom_simulator/host/bridge.js")
    browser_context.add_cookies([{"name": "simulated_client", "value": "lin", "url": simulator.url}])
    page.goto(f"{simulator.url}/sidebar/")
    expect(page.locator("#ready")).to_have_text("normal")
    assert [call["name"] for call in heard] == ["agentConfig", "getContext"]
    assert heard[0]["url"].split("#")[0] == f"{simulator.url}/sidebar/"


def test_a_page_opened_alone_stands_outside_wecom(
    browser_context: BrowserContext, simulator: Simulator, app: Standin
) -> None:
    browser_context.add_cookies([{"name": "simulated_client", "value": "lin", "url": simulator.url}])
    page = browser_context.new_page()
    page.goto(f"{simulator.url}/sidebar/")
    expect(page.locator("#ready")).to_have_text("outside WeCom")
