"""What WeCom answers, or does not: no rule twice, no word lost, and a sentence for who looks at the page."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from app import db, outbox
from app.outbox import Job, JobState
from tests.app.interception.conftest import clock_strikes, names_in, only_members_are_visible, rules_in
from wecom_simulator import Answer, Delay, Http, Reset, Truncated

ADD, UPDATE, DELETE = (f"externalcontact/{act}_intercept_rule" for act in ("add", "update", "del"))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def time_passes(clock, run_jobs) -> Callable[[], None]:
    """An hour, looked at every minute, as the relay does: the dead are found, what waited is run."""

    def passed() -> None:
        for _ in range(60):
            clock(MINUTE)
            with db.transaction() as session:
                outbox.actions.take_back_silent(session)
            run_jobs()

    return passed


@pytest.mark.parametrize(
    "fault", [Reset(after_effect=True), Answer(-1, after_effect=True), Truncated(), Http(502)]
)
def test_a_rule_without_an_answer_is_looked_for_by_name_before_it_is_asked_for_again(
    simulator, publish, desk, time_passes, fault
):
    publish("全网最低价", "国家级品质")
    simulator.script[ADD] = [fault]
    desk.choose(is_on=True)
    assert desk.look()["rules"][0]["state"] == "unknown"
    assert simulator.calls.count(ADD) == 1, "not again before a minute has passed"
    time_passes()
    assert rules_in(simulator) == {"导购台·广告法·拦": ["全网最低价", "国家级品质"]}
    assert len(names_in(simulator)) == 1
    made_at_once = getattr(fault, "after_effect", False)
    assert simulator.calls.count(ADD) == (1 if made_at_once else 2)
    assert desk.look()["steps"] == []


@pytest.mark.parametrize("lag", [30, 90])
def test_a_rule_that_wecom_lists_late_is_waited_for(simulator, publish, desk, time_passes, lag):
    """Sabotage: let `record_look` take what is not listed for missing at once."""
    publish("全网最低价")
    simulator.switches.intercept_list_lag_seconds = lag
    simulator.script[ADD] = [Reset(after_effect=True)]
    desk.choose(is_on=True)
    time_passes()
    assert len(names_in(simulator)) == 1
    assert desk.look()["steps"] == []
    assert desk.look()["others"] == []


def test_a_rule_that_is_not_listed_yet_is_not_believed_gone(simulator, publish, desk):
    publish("全网最低价")
    simulator.switches.intercept_list_lag_seconds = 3600
    desk.choose(is_on=True)
    shown = desk.check()
    assert (shown["rules"][0]["state"], shown["steps"]) == ("live", [])


class Died(BaseException):
    """The process is gone: no handler of ours may notice."""


@contextmanager
def death_when(simulator, happened: Callable[[], bool]) -> Iterator[None]:
    """This thread dies as soon as WeCom has done it, while it waits for the answer."""

    def die(_signal: int, _frame: object) -> None:
        raise Died

    def watch() -> None:
        with simulator.world.changed_condition:
            if simulator.world.changed_condition.wait_for(happened, timeout=20):
                os.kill(os.getpid(), signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, die)
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with pytest.raises(Died):
            yield
    finally:
        watcher.join()
        signal.signal(signal.SIGUSR1, before)


def alive(simulator) -> list:
    return [rule for rule in simulator.world.state.intercept_rules.values() if not rule.deleted]


def test_dead_after_wecom_made_it_the_next_run_finds_it(simulator, publish, desk, time_passes):
    """Sabotage: let `record_look` find rules by id only."""
    publish("全网最低价", {"text": "加微信领券", "action": "warn"})
    simulator.script[ADD] = [Delay(20)]
    with death_when(simulator, lambda: len(alive(simulator)) == 1):
        desk.choose(is_on=True)
    time_passes()
    assert rules_in(simulator) == {"导购台·广告法·拦": ["全网最低价"], "导购台·广告法·警": ["加微信领券"]}
    assert simulator.calls.count(ADD) == 1, "the other rule; the call that nobody waits for is not over"
    assert desk.look()["steps"] == []


def test_dead_after_wecom_changed_it_the_next_run_sees_it(simulator, publish, desk, run_jobs, time_passes):
    publish("全网最低价")
    desk.choose(is_on=True)
    publish("史上最低价")
    simulator.script[UPDATE] = [Delay(20)]
    with death_when(simulator, lambda: alive(simulator)[0].words == ["史上最低价"]):
        clock_strikes("interception.follow", run_jobs)
    time_passes()
    assert rules_in(simulator) == {"导购台·广告法·拦": ["史上最低价"]}
    assert simulator.calls.count(UPDATE) == 0, "once was enough"


def test_dead_after_wecom_deleted_it_nobody_misses_it(simulator, publish, desk, run_jobs, time_passes):
    publish("全网最低价", {"text": "加微信领券", "action": "warn"})
    desk.choose(is_on=True)
    publish("全网最低价")
    simulator.script[DELETE] = [Delay(20)]
    with death_when(simulator, lambda: len(alive(simulator)) == 1):
        clock_strikes("interception.follow", run_jobs)
    time_passes()
    assert rules_in(simulator) == {"导购台·广告法·拦": ["全网最低价"]}
    assert (simulator.calls.count(DELETE), len(desk.look()["rules"])) == (0, 1)


@pytest.mark.parametrize("after", range(8))
@pytest.mark.parametrize("fault", [Reset(), Reset(after_effect=True)])
def test_whichever_call_breaks_the_end_is_the_same(simulator, publish, desk, run_jobs, time_passes, after, fault):
    """A change that updates, creates and deletes: token aside, its calls break one after the other."""
    simulator.world.admin_adds_word_rule("店长手工建的", ["老板娘"])
    publish("全网最低价", {"text": "加微信领券", "action": "warn"})
    desk.choose(is_on=True)
    publish("史上最低价", {"text": "私下交易", "category": "industry"})
    simulator.script["*"] = [*[Delay(0)] * after, fault]
    clock_strikes("interception.follow", run_jobs)
    time_passes()
    assert rules_in(simulator) == {
        "店长手工建的": ["老板娘"],
        "导购台·广告法·拦": ["史上最低价"],
        "导购台·行业违规·拦": ["私下交易"],
    }
    assert len(names_in(simulator)) == 3
    assert desk.look()["steps"] == []


def test_a_rate_limit_is_waited_out(simulator, publish, desk, time_passes, valkey):
    publish("全网最低价")
    simulator.script[ADD] = [Answer(45009)]
    desk.choose(is_on=True)
    run = desk.look()["runs"][0]
    assert (run["state"], run["error"]) == ("open", "调用企业微信的次数超过了频率限制，请稍后再试。")
    valkey.flushdb()  # its clock goes on by itself: the limiter has waited its minute
    time_passes()
    assert rules_in(simulator) == {"导购台·广告法·拦": ["全网最低价"]}
    assert desk.look()["runs"][0]["state"] == "done"


def test_a_name_that_somebody_took_in_between_is_left_to_them(simulator, publish, desk):
    publish("全网最低价")
    simulator.script[ADD] = [Answer(41077)]
    desk.choose(is_on=True)
    asked = [call.body["rule_name"] for call in simulator.calls.to(ADD)]
    assert len(set(asked)) == 2
    assert rules_in(simulator) == {"导购台·广告法·拦": ["全网最低价"]}


def test_a_corp_that_is_full_of_other_rules_is_said_and_nothing_is_tried(simulator, publish, desk):
    for number in range(100):
        simulator.world.admin_adds_word_rule(f"手工{number}", ["甲"])
    publish("全网最低价")
    shown = desk.choose(is_on=True)
    assert simulator.calls.count(ADD) == 0
    assert [(each["reason"], each["count"]) for each in shown["left_out"]] == [("no_room", 1)]
    listed = desk.browser.get("/api/interception/left-out").json["items"]
    assert (listed[0]["word"], listed[0]["reason_name"]) == ("全网最低价", "放不下了")


def test_a_corp_that_fills_up_meanwhile_stops_the_run_with_a_sentence(simulator, publish, desk, time_passes):
    publish("全网最低价")
    simulator.script[ADD] = [Answer(41069)]
    run = desk.choose(is_on=True)["runs"][0]
    assert (run["state"], run["error"]) == ("failed", "企业微信里最多 100 条敏感词规则。")
    time_passes()
    assert simulator.calls.count(ADD) == 1, "repeating what was refused helps nobody"


def test_after_a_failure_the_clock_tries_again_half_an_hour_later(simulator, publish, desk, run_jobs, clock):
    publish("全网最低价")
    simulator.script[ADD] = [Answer(41069)]
    desk.choose(is_on=True)
    clock(timedelta(minutes=29))
    clock_strikes("interception.follow", run_jobs)
    assert simulator.calls.count(ADD) == 1
    clock(timedelta(minutes=2))
    clock_strikes("interception.follow", run_jobs)
    assert rules_in(simulator) == {"导购台·广告法·拦": ["全网最低价"]}


def test_without_the_right_the_page_says_so_and_no_dead_letter_piles_up(simulator, publish, desk, run_jobs):
    publish("全网最低价")
    for application in simulator.world.state.applications.values():
        application.callable_for_customers = False
    run = desk.choose(is_on=True)["runs"][0]
    assert run["state"] == "failed"
    assert run["error"]
    clock_strikes("interception.nightly", run_jobs)
    with db.transaction() as session:
        assert session.query(Job).filter(Job.state == JobState.DEAD).count() == 0


def test_a_rule_that_is_not_ours_any_more_is_made_anew(simulator, publish, desk, run_jobs):
    """The app was made anew in WeCom: what the old one made can only be read."""
    publish("全网最低价")
    desk.choose(is_on=True)
    for rule in alive(simulator):
        rule.agent_id = "1000099"
    publish("史上最低价")
    clock_strikes("interception.follow", run_jobs)
    assert sorted(rule.words for rule in alive(simulator)) == [["全网最低价"], ["史上最低价"]]
    shown = desk.look()
    assert [each["looks_ours"] for each in shown["others"]] == [True]
    assert shown["steps"] == []


def test_words_that_wecom_refuses_do_not_keep_the_others_out(simulator, publish, desk, run_jobs):
    words = [f"不许说第{number}句" for number in range(300)]
    simulator.switches.intercept_refused_words = f"{words[7]},{words[255]}"
    publish(*words)
    shown = desk.choose(is_on=True)
    (held,) = rules_in(simulator).values()
    assert held == sorted(set(words) - {words[7], words[255]})
    assert simulator.calls.count(ADD) + simulator.calls.count(UPDATE) < 45
    assert [(each["reason"], each["count"]) for each in shown["left_out"]] == [("refused", 2)]
    assert shown["steps"] == []

    simulator.switches.intercept_refused_words = words[7]
    assert desk.browser.delete("/api/interception/refused-words").json == {"words": 2}
    clock_strikes("interception.follow", run_jobs)
    (held,) = rules_in(simulator).values()
    assert held == sorted(set(words) - {words[7]})


def test_a_refused_word_never_costs_a_rule_its_good_words(simulator, publish, desk, run_jobs):
    """Every write on the way holds what was held before and is still wanted."""
    good = [f"不许说第{number}句" for number in range(20)]
    publish(*good)
    desk.choose(is_on=True)
    simulator.switches.intercept_refused_words = "坏词一,坏词二"
    simulator.calls.clear()
    publish(*good[:19], "新词", "坏词一", "坏词二")
    clock_strikes("interception.follow", run_jobs)
    sent = [call.body["word_list"] for call in simulator.calls.to(UPDATE) if "word_list" in call.body]
    assert all(set(good[:19]) <= set(words) for words in sent)
    assert rules_in(simulator) == {"导购台·广告法·拦": sorted([*good[:19], "新词"])}


def test_a_range_larger_than_one_call_takes_several(simulator, publish, desk, people):
    """An app that sees people and no department: everybody is listed by name."""
    publish("全网最低价")
    only_members_are_visible(simulator, 2500)
    desk.choose(is_on=True)
    (rule,) = alive(simulator)
    assert len(rule.users) == 2500
    assert rule.departments == []
    sizes = [len(call.body["applicable_range"]["user_list"]) for call in simulator.calls.to(ADD)]
    sizes += [len(call.body["add_applicable_range"]["user_list"]) for call in simulator.calls.to(UPDATE)]
    assert sizes == [1000, 1000, 500]
    assert desk.look()["steps"] == []
