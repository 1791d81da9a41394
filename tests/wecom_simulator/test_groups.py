from tests.wecom_simulator.speaking import value
from wecom_simulator.shop import fixed_id

CHAT = fixed_id("wr", "南京路店·新品抢先看")


def get(client, chat_id=CHAT, **more):
    return client.post("externalcontact/groupchat/get", {"chat_id": chat_id, **more})


def test_groups_are_listed_by_owner_in_pages(simulator, client):
    found, cursor = [], ""
    while True:
        body = {"owner_filter": {"userid_list": ["lin"]}, "limit": 2, "cursor": cursor}
        page = client.post("externalcontact/groupchat/list", body)
        found += [row["chat_id"] for row in page["group_chat_list"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    owned = [each.chat_id for each in simulator.world.state.groups.values() if each.owner == "lin"]
    assert found == owned
    assert len(owned) > 2
    assert client.post("externalcontact/groupchat/list", {"limit": 1000})["next_cursor"] == ""


def test_limit_is_required_and_large_corps_need_a_filter(simulator, client):
    assert client.post("externalcontact/groupchat/list", {"status_filter": 0})["errcode"] == 40058
    for number in range(1001):
        simulator.world.admin_creates_member(f"m{number}", "成员", [11])
    assert client.post("externalcontact/groupchat/list", {"limit": 10})["errcode"] == 81017


def test_names_are_told_only_when_asked_for(client):
    assert "name" not in get(client)["group_chat"]["member_list"][0]
    assert get(client, need_name=1)["group_chat"]["member_list"][0]["name"]
    assert get(client, chat_id="wrnothing")["errcode"] == 40050


def test_the_detail_may_be_older_than_the_event(simulator, client, mailbox):
    """Sabotage: read the group once and trust it."""
    simulator.switches.group_detail_lag_calls = 2
    before = get(client)["group_chat"]["member_version"]
    met = simulator.world.customer_scans(userid="lin", name="新客")
    simulator.world.group_joined(CHAT, met["external_userid"])
    simulator.callbacks.deliver_pending()
    event = mailbox.plain[-1]
    assert value(event, "UpdateDetail") == "add_member"
    assert value(event, "LastMemVer") == before
    seen = [get(client)["group_chat"]["member_version"] for _ in range(3)]
    assert seen == [before, before, value(event, "CurMemVer")]


def test_chat_id_stands_before_change_type(simulator, mailbox):
    simulator.world.group_renamed(CHAT, "新名字")
    simulator.world.group_owner_changed(CHAT, "zhang")
    simulator.world.group_notice_changed(CHAT, "公告")
    simulator.world.group_dismissed(CHAT)
    simulator.callbacks.deliver_pending()
    assert all(text.index("<ChatId>") < text.index("<ChangeType>") for text in mailbox.plain)
    details = [value(text, "UpdateDetail") for text in mailbox.plain[:3]]
    assert details == ["change_name", "change_owner", "change_notice"]


def test_a_dismissed_group_is_gone(simulator, client):
    simulator.world.group_dismissed(CHAT)
    assert get(client)["errcode"] == 40050


def test_groups_of_a_member_who_left_are_found_by_naming_him(simulator, client):
    simulator.world.admin_deletes_member("lin")
    everything = client.post("externalcontact/groupchat/list", {"limit": 1000})["group_chat_list"]
    assert CHAT not in {row["chat_id"] for row in everything}
    body = {"owner_filter": {"userid_list": ["lin"]}, "limit": 1000, "status_filter": 1}
    left = client.post("externalcontact/groupchat/list", body)["group_chat_list"]
    assert {"chat_id": CHAT, "status": 1} in left
