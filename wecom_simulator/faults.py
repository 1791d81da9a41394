"""What the next calls of an endpoint will meet, scripted from a test or from the start page."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """An errcode instead of the answer; `after_effect`: the work is done all the same."""

    errcode: int
    errmsg: str = ""
    after_effect: bool = False
    extra: dict[str, Any] = field(default_factory=dict)
    """More keys of the answer, for instance a fail_list."""


@dataclass(frozen=True)
class Reset:
    """The connection breaks without an answer."""

    after_effect: bool = False


@dataclass(frozen=True)
class Delay:
    """
    The work is done, the answer comes late. The call counts as running meanwhile (45033, 45035).

    Without `after_effect` the request is swallowed on the way: silence as long, then a break, and nothing done.
    """

    seconds: float
    after_effect: bool = True


@dataclass(frozen=True)
class Http:
    """An answer from a gateway on the way: another status, no JSON."""

    status: int
    body: str = "<html><body>gateway</body></html>"
    after_effect: bool = False


@dataclass(frozen=True)
class Truncated:
    """Half of the answer's bytes, then the end."""

    after_effect: bool = True


Fault = Answer | Reset | Delay | Http | Truncated
KINDS: dict[str, type[Fault]] = {
    "answer": Answer,
    "reset": Reset,
    "delay": Delay,
    "http": Http,
    "truncated": Truncated,
}


def endpoint_name(path: str) -> str:
    """`externalcontact/get`, however it was written."""
    return path.strip("/").removeprefix("cgi-bin/")


def fault_from(description: dict[str, Any]) -> Fault:
    """:raises ValueError: in Chinese, if it describes no fault."""
    rest = {key: value for key, value in description.items() if key != "kind" and value is not None}
    kind = KINDS.get(str(description.get("kind")))
    if kind is None:
        raise ValueError("kind 只能是 answer、reset、delay、http 或 truncated")
    try:
        return kind(**rest)
    except TypeError as error:
        raise ValueError("故障的参数不对，请看 README 的 faults 一行") from error


def described(fault: Fault) -> dict[str, Any]:
    kind = next(name for name, each in KINDS.items() if isinstance(fault, each))
    return {"kind": kind, **asdict(fault)}


class Script:
    """`script["user/get"] = [Answer(errcode=45009), Reset()]`: one per call, then normal. "*" is any endpoint."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: dict[str, deque[Fault]] = {}

    def __setitem__(self, path: str, faults: Iterable[Fault]) -> None:
        with self._lock:
            self._faults[endpoint_name(path)] = deque(faults)

    def __getitem__(self, path: str) -> list[Fault]:
        with self._lock:
            return list(self._faults.get(endpoint_name(path), ()))

    def __delitem__(self, path: str) -> None:
        with self._lock:
            self._faults.pop(endpoint_name(path), None)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def take(self, path: str) -> Fault | None:
        with self._lock:
            for name in (endpoint_name(path), "*"):
                if self._faults.get(name):
                    return self._faults[name].popleft()
        return None

    def waiting(self) -> dict[str, list[Fault]]:
        with self._lock:
            return {path: list(faults) for path, faults in self._faults.items() if faults}
