"""One call to /cgi-bin: script, token, limits, rights, handler, answer; always HTTP 200 with an errcode."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from wecom_simulator.api import load_all
from wecom_simulator.api.tokens import application_of
from wecom_simulator.calls import Call, Calls
from wecom_simulator.clock import Clock
from wecom_simulator.endpoints import ENDPOINTS, Endpoint, Json, Request, Upload
from wecom_simulator.errors import ApiError, errmsg
from wecom_simulator.faults import Answer, Delay, Fault, Http, Reset, Script, Truncated
from wecom_simulator.limits import DEBUG, PER_IP, Limits
from wecom_simulator.parameters import Parameters
from wecom_simulator.reading import parse
from wecom_simulator.world import World

load_all()


@dataclass(frozen=True)
class Incoming:
    """An HTTP request, whatever server took it."""

    path: str
    method: str
    query: dict[str, str]
    body: bytes
    uploads: dict[str, Upload]
    ip: str
    base_url: str


@dataclass(frozen=True)
class Outgoing:
    """`reset`: break the connection; `cut`: send only half of the bytes."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=UTF-8"
    reset: bool = False
    cut: bool = False


class Dispatcher:
    def __init__(self, world: World, clock: Clock, script: Script, calls: Calls, limits: Limits) -> None:
        self.world = world
        self.clock = clock
        self.script = script
        self.calls = calls
        self.limits = limits
        self.closing = threading.Event()
        self._running: Counter[str] = Counter()
        self._running_lock = threading.Lock()

    def answer(self, incoming: Incoming) -> Outgoing:
        with self.calls.one_more():
            return self._answer(incoming)

    def _answer(self, incoming: Incoming) -> Outgoing:
        fault = self.script.take(incoming.path)
        if fault is not None and not fault.after_effect:
            if isinstance(fault, Delay):
                self.closing.wait(fault.seconds)
                fault = Reset()
            return self._send(incoming, {}, fault)
        endpoint = ENDPOINTS.get(incoming.path)
        try:
            if endpoint is None:
                raise ApiError(404, f"/cgi-bin/{incoming.path} is not simulated")
            with self._working(endpoint, incoming):
                answer = self._handle(endpoint, incoming)
                if isinstance(fault, Delay):
                    self.closing.wait(fault.seconds)
        except ApiError as error:
            return self._send(incoming, self._failure(error, endpoint, incoming.ip), fault)
        if isinstance(answer, Upload):
            self._record(incoming, {"errcode": 0})
            return _faulty(Outgoing(body=answer.content, content_type=answer.content_type), fault)
        message = {"errcode": 0, "errmsg": endpoint.ok_message} | answer
        return self._send(incoming, message, fault)

    def _handle(self, endpoint: Endpoint, incoming: Incoming) -> Json | Upload:
        if incoming.method != endpoint.method:
            raise ApiError(43002 if endpoint.method == "POST" else 43001)
        now = self.clock.now()
        if not self.limits.allows(f"ip/{incoming.ip}", PER_IP, now):
            raise ApiError(45009)
        self._check_ip(incoming.ip)
        with self.world.lock:
            if endpoint.rights == "none":
                application = self.world.application()
            else:
                application = application_of(self.world, incoming.query.get("access_token", ""))
                if endpoint.rights == "customers" and not application.callable_for_customers:
                    raise ApiError(48002)
            self._check_limits(endpoint, incoming, now)
            request = Request(
                world=self.world,
                application=application,
                query=Parameters(incoming.query),
                body=Parameters(_parsed(incoming) if endpoint.method == "POST" else {}),
                uploads=incoming.uploads,
                base_url=incoming.base_url,
                ip=incoming.ip,
                limits=self.limits,
            )
            answer: Json | Upload | None = endpoint.handle(request)
            if not endpoint.reads:
                self.world.changed()
        return {} if answer is None else answer

    def _check_ip(self, ip: str) -> None:
        trusted = [each.strip() for each in self.world.switches.trusted_ips.split(",") if each.strip()]
        if trusted and ip not in trusted:
            raise ApiError(60020)

    def _check_limits(self, endpoint: Endpoint, incoming: Incoming, now: float) -> None:
        # A valid login code is exempt from the limit (document 91023).
        if endpoint.path != "auth/getuserinfo" and not self.limits.allows(
            f"api/{endpoint.path}", self.limits.of(endpoint.path), now
        ):
            raise ApiError(45009)
        if incoming.query.get("debug") == "1" and not self.limits.allows("debug", DEBUG, now):
            raise ApiError(45009, "debug")

    @contextmanager
    def _working(self, endpoint: Endpoint, incoming: Incoming) -> Iterator[None]:
        """Counts what runs now: too many of one API is 45033, two on one pair is 45035."""
        keys = [f"api {endpoint.path}"]
        if endpoint.exclusive is not None:
            keys.append(f"pair {endpoint.path} {endpoint.exclusive(_parsed(incoming))}")
        most = self.world.switches.max_concurrent_calls
        with self._running_lock:
            if most and self._running[keys[0]] >= most:
                raise ApiError(45033)
            if any(self._running[key] for key in keys[1:]):
                raise ApiError(45035)
            self._running.update(keys)
        try:
            yield
        finally:
            with self._running_lock:
                self._running.subtract(keys)
                for key in [each for each in keys if not self._running[each]]:
                    del self._running[key]

    def _failure(self, error: ApiError, endpoint: Endpoint | None, ip: str) -> Json:
        """An empty list in a failed answer never means "none"."""
        full = self.world.switches.full_errmsg
        words = errmsg(error.errcode, error.detail, now=self.clock.now(), ip=ip, full=full)
        empty = {} if endpoint is None else endpoint.empty
        return {"errcode": error.errcode, "errmsg": words} | empty | error.extra

    def _send(self, incoming: Incoming, answer: Json, fault: Fault | None) -> Outgoing:
        if isinstance(fault, Answer):
            words = fault.errmsg or errmsg(
                fault.errcode, "", now=self.clock.now(), ip=incoming.ip, full=self.world.switches.full_errmsg
            )
            answer = {"errcode": fault.errcode, "errmsg": words} | fault.extra
        silent = isinstance(fault, (Reset, Http, Truncated))
        self._record(incoming, None if silent else answer)
        if isinstance(fault, Http):
            return Outgoing(fault.status, fault.body.encode(), "text/html; charset=utf-8")
        body = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
        return _faulty(Outgoing(body=body), fault)

    def _record(self, incoming: Incoming, answer: Json | None) -> None:
        hidden = {"access_token", "corpsecret", "key"}
        query = {name: value for name, value in incoming.query.items() if name not in hidden}
        shown = answer
        if answer is not None and "access_token" in answer:
            shown = answer | {"access_token": "…"}
        body: Any = sorted(incoming.uploads) if incoming.uploads else _readable(incoming.body)
        self.calls.add(Call(incoming.path, incoming.method, query, body, self.clock.now(), shown))


def _faulty(outgoing: Outgoing, fault: Fault | None) -> Outgoing:
    return replace(outgoing, reset=isinstance(fault, Reset), cut=isinstance(fault, Truncated))


def _parsed(incoming: Incoming) -> Json:
    """A POST's JSON object; {} for an upload."""
    if incoming.uploads or incoming.path.startswith("media/"):
        return {}
    if not incoming.body.strip():
        raise ApiError(40063, "empty body")
    body = _readable(incoming.body)
    if not isinstance(body, dict):
        raise ApiError(40058, "body is not a JSON object")
    return body


def _readable(body: bytes) -> Any:
    try:
        return parse(body) if body else None
    except ValueError:
        return None
