"""The life of our rules in WeCom: made, changed, repaired, removed; and what other hands made is left alone."""

from datetime import timedelta

from tests.app.interception.conftest import clock_strikes, names_in, rules_in

ADD, UPDATE, DELETE = (f"externalcontact/{act}_intercept_rule" for act in ("add", "update", "del"))


def writes(simulator) -> int:
    return sum(simulator.calls.count(path) for path in (ADD, UPDATE, DELETE))


def test_a_new_installation_only_shows_what_it_would_do(simulator, publish, desk):
    publish("全网最低价", {"text": "加微信领券", "action": "warn"})
    shown = desk.check()
    assert not shown["is_on"]
    assert [(step["act"], step["added_words"]) for step in shown["steps"]] == [
        ("create", ["全网最低价"]),
        ("create", ["加微信领券"]),
    ]
    assert shown["counts"] == {"only_ours": 2, "only_wecom": 0, "different": 0}
    assert writes(simulator) == 0


def test_turned_on_it_follows_each_publication(simulator, publish, desk, run_jobs, clock):
    publish("全网最低价", "国家级品质", {"text": "加微信领券", "action": "warn", "category": "industry"})
    shown = desk.choose(is_on=True)
    assert rules_in(simulator) == {
        "导购台·广告法·拦": ["全网最低价", "国家级品质"],
        "导购台·行业违规·警": ["加微信领券"],
    }
    assert shown["steps"] == []
    assert shown["counts"] == {"only_ours": 0, "only_wecom": 0, "different": 0}

    publish("全网最低价", "史上最低价", {"text": "加微信领券", "action": "block", "category": "industry"})
    clock_strikes("interception.follow", run_jobs)
    assert rules_in(simulator) == {
        "导购台·广告法·拦": ["全网最低价", "史上最低价"],
        "导购台·行业违规·拦": ["加微信领券"],
    }
    assert desk.look()["carried_version"] == 2


def test_nothing_is_asked_when_nothing_is_new(simulator, publish, desk, run_jobs):
    publish("全网最低价")
    desk.choose(is_on=True)
    simulator.calls.clear()
    clock_strikes("interception.follow", run_jobs)
    assert len(simulator.calls) == 0


def test_a_word_less_in_a_long_list_is_one_small_call(simulator, publish, desk, run_jobs):
    """Seven hundred words are three rules; the two that did not change are not written again."""
    words = [f"不许说第{number}句" for number in range(700)]
    publish(*words)
    desk.choose(is_on=True)
    assert sorted(map(len, all_rules(simulator))) == [100, 300, 300]
    simulator.calls.clear()
    publish(*words[:350], *words[351:])
    clock_strikes("interception.follow", run_jobs)
    assert (simulator.calls.count(ADD), simulator.calls.count(UPDATE), simulator.calls.count(DELETE)) == (0, 1, 0)
    assert set().union(*all_rules(simulator)) == set(words) - {words[350]}


def all_rules(simulator) -> list[list[str]]:
    with simulator.world.lock:
        return [rule.words for rule in simulator.world.state.intercept_rules.values() if not rule.deleted]


def test_an_entry_that_ends_leaves_wecom_the_next_day(simulator, publish, desk, run_jobs, clock):
    publish("全网最低价", {"text": "双十一最后一天", "valid_until": "2026-11-20"})
    desk.choose(is_on=True)
    assert rules_in(simulator) == {"导购台·广告法·拦": ["全网最低价", "双十一最后一天"]}
    clock(timedelta(days=1))
    clock_strikes("interception.follow", run_jobs)
    assert rules_in(simulator) == {"导购台·广告法·拦": ["全网最低价"]}


def test_a_list_without_words_for_wecom_leaves_no_rule(simulator, publish, desk, run_jobs):
    publish("全网最低价")
    desk.choose(is_on=True)
    publish({"text": "最", "action": "record"})
    clock_strikes("interception.follow", run_jobs)
    assert rules_in(simulator) == {}


def test_what_was_changed_by_hand_is_shown_and_then_repaired(simulator, publish, desk, run_jobs):
    publish("全网最低价", "国家级品质")
    desk.choose(is_on=True)
    simulator.world.admin_edits_word_rule(*names_in(simulator), words=["全网最低价", "别家"], blocks=False)
    shown = desk.check()
    assert shown["rules"][0]["is_changed_by_hand"]
    assert shown["steps"][0]["act"] == "update"
    assert (shown["steps"][0]["added_words"], shown["steps"][0]["removed_words"]) == (["国家级品质"], ["别家"])
    assert shown["steps"][0]["changes"] == ["做法"]
    assert desk.words("only_ours") == ["国家级品质"]
    assert desk.words("only_wecom") == ["别家"]
    assert desk.words("different") == ["全网最低价"]
    assert rules_in(simulator) == {"导购台·广告法·拦": ["全网最低价", "别家"]}, "a look writes nothing"
    clock_strikes("interception.nightly", run_jobs)
    assert rules_in(simulator) == {"导购台·广告法·拦": ["全网最低价", "国家级品质"]}
    assert desk.look()["steps"] == []


def test_a_rule_deleted_by_hand_comes_back_under_its_name(simulator, publish, desk):
    publish("全网最低价")
    desk.choose(is_on=True)
    simulator.world.admin_deletes_word_rule(*names_in(simulator))
    shown = desk.check()
    assert shown["rules"][0]["state"] == "missing"
    assert desk.words("only_ours") == ["全网最低价"]
    desk.update()
    assert rules_in(simulator) == {"导购台·广告法·拦": ["全网最低价"]}


def test_a_person_may_write_once_while_it_is_off(simulator, publish, desk, run_jobs):
    publish("全网最低价")
    desk.check()
    assert desk.update()["steps"] == []
    assert rules_in(simulator) == {"导购台·广告法·拦": ["全网最低价"]}
    publish("史上最低价")
    clock_strikes("interception.follow", run_jobs)
    clock_strikes("interception.nightly", run_jobs)
    assert rules_in(simulator) == {"导购台·广告法·拦": ["全网最低价"]}


def test_only_what_the_person_saw_is_written(simulator, publish, desk, run_jobs):
    """The list changes between the look and the press, and between the press and the writing."""
    publish("全网最低价")
    seen = desk.check()["fingerprint"]
    publish("史上最低价")
    answer = desk.browser.post("/api/interception/updates", json={"fingerprint": seen})
    assert (answer.status_code, answer.json["code"]) == (409, "plan_changed")
    seen = desk.look()["fingerprint"]
    assert desk.browser.post("/api/interception/updates", json={"fingerprint": seen}).status_code == 202
    publish("国家级品质")
    run_jobs()
    assert rules_in(simulator) == {}
    assert "又有变化" in desk.look()["runs"][0]["error"]


def test_other_peoples_rules_are_counted_and_never_touched(simulator, publish, desk):
    simulator.world.admin_adds_word_rule("店长手工建的", ["全网最低价", "老板娘"])
    simulator.world.admin_adds_word_rule("导购台·从前", ["旧词"])
    publish("全网最低价")
    shown = desk.choose(is_on=True)
    assert rules_in(simulator)["店长手工建的"] == ["全网最低价", "老板娘"]
    assert rules_in(simulator)["导购台·从前"] == ["旧词"]
    assert [(each["name"], each["words"], each["looks_ours"]) for each in shown["others"]] == [
        ("店长手工建的", 2, False),
        ("导购台·从前", 1, True),
    ]
    assert shown["quota"] | {"wanted_words": 1} == shown["quota"]
    assert (shown["quota"]["ours"], shown["quota"]["others"]) == (1, 2)
    assert desk.words("only_wecom") == ["旧词", "老板娘"]


def test_turning_it_off_leaves_the_rules_until_somebody_wants_them_gone(simulator, publish, desk, run_jobs):
    simulator.world.admin_adds_word_rule("店长手工建的", ["老板娘"])
    publish("全网最低价")
    desk.choose(is_on=True)
    refused = desk.browser.post("/api/interception/removals")
    assert (refused.status_code, refused.json["code"]) == (409, "still_on")
    desk.choose(is_on=False)
    assert "导购台·广告法·拦" in rules_in(simulator)
    assert desk.browser.post("/api/interception/removals").status_code == 202
    run_jobs()
    assert rules_in(simulator) == {"店长手工建的": ["老板娘"]}


def test_a_stores_own_words_bind_that_store_alone(simulator, publish, desk):
    publish("全网最低价", {"text": "隔壁专柜", "scope": {"store": ["21"]}})
    desk.choose(is_on=True)
    with simulator.world.lock:
        ranges = {tuple(rule.words): rule.departments for rule in simulator.world.state.intercept_rules.values()}
    assert ranges == {("全网最低价",): [1], ("隔壁专柜",): [21]}


def test_wecoms_own_classes_ride_on_a_rule_with_words(simulator, publish, desk):
    publish("全网最低价", {"text": "phone", "kind": "rule", "category": "industry"})
    shown = desk.choose(is_on=True, semantics=[3])
    with simulator.world.lock:
        (rule,) = simulator.world.state.intercept_rules.values()
    assert rule.semantics == [1, 3]
    assert [(each["is_chosen"], each["is_from_list"]) for each in shown["classes"]] == [
        (False, True),
        (False, False),
        (True, False),
    ]
    desk.choose(is_on=True)
    assert rule.semantics == [1]


def test_a_risk_that_a_person_accepts_warns_and_never_blocks(simulator, publish, desk):
    publish({"text": "最便宜的", "negation": True})
    assert [each["is_accepted"] for each in desk.look()["left_out"]] == [True], "a new installation takes this one"
    shown = desk.choose(is_on=True)
    assert rules_in(simulator) == {}
    assert [(each["reason"], each["count"], each["is_acceptable"]) for each in shown["left_out"]] == [
        ("negation", 1, True)
    ]
    desk.choose(is_on=True, accepted=["negation"])
    with simulator.world.lock:
        (rule,) = simulator.world.state.intercept_rules.values()
    assert (rule.words, rule.intercept_type) == (["最便宜的"], 2)
