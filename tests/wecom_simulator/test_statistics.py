from tests.wecom_simulator.speaking import WANG_JIE

DAY = 86400


def behavior(client, now, **who):
    body = {"start_time": now - DAY, "end_time": now, **(who or {"userid": ["lin"]})}
    return client.post("externalcontact/get_user_behavior_data", body)


def test_days_count_what_happened_in_chats(simulator, client):
    world, now = simulator.world, simulator.clock.seconds()
    before = behavior(client, now)["behavior_data"][-1]
    world.customer_writes(WANG_JIE, "lin", "在吗")
    world.member_writes("lin", WANG_JIE, "在的")
    world.customer_scans(userid="lin", name="新客")
    after = behavior(client, simulator.clock.seconds())["behavior_data"][-1]
    assert after["new_contact_cnt"] == before["new_contact_cnt"] + 1
    assert after["message_cnt"] == before["message_cnt"] + 1
    assert 0 < after["reply_percentage"] <= 100


def test_a_quiet_day_has_no_reply_figures(simulator, client):
    (day, *_) = behavior(client, simulator.clock.seconds(), userid=["tan"])["behavior_data"]
    assert (day["chat_cnt"], "reply_percentage" in day, "avg_reply_time" in day) == (0, False, False)


def test_spans_and_members_are_checked(simulator, client):
    now = simulator.clock.seconds()
    too_long = {"userid": ["lin"], "start_time": now - 31 * DAY, "end_time": now}
    too_old = {"userid": ["lin"], "start_time": now - 190 * DAY, "end_time": now - 180 * DAY}
    for body in (too_long, too_old):
        assert client.post("externalcontact/get_user_behavior_data", body)["errcode"] == 40058
    assert behavior(client, now, userid=[], partyid=[])["errcode"] == 40058
    assert behavior(client, now, partyid=[99])["errcode"] == 60123
    assert behavior(client, now, partyid=[2])["errcode"] == 0


def test_groups_are_counted_by_owner(simulator, client):
    now = simulator.clock.seconds()
    body = {"day_begin_time": now - DAY, "owner_filter": {"userid_list": ["lin", "tan"]}, "limit": 1}
    first = client.post("externalcontact/groupchat/statistic", body)
    assert (first["total"], first["next_offset"], first["items"][0]["owner"]) == (2, 1, "lin")
    owned = [each for each in simulator.world.state.groups.values() if each.owner == "lin"]
    assert first["items"][0]["data"]["chat_total"] == len(owned) > 2
    rest = client.post("externalcontact/groupchat/statistic", {**body, "offset": 1})
    assert (rest["next_offset"], rest["items"][0]["owner"]) == (2, "tan")
