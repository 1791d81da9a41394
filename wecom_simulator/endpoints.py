"""The table of endpoints: path → handler, with its documentation page, rights, and empty fields on failure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from wecom_simulator.limits import Limits
from wecom_simulator.parameters import Parameters
from wecom_simulator.world import World
from wecom_simulator.world.records import Application

Json = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    filename: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Request:
    """One call as its handler sees it. The world's lock is held; everything was checked that all calls share."""

    world: World
    application: Application
    """The app whose token was used; for endpoints without token the main one."""
    query: Parameters
    body: Parameters
    uploads: dict[str, Upload]
    base_url: str
    ip: str
    limits: Limits

    @property
    def now(self) -> float:
        return self.world.clock.now()

    @property
    def at(self) -> int:
        return int(self.now)


Handler = Callable[[Request], Any]
"""Gives the answer's keys; errcode and errmsg are added. bytes are sent as they are (media/get)."""


@dataclass(frozen=True)
class Endpoint:
    path: str
    method: str
    handle: Handler
    docs: str
    rights: str
    """none: no token; app: a valid token; customers: the app must also be in 可调用接口的应用."""
    empty: Json = field(default_factory=dict)
    ok_message: str = "ok"
    reads: bool = False
    """Leaves the world as it was: nothing to save, nothing to tell the pages."""
    exclusive: Callable[[Json], str] | None = None
    """What two calls may not work on at once (45035)."""


ENDPOINTS: dict[str, Endpoint] = {}


def endpoint(
    path: str,
    method: str = "POST",
    *,
    rights: str = "customers",
    empty: Json | None = None,
    ok_message: str = "ok",
    reads: bool = False,
    exclusive: Callable[[Json], str] | None = None,
) -> Callable[[Handler], Handler]:
    """Registers a handler. Its docstring must name the documentation page."""

    def register(handle: Handler) -> Handler:
        found = re.search(r"https://\S+", handle.__doc__ or "")
        if found is None:
            raise TypeError(f"{path} names no documentation page")
        ENDPOINTS[path] = Endpoint(
            path, method, handle, found.group(), rights, empty or {}, ok_message, reads, exclusive
        )
        return handle

    return register
