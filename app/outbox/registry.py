"""Which jobs there are: a name, a lane, and how patient to be with each."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import ModuleType
from typing import Any, TypeVar

from sqlalchemy.orm import Session

HandlerT = TypeVar("HandlerT", bound=Callable[..., None])


class Lane(StrEnum):
    """A backlog in one never delays another: each has its own queue and its own workers."""

    URGENT = "urgent"
    """Welcome codes die after 20 s."""
    DEFAULT = "default"
    BULK = "bulk"
    """Mass messages and full syncs."""


class UnknownJob(LookupError):
    """No handler of that name is registered in this process."""


class GiveUp(Exception):
    """Trying again cannot help: a dead letter at once, with this reason for the person who reads it."""


class Postpone(Exception):
    """Not yet: try again after `wait`, without counting it as a failure."""

    def __init__(self, wait: timedelta, reason: str = "") -> None:
        super().__init__(reason or f"postponed by {wait}")
        self.wait = wait


DEFAULT_ATTEMPTS = 5

BACK_OFF = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
"""Wait after the first, second, … failure, ± 20 %."""


@dataclass(frozen=True)
class Handler:
    """
    :param time_limit: seconds a single run may take before it is interrupted and counted as failed.
    """

    name: str
    run: Callable[..., None]
    lane: Lane
    attempts: int
    time_limit: int
    back_off: tuple[timedelta, ...]


_handlers: dict[str, Handler] = {}


def job(
    name: str,
    *,
    lane: Lane = Lane.DEFAULT,
    attempts: int = DEFAULT_ATTEMPTS,
    time_limit: int = 25,
    back_off: tuple[timedelta, ...] = BACK_OFF,
) -> Callable[[HandlerT], HandlerT]:
    """Register `handler(running, **args)` under `name`. It may run more than once: make its effect not care."""

    def register(handler: HandlerT) -> HandlerT:
        known = _handlers.get(name)
        if known is not None and known.run.__module__ != handler.__module__:
            raise ValueError(f"two jobs are called {name}")
        _handlers[name] = Handler(name, handler, lane, attempts, time_limit, back_off)
        return handler

    return register


Mourner = Callable[[Session, str], None]

_mourners: list[Mourner] = []


def when_gone(mourner: Mourner) -> Mourner:
    """Call `mourner(session, worker)` when that worker's run is known to be dead, to end what it left open."""
    _mourners.append(mourner)
    return mourner


def mourn(session: Session, worker: str) -> None:
    for mourner in _mourners:
        mourner(session, worker)


def handler_of(name: str) -> Handler:
    """
    :raises UnknownJob: if nothing is registered under `name`.
    """
    try:
        return _handlers[name]
    except KeyError:
        raise UnknownJob(name) from None


def names() -> frozenset[str]:
    return frozenset(_handlers)


def register_jobs_of(package: ModuleType) -> None:
    """Import the `jobs` module or package of every domain in `package`."""
    for domain in pkgutil.iter_modules(package.__path__):
        if not domain.ispkg:
            continue
        inside = importlib.import_module(f"{package.__name__}.{domain.name}")
        if any(room.name == "jobs" for room in pkgutil.iter_modules(inside.__path__)):
            importlib.import_module(f"{package.__name__}.{domain.name}.jobs")


def accepts(handler: Handler, args: dict[str, Any]) -> bool:
    """Whether the handler's signature takes these arguments."""
    try:
        inspect.signature(handler.run).bind(None, **args)
    except TypeError:
        return False
    return True
