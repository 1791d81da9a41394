import requests

from tests.wecom_simulator.speaking import CORP_ID, SECRET


def gettoken(client, secret=SECRET, corp_id=CORP_ID):
    return client.raw("gettoken", {"corpid": corp_id, "corpsecret": secret})


def test_the_same_token_comes_back_while_it_is_valid(simulator, client):
    first = gettoken(client)
    simulator.clock.advance(3600)
    second = gettoken(client)
    assert first["access_token"] == second["access_token"]
    assert first["expires_in"] == 7200
    assert 3590 <= second["expires_in"] <= 3600


def test_an_expired_token_says_42001_and_a_new_one_is_given(simulator, client):
    old = client.token
    simulator.clock.advance(7201)
    assert client.raw("user/get", {"access_token": old, "userid": "lin"})["errcode"] == 42001
    assert gettoken(client)["access_token"] != old


def test_a_token_outside_the_query_does_not_count(simulator, client):
    url = f"{simulator.url}/cgi-bin/user/get?userid=lin"
    by_header = requests.get(url, headers={"Authorization": f"Bearer {client.token}"})
    assert by_header.json()["errcode"] == 41001
    by_body = requests.post(f"{simulator.url}/cgi-bin/externalcontact/remark", json={"access_token": client.token})
    assert by_body.status_code == 200
    assert by_body.json()["errcode"] == 41001


def test_each_app_has_its_own_token(client):
    assert gettoken(client)["access_token"] != gettoken(client, "sync-secret")["access_token"]


def test_wrong_secrets_ban_the_address_for_an_hour(simulator, client):
    """Who loops on 40001 locks himself out, right secret or not."""
    codes = [gettoken(client, "wrong")["errcode"] for _ in range(simulator.switches.bad_secrets_before_ban)]
    assert set(codes) == {40001}
    assert gettoken(client)["errcode"] == 45009
    simulator.clock.advance(3601)
    assert gettoken(client)["errcode"] == 0


def test_another_corp_id_is_refused(client):
    assert gettoken(client, corp_id="wwother")["errcode"] == 40013


def test_corp_ticket_and_app_ticket_differ_and_stay(simulator, client):
    corp = client.get("get_jsapi_ticket")["ticket"]
    agent = client.get("ticket/get", type="agent_config")["ticket"]
    assert corp != agent
    assert client.get("ticket/get", type="agent_config")["ticket"] == agent
    simulator.clock.advance(7100)
    assert client.get("get_jsapi_ticket")["ticket"] == corp


def test_the_app_ticket_is_given_100_times_an_hour(simulator, client):
    codes = [client.get("ticket/get", type="agent_config")["errcode"] for _ in range(101)]
    assert codes == [0] * 100 + [45009]
    simulator.clock.advance(3601)
    assert client.raw("gettoken", {"corpid": CORP_ID, "corpsecret": SECRET})["errcode"] == 0


def test_a_failed_list_has_its_empty_field(client):
    answer = client.raw("externalcontact/get_follow_user_list", {"access_token": "nonsense"})
    assert answer == {"errcode": 40014, "errmsg": "invalid access_token", "follow_user": []}


def test_an_untrusted_address_is_refused(simulator, client):
    token = client.token
    simulator.switches.trusted_ips = "10.0.0.1"
    answer = client.raw("user/get", {"access_token": token, "userid": "lin"})
    assert answer["errcode"] == 60020
    assert "from ip: 127.0.0.1" in answer["errmsg"]


def test_an_unknown_path_is_named_in_the_answer(client):
    answer = client.get("externalcontact/nonsense")
    assert answer["errcode"] != 0
    assert "externalcontact/nonsense" in answer["errmsg"]


def test_the_wrong_method_is_refused(client):
    assert client.get("externalcontact/remark")["errcode"] == 43002


def test_a_body_that_is_no_json_object_is_refused(simulator, client):
    url = f"{simulator.url}/cgi-bin/externalcontact/remark?access_token={client.token}"
    assert requests.post(url, data=b"{broken").json()["errcode"] == 40058
    assert requests.post(url, data=b"[1]").json()["errcode"] == 40058
    assert requests.post(url, data=b"").json()["errcode"] == 40063


def test_chinese_is_not_escaped(simulator, client):
    url = f"{simulator.url}/cgi-bin/user/get?access_token={client.token}&userid=lin"
    assert "林晓".encode() in requests.get(url).content


def test_the_limit_of_one_api_blocks_for_its_window(simulator, client):
    from wecom_simulator.limits import Limit

    simulator.limits.set("user/get", Limit(2, 60))
    assert [client.get("user/get", userid="lin")["errcode"] for _ in range(3)] == [0, 0, 45009]
    simulator.clock.advance(59)
    assert client.get("user/get", userid="lin")["errcode"] == 45009
    simulator.clock.advance(2)
    assert client.get("user/get", userid="lin")["errcode"] == 0
