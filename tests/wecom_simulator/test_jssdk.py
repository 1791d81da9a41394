import hashlib

import pytest

from tests.wecom_simulator.speaking import WANG_JIE
from wecom_simulator import jssdk
from wecom_simulator.shop import fixed_id

URL = "http://127.0.0.1:8001/sidebar/?a=1"
VECTOR = {
    "ticket": "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg",
    "noncestr": "Wm3WZYTPz0wzccnW",
    "timestamp": "1414587457",
    "url": "http://mp.weixin.qq.com?params=value#hash",
}


def verify(client, ticket, kind="agent_config", **fields):
    text = f"jsapi_ticket={ticket}&noncestr=n1&timestamp=1700000000&url={URL}"
    asked = {
        "kind": kind,
        "agentid": "1000002",
        "url": URL + "#/home",
        "noncestr": "n1",
        "timestamp": "1700000000",
        "signature": hashlib.sha1(text.encode()).hexdigest(),
        **fields,
    }
    return client.control("jssdk/verify", asked)


def send(client, message, entry="single_chat_tools", chat=None, userid="lin"):
    body = {"userid": userid, "entry": entry, "chat": chat or {"external_userid": WANG_JIE}, "message": message}
    return client.control("jssdk/send-chat-message", body)


def text(content):
    return {"msgtype": "text", "text": {"content": content}}


def test_the_official_signature_vector():
    assert jssdk.signature(**VECTOR) == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


def test_a_right_signature_is_taken_and_a_wrong_one_is_40093(client):
    ticket = client.get("ticket/get", type="agent_config")["ticket"]
    assert verify(client, ticket) == {"ok": True, "reason": ""}
    assert verify(client, ticket, url=URL + "&b=2")["reason"].startswith("40093")
    assert verify(client, "other")["reason"].startswith("40093")


def test_the_corp_ticket_does_not_configure_the_app(simulator, client):
    """Sabotage: accept any ticket of the corp."""
    corp = client.get("get_jsapi_ticket")["ticket"]
    assert verify(client, corp)["reason"].startswith("42012")
    assert verify(client, corp, kind="config")["ok"]
    simulator.clock.advance(7201)
    assert verify(client, corp, kind="config")["reason"].startswith("42012")


def test_an_untrusted_page_is_80001(simulator, client):
    ticket = client.get("ticket/get", type="agent_config")["ticket"]
    simulator.switches.trusted_domain = "desk.example.com"
    assert verify(client, ticket)["reason"].startswith("80001")


def test_a_sent_text_is_the_guides_bubble(simulator, client):
    answer = send(client, text("好的"))
    assert (answer["ok"], answer["message"]["origin"]) == (True, "sidebar")
    group = {"chat_id": fixed_id("wr", "南京路店·新品抢先看")}
    assert send(client, text("大家好"), "group_chat_tools", group)["ok"]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (text(" "), "invalid param"),
        ({"msgtype": "text"}, "invalid param"),
        ({"msgtype": "smoke", "smoke": {}}, "invalid param"),
        ({"msgtype": "image", "image": {"mediaid": "nothing"}}, "invalid mediaid"),
        ({"msgtype": "news", "news": {"link": "https://a.b", "imgUrl": "x"}}, "invalid imgUrl"),
        ({"msgtype": "msgmenu", "msgmenu": {"list": []}}, "invalid param"),
    ],
)
def test_a_bad_message_is_refused_with_its_reason(client, message, reason):
    assert send(client, message) == {"ok": False, "reason": reason}


def test_entries_and_strangers_are_refused(client):
    assert send(client, text("好"), entry="contact_profile")["reason"] == "no permission"
    assert send(client, text("好"), userid="wang")["reason"] == "without context of external contact"
    assert send(client, text("好"), chat={"chat_id": "no"})["reason"] == "without context of external contact"


def test_who_deleted_the_guide_refuses_the_bubble(simulator, client):
    """WeCom takes it (ok) all the same: ok is not delivered."""
    simulator.world.customer_deletes(WANG_JIE, "lin")
    assert send(client, text("还在吗"))["ok"]
    assert "被对方拒收" in simulator.world.state.chats[f"single:lin:{WANG_JIE}"][-1].content["content"]


@pytest.mark.parametrize(("switch", "ok"), [("off", True), ("block", False), ("cancel", False)])
def test_what_an_intercept_rule_does_here_is_a_switch(simulator, client, switch, ok):
    rule = {
        "rule_name": "价格",
        "word_list": ["最低价"],
        "intercept_type": 1,
        "applicable_range": {"department_list": [2]},
    }
    assert client.post("externalcontact/add_intercept_rule", rule)["errcode"] == 0
    simulator.switches.sidebar_intercept = switch
    assert send(client, text("全网最低价"))["ok"] is ok
