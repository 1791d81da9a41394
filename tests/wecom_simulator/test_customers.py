import pytest

from tests.wecom_simulator.speaking import WANG_JIE
from wecom_simulator.world.records import Follow


def test_customers_are_listed_and_read_by_whom_they_follow(client):
    assert WANG_JIE in client.get("externalcontact/list", userid="lin")["external_userid"]
    answer = client.get("externalcontact/get", external_userid=WANG_JIE)
    assert answer["external_contact"]["name"] == "王姐"
    (follow,) = answer["follow_user"]
    assert (follow["userid"], follow["remark"], follow["state"]) == ("lin", "王姐", "till-lin")
    assert {tag["tag_name"] for tag in follow["tags"]} == {"金卡", "通勤", "M", "门店扫码"}
    assert "next_cursor" not in answer


def test_a_member_without_customers_is_84061_and_not_an_empty_list(simulator, client):
    """Sabotage: return [] with errcode 0."""
    simulator.world.admin_creates_member("new", "新人", [11], "导购")
    answer = client.get("externalcontact/list", userid="new")
    assert (answer["errcode"], answer["external_userid"]) == (84061, [])
    assert "devtool/query?e=84061" in answer["errmsg"]


def test_members_without_the_customer_right_are_84074_and_unknown_ones_60111(client):
    assert client.get("externalcontact/list", userid="boss")["errcode"] == 84074
    assert client.get("externalcontact/list", userid="nobody")["errcode"] == 60111
    assert "boss" not in client.get("externalcontact/get_follow_user_list")["follow_user"]


def test_unknown_and_invisible_customers_are_40096(simulator, client):
    assert client.get("externalcontact/get", external_userid="wmnobody")["errcode"] == 40096
    simulator.world.application().visible_departments = [3]
    assert client.get("externalcontact/get", external_userid=WANG_JIE)["errcode"] == 40096


def test_an_app_not_listed_for_customers_is_48002(simulator, client):
    simulator.world.application().callable_for_customers = False
    assert client.get("externalcontact/list", userid="lin")["errcode"] == 48002
    assert client.get("user/get", userid="lin")["errcode"] == 0


def test_more_than_500_followers_come_in_pages(simulator, client):
    world = simulator.world
    for number in range(600):
        world.admin_creates_member(f"m{number}", "成员", [11], "导购")
        customer = world.state.customers[WANG_JIE]
        world.put_follow(customer, Follow(f"m{number}", 1700000000))
    first = client.get("externalcontact/get", external_userid=WANG_JIE)
    rest = client.get("externalcontact/get", external_userid=WANG_JIE, cursor=first["next_cursor"])
    assert len(first["follow_user"]) == 500
    assert len(rest["follow_user"]) == 101
    assert "next_cursor" not in rest


def test_the_batch_has_one_follow_info_with_tag_ids_only(client):
    seen, cursor = [], ""
    while True:
        body = {"userid_list": ["lin", "zhang"], "cursor": cursor, "limit": 20}
        answer = client.post("externalcontact/batch/get_by_user", body)
        for row in answer["external_contact_list"]:
            seen.append((row["external_contact"]["external_userid"], row["follow_info"]["userid"]))
            assert isinstance(row["follow_info"]["tag_id"], list)
            assert "tags" not in row["follow_info"]
        cursor = answer["next_cursor"]
        if not cursor:
            break
    alone = [len(client.get("externalcontact/list", userid=u)["external_userid"]) for u in ("lin", "zhang")]
    assert len(seen) == len(set(seen)) == sum(alone)


def test_a_userid_instead_of_a_list_is_40035(client):
    body = {"userid_list": "lin", "limit": 20}
    assert client.post("externalcontact/batch/get_by_user", body)["errcode"] == 40035
    assert client.post("externalcontact/batch/get_by_user", {"userid": "lin"})["errcode"] == 40058


def remark(client, **fields):
    return client.post("externalcontact/remark", {"userid": "lin", "external_userid": WANG_JIE, **fields})


def test_a_remark_changes_what_is_given_and_sends_no_callback(simulator, client, mailbox):
    """API writes never call back: who waits for the event waits for ever."""
    assert remark(client, remark="王女士", remark_mobiles=["13800005678"])["errcode"] == 0
    (follow,) = client.get("externalcontact/get", external_userid=WANG_JIE)["follow_user"]
    assert follow["remark"] == "王女士"
    assert follow["remark_mobiles"] == ["13800005678"]
    assert follow["description"] == "喜欢素色连衣裙，穿 M 码"
    simulator.callbacks.deliver_pending()
    assert mailbox.plain == []


@pytest.mark.parametrize(
    ("fields", "errcode"),
    [({"remark": "一" * 21}, 40058), ({"description": "一" * 151}, 40058), ({}, 40058), ({"remark": 3}, 40035)],
)
def test_a_bad_remark_changes_nothing(client, fields, errcode):
    assert remark(client, **fields)["errcode"] == errcode
    (follow,) = client.get("externalcontact/get", external_userid=WANG_JIE)["follow_user"]
    assert follow["remark"] == "王姐"


def test_a_half_contact_cannot_be_written_to(simulator, client):
    met = simulator.world.customer_scans(userid="lin", name="半个好友", half=True)
    body = {"userid": "lin", "external_userid": met["external_userid"], "remark": "甲"}
    assert client.post("externalcontact/remark", body)["errcode"] == 84061
    simulator.world.half_contact_completes("lin", met["external_userid"])
    assert client.post("externalcontact/remark", body)["errcode"] == 0


def test_who_deleted_the_guide_can_still_be_read(simulator, client):
    simulator.world.customer_deletes(WANG_JIE, "lin")
    assert client.get("externalcontact/get", external_userid=WANG_JIE)["errcode"] == 0
    simulator.world.member_deletes_customer("lin", WANG_JIE)
    assert client.get("externalcontact/get", external_userid=WANG_JIE)["errcode"] == 84061
