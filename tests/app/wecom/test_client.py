"""How a call ends: an answer, TryLater, Refused or NoAnswer; and what it never does."""

import contextvars
import socket
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from app import config, db
from app.config import Settings
from app.wecom.calls.mass_messages import add_msg_template
from app.wecom.client import WeCom, built_from, wecom
from app.wecom.errcodes import Reaction
from app.wecom.errors import NoAnswer, Refused, TryLater
from app.wecom.transport import Timeouts
from tests.app.wecom.qyapi import Qyapi, bad_gateway, flood, html, redirect, reset, silence, truncated

SECRETS = ("token-1", "agent-secret-for-tests", "access_token", "corpsecret", "http://")


def create(client: WeCom, cleared: type) -> str:
    return add_msg_template(client, cleared(), sender="zhang", external_user_ids=["wm1"]).msgid


def test_a_token_goes_into_the_query_and_nowhere_else(client: WeCom, qyapi: Qyapi, cleared: type) -> None:
    client.call("externalcontact/remark", body={"userid": "zhang", "remark": "王姐"}, cleared=[cleared("王姐")])
    call = qyapi.calls[-1]
    assert call.query["access_token"] == "token-1"
    assert call.json == {"userid": "zhang", "remark": "王姐"}
    assert "王姐".encode() in call.body


@pytest.mark.parametrize("code", [40014, 42001])
def test_a_dead_token_is_replaced_and_the_call_repeated_once(client: WeCom, qyapi: Qyapi, code: int) -> None:
    qyapi.answers("department/list", {"errcode": code, "errmsg": "dead", "department": []}, {"errcode": 0})
    client.call("department/list")
    assert [call.query["access_token"] for call in qyapi.calls if call.api == "department/list"] == [
        "token-1",
        "token-2",
    ]


def test_an_endless_dead_token_is_met_twice_and_not_in_a_circle(client: WeCom, qyapi: Qyapi) -> None:
    """Sabotage: a loop instead of one repetition, and no floor in `replace`: gettoken for ever."""
    qyapi.answers("department/list", {"errcode": 40014, "errmsg": "invalid access_token", "department": []})
    with pytest.raises(TryLater):
        client.call("department/list")
    assert (qyapi.count("department/list"), qyapi.count("gettoken")) == (2, 2)
    with pytest.raises(TryLater):
        client.call("department/list")
    assert qyapi.count("gettoken") == 2, "a second forced refresh came within two seconds"


def test_a_wrong_secret_is_refused_and_not_tried_again(
    client: WeCom, qyapi: Qyapi, app_settings: Settings
) -> None:
    """Nor by another process, which shares Redis only: repeated wrong secrets get the address banned."""
    qyapi.answers("gettoken", {"errcode": 40001, "errmsg": "invalid credential"})
    for asking in (client, client, built_from(app_settings)):
        with pytest.raises(Refused) as caught:
            asking.call("department/list")
        assert caught.value.errcode == 40001
        assert caught.value.reaction is Reaction.ALERT
        assert "WECOM_AGENT_SECRET" in caught.value.message
    assert qyapi.count("gettoken") == 1
    qyapi.answers("gettoken", {"errcode": 0, "access_token": "right", "expires_in": 7200})
    built_from(replace(app_settings, wecom_agent_secret="the right one")).call("department/list")


def test_40001_from_another_call_is_never_repeated(client: WeCom, qyapi: Qyapi) -> None:
    qyapi.answers("department/list", {"errcode": 40001, "errmsg": "invalid credential"})
    with pytest.raises(Refused):
        client.call("department/list")
    assert (qyapi.count("department/list"), qyapi.count("gettoken")) == (1, 1)


@pytest.mark.parametrize(
    "fault", [reset, truncated, html, bad_gateway, redirect, flood], ids=lambda fault: fault.__name__
)
def test_a_create_without_a_whole_answer_is_no_answer_and_not_repeated(
    client: WeCom, qyapi: Qyapi, cleared: type, fault: object
) -> None:
    """WeCom may have made the task: a second would reach customers twice. Sabotage: retry on ConnectionError."""
    qyapi.answers("externalcontact/add_msg_template", fault)
    with pytest.raises(NoAnswer) as caught:
        create(client, cleared)
    assert qyapi.count("externalcontact/add_msg_template") == 1
    assert qyapi.count("elsewhere") == 0
    for secret in SECRETS:
        assert secret not in f"{caught.value!s} {caught.value!r} {caught.value.details}"
    assert caught.value.__cause__ is None


def test_minus_one_is_no_answer_for_a_create_and_try_later_for_a_read(
    client: WeCom, qyapi: Qyapi, cleared: type
) -> None:
    busy = {"errcode": -1, "errmsg": "system busy"}
    qyapi.answers("externalcontact/add_msg_template", busy)
    qyapi.answers("department/list", busy)
    with pytest.raises(NoAnswer):
        create(client, cleared)
    with pytest.raises(TryLater) as caught:
        client.call("department/list")
    assert caught.value.retry_after == timedelta(seconds=5)
    assert qyapi.count("externalcontact/add_msg_template") == 1


def test_success_without_the_id_of_what_was_made_is_no_answer(client: WeCom, qyapi: Qyapi, cleared: type) -> None:
    qyapi.answers("externalcontact/add_msg_template", {"errcode": 0, "errmsg": "ok"})
    with pytest.raises(NoAnswer):
        create(client, cleared)


@pytest.mark.parametrize("answer", [{"errcode": "0"}, {"errcode": True}, {"errcode": None}])
def test_an_errcode_of_another_type_is_no_answer(client: WeCom, qyapi: Qyapi, answer: dict) -> None:
    qyapi.answers("department/list", answer)
    with pytest.raises(NoAnswer):
        client.call("department/list")


def test_a_missing_errcode_is_success(client: WeCom, qyapi: Qyapi) -> None:
    qyapi.answers("user/get", {"userid": "ZhangSan"})
    assert client.call("user/get", query={"userid": "zhangsan"}).text("userid") == "ZhangSan"


def test_no_connection_is_try_later_because_nothing_left(
    client: WeCom, app_settings: Settings, cleared: type
) -> None:
    client.call("department/list")  # the token is cached now
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(TryLater) as caught:
            create(built_from(replace(app_settings, wecom_api_base_url=nobody)), cleared)
    assert caught.value.errcode is None


def test_a_server_that_never_answers_is_left_in_time(client: WeCom, qyapi: Qyapi) -> None:
    qyapi.answers("externalcontact/add_corp_tag", silence)
    begun = time.monotonic()
    with pytest.raises(NoAnswer):
        client.call("externalcontact/add_corp_tag", body={}, create=True, timeouts=Timeouts(read_seconds=0.2))
    assert time.monotonic() - begun < 4.5, "it was the server that gave up, after 5 s"


def test_an_error_says_what_to_do_in_chinese_and_keeps_the_hint_for_logs(client: WeCom, qyapi: Qyapi) -> None:
    qyapi.answers(
        "externalcontact/get", {"errcode": 84061, "errmsg": "not external contact, hint: [158_59], e=84061"}
    )
    with pytest.raises(Refused) as caught:
        client.call("externalcontact/get", query={"external_userid": "wm1"})
    refused = caught.value
    assert refused.message == "客户与该成员已经不是好友关系。"
    assert refused.details == {"api": "externalcontact/get", "errcode": 84061}
    assert refused.reaction is Reaction.SKIP
    assert "hint: [158_59]" in str(refused)


def test_an_unknown_errcode_is_refused_with_its_number(client: WeCom, qyapi: Qyapi) -> None:
    qyapi.answers("department/list", {"errcode": 987654, "errmsg": "?"})
    with pytest.raises(Refused, match="987654") as caught:
        client.call("department/list")
    assert "987654" in caught.value.message
    assert caught.value.reaction is Reaction.ALERT


def test_no_call_inside_a_database_transaction(client: WeCom, qyapi: Qyapi) -> None:
    def inside() -> None:
        db._open.set(True)
        with pytest.raises(RuntimeError, match="transaction"):
            client.call("department/list")
        with pytest.raises(RuntimeError, match="transaction"):
            _ = client.access_token

    contextvars.copy_context().run(inside)
    assert qyapi.calls == []


def test_wechatpys_own_calls_travel_the_same_road(client: WeCom, qyapi: Qyapi) -> None:
    qyapi.answers("user/get", {"errcode": 0, "userid": "zhang", "name": "张敏"})
    assert client.user.get("zhang")["name"] == "张敏"
    assert qyapi.calls[-1].query["access_token"] == "token-1"
    qyapi.answers("user/get", html)
    with pytest.raises(NoAnswer):
        client.user.get("zhang")


def test_names_with_control_characters_and_half_emoji_can_be_stored(client: WeCom, qyapi: Qyapi) -> None:
    """PostgreSQL takes neither NUL nor lone surrogates; one nickname must not stop a sync."""
    raw = b'{"errcode":0,"name":"a\\u0000b\\ud83d","other":"x\ty"}'
    qyapi.answers("user/get", lambda handler: handler.give(raw))
    answer = client.call("user/get", query={"userid": "zhang"})
    assert answer.text("name") == "ab?"
    assert answer.text("other") == "x\ty"


def test_a_process_has_one_client_for_its_settings(app_settings: Settings, qyapi: Qyapi, valkey: object) -> None:
    config.configure(app_settings)
    client = wecom()
    assert wecom() is client
    assert client.for_a_person() is client.for_a_person() is client.for_a_person().for_a_person()
    assert client.for_a_person() is not client
    config.configure(replace(app_settings, wecom_agent_id="1000003"))
    assert wecom().agent_id == 1000003
