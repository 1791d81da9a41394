import pytest

from tests.wecom_simulator.speaking import WANG_JIE
from wecom_simulator.shop import fixed_id
from wecom_simulator.world import NotPossible
from wecom_simulator.world.records import Follow

HELLO = {"text": {"content": "新品到店"}}
GOLD = fixed_id("et", "会员等级/金卡")


def create(client, **fields):
    return client.post("externalcontact/add_msg_template", {**HELLO, **fields})


def tasks(client, msgid, **more):
    return client.post("externalcontact/get_groupmsg_task", {"msgid": msgid, **more})


def results(client, msgid, userid="lin", **more):
    body = {"msgid": msgid, "userid": userid, **more}
    return client.post("externalcontact/get_groupmsg_send_result", body)


@pytest.fixture
def msgid(simulator, client):
    made = create(client, sender="lin", external_userid=[WANG_JIE])
    simulator.clock.advance(3)
    return made["msgid"]


def bubbles(simulator):
    return [e for row in simulator.world.state.chats.values() for e in row if e.origin == "mass_message"]


def test_nothing_is_sent_until_the_member_confirms(simulator, client, msgid):
    """Sabotage: deliver in add_msg_template."""
    assert tasks(client, msgid)["task_list"] == [{"userid": "lin", "status": 0}]
    assert results(client, msgid)["send_list"][0]["status"] == 0
    assert bubbles(simulator) == []
    assert simulator.world.member_confirms_task("lin", msgid) == {"sent": 1, "failed": 0}
    (task,) = tasks(client, msgid)["task_list"]
    assert (task["status"], "send_time" in task) == (2, True)
    (row,) = results(client, msgid)["send_list"]
    assert (row["external_userid"], row["status"]) == (WANG_JIE, 1)
    assert len(bubbles(simulator)) == 1
    with pytest.raises(NotPossible):
        simulator.world.member_confirms_task("lin", msgid)


def test_right_after_creation_every_query_is_41063(simulator, client):
    made = create(client, sender="lin", external_userid=[WANG_JIE])
    assert tasks(client, made["msgid"]) | {"errmsg": ""} == {"errcode": 41063, "errmsg": "", "task_list": []}
    assert results(client, made["msgid"])["errcode"] == 41063
    simulator.clock.advance(2.1)
    assert tasks(client, made["msgid"])["errcode"] == 0


def test_errcode_0_may_have_a_fail_list(simulator, client):
    stranger = next(k for k, v in simulator.world.state.customers.items() if "lin" not in v.follows)
    made = create(client, sender="lin", external_userid=[WANG_JIE, stranger, "wmnobody"])
    assert made["errcode"] == 0
    assert made["fail_list"] == [stranger, "wmnobody"]


def test_nobody_to_send_to_is_41048(client):
    made = create(client, external_userid=["wmnobody"])
    assert (made["errcode"], made["fail_list"]) == (41048, ["wmnobody"])
    assert "msgid" not in made


def test_without_a_sender_the_last_to_chat_is_asked(simulator, client):
    """Sabotage: ask the first follower."""
    world = simulator.world
    customer = world.state.customers[WANG_JIE]
    world.put_follow(customer, Follow("zhang", simulator.clock.seconds()))
    world.customer_writes(WANG_JIE, "zhang", "你好")
    made = create(client, external_userid=[WANG_JIE])
    assert list(world.state.mass_messages[made["msgid"]].tasks) == ["zhang"]
    simulator.clock.advance(60)
    world.member_writes("lin", WANG_JIE, "在的")
    made = create(client, external_userid=[WANG_JIE])
    assert list(world.state.mass_messages[made["msgid"]].tasks) == ["lin"]


def test_a_sender_alone_means_all_his_customers(simulator, client):
    made = create(client, sender="lin")
    task = simulator.world.state.mass_messages[made["msgid"]].tasks["lin"]
    assert set(task.receivers) == set(client.get("externalcontact/list", userid="lin")["external_userid"])


def test_a_tag_filter_is_or_inside_a_group_and_and_across(simulator, client):
    by_size = fixed_id("et", "尺码/M"), fixed_id("et", "尺码/L")
    groups = [{"tag_list": [GOLD]}, {"tag_list": list(by_size)}]
    made = create(client, sender="lin", tag_filter={"group_list": groups})
    receivers = simulator.world.state.mass_messages[made["msgid"]].tasks["lin"].receivers
    assert WANG_JIE in receivers
    for each in receivers:
        tags = set(simulator.world.state.customers[each].follows["lin"].tags)
        assert GOLD in tags
        assert tags & set(by_size)


def test_who_is_no_friend_any_more_gets_status_2(simulator, client, msgid):
    simulator.world.customer_deletes(WANG_JIE, "lin")
    assert simulator.world.member_confirms_task("lin", msgid) == {"sent": 0, "failed": 1}
    assert results(client, msgid)["send_list"][0]["status"] == 2
    assert bubbles(simulator) == []


def test_the_cap_is_silent_and_shows_as_status_3(simulator, client):
    simulator.switches.mass_message_cap = "day"
    made = [create(client, sender="lin", external_userid=[WANG_JIE])["msgid"] for _ in range(2)]
    simulator.clock.advance(3)
    for msgid in made:
        simulator.world.member_confirms_task("lin", msgid)
    assert [results(client, msgid)["send_list"][0]["status"] for msgid in made] == [1, 3]
    assert len(bubbles(simulator)) == 1


def test_a_cancelled_task_cannot_be_confirmed(simulator, client, msgid):
    assert client.post("externalcontact/cancel_groupmsg_send", {"msgid": msgid})["errcode"] == 0
    with pytest.raises(NotPossible):
        simulator.world.member_confirms_task("lin", msgid)
    assert client.post("externalcontact/cancel_groupmsg_send", {"msgid": msgid})["errcode"] == 41093
    assert client.post("externalcontact/remind_groupmsg_send", {"msgid": msgid})["errcode"] == 41093


def test_three_reminders_a_day(simulator, client, msgid):
    def remind():
        return client.post("externalcontact/remind_groupmsg_send", {"msgid": msgid})["errcode"]

    assert [remind() for _ in range(4)] == [0, 0, 0, 41094]
    simulator.clock.advance(86401)
    assert remind() == 0


def test_groups_need_a_sender_and_show_only_what_was_sent(simulator, client):
    assert create(client, chat_type="group")["errcode"] == 40058
    chat_id = fixed_id("wr", "南京路店·新品抢先看")
    made = create(client, chat_type="group", sender="lin", chat_id_list=[chat_id, "wrnobody"])
    assert made["fail_list"] == ["wrnobody"]
    simulator.clock.advance(3)
    assert results(client, made["msgid"])["send_list"] == []
    simulator.world.member_confirms_task("lin", made["msgid"])
    (row,) = results(client, made["msgid"])["send_list"]
    assert (row["chat_id"], row["status"]) == (chat_id, 1)


def test_results_come_in_pages(simulator, client):
    made = create(client, sender="lin")
    simulator.clock.advance(3)
    total = len(simulator.world.state.mass_messages[made["msgid"]].tasks["lin"].receivers)
    first = results(client, made["msgid"], limit=30)
    rest = results(client, made["msgid"], limit=1000, cursor=first["next_cursor"])
    assert len(first["send_list"]) + len(rest["send_list"]) == total
    assert rest["next_cursor"] == ""


def test_the_list_names_no_creator_for_what_an_app_made(simulator, client, msgid):
    now = simulator.clock.seconds()
    body = {"chat_type": "single", "start_time": now - 60, "end_time": now + 60}
    (row,) = client.post("externalcontact/get_groupmsg_list_v2", body)["group_msg_list"]
    assert row["msgid"] == msgid
    assert row["text"]["content"] == "新品到店"
    assert "creator" not in row
    body["start_time"] = now - 40 * 86400
    assert client.post("externalcontact/get_groupmsg_list_v2", body)["errcode"] == 40058


@pytest.mark.parametrize(
    ("fields", "errcode"),
    [
        ({"external_userid": WANG_JIE}, 40035),
        ({"external_userid": []}, 40058),
        ({"sender": "nobody"}, 60111),
        ({"chat_type": "all"}, 40058),
        ({"sender": "lin", "text": {"content": "一" * 1334}}, 40058),
        ({"sender": "lin", "external_userid": ["wm"] * 10001}, 40058),
        ({"sender": "lin", "tag_filter": {"group_list": [{"tag_list": ["etno"]}]}}, 40068),
    ],
)
def test_bad_mass_messages_make_no_task(simulator, client, fields, errcode):
    assert create(client, **fields)["errcode"] == errcode
    assert simulator.world.state.mass_messages == {}


def test_another_month_is_another_cap():
    from datetime import datetime

    from wecom_simulator.rules.receive_cap import SHANGHAI, may_receive

    def at(*moment):
        return datetime(*moment, tzinfo=SHANGHAI).timestamp()

    february = [at(2026, 2, 1, 0, 0, 1)] * 28
    assert not may_receive(february, at(2026, 2, 28, 23, 59), "month")
    assert may_receive(february, at(2026, 3, 1, 0, 0), "month")
    assert may_receive(february[:27], at(2026, 2, 28), "month")
    assert not may_receive([at(2026, 1, 5)] * 7, at(2026, 1, 11), "week")
    assert may_receive([at(2026, 1, 5)] * 7, at(2026, 1, 12), "week")
