import threading

from tests.wecom_simulator.speaking import WANG_JIE
from wecom_simulator import Delay
from wecom_simulator.shop import fixed_id

GOLD = fixed_id("et", "会员等级/金卡")
SILVER = fixed_id("et", "会员等级/银卡")


def mark(client, **changes):
    return client.post("externalcontact/mark_tag", {"userid": "lin", "external_userid": WANG_JIE, **changes})


def tags_of(client, external_userid=WANG_JIE):
    follows = client.get("externalcontact/get", external_userid=external_userid)["follow_user"]
    return {tag["tag_id"] for follow in follows for tag in follow["tags"] if tag["type"] == 1}


def test_marking_adds_and_removes_without_a_callback(simulator, client, mailbox):
    assert mark(client, add_tag=[SILVER], remove_tag=[GOLD])["errcode"] == 0
    assert SILVER in tags_of(client)
    assert GOLD not in tags_of(client)
    simulator.callbacks.deliver_pending()
    assert mailbox.plain == []


def test_marking_one_pair_twice_at_once_is_45035(simulator, client):
    """Sabotage: drop `exclusive` from mark_tag."""
    _ = client.token
    simulator.script["externalcontact/mark_tag"] = [Delay(30)]
    slow = threading.Thread(target=mark, args=(client,), kwargs={"add_tag": [SILVER]})
    slow.start()
    follow = simulator.world.state.customers[WANG_JIE].follows["lin"]
    with simulator.world.changed_condition:
        assert simulator.world.changed_condition.wait_for(lambda: SILVER in follow.tags, timeout=5)
    assert mark(client, add_tag=[GOLD])["errcode"] == 45035
    simulator.dispatcher.closing.set()
    slow.join(5)
    assert mark(client, add_tag=[GOLD])["errcode"] == 0


def test_unknown_tags_and_empty_changes_are_refused(client):
    assert mark(client, add_tag=["etnothing"])["errcode"] == 40068
    assert mark(client)["errcode"] == 40058
    assert mark(client, add_tag=GOLD)["errcode"] == 40035


def test_tags_are_added_to_the_group_of_that_name(client):
    body = {"group_name": "会员等级", "tag": [{"name": "钻石"}, {"name": "钻石"}]}
    group = client.post("externalcontact/add_corp_tag", body)["tag_group"]
    assert group["group_id"] == fixed_id("et", "会员等级")
    assert [tag["name"] for tag in group["tag"]] == ["钻石"]
    assert client.post("externalcontact/add_corp_tag", body)["errcode"] == 40071


def test_a_group_without_tags_cannot_be_made(client):
    assert client.post("externalcontact/add_corp_tag", {"group_name": "空组", "tag": []})["errcode"] == 40058
    body = {"group_name": "长", "tag": [{"name": "一" * 31}]}
    assert client.post("externalcontact/add_corp_tag", body)["errcode"] == 40058
    listed = client.post("externalcontact/get_corp_tag_list", {"tag_id": [], "group_id": []})["tag_group"]
    assert "长" not in {group["group_name"] for group in listed}


def test_deleting_the_last_tag_deletes_the_group_and_untags_customers(client):
    made = client.post("externalcontact/add_corp_tag", {"group_name": "临时", "tag": [{"name": "一"}]})
    tag_id = made["tag_group"]["tag"][0]["id"]
    mark(client, add_tag=[tag_id])
    assert client.post("externalcontact/del_corp_tag", {"tag_id": [tag_id]})["errcode"] == 0
    assert tag_id not in tags_of(client)
    listed = client.post("externalcontact/get_corp_tag_list", {"tag_id": []})["tag_group"]
    assert "临时" not in {group["group_name"] for group in listed}
    assert all("deleted" not in group for group in listed)
    by_id = client.post("externalcontact/get_corp_tag_list", {"tag_id": [tag_id]})["tag_group"]
    assert by_id[0]["tag"][0]["deleted"] is True


def test_renaming_to_a_taken_name_is_40071(client):
    assert client.post("externalcontact/edit_corp_tag", {"id": GOLD, "name": "银卡"})["errcode"] == 40071
    assert client.post("externalcontact/edit_corp_tag", {"id": GOLD, "name": "金卡会员"})["errcode"] == 0
    assert client.post("externalcontact/edit_corp_tag", {"id": "etno", "name": "甲"})["errcode"] == 40068


def test_admins_tags_call_back_one_event_for_a_whole_group(simulator, mailbox):
    made = simulator.world.admin_creates_tags("新组", ["甲", "乙"])
    simulator.world.admin_sorts_tags(made["group_id"])
    simulator.world.admin_deletes_tag_group(made["group_id"])
    simulator.callbacks.deliver_pending()
    assert mailbox.events() == ["create", "create", "create", "shuffle", "delete"]
    assert "<TagType>" not in mailbox.plain[3]
    assert "tag_group" in mailbox.plain[4]
