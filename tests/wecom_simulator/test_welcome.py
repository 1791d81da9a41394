import pytest

from tests.wecom_simulator.speaking import WANG_JIE, value

HELLO = {"text": {"content": "欢迎光临云裳"}}


@pytest.fixture
def code(simulator, mailbox):
    """As it arrives in the callback of a scan."""
    way = next(each for each in simulator.world.state.contact_ways.values() if each.users == ["lin"])
    simulator.world.customer_scans(way.config_id, name="新客")
    simulator.callbacks.deliver_pending()
    assert value(mailbox.plain[-1], "State") == "till-lin"
    return value(mailbox.plain[-1], "WelcomeCode")


def welcome(client, code, **content):
    return client.post("externalcontact/send_welcome_msg", {"welcome_code": code, **(content or HELLO)})


def bubbles(simulator):
    return [e for row in simulator.world.state.chats.values() for e in row if e.origin == "welcome"]


def test_a_welcome_reaches_the_chat_once(simulator, client, code):
    """Sabotage: forget to mark the code as used."""
    assert welcome(client, code)["errcode"] == 0
    assert welcome(client, code)["errcode"] == 41051
    assert [each.content["content"] for each in bubbles(simulator)] == ["欢迎光临云裳"]


def test_a_code_lives_20_seconds(simulator, client, code):
    simulator.clock.advance(21)
    assert welcome(client, code)["errcode"] == 41050
    assert bubbles(simulator) == []


def test_a_started_chat_needs_no_welcome(simulator, client, code):
    known = simulator.world.state.welcome_codes[code]
    simulator.world.customer_writes(known.external_userid, "lin", "在吗")
    assert welcome(client, code)["errcode"] == 41051


def test_another_app_at_it_is_41096_and_the_code_survives(simulator, client, code):
    simulator.switches.other_app_sends_welcome = True
    assert welcome(client, code)["errcode"] == 41096
    simulator.switches.other_app_sends_welcome = False
    assert welcome(client, code)["errcode"] == 0


def test_text_is_limited_in_bytes(client, code):
    """1,334 Chinese characters are 4,002 bytes. Sabotage: count characters."""
    assert welcome(client, code, text={"content": "一" * 1334})["errcode"] == 40058
    assert welcome(client, code, text={"content": "一" * 1333})["errcode"] == 0


@pytest.mark.parametrize(
    ("content", "errcode"),
    [
        ({"text": {"content": ""}}, 44004),
        ({"attachments": [{"msgtype": "voice", "voice": {}}]}, 41065),
        ({"attachments": [{"msgtype": "image", "image": {"media_id": "nothing"}}]}, 40007),
        ({"attachments": [{"msgtype": "link", "link": {"title": "一" * 43, "url": "https://a.b"}}]}, 40058),
        ({"attachments": [{"msgtype": "image", "image": {"pic_url": "https://a.b"}}] * 10}, 41064),
        ({"attachments": {"msgtype": "image"}}, 40035),
    ],
)
def test_bad_content_is_refused_and_the_code_survives(client, code, content, errcode):
    assert welcome(client, code, **content)["errcode"] == errcode
    assert welcome(client, code)["errcode"] == 0


def test_a_code_may_be_missing(simulator, mailbox):
    simulator.switches.welcome_code = False
    simulator.world.customer_scans(userid="lin", name="新客")
    simulator.callbacks.deliver_pending()
    assert "WelcomeCode" not in mailbox.plain[-1]
    assert "State" not in mailbox.plain[-1]


def test_scanning_again_is_no_event_unless_the_customer_had_deleted(simulator, mailbox):
    assert simulator.world.customer_scans(userid="lin", external_userid=WANG_JIE)["added"] is False
    simulator.world.customer_deletes(WANG_JIE, "lin")
    assert simulator.world.customer_scans(userid="lin", external_userid=WANG_JIE)["added"] is True
    simulator.callbacks.deliver_pending()
    assert mailbox.events() == ["del_follow_user", "add_external_contact"]
