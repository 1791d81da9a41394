"""The Redis or Valkey server: doorbells, locks and caches. Nothing whose only copy is here may matter."""

import os

import redis

from app.config import settings

_client: "redis.Redis | None" = None
_url: str | None = None


def valkey() -> "redis.Redis":
    """This process's client: short time-outs, because nobody may wait for a cache. Values are bytes."""
    global _client, _url
    url = settings().redis_url
    if _client is None or _url != url:
        _client, _url = connect(url), url
    return _client


def connect(url: str) -> "redis.Redis":
    """
    :param url: `redis://host:port/db` or `unix:///path/to.sock`.
    """
    return redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=5, health_check_interval=30)


def _forget_inherited_client() -> None:
    global _client
    _client = None


os.register_at_fork(after_in_child=_forget_inherited_client)
