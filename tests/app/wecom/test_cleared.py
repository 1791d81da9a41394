"""Nothing leaves that the word filter has not seen."""

import ast
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import Invalid
from app.wecom.calls import mass_messages, messages, robot, welcome
from app.wecom.client import SENDING_APIS, WeCom
from tests.app.wecom.qyapi import Qyapi

APP = Path(__file__).parents[3] / "app"

SENDS: list[Callable[[WeCom, Any], object]] = [
    lambda client, text: welcome.send_welcome_msg(client, "code", text),
    lambda client, text: mass_messages.add_msg_template(client, text, sender="zhang", external_user_ids=["wm1"]),
    lambda client, text: mass_messages.add_msg_template_for_groups(client, text, sender="zhang"),
    lambda client, text: messages.send_text(client, ["zhang"], text),
    lambda client, text: messages.send_markdown(client, ["zhang"], text),
    lambda client, text: messages.send_card(client, ["zhang"], messages.Card(text, text, "https://desk/")),
    lambda client, text: robot.send_text(client, "key", text),
    lambda client, text: robot.send_markdown(client, "key", text),
]


@pytest.mark.parametrize("send", SENDS)
def test_a_send_takes_nothing_but_cleared_texts(client: WeCom, qyapi: Qyapi, send: Callable[..., object]) -> None:
    """Sabotage: leave the check out of `send` and of `message_parts`."""
    look_alike = SimpleNamespace(text="全网最低价", attachments=[])
    with pytest.raises(TypeError):
        send(client, look_alike)
    assert qyapi.calls == []


@pytest.mark.parametrize("send", SENDS)
def test_a_cleared_text_leaves(client: WeCom, qyapi: Qyapi, cleared: type, send: Callable[..., object]) -> None:
    qyapi.answers("externalcontact/add_msg_template", {"errcode": 0, "msgid": "msg1"})
    send(client, cleared("您好"))
    assert "您好".encode() in qyapi.calls[-1].body


@pytest.mark.parametrize("api", sorted(SENDING_APIS))
def test_no_way_around_through_the_plain_call(client: WeCom, qyapi: Qyapi, api: str) -> None:
    with pytest.raises(TypeError):
        client.call(api, body={"text": {"content": "全网最低价"}})
    with pytest.raises(TypeError):
        client.post(api, data={"text": {"content": "全网最低价"}})
    with pytest.raises(TypeError):
        client.send(api, {"text": {"content": "全网最低价"}}, cleared=[])
    assert qyapi.calls == []


def test_no_way_around_through_wechatpy(client: WeCom, qyapi: Qyapi) -> None:
    with pytest.raises(TypeError):
        client.message.send_text(1, ["zhang"], "全网最低价")
    with pytest.raises(TypeError):
        client.external_contact.send_welcome_msg({"welcome_code": "code"})
    assert qyapi.calls == []


def test_only_outbound_makes_cleared_texts() -> None:
    makers = {
        path.relative_to(APP).parts[0]
        for path in APP.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name | ast.Attribute) and _name(base) == "Cleared" for base in node.bases)
    }
    assert makers <= {"outbound"}


def test_a_text_that_wecom_would_cut_does_not_leave(client: WeCom, qyapi: Qyapi, cleared: type) -> None:
    """4,000 and 2,048 are bytes: a Chinese character has three."""
    welcome.send_welcome_msg(client, "code", cleared("好" * 1333))
    messages.send_text(client, ["zhang"], cleared("好" * 682))
    sent = len(qyapi.calls)
    with pytest.raises(Invalid, match="太长"):
        welcome.send_welcome_msg(client, "code", cleared("好" * 1334))
    with pytest.raises(Invalid, match="太长"):
        messages.send_text(client, ["zhang"], cleared("好" * 683))
    with pytest.raises(Invalid, match="空"):
        welcome.send_welcome_msg(client, "code", cleared(""))
    with pytest.raises(Invalid, match="附件"):
        welcome.send_welcome_msg(client, "code", cleared("好", [{"msgtype": "file"}] * 10))
    assert len(qyapi.calls) == sent


def test_everybody_at_once_is_not_a_recipient(client: WeCom, qyapi: Qyapi, cleared: type) -> None:
    for userids in ([], ["@all"], ["@ALL"]):
        with pytest.raises(Invalid):
            messages.send_text(client, userids, cleared())
    assert qyapi.calls == []


def test_the_robots_key_stays_out_of_errors_and_redis(
    client: WeCom, qyapi: Qyapi, cleared: type, valkey: Any
) -> None:
    key = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
    assert robot.robot_key(f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}") == key
    robot.send_text(client, key, cleared())
    assert qyapi.calls[-1].query == {"key": key}
    qyapi.answers("webhook/send", {"errcode": 93000, "errmsg": "invalid webhook url"})
    with pytest.raises(Exception, match="93000") as caught:
        robot.send_text(client, key, cleared())
    assert key not in repr(caught.value)
    assert not any(key.encode() in name for name in valkey.scan_iter("*"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://evil/?key=a",
        "https://x/cgi-bin/webhook/send?key=a&key=b",
        "https://[",
        "https://x/cgi-bin/webhook/send?key=a%20b",
    ],
)
def test_an_address_that_is_no_robot_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        robot.robot_key(url)


def _name(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr
