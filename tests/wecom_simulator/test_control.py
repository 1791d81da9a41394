import requests

from tests.wecom_simulator.speaking import WANG_JIE
from wecom_simulator.shop import fixed_id

SINGLE = f"single:lin:{WANG_JIE}"


def test_a_conversation_is_typed_and_read(client):
    sent = client.control("messages", {"chat": SINGLE, "from": "customer", "text": {"content": "在吗"}})
    assert sent["message"]["from"] == "customer"
    client.control("messages", {"chat": SINGLE, "from": "member", "text": {"content": "在的"}})
    row = next(e for e in client.control("chats?userid=lin")["chats"] if e["chat"] == SINGLE)
    assert (row["name"], row["last"]["text"], row["unread"] > 0) == ("王姐", "在的", True)
    after = sent["message"]["id"] - 1
    shown = client.control(f"messages?chat={SINGLE}&after={after}&userid=lin")["messages"]
    assert [each["text"] for each in shown] == ["在吗", "在的"]
    row = next(e for e in client.control("chats?userid=lin")["chats"] if e["chat"] == SINGLE)
    assert row["unread"] == 0


def test_the_chat_list_has_groups_and_the_app(client):
    kinds = {each["kind"] for each in client.control("chats?userid=lin")["chats"]}
    assert kinds == {"single", "group", "app"}
    chat = f"group:{fixed_id('wr', '南京路店·新品抢先看')}"
    body = {"chat": chat, "from": "member", "sender": "lin", "text": {"content": "上新了"}}
    assert client.control("messages", body)["message"]["sender_name"] == "林晓"
    assert "error" in client.control("messages", {**body, "sender": "wang"})


def test_writing_to_the_app_calls_back(simulator, client, mailbox):
    body = {"chat": "app:lin", "from": "member", "text": {"content": "帮助"}}
    assert client.control("messages", body)["message"]["text"] == "帮助"
    assert client.control("callbacks/deliver", {})["delivered"] == 1
    assert mailbox.events() == ["text"]
    assert client.control("callbacks")["sent"][0]["state"] == "delivered"


def test_every_verb_of_the_list_can_be_called(client):
    names = {each["name"] for each in client.control("actions")["actions"]}
    assert {"customer_scans", "member_confirms_task", "admin_deletes_tag", "group_dismissed"} <= names
    result = client.control("actions/customer_scans", {"userid": "lin", "name": "新客"})["result"]
    assert result["added"] is True


def test_what_cannot_be_is_refused_in_chinese(client):
    assert client.control("actions/customer_scans", {"config_id": "nothing"})["error"].startswith("没有")
    assert "接受" in client.control("actions/customer_scans", {"smoke": 1})["error"]
    assert "类型" in client.control("actions/customer_scans", {"userid": 3})["error"]
    assert "动作" in client.control("actions/smoke", {})["error"]
    assert "没有" in client.control("actions/customer_deletes", {"external_userid": "a", "userid": "lin"})["error"]


def test_another_pages_form_cannot_change_anything(simulator):
    """A form can post JSON as text/plain to another site; it cannot claim to be JSON without asking."""
    before = simulator.world.state
    answer = requests.post(
        f"{simulator.url}/simulator/reset", data='{"seed": true}', headers={"Content-Type": "text/plain"}
    )
    assert answer.status_code == 400
    assert simulator.world.state is before


def test_switches_and_callback_switches_are_checked_first(simulator, client):
    assert client.control("switches", {"group_detail_lag_calls": 3})["switches"]
    assert simulator.switches.group_detail_lag_calls == 3
    assert "error" in client.control("switches", {"group_detail_lag_calls": 9, "smoke": 1})
    assert "error" in client.control("switches", {"welcome_code": 1})
    assert simulator.switches.group_detail_lag_calls == 3
    assert client.control("callbacks", {"lose": 0.5})["lose"] == 0.5
    assert "error" in client.control("callbacks", {"lose": 2})
    assert "error" in client.control("callbacks", {"reorder": 1})


def test_the_clock_moves(simulator, client):
    before = client.control("clock")["now"]
    assert client.control("clock", {"advance": 3600})["now"] >= before + 3600
    assert "error" in client.control("clock", {"advance": "1"})


def test_a_long_poll_answers_at_a_change(simulator, client):
    revision = client.control("state")["revision"]
    simulator.world.customer_writes(WANG_JIE, "lin", "你好")
    assert client.control(f"changes?since={revision}&wait=5")["revision"] > revision


def test_tasks_show_receivers_by_name(client):
    body = {"sender": "lin", "external_userid": [WANG_JIE], "text": {"content": "新品"}}
    msgid = client.post("externalcontact/add_msg_template", body)["msgid"]
    (task,) = client.control("tasks?userid=lin")["tasks"]
    assert (task["msgid"], task["status"]) == (msgid, 0)
    assert task["receivers"] == [{"external_userid": WANG_JIE, "name": "王姐"}]
    done = client.control("actions/member_confirms_task", {"userid": "lin", "msgid": msgid})
    assert done == {"result": {"sent": 1, "failed": 0}}


def test_every_endpoint_names_its_documentation(client):
    rows = client.control("endpoints")["endpoints"]
    assert len(rows) > 45
    assert all(row["docs"].startswith("https://developer.work.weixin.qq.com/") for row in rows)


def test_the_record_of_calls_holds_no_secret(simulator, client):
    token = client.token
    client.get("user/get", userid="lin")
    shown = str(client.control("calls"))
    assert "user/get" in shown
    assert token not in shown
    assert "app-secret" not in shown


def test_the_apps_rights_are_set_like_in_the_console(client):
    assert client.control("app", {"visible_departments": [3]})["visible_departments"] == [3]
    assert client.get("user/get", userid="lin")["errcode"] == 60011
    client.control("app", {"visible_departments": [1], "callable_for_customers": False})
    assert client.get("externalcontact/list", userid="lin")["errcode"] == 48002
    assert "error" in client.control("app", {"visible_departments": [99]})


def test_dead_tokens_and_small_limits_are_made_on_demand(client):
    token = client.token
    client.control("tokens/invalidate", {})
    assert client.raw("user/get", {"access_token": token, "userid": "lin"})["errcode"] == 40014
    client._expires_at = 0
    client.control("limits", {"path": "user/get", "count": 1, "seconds": 60})
    assert [client.get("user/get", userid="lin")["errcode"] for _ in range(2)] == [0, 45009]
    assert "error" in client.control("limits", {"path": "nothing", "count": 1, "seconds": 60})
