import copy
import json

import pytest
import requests

from tests.wecom_simulator.speaking import WANG_JIE
from wecom_simulator.endpoints import ENDPOINTS
from wecom_simulator.shop import fixed_id

GOLD = fixed_id("et", "会员等级/金卡")
CHAT = fixed_id("wr", "南京路店·新品抢先看")
JUNK = [
    None,
    True,
    -1,
    2**70,
    1.5,
    "",
    "\x00",
    "一" * 5000,
    [],
    [None],
    [[]],
    {},
    {"a": {"b": []}},
    [{"msgtype": "image", "image": "x"}],
    {"content": 5},
    {"group_list": [{"tag_list": "x"}]},
]
VALID = {
    "externalcontact/remark": {
        "userid": "lin",
        "external_userid": WANG_JIE,
        "remark": "王",
        "remark_mobiles": ["1"],
    },
    "externalcontact/batch/get_by_user": {"userid_list": ["lin"], "cursor": "", "limit": 10},
    "externalcontact/get_corp_tag_list": {"tag_id": [], "group_id": []},
    "externalcontact/add_corp_tag": {"group_name": "新", "order": 1, "tag": [{"name": "甲", "order": 1}]},
    "externalcontact/edit_corp_tag": {"id": GOLD, "name": "金", "order": 1},
    "externalcontact/del_corp_tag": {"tag_id": [GOLD], "group_id": []},
    "externalcontact/mark_tag": {
        "userid": "lin",
        "external_userid": WANG_JIE,
        "add_tag": [GOLD],
        "remove_tag": [],
    },
    "externalcontact/groupchat/list": {"owner_filter": {"userid_list": ["lin"]}, "cursor": "", "limit": 10},
    "externalcontact/groupchat/get": {"chat_id": CHAT, "need_name": 1},
    "externalcontact/groupchat/statistic": {"day_begin_time": 1, "owner_filter": {"userid_list": ["lin"]}},
    "externalcontact/get_user_behavior_data": {"userid": ["lin"], "partyid": [11], "start_time": 1, "end_time": 2},
    "externalcontact/add_contact_way": {
        "type": 1,
        "scene": 2,
        "user": ["lin"],
        "party": [],
        "state": "s",
        "skip_verify": True,
        "conclusions": {"text": {"content": "好"}},
    },
    "externalcontact/list_contact_way": {"start_time": 1, "end_time": 2, "cursor": "", "limit": 10},
    "externalcontact/send_welcome_msg": {"welcome_code": "code", "text": {"content": "好"}, "attachments": []},
    "externalcontact/add_msg_template": {
        "chat_type": "single",
        "sender": "lin",
        "external_userid": [WANG_JIE],
        "tag_filter": {"group_list": [{"tag_list": [GOLD]}]},
        "text": {"content": "好"},
        "attachments": [{"msgtype": "link", "link": {"title": "甲", "url": "https://a.b"}}],
        "allow_select": False,
    },
    "externalcontact/get_groupmsg_list_v2": {"chat_type": "single", "start_time": 1, "end_time": 2, "cursor": ""},
    "externalcontact/add_intercept_rule": {
        "rule_name": "规则",
        "word_list": ["词"],
        "semantics_list": [1],
        "intercept_type": 1,
        "applicable_range": {"user_list": ["lin"], "department_list": [11]},
    },
    "message/send": {
        "touser": "lin",
        "toparty": "11",
        "totag": "1",
        "msgtype": "news",
        "agentid": 1000002,
        "news": {"articles": [{"title": "甲"}]},
        "enable_duplicate_check": 1,
    },
}
POSTS = sorted(path for path, each in ENDPOINTS.items() if each.method == "POST")
GETS = sorted(path for path, each in ENDPOINTS.items() if each.method == "GET")


@pytest.mark.parametrize("path", POSTS)
def test_junk_gets_an_errcode_and_never_a_crash(simulator, client, path):
    """A good call with one field, or one field inside a field, replaced by each kind of junk."""
    url = f"{simulator.url}/cgi-bin/{path}?access_token={client.token}"
    good = VALID.get(path, {"userid": "lin", "config_id": "c", "msgid": "m", "rule_id": "r", "msgtype": "text"})
    for name, inside in fields_of(good):
        for junk in JUNK:
            body = copy.deepcopy(good)
            target = body[inside] if inside else body
            (target[0] if isinstance(target, list) else target)[name] = junk
            answer = client.session.post(url, json=body)
            assert answer.status_code == 200, (path, name, junk)
            assert isinstance(answer.json()["errcode"], int)
    simulator.world.as_json()


def fields_of(good):
    """(name, outer name or ""): of the object, and of objects and first list items in it."""
    for name, value in good.items():
        yield name, ""
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict):
            for deeper in inner:
                yield deeper, name


@pytest.mark.parametrize("path", GETS)
def test_odd_queries_get_an_errcode(client, path):
    for odd in ("", "-1", "一", "%00", "1e9", "a" * 9000, "../../etc/passwd"):
        query = {
            "access_token": client.token,
            **dict.fromkeys(("userid", "id", "department_id", "code", "type"), odd),
        }
        answer = client.session.get(f"{client.simulator.url}/cgi-bin/{path}", params=query)
        assert answer.status_code == 200
        assert isinstance(answer.json()["errcode"], int)


@pytest.mark.parametrize("body", [b'{"remark": "\\ud800"}', b"[" * 100_000, b"\xff\xfe", b'{"a": NaN'])
def test_bytes_that_are_no_json_are_40058(simulator, client, body):
    url = f"{simulator.url}/cgi-bin/externalcontact/remark?access_token={client.token}"
    assert requests.post(url, data=body).json()["errcode"] == 40058
    answer = requests.post(
        f"{simulator.url}/simulator/actions/customer_scans",
        data=body,
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 400


def test_a_name_server_trick_does_not_reach_the_controls(simulator):
    answer = requests.get(f"{simulator.url}/simulator/state", headers={"Host": "evil.example:8001"})
    assert answer.status_code == 403


def test_a_junk_body_is_recorded_as_it_was_understood(simulator, client):
    client.post("externalcontact/remark", {"userid": 5})
    assert json.dumps(simulator.calls.to("externalcontact/remark")[0].body) == '{"userid": 5}'
