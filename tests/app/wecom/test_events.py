"""What a callback says, read from the decrypted XML."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wecom.events import BadEvent, Event, parse_event
from tests.support.effort import least_cpu_seconds

HEAD = (
    "<xml><ToUserName><![CDATA[ww1]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>"
    "<CreateTime>1403610513</CreateTime><MsgType><![CDATA[event]]></MsgType>"
)


def event(tail: str) -> Event:
    return parse_event((HEAD + tail + "</xml>").encode())


def test_a_customer_added() -> None:
    added = event(
        "<Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType>"
        "<UserID><![CDATA[zhangsan]]></UserID><ExternalUserID><![CDATA[woAJ2G]]></ExternalUserID>"
        "<State><![CDATA[teststate]]></State><WelcomeCode><![CDATA[CODE]]></WelcomeCode>"
    )
    assert added.name == "change_external_contact.add_external_contact"
    assert (added.corp_id, added.sender) == ("ww1", "sys")
    assert added.created_at == datetime(2014, 6, 24, 11, 48, 33, tzinfo=UTC)
    assert [added.text(tag) for tag in ("UserID", "ExternalUserID", "State", "WelcomeCode")] == [
        "zhangsan",
        "woAJ2G",
        "teststate",
        "CODE",
    ]
    assert added.text("Source") == ""


def test_a_group_changed() -> None:
    changed = event(
        "<Event>change_external_chat</Event><ChatId>CHAT</ChatId><ChangeType>update</ChangeType>"
        "<UpdateDetail>add_member</UpdateDetail><JoinScene>3</JoinScene><MemChangeCnt>2</MemChangeCnt>"
        "<MemChangeList><Item><![CDATA[Jack]]></Item><Item><![CDATA[Rose]]></Item></MemChangeList>"
        "<CurMemVer>7122</CurMemVer>"
    )
    assert changed.name == "change_external_chat.update"
    assert changed.texts("MemChangeList") == ("Jack", "Rose")
    assert changed.number("MemChangeCnt") == 2
    one = event("<Event>change_external_chat</Event><MemChangeList><Item>Jack</Item></MemChangeList>")
    assert one.texts("MemChangeList") == ("Jack",)
    assert event("<Event>change_external_chat</Event>").texts("MemChangeList") == ()


def test_a_member_changed() -> None:
    """Its lists are one text with commas, and its ChangeType has no CDATA."""
    changed = event(
        "<Event>change_contact</Event><ChangeType>create_user</ChangeType><UserID>zhangsan</UserID>"
        "<Department><![CDATA[1,2, 3]]></Department><ExtAttr><Item><Name>爱好</Name><Type>0</Type>"
        "<Text><Value>旅游</Value></Text></Item></ExtAttr>"
    )
    assert changed.listed("Department") == ("1", "2", "3")
    assert changed.object("ExtAttr")["Item"] == {"Name": "爱好", "Type": "0", "Text": {"Value": "旅游"}}


def test_a_member_writes_to_the_app() -> None:
    message = parse_event(
        "<xml><ToUserName>ww1</ToUserName><FromUserName>ZhangSan</FromUserName><CreateTime>1348831860</CreateTime>"
        "<MsgType>text</MsgType><Content><![CDATA[话术 尺码]]></Content><MsgId>1234567890123456</MsgId>"
        "<AgentID>1</AgentID></xml>".encode()
    )
    assert (message.name, message.sender, message.text("Content")) == ("message.text", "zhangsan", "话术 尺码")
    assert not message.is_event


def test_a_tapped_card() -> None:
    tapped = event(
        "<Event>template_card_event</Event><SelectedItems><SelectedItem><QuestionKey>Q1</QuestionKey><OptionIds>"
        "<OptionId>O1</OptionId><OptionId>O2</OptionId></OptionIds></SelectedItem></SelectedItems>"
    )
    assert tapped.object("SelectedItems") == {
        "SelectedItem": {"QuestionKey": "Q1", "OptionIds": {"OptionId": ("O1", "O2")}}
    }


def test_an_unknown_event_is_still_an_event() -> None:
    assert event("<Event>brand_new</Event><Extra>1</Extra>").name == "brand_new"


HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "text": b"hello",
    "JSON": b'{"msgtype":"text"}',
    "laughs": b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><xml><MsgType>&b;</MsgType></xml>',
    "file": b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><MsgType>&f;</MsgType></xml>',
    "deep": b"<xml><MsgType>event</MsgType>" + b"<a>" * 4_000 + b"</a>" * 4_000 + b"</xml>",
    "other root": b"<message><MsgType>event</MsgType></message>",
    "third party": b"<xml><SuiteId>s</SuiteId><InfoType>change_external_tag</InfoType></xml>",
    "MsgType twice": b"<xml><MsgType>event</MsgType><MsgType>text</MsgType></xml>",
    "NUL": b"<xml><MsgType>event\x00</MsgType></xml>",
    "half": b"<xml><MsgType>event</MsgType>",
}


@pytest.mark.parametrize("plaintext", HOSTILE.values(), ids=HOSTILE)
def test_hostile_plaintexts_are_bad_events_quickly(plaintext: bytes) -> None:
    def is_refused() -> None:
        with pytest.raises(BadEvent):
            parse_event(plaintext)

    assert least_cpu_seconds(is_refused) < 0.5


@given(st.text(max_size=50))
def test_odd_values_read_as_nothing_instead_of_raising(value: str) -> None:
    odd = Event({"CreateTime": value, "UserID": {"a": value}, "Department": value})
    assert odd.number("CreateTime") >= 0
    assert odd.text("UserID") == ""
    assert odd.created_at is None or odd.created_at.tzinfo is UTC
    assert all(odd.listed("Department"))
