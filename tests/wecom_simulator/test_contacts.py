from tests.wecom_simulator.speaking import CORP_ID


def test_a_member_has_the_documented_keys_and_no_private_ones(client):
    member = client.get("user/get", userid="lin")
    assert (member["userid"], member["name"], member["position"]) == ("lin", "林晓", "导购")
    assert member["department"] == [11]
    assert member["is_leader_in_dept"] == [0]
    assert member["gender"] == "0"
    assert not {"mobile", "avatar", "email", "qr_code"} & set(member)


def test_older_apps_see_private_fields(simulator, client):
    simulator.switches.contacts_created_after_2022 = False
    assert client.get("user/get", userid="lin")["mobile"].startswith("1380000")


def test_userids_ignore_case(client):
    assert client.get("user/get", userid="LIN")["userid"] == "lin"


def test_an_unknown_member_fails_with_empty_lists(client):
    answer = client.get("user/get", userid="nobody")
    assert answer["errcode"] == 60111
    assert answer["department"] == []


def test_a_member_out_of_sight_is_60011(simulator, client):
    simulator.world.application().visible_departments = [2]
    assert client.get("user/get", userid="wang")["errcode"] == 60011
    assert client.get("user/get", userid="lin")["errcode"] == 0
    assert client.get("user/simplelist", department_id=21)["errcode"] == 60011
    seen = {row["id"] for row in client.get("department/simplelist")["department_id"]}
    assert seen == {2, 11, 12}


def test_lists_hold_direct_members_only(client):
    store = client.get("user/list", department_id=11)["userlist"]
    assert {row["userid"] for row in store} == {"lin", "zhang", "li", "gao", "song"}
    assert client.get("user/simplelist", department_id=2)["userlist"] == []


def test_departments_come_with_all_below(client):
    rows = client.get("department/list", id=2)["department"]
    assert {(row["id"], row["parentid"]) for row in rows} == {(2, 1), (11, 2), (12, 2)}
    assert client.get("department/get", id=11)["department"]["department_leader"] == ["li"]
    assert client.get("department/list", id=99)["errcode"] == 60123


def test_member_ids_need_the_sync_secret(client):
    assert client.post("user/list_id", {"limit": 10})["errcode"] == 48002
    token = client.raw("gettoken", {"corpid": CORP_ID, "corpsecret": "sync-secret"})["access_token"]
    url = f"{client.simulator.url}/cgi-bin/user/list_id?access_token={token}"
    found, cursor = [], ""
    while True:
        page = client.session.post(url, json={"limit": 7, "cursor": cursor}).json()
        found += [row["userid"] for row in page["dept_user"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert len(found) == len(set(found)) == 20
