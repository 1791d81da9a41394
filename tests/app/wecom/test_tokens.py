"""One token for all processes, fetched by one of them, unreadable for who can read Redis."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import redis

from app import clock
from app.config import Settings
from app.wecom.client import WeCom, built_from
from app.wecom.errors import TryLater
from tests.app.wecom.qyapi import Handler, Qyapi, bad_gateway

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def at_once(count: int, clients: list[WeCom]) -> list[str]:
    barrier = Barrier(count)

    def ask(number: int) -> str:
        barrier.wait()
        return clients[number % len(clients)].access_token

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(ask, range(count)))


def test_twenty_at_once_fetch_one_token(qyapi: Qyapi, app_settings: Settings, valkey: "redis.Redis") -> None:
    """Five clients stand for processes: they share Redis alone. Sabotage: without the lock in Redis it is five."""
    clients = [built_from(app_settings) for _ in range(5)]
    assert set(at_once(20, clients)) == {"token-1"}
    assert qyapi.count("gettoken") == 1


def test_twenty_at_once_replace_a_dead_token_once(
    qyapi: Qyapi, app_settings: Settings, valkey: "redis.Redis"
) -> None:
    clients = [built_from(app_settings) for _ in range(5)]
    assert clients[0].access_token == "token-1"
    barrier = Barrier(20)

    def replaced(number: int) -> str:
        client = clients[number % 5]
        barrier.wait()
        return client.tokens.replace("access_token", "token-1", client._fetch_token)

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(replaced, range(20))) == {"token-2"}
    assert qyapi.count("gettoken") == 2


def test_the_token_is_renewed_five_minutes_early_and_the_old_one_serves_meanwhile(
    client: WeCom, qyapi: Qyapi
) -> None:
    with clock.running_at(NOON) as advance:
        assert client.access_token == "token-1"
        advance(timedelta(seconds=7200 - 301))
        assert client.access_token == "token-1"
        advance(timedelta(seconds=2))
        qyapi.answers("gettoken", bad_gateway)
        assert client.access_token == "token-1", "WeCom is down, the old token is still good"
        qyapi.answers("gettoken")
        assert client.access_token == "token-2"


def test_others_go_on_with_the_old_token_while_one_renews_it(
    app_settings: Settings, qyapi: Qyapi, valkey: "redis.Redis"
) -> None:
    first, second = built_from(app_settings), built_from(app_settings)
    seen: list[str] = []

    def renewing(handler: Handler) -> None:
        seen.append(second.access_token)
        handler.give(b'{"errcode":0,"access_token":"renewed","expires_in":7200}')

    with clock.running_at(NOON) as advance:
        assert first.access_token == "token-1"
        advance(timedelta(seconds=7000))
        qyapi.answers("gettoken", renewing)
        assert first.access_token == "renewed"
    assert seen == ["token-1"]
    assert qyapi.count("gettoken") == 2


def test_a_renewal_that_gives_the_old_token_again_does_not_repeat_at_every_call(
    client: WeCom, qyapi: Qyapi
) -> None:
    """WeCom returns the same token within its validity, with less time left."""
    qyapi.answers("gettoken", {"errcode": 0, "access_token": "same", "expires_in": 200})
    with clock.running_at(NOON) as advance:
        for _ in range(50):
            assert client.access_token == "same"
            advance(timedelta(seconds=1))
    assert qyapi.count("gettoken") == 1


def test_redis_holds_neither_the_secret_nor_the_token(
    client: WeCom, app_settings: Settings, valkey: "redis.Redis"
) -> None:
    client.call("department/list")
    names = list(valkey.scan_iter("*"))
    texts = [name for name in names if valkey.type(name) == b"string"]
    dump = b"".join(names) + b"".join(valkey.get(name) or b"" for name in texts)
    assert len(texts) >= 1
    assert b"token-1" not in dump
    for length in (8, 10, 43):
        assert app_settings.wecom_agent_secret[:length].encode() not in dump


def test_apps_of_a_corp_do_not_share_tokens(client: WeCom, qyapi: Qyapi, app_settings: Settings) -> None:
    """wechatpy shares by the first ten characters of the secret, and the expiry among all apps of a corp."""
    same_start = replace(app_settings, wecom_agent_secret=app_settings.wecom_agent_secret + "x")
    other_agent = replace(app_settings, wecom_agent_id="1000003")
    tokens = {client.access_token, built_from(same_start).access_token, built_from(other_agent).access_token}
    assert len(tokens) == 3


def test_tickets_of_corp_and_app_are_different_and_cached(client: WeCom, qyapi: Qyapi) -> None:
    qyapi.answers("get_jsapi_ticket", {"errcode": 0, "ticket": "corp-ticket", "expires_in": 7200})
    qyapi.answers("ticket/get", {"errcode": 0, "ticket": "app-ticket", "expires_in": 7200})
    for _ in range(3):
        assert (client.jsapi_ticket(), client.agent_ticket()) == ("corp-ticket", "app-ticket")
    assert (qyapi.count("get_jsapi_ticket"), qyapi.count("ticket/get")) == (1, 1)
    assert next(call for call in qyapi.calls if call.api == "ticket/get").query["type"] == "agent_config"


def test_a_changed_secret_key_only_costs_a_fetch(client: WeCom, qyapi: Qyapi, app_settings: Settings) -> None:
    assert client.access_token == "token-1"
    assert built_from(replace(app_settings, secret_key="k" * 40)).access_token == "token-2"


def test_without_redis_a_person_still_reads_and_nothing_is_fetched_per_call(
    app_settings: Settings, qyapi: Qyapi
) -> None:
    from app import config

    config.configure(replace(app_settings, redis_url="redis://127.0.0.1:1/0"))
    client = built_from(app_settings)
    for _ in range(3):
        client.for_a_person().call("user/get", query={"userid": "zhang"})
    assert (qyapi.count("user/get"), qyapi.count("gettoken")) == (3, 1)
    with pytest.raises(TryLater):
        client.call("user/get", query={"userid": "zhang"})
    assert qyapi.count("user/get") == 3
