"""Two WeComs for these tests: a bare server for raw faults, and a client that speaks to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
import redis

from app.config import Settings
from app.wecom.cleared import Cleared
from app.wecom.client import WeCom, built_from
from tests.app.wecom.qyapi import Qyapi
from wecom_simulator import Simulator


@dataclass(frozen=True)
class ClearedForTests(Cleared):
    """Stands for what only the outbound package makes."""

    text: str = "您好，欢迎光临"
    attachments: Sequence[Mapping[str, Any]] = ()


@pytest.fixture
def cleared() -> type[ClearedForTests]:
    return ClearedForTests


@pytest.fixture
def qyapi() -> Iterator[Qyapi]:
    server = Qyapi()
    yield server
    server.stop()


@pytest.fixture
def app_settings(settings: Settings, qyapi: Qyapi) -> Settings:
    return replace(settings, wecom_api_base_url=qyapi.url)


@pytest.fixture
def client(app_settings: Settings, valkey: "redis.Redis") -> WeCom:
    return built_from(app_settings)


@pytest.fixture
def shop(settings: Settings) -> Iterator[Simulator]:
    """The simulated WeCom with the shop 云裳服饰 in it."""
    with Simulator(
        corp_id=settings.wecom_corp_id,
        agent_id=settings.wecom_agent_id,
        agent_secret=settings.wecom_agent_secret,
    ) as simulator:
        simulator.seed_shop()
        yield simulator


@pytest.fixture
def shop_client(shop: Simulator, settings: Settings, valkey: "redis.Redis") -> WeCom:
    return built_from(replace(settings, wecom_api_base_url=shop.url))
