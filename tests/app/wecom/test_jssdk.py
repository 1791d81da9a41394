"""JS-SDK signatures: WeCom's own sample, and only for our own pages."""

import pytest

from app.errors import Forbidden
from app.wecom.client import WeCom
from app.wecom.jssdk import agent_config_signature, config_signature, signable, signature_of
from tests.app.wecom.qyapi import Qyapi

ORIGINS = frozenset({"https://desk.example.com", "http://127.0.0.1:8001"})


def test_wecoms_own_sample() -> None:
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    signed = signature_of(ticket, "Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value")
    assert signed == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


def test_config_and_agent_config_are_signed_with_their_own_tickets(client: WeCom, qyapi: Qyapi) -> None:
    qyapi.answers("get_jsapi_ticket", {"errcode": 0, "ticket": "corp", "expires_in": 7200})
    qyapi.answers("ticket/get", {"errcode": 0, "ticket": "agent", "expires_in": 7200})
    page = "https://desk.example.com/sidebar/?x=1"
    for ticket, signed in (
        ("corp", config_signature(client, page + "#/tasks", origins=ORIGINS)),
        ("agent", agent_config_signature(client, page + "#/tasks", origins=ORIGINS)),
    ):
        assert signed.signature == signature_of(ticket, signed.nonce_str, signed.timestamp, page)


def test_a_thousand_signatures_take_one_ticket(client: WeCom, qyapi: Qyapi) -> None:
    """WeCom gives 100 an hour per app."""
    qyapi.answers("ticket/get", {"errcode": 0, "ticket": "agent", "expires_in": 7200})
    nonces = {
        agent_config_signature(client, "https://desk.example.com/sidebar/", origins=ORIGINS).nonce_str
        for _ in range(1_000)
    }
    assert qyapi.count("ticket/get") == 1
    assert len(nonces) == 1_000


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/sidebar/",
        "//desk.example.com/",
        "https://evil.example.com/",
        "http://desk.example.com/",
        "https://desk.example.com.evil.com/",
        "https://desk.example.com:444/",
        "https://desk.example.com@evil.com/",
        "https://user@desk.example.com/",
        "https://:pw@desk.example.com/",
        "https://evil.com\\@desk.example.com/",
        "https://desk.example.com\\.evil.com/",
        "https://desk.example.com/\r\nX: y",
        "https://desk.example.com/ x",
        " https://desk.example.com/",
        "https://ｄesk.example.com/",
        "https://desk.example.com。evil.com/",
        "javascript:alert(1)//https://desk.example.com/",
        "data:text/html,https://desk.example.com/",
        "file:///etc/passwd",
        "https://[desk.example.com/",
        "https://desk.example.com/" + "a" * 3000,
        "https://127.0.0.1:8001/",
        "http://127.0.0.1:8001.evil.com/",
    ],
)
def test_a_foreign_page_gets_no_signature(client: WeCom, qyapi: Qyapi, url: str) -> None:
    for sign in (config_signature, agent_config_signature):
        with pytest.raises(Forbidden):
            sign(client, url, origins=ORIGINS)
    assert qyapi.calls == []


def test_our_own_pages_keep_their_query_and_lose_their_fragment() -> None:
    assert signable("https://desk.example.com/sidebar/?a=1&b=%E4%BD%A0#/x?y", ORIGINS) == (
        "https://desk.example.com/sidebar/?a=1&b=%E4%BD%A0"
    )
    assert signable("HTTPS://Desk.Example.com/sidebar/", ORIGINS) == "HTTPS://Desk.Example.com/sidebar/"
