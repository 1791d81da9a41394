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
