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
        ({"applicable_range": {"department_list": [12] * 1001}}, 41076),
        ({"applicable_range": {"department_list": [999]}}, 40066),
        ({"applicable_range": {"user_list": ["nobody"]}}, 40031),
        ({"word_list": [" "]}, 41083),
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


def test_a_word_that_is_refused_refuses_its_whole_rule(client, simulator):
    simulator.switches.intercept_refused_words = "坏词, 更坏的词"
    assert add(client, word_list=["好词", "坏词"])["errcode"] == 41083
    assert add(client, word_list=["好词", "坏词们"])["errcode"] == 0


def test_the_longest_word_is_a_switch_because_the_pages_differ(client, simulator):
    simulator.switches.intercept_word_chars = 30
    assert add(client, word_list=["一" * 31])["errcode"] == 41083
    assert add(client, word_list=["一" * 30])["errcode"] == 0


def test_rules_made_by_hand_count_and_can_only_be_read(client, simulator):
    rule_id = simulator.world.admin_adds_word_rule("手工", ["甲"])["rule_id"]
    assert get(client, rule_id)["rule"]["word_list"] == ["甲"]
    assert add(client, rule_name="手工")["errcode"] == 41077
    for path in ("update_intercept_rule", "del_intercept_rule"):
        assert client.post(f"externalcontact/{path}", {"rule_id": rule_id})["errcode"] == 48002
    for number in range(99):
        add(client, rule_name=f"规则{number}")
    assert add(client, rule_name="第101条")["errcode"] == 41069


def test_an_admin_may_change_and_delete_what_the_app_made(client, simulator):
    rule_id = add(client)["rule_id"]
    simulator.world.admin_edits_word_rule("价格承诺", words=["换了"], new_name="改名", blocks=False)
    rule = get(client, rule_id)["rule"]
    assert (rule["rule_name"], rule["word_list"], rule["intercept_type"]) == ("改名", ["换了"], 2)
    simulator.world.admin_deletes_word_rule("改名")
    assert get(client, rule_id)["errcode"] == 41071


def test_a_range_never_becomes_empty(client):
    rule_id = add(client)["rule_id"]
    body = {"rule_id": rule_id, "remove_applicable_range": {"user_list": ["lin"], "department_list": [12]}}
    assert client.post("externalcontact/update_intercept_rule", body)["errcode"] == 41076
    assert get(client, rule_id)["rule"]["applicable_range"] == {"user_list": ["lin"], "department_list": [12]}


def test_a_new_rule_may_be_listed_late(client, simulator):
    simulator.switches.intercept_list_lag_seconds = 30
    rule_id = add(client)["rule_id"]
    assert client.get("externalcontact/get_intercept_rule_list")["rule_list"] == []
    assert get(client, rule_id)["errcode"] == 0
    simulator.clock.advance(31)
    assert len(client.get("externalcontact/get_intercept_rule_list")["rule_list"]) == 1
