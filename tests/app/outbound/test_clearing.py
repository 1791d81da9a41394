"""A cleared text comes from the filter, says what the filter saw, and stays so."""

import ast
import copy
import pickle
from pathlib import Path

import pytest

from app import db
from app.compliance import clearing
from app.compliance.clearing import ClearedText, clear
from app.errors import Blocked

APP = Path(__file__).parents[3] / "app"


def cleared(text="您好", **given):
    with db.transaction() as session:
        return clear(session, text, channel="bot", on_behalf_of="system", subject="", **given)


def test_nobody_else_can_make_one(listed):
    """Sabotage: take the key away."""
    given = {"channel": "bot", "on_behalf_of": "system", "subject": "", "lexicon_version": 1}
    for key in (None, object(), "_KEY"):
        with pytest.raises(TypeError):
            ClearedText(key, "最低价", [], **given)
    with pytest.raises(TypeError):
        type("Own", (ClearedText,), {})


def test_it_stays_as_it_was_cleared(listed):
    one = cleared(attachments=[{"msgtype": "link", "link": {"title": "新款", "url": "https://example.com"}}])
    with pytest.raises(TypeError):
        one._text = "最低价"
    with pytest.raises(TypeError):
        del one._text
    one.attachments[0]["link"]["title"] = "最低价"
    assert one.attachments[0]["link"]["title"] == "新款"


@pytest.mark.parametrize("keep", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_is_not_kept_for_later(listed, keep):
    """The list of the moment of sending decides, so yesterday's clearance is worth nothing."""
    with pytest.raises(TypeError):
        keep(cleared())


def test_no_code_reaches_for_the_key_or_goes_around_the_constructor():
    for path in APP.rglob("*.py"):
        source = path.read_text("utf-8")
        for node in ast.walk(ast.parse(source)):
            if path.name == "clearing.py":
                continue
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func).rsplit(".", 1)[-1] != "ClearedText", path
                assert ast.unparse(node.func) != "object.__setattr__", path
            if isinstance(node, ast.Attribute | ast.Name):
                assert ast.unparse(node) not in {"clearing._KEY", "object.__new__"}, path


@pytest.mark.parametrize(
    "attachment",
    [
        {"msgtype": "link", "link": {"title": "全场最低价", "url": "https://example.com"}},
        {"msgtype": "link", "link": {"title": "新款", "desc": "全场最低价", "url": "https://example.com"}},
        {"msgtype": "miniprogram", "miniprogram": {"title": "最低价", "appid": "wx1", "page": "/a"}},
        {"msgtype": "x", "x": {"deeper": [{"anything": "最低价"}]}},
    ],
)
def test_what_people_read_in_an_attachment_is_checked_too(listed, attachment):
    with pytest.raises(Blocked):
        cleared(attachments=[attachment])


def test_what_nobody_reads_in_an_attachment_is_left_alone(listed):
    link = {
        "msgtype": "link",
        "link": {"title": "今晚秒杀", "url": "https://example.com/秒杀", "media_id": "最低价"},
    }
    (kept,) = cleared(attachments=[link]).attachments
    assert kept["link"] == {"title": "今晚特惠", "url": "https://example.com/秒杀", "media_id": "最低价"}


@pytest.mark.parametrize(
    "disguised",
    [
        "最 低 价",
        "最.低.价",
        "最\u200b低\u200b价",
        "最\u2060低价",
        "最低價",
        "最~低~价",
        "【最】【低】【价】",
        "最💰低💰价",
    ],
)
def test_a_disguise_does_not_help(listed, disguised):
    with pytest.raises(Blocked):
        cleared(f"全场{disguised}")


def test_it_says_by_which_list_it_was_cleared(listed):
    one = cleared()
    assert (one.text, one.lexicon_version, one.channel) == ("您好", 1, "bot")
    assert clearing.ClearedText.__slots__
