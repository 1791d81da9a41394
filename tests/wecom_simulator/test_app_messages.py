import pytest

from wecom_simulator.shop import ROBOT_KEY


def send(client, **fields):
    body = {"touser": "lin", "msgtype": "text", "agentid": 1000002, "text": {"content": "你好"}}
    return client.post("message/send", {**body, **fields})


def received(simulator, userid="lin"):
    return [each.content for each in simulator.world.state.chats.get(f"app:{userid}", [])]


def test_some_bad_receivers_are_errcode_0(simulator, client):
    answer = send(client, touser="lin|NoBody|zhang")
    assert (answer["errcode"], answer["invaliduser"]) == (0, "nobody")
    assert received(simulator) == received(simulator, "zhang") == [{"content": "你好"}]


def test_only_bad_receivers_are_81013(client):
    answer = send(client, touser="NoBody")
    assert (answer["errcode"], answer["invaliduser"]) == (81013, "nobody")


def test_over_30_a_minute_is_dropped_in_silence(simulator, client):
    """Sabotage: answer 45009 instead, and the app learns of it."""
    codes = {send(client)["errcode"] for _ in range(35)}
    assert codes == {0}
    assert len(received(simulator)) == 30


def test_long_text_is_cut_in_bytes(simulator, client):
    send(client, text={"content": "一" * 1000})
    assert received(simulator) == [{"content": "一" * 682}]


@pytest.mark.parametrize(
    ("fields", "errcode"),
    [
        ({"agentid": 1000003}, 301002),
        ({"agentid": "1000002"}, 40035),
        ({"touser": ""}, 82001),
        ({"text": {"content": ""}}, 44004),
        ({"msgtype": "smoke"}, 40008),
        ({"msgtype": "textcard", "textcard": {"title": "甲", "description": "乙", "url": "a.b"}}, 40058),
        ({"msgtype": "file", "file": {"media_id": "nothing"}}, 40007),
    ],
)
def test_bad_messages_reach_nobody(simulator, client, fields, errcode):
    assert send(client, **fields)["errcode"] == errcode
    assert received(simulator) == []


def test_a_repeat_is_dropped_when_asked_for(simulator, client):
    for _ in range(2):
        assert send(client, enable_duplicate_check=1)["errcode"] == 0
    assert len(received(simulator)) == 1
    simulator.clock.advance(1801)
    send(client, enable_duplicate_check=1)
    assert len(received(simulator)) == 2


def test_recall_within_a_day(simulator, client):
    first, second = send(client)["msgid"], send(client)["msgid"]
    assert client.post("message/recall", {"msgid": first})["errcode"] == 0
    assert [each.recalled for each in simulator.world.state.chats["app:lin"]] == [True, False]
    assert client.post("message/recall", {"msgid": "nothing"})["errcode"] == 40058
    simulator.clock.advance(86401)
    assert client.post("message/recall", {"msgid": second})["errcode"] == 40058


def test_a_member_speaks_to_the_app(simulator, mailbox):
    first = simulator.world.member_writes_to_app("lin", "话术 尺码")
    second = simulator.world.member_writes_to_app("lin", "话术 尺码")
    simulator.world.member_enters_app("lin")
    simulator.world.member_clicks_menu("lin", "help")
    simulator.callbacks.deliver_pending()
    assert first["msgid"] != second["msgid"]
    assert f"<MsgId>{first['msgid']}</MsgId><AgentID>1000002</AgentID>" in mailbox.plain[0]
    assert mailbox.events() == ["text", "text", "enter_agent", "click"]


def robot(simulator, client, key=ROBOT_KEY, **body):
    url = f"{simulator.url}/cgi-bin/webhook/send?key={key}"
    return client.session.post(url, json=body or {"msgtype": "text", "text": {"content": "早报"}}).json()


def test_a_robot_speaks_20_times_a_minute(simulator, client):
    codes = [robot(simulator, client)["errcode"] for _ in range(21)]
    assert codes == [0] * 20 + [45009]
    simulator.clock.advance(61)
    assert robot(simulator, client)["errcode"] == 0


def test_a_wrong_key_is_93000(simulator, client):
    assert robot(simulator, client, key="nothing")["errcode"] == 93000
    long = {"msgtype": "markdown", "markdown": {"content": "一" * 1400}}
    assert robot(simulator, client, **long)["errcode"] == 40058
