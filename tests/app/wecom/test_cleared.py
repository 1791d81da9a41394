"""Nothing leaves that the word filter has not seen."""

import ast
import contextlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import Invalid
from app.wecom.calls import (
    contact_ways,
    customers,
    intercept_rules,
    mass_messages,
    media,
    messages,
    robot,
    tags,
    welcome,
)
from app.wecom.client import SENDING_APIS, WeCom
from app.wecom.errors import NoAnswer
from tests.app.wecom.qyapi import Qyapi

APP = Path(__file__).parents[3] / "app"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)

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


KEPT: list[Callable[[WeCom, Any], object]] = [
    lambda client, text: customers.remark(client, "lin", "wm1", remark=text),
    lambda client, text: customers.remark(client, "lin", "wm1", description=text),
    lambda client, text: customers.remark(client, "lin", "wm1", remark_company=text),
    lambda client, text: tags.add_tags(client, [text], group_id="et1"),
    lambda client, text: tags.add_tags(client, [], group_name=text),
    lambda client, text: tags.edit_tag(client, "et1", name=text),
    lambda client, text: contact_ways.add_contact_way(client, userids=["lin"], remark=text),
    lambda client, text: contact_ways.update_contact_way(client, "config", remark=text),
    lambda client, text: media.upload(client, media.FILE, text, b"content"),
    lambda client, text: media.upload_attachment(client, media.IMAGE, text, PNG, purpose=media.FOR_ALBUM),
    lambda client, text: media.upload_picture_for_ever(client, text, PNG),
]
"""Texts that nobody is sent, but that WeCom keeps where people read them."""


@pytest.mark.parametrize("keep", KEPT)
def test_what_wecom_keeps_is_cleared_too(client: WeCom, qyapi: Qyapi, keep: Callable[..., object]) -> None:
    for uncleared in ("全网最低价", SimpleNamespace(text="全网最低价", attachments=[])):
        with pytest.raises(TypeError):
            keep(client, uncleared)
    assert qyapi.calls == []


@pytest.mark.parametrize("keep", KEPT)
def test_a_cleared_text_is_kept(client: WeCom, qyapi: Qyapi, cleared: type, keep: Callable[..., object]) -> None:
    with contextlib.suppress(NoAnswer):  # this server answers all alike, without what some calls wait for
        keep(client, cleared("warm"))
    assert b"warm" in qyapi.calls[-1].body


@pytest.mark.parametrize(
    "body",
    [
        {"text": {"content": "全网最低价"}},
        {"a_field_of_tomorrow": "全网最低价"},
        {"userid": "lin", "deeper": [{"still": ["全网最低价"]}]},
        {"attachments": [{"msgtype": "link", "link": {"title": "全网最低价", "url": "https://desk/"}}]},
    ],
)
def test_a_text_that_was_not_cleared_goes_by_no_call(
    client: WeCom, qyapi: Qyapi, cleared: type, body: dict[str, Any]
) -> None:
    """
    Not even beside one that was: what is not known to be an id, a kind or a link counts as a text.

    Sabotage: leave `refuse_uncleared` out of `call`, or out of `send`.
    """
    with pytest.raises(TypeError):
        client.call("tomorrow/write", body=body)
    with pytest.raises(TypeError):
        client.call("tomorrow/write", body=body, cleared=[cleared("您好")])
    with pytest.raises(TypeError):
        client.send("message/send", body, cleared=[cleared("您好")])
    with pytest.raises(TypeError):
        client.call("media/upload", files={"media": ("全网最低价.pdf", b"content")}, cleared=[cleared("您好")])
    assert qyapi.calls == []


def test_forbidden_words_reach_only_wecoms_own_filter(client: WeCom, qyapi: Qyapi) -> None:
    qyapi.answers("externalcontact/add_intercept_rule", {"errcode": 0, "rule_id": "rule"})
    intercept_rules.add_rule(client, "我们的词", ["全网最低价"])
    assert "全网最低价".encode() in qyapi.calls[-1].body


def test_only_the_filter_makes_cleared_texts() -> None:
    makers = {
        path.relative_to(APP).parts[0]
        for path in APP.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name | ast.Attribute) and _name(base) == "Cleared" for base in node.bases)
    }
    assert makers == {"compliance"}


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
