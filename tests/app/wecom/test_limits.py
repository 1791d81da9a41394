"""How often WeCom is called, whatever number of processes we run."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
import redis

from app import config
from app.config import Settings
from app.valkey import connect
from app.wecom.calls import mass_messages, messages, robot, welcome
from app.wecom.client import WeCom, built_from
from app.wecom.errors import TryLater
from app.wecom.limits import ALL_TOGETHER, EVERY_API, OF_API, HeldBack, Limit, Limiter
from tests.app.wecom.qyapi import Qyapi

HUNDRED = Limit(1_000, timedelta(seconds=2), 100, date(2026, 11, 22), "test")


def limiter_of(valkey: "redis.Redis", *limits: Limit, corp_id: str = "ww1") -> Limiter:
    return Limiter(lambda: valkey, corp_id=corp_id, every_api=limits, of_api={}, all_together=())


def granted(limiter: Limiter, api: str = "user/get") -> bool:
    try:
        with limiter.running(api):
            return True
    except HeldBack:
        return False


def test_a_burst_goes_at_once_and_the_rest_waits(valkey: "redis.Redis") -> None:
    limiter = limiter_of(valkey, Limit(20, timedelta(hours=1), 5, date(2026, 11, 22), "test"))
    assert [granted(limiter) for _ in range(7)] == [True] * 5 + [False] * 2
    with pytest.raises(HeldBack) as caught, limiter.running("user/get"):
        pass
    assert timedelta(minutes=3) < caught.value.retry_after <= timedelta(minutes=4)
    assert granted(limiter, "department/list"), "each API has its own limit"


def test_many_workers_share_one_limit_and_use_it(valkey: "redis.Redis", valkey_url: str) -> None:
    """Sabotage: a bucket per process lets sixteen times as many through."""
    limit = Limit(200, timedelta(seconds=2), 20, date(2026, 11, 22), "test")

    def work(_: int) -> int:
        own = connect(valkey_url)
        limiter = limiter_of(own, limit)
        done, end = 0, time.monotonic() + 1.0
        while time.monotonic() < end:
            if granted(limiter):
                done += 1
            else:
                time.sleep(0.005)
        own.close()
        return done

    begun = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        total = sum(pool.map(work, range(16)))
    seconds = time.monotonic() - begun
    print(f"limiter: {total} of at most {20 + 90 * seconds:.0f} calls in {seconds:.2f} s by 16 workers")
    assert 20 < total <= 20 + 90 * seconds + 1


def test_no_window_ever_holds_more_than_wecom_allows() -> None:
    for limit in (*ALL_TOGETHER, *EVERY_API, *(each for limits in OF_API.values() for each in limits)):
        in_any_window = limit.burst + limit.per_millisecond * limit.per.total_seconds() * 1000
        assert in_any_window <= limit.count * 1.000001
        assert limit.source.startswith("https://")


def test_45009_stops_that_api_for_its_window_and_nothing_else(
    client: WeCom, qyapi: Qyapi, app_settings: Settings, valkey: "redis.Redis"
) -> None:
    qyapi.answers("externalcontact/get", {"errcode": 45009, "errmsg": "api freq out of limit"}, {"errcode": 0})
    with pytest.raises(TryLater) as caught:
        client.call("externalcontact/get")
    assert caught.value.retry_after == timedelta(minutes=1)
    for another_process in (client, built_from(app_settings)):
        with pytest.raises(TryLater):
            another_process.call("externalcontact/get")
    assert qyapi.count("externalcontact/get") == 1
    client.call("department/list")
    built_from(replace(app_settings, wecom_corp_id="wwother")).call("externalcontact/get")


def test_an_administrator_can_end_a_block(client: WeCom, qyapi: Qyapi) -> None:
    qyapi.answers("externalcontact/get", {"errcode": 45009, "errmsg": "api freq out of limit"}, {"errcode": 0})
    with pytest.raises(TryLater):
        client.call("externalcontact/get")
    client.limiter.reopen("externalcontact/get")
    client.call("externalcontact/get")


def test_all_apis_together_share_the_limit_of_the_calling_address(valkey: "redis.Redis") -> None:
    together = (Limit(20, timedelta(hours=1), 3, date(2026, 11, 22), "test"),)
    limiter = Limiter(lambda: valkey, corp_id="ww1", every_api=(HUNDRED,), of_api={}, all_together=together)
    assert [granted(limiter, api) for api in ("a", "b", "c", "d")] == [True, True, True, False]


def test_a_block_that_goes_on_is_waited_for_longer(valkey: "redis.Redis") -> None:
    """45009 does not say whether the minute or the hour was full."""
    limiter = limiter_of(valkey, HUNDRED)
    waits = []
    for _ in range(4):
        waits.append(limiter.learn("user/get", 45009))
        assert not granted(limiter)
        valkey.delete("wecom:{ww1}:limit:user/get::closed")
    assert waits == [timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1), timedelta(hours=1)]


def test_calls_on_their_way_do_not_lengthen_the_block(valkey: "redis.Redis") -> None:
    limiter = limiter_of(valkey, HUNDRED)
    for _ in range(10):
        assert (limiter.learn("user/get", 45009) or timedelta()) <= timedelta(minutes=1)


def test_45033_halves_the_calls_running_at_once(valkey: "redis.Redis") -> None:
    limiter = limiter_of(valkey, HUNDRED)
    running = [limiter.running("user/get") for _ in range(8)]
    for each in running:
        each.__enter__()
    wait = limiter.learn("user/get", 45033)
    assert wait is not None
    assert timedelta(seconds=1) <= wait <= timedelta(seconds=5)
    for each in running:
        each.__exit__(None, None, None)
    again = [limiter.running("user/get") for _ in range(4)]
    for each in again:
        each.__enter__()
    assert not granted(limiter)
    again[0].__exit__(None, None, None)
    assert granted(limiter)
    for each in again[1:]:
        each.__exit__(None, None, None)


def test_a_call_whose_process_died_counts_only_as_long_as_it_could_have_run(valkey: "redis.Redis") -> None:
    """After 45033 a few dead calls would keep everybody out. Sabotage: one lease of 90 s for all."""
    limiter = limiter_of(valkey, HUNDRED)
    dead = limiter.running("user/get", lasts=timedelta(milliseconds=200))
    dead.__enter__()
    limiter.learn("user/get", 45033)
    assert not granted(limiter)
    deadline = time.monotonic() + 5
    while not granted(limiter):
        assert time.monotonic() < deadline


def test_without_redis_nothing_is_sent(app_settings: Settings, client: WeCom, qyapi: Qyapi, cleared: type) -> None:
    """Sabotage: a limiter that fails open sends here."""
    client.call("department/list")  # the token is known in this process
    calls = len(qyapi.calls)
    config.configure(replace(app_settings, redis_url="redis://127.0.0.1:1/0"))
    sends: list[Callable[[WeCom], object]] = [
        lambda sender: welcome.send_welcome_msg(sender, "code", cleared()),
        lambda sender: mass_messages.add_msg_template(
            sender, cleared(), sender="zhang", external_user_ids=["wm1"]
        ),
        lambda sender: messages.send_text(sender, ["zhang"], cleared()),
        lambda sender: robot.send_text(sender, "key", cleared()),
    ]
    for sender in (client, client.for_a_person()):
        for send in sends:
            with pytest.raises(TryLater) as caught:
                send(sender)
            assert caught.value.retry_after == timedelta(seconds=5)
    assert len(qyapi.calls) == calls


def test_a_member_is_not_sent_more_than_wecom_would_deliver(client: WeCom, qyapi: Qyapi, cleared: type) -> None:
    """Beyond 30 a minute to a member WeCom answers ok and drops the message."""
    client.patience = timedelta()
    for _ in range(10):
        messages.send_text(client, ["zhang", "LI"], cleared())
    with pytest.raises(TryLater):
        messages.send_text(client, ["wang", "zhang"], cleared())
    messages.send_text(client, ["wang"], cleared())
    assert qyapi.count("message/send") == 11
    assert qyapi.calls[1].json["touser"] == "zhang|li"


def test_a_short_wait_is_waited_for(valkey: "redis.Redis", app_settings: Settings, qyapi: Qyapi) -> None:
    client = built_from(app_settings)
    client.limiter = limiter_of(valkey, Limit(21, timedelta(seconds=1), 1, date(2026, 11, 22), "test"))
    for _ in range(3):
        client.call("department/list")
    assert qyapi.count("department/list") == 3


def test_a_redis_that_hangs_costs_one_wait_and_not_one_per_call() -> None:
    """Sabotage: without the rest each call waits for the time-out of its own."""
    asked = 0

    def hanging() -> "redis.Redis":
        nonlocal asked
        asked += 1
        raise redis.exceptions.TimeoutError("no answer in 5 s")

    limiter = Limiter(hanging, corp_id="ww1")
    for _ in range(10):
        with limiter.running("user/get", person_waits=True):
            pass
        with pytest.raises(TryLater), limiter.running("message/send"):
            pass
    assert asked == 1
