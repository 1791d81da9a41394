import pytest

RULE = {
    "rule_name": "价格承诺",
    "word_list": ["全网最低价"],
    "semantics_list": [1],
    "intercept_type": 1,
    "applicable_range": {"user_list": ["lin"], "department_list": [12]},
}


def add(client, **fields):
    return client.post("externalcontact/add_intercept_rule", {**RULE, **fields})


def get(client, rule_id):
    return client.post("externalcontact/get_intercept_rule", {"rule_id": rule_id})


def test_semantics_move_into_extra_rule_when_read(client):
    rule = get(client, add(client)["rule_id"])["rule"]
    assert rule["extra_rule"] == {"semantics_list": [1]}
    assert "semantics_list" not in rule
    assert rule["applicable_range"] == {"user_list": ["lin"], "department_list": [12]}


def test_an_update_changes_what_is_given(client):
    rule_id = add(client)["rule_id"]
    body = {
        "rule_id": rule_id,
        "word_list": [],
        "extra_rule": {"semantics_list": []},
        "add_applicable_range": {"user_list": ["zhang"]},
        "remove_applicable_range": {"department_list": [12]},
    }
    assert client.post("externalcontact/update_intercept_rule", body)["errcode"] == 0
    rule = get(client, rule_id)["rule"]
    assert rule["word_list"] == ["全网最低价"]
    assert rule["extra_rule"] == {"semantics_list": []}
    assert rule["applicable_range"] == {"user_list": ["lin", "zhang"], "department_list": []}


def test_a_deleted_rule_is_41071_and_leaves_the_list(client):
    rule_id = add(client)["rule_id"]
    assert client.post("externalcontact/del_intercept_rule", {"rule_id": rule_id})["errcode"] == 0
    assert get(client, rule_id)["errcode"] == 41071
    assert client.get("externalcontact/get_intercept_rule_list")["rule_list"] == []
    assert get(client, "nothing")["errcode"] == 41070


@pytest.mark.parametrize(
    ("fields", "errcode"),
    [
        ({"rule_name": "一" * 21}, 40058),
        ({"word_list": ["词"] * 301}, 41068),
        ({"word_list": ["一" * 33]}, 41083),
        ({"word_list": []}, 40058),
        ({"semantics_list": [4]}, 41084),
        ({"applicable_range": {}}, 40058),
        ({"applicable_range": {"user_list": ["u"] * 1001}}, 41076),
        ({"intercept_type": 3}, 40058),
    ],
)
def test_bad_rules_are_refused(client, fields, errcode):
    assert add(client, **fields)["errcode"] == errcode


def test_names_are_unique_and_a_corp_has_100_rules(client):
    assert add(client)["errcode"] == 0
    assert add(client)["errcode"] == 41077
    for number in range(99):
        assert add(client, rule_name=f"规则{number}")["errcode"] == 0
    assert add(client, rule_name="第101条")["errcode"] == 41069
