from urllib.parse import parse_qs, urlsplit

import pytest

from tests.wecom_simulator.speaking import CORP_ID

BACK = "http://127.0.0.1:8000/sidebar/?entry=a%26b"


def authorize(client, cookies=None, **fields):
    query = {
        "appid": CORP_ID,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "s1",
        "agentid": "1000002",
        **fields,
    }
    url = f"{client.simulator.url}/connect/oauth2/authorize"
    return client.session.get(url, params=query, cookies=cookies, allow_redirects=False)


def code_in(answer):
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


@pytest.fixture
def lin():
    return {"simulated_client": "lin"}


def test_the_client_signs_in_silently(client, lin):
    answer = authorize(client, lin)
    target = urlsplit(answer.headers["Location"])
    assert (target.netloc, target.path) == ("127.0.0.1:8000", "/sidebar/")
    assert parse_qs(target.query)["entry"] == ["a&b"]
    assert parse_qs(target.query)["state"] == ["s1"]
    member = client.get("auth/getuserinfo", code=code_in(answer))
    assert (member["userid"], "user_ticket" in member) == ("lin", False)


def test_a_code_works_once_and_five_minutes(simulator, client, lin):
    code = code_in(authorize(client, lin))
    assert client.get("auth/getuserinfo", code=code)["errcode"] == 0
    assert client.get("auth/getuserinfo", code=code)["errcode"] == 42022
    late = code_in(authorize(client, lin))
    simulator.clock.advance(301)
    assert client.get("auth/getuserinfo", code=late)["errcode"] == 42003
    assert client.get("auth/getuserinfo", code="made-up")["errcode"] == 40029


def test_private_scope_gives_a_ticket(client, lin):
    code = code_in(authorize(client, lin, scope="snsapi_privateinfo"))
    ticket = client.get("auth/getuserinfo", code=code)["user_ticket"]
    detail = client.post("auth/getuserdetail", {"user_ticket": ticket})
    assert detail["mobile"].startswith("1380000")
    assert client.post("auth/getuserdetail", {"user_ticket": "made-up"})["errcode"] == 84015


def test_without_a_client_a_page_asks_who(client):
    answer = authorize(client)
    assert answer.status_code == 200
    assert "林晓" in answer.text


@pytest.mark.parametrize(
    "fields", [{"appid": "wwother"}, {"agentid": "7"}, {"redirect_uri": "javascript:1"}, {"scope": "all"}]
)
def test_a_wrong_address_is_explained(client, lin, fields):
    answer = authorize(client, lin, **fields)
    assert answer.status_code == 400
    assert "企业微信打不开这个页面" in answer.text


def test_an_untrusted_domain_is_50001(simulator, client, lin):
    simulator.switches.trusted_domain = "desk.example.com"
    assert "50001" in authorize(client, lin).text


def test_web_login_asks_who_scans(client):
    query = {"login_type": "CorpApp", "appid": CORP_ID, "agentid": "1000002", "redirect_uri": BACK}
    base = client.simulator.url
    page = client.session.get(f"{base}/wwlogin/sso/login", params={**query, "state": "s2"})
    assert "选择哪位成员扫码登录" in page.text
    scan = client.session.get(
        f"{base}/simulator/login/scan", params={**query, "userid": "boss"}, allow_redirects=False
    )
    assert client.get("auth/getuserinfo", code=code_in(scan))["userid"] == "boss"


def test_userids_come_back_in_lower_case(simulator, client):
    simulator.world.admin_creates_member("ZhangSan", "张三", [11])
    code = code_in(authorize(client, {"simulated_client": "ZhangSan"}))
    assert client.get("auth/getuserinfo", code=code)["userid"] == "zhangsan"
