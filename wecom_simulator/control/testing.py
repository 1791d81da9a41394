"""What tests and the start page turn: switches, faults, callbacks, the clock; and the recorded calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from wecom_simulator.control import control
from wecom_simulator.control.arguments import body, fail, number, simulator
from wecom_simulator.control.shapes import CallbackLine
from wecom_simulator.endpoints import ENDPOINTS
from wecom_simulator.faults import described, endpoint_name, fault_from
from wecom_simulator.limits import Limit

SHOWN_DELIVERIES = 100
LATEST = 4_000_000_000


@control.get("/switches")
def switches() -> ResponseReturnValue:
    return {"switches": simulator().switches.as_list()}


@control.post("/switches")
def change_switches() -> ResponseReturnValue:
    try:
        simulator().switches.change(body())
    except ValueError as error:
        fail(str(error))
    simulator().world.changed()
    return switches()


@control.get("/callbacks")
def callbacks() -> ResponseReturnValue:
    line = CallbackLine(simulator().callbacks)
    return {**line.as_json(), "sent": line.deliveries(SHOWN_DELIVERIES)}


@control.post("/callbacks")
def change_callbacks() -> ResponseReturnValue:
    try:
        CallbackLine(simulator().callbacks).change(body())
    except ValueError as error:
        fail(str(error))
    simulator().world.changed()
    return callbacks()


@control.post("/callbacks/deliver")
def deliver() -> ResponseReturnValue:
    return {"delivered": simulator().callbacks.deliver_pending()}


@control.post("/callbacks/verify")
def verify_url() -> ResponseReturnValue:
    ok, reason = simulator().callbacks.verify_url()
    simulator().world.changed()
    return {"ok": ok, "reason": reason}


@control.get("/faults")
def faults() -> ResponseReturnValue:
    waiting = simulator().script.waiting()
    return {"faults": {path: [described(each) for each in row] for path, row in waiting.items()}}


@control.post("/faults")
def script_faults() -> ResponseReturnValue:
    asked = body()
    path, row = asked.get("path"), asked.get("faults")
    if not isinstance(path, str) or not isinstance(row, list):
        fail("需要 path 与 faults 列表")
    if path != "*" and endpoint_name(path) not in ENDPOINTS:
        fail(f"没有名为 {path} 的接口")
    try:
        simulator().script[path] = [fault_from(each) for each in row if isinstance(each, dict)]
    except ValueError as error:
        fail(str(error))
    return faults()


@control.delete("/faults")
def clear_faults() -> ResponseReturnValue:
    path = request.args.get("path")
    if path:
        del simulator().script[path]
    else:
        simulator().script.clear()
    return faults()


@control.post("/tokens/invalidate")
def invalidate_tokens() -> ResponseReturnValue:
    simulator().invalidate_tokens()
    return {"revision": simulator().world.revision}


@control.post("/app")
def change_app() -> ResponseReturnValue:
    """What an admin sets for the app: its visibility, and whether it is in 可调用接口的应用."""
    asked, world = body(), simulator().world
    departments, users = asked.get("visible_departments"), asked.get("visible_users")
    callable_for_customers = asked.get("callable_for_customers")
    with world.changing() as state:
        if departments is not None and not _all_in(departments, state.departments):
            fail("visible_departments 里有不存在的部门")
        if users is not None and not _all_in(users, state.members):
            fail("visible_users 里有不存在的成员")
        if callable_for_customers is not None and not isinstance(callable_for_customers, bool):
            fail("callable_for_customers 只能是 true 或 false")
        application = world.application()
        if departments is not None:
            application.visible_departments = departments
        if users is not None:
            application.visible_users = users
        if callable_for_customers is not None:
            application.callable_for_customers = callable_for_customers
        return {
            "visible_departments": application.visible_departments,
            "visible_users": application.visible_users,
            "callable_for_customers": application.callable_for_customers,
        }


@control.post("/limits")
def change_limit() -> ResponseReturnValue:
    """Another frequency limit for one endpoint."""
    asked = body()
    path, count, seconds = asked.get("path"), asked.get("count"), asked.get("seconds")
    if not isinstance(path, str) or endpoint_name(path) not in ENDPOINTS:
        fail("没有这个接口")
    if not _positive(count) or not _positive(seconds):
        fail("count 与 seconds 必须是正整数")
    simulator().limits.set(endpoint_name(path), Limit(int(str(count)), int(str(seconds))))
    return {"path": endpoint_name(path), "count": count, "seconds": seconds}


@control.get("/calls")
def calls() -> ResponseReturnValue:
    path, most = request.args.get("path"), number("limit", 100, 1000)
    recorded = simulator().calls
    newest = (recorded.to(path) if path else list(recorded))[::-1][:most]
    rows: list[dict[str, Any]] = [
        {
            "path": each.path,
            "method": each.method,
            "query": each.query,
            "body": each.body,
            "at": each.at,
            "answer": each.answer,
        }
        for each in newest
    ]
    return {"calls": rows}


@control.get("/endpoints")
def endpoints() -> ResponseReturnValue:
    rows = [{"path": e.path, "method": e.method, "docs": e.docs} for e in ENDPOINTS.values()]
    return {"endpoints": rows}


@control.get("/clock")
def clock() -> ResponseReturnValue:
    running = simulator().clock
    return {"now": running.now(), "offset": running.offset}


@control.post("/clock")
def move_clock() -> ResponseReturnValue:
    asked = body()
    for name, move in (("advance", simulator().clock.advance), ("set", simulator().clock.set)):
        if name in asked:
            value = asked[name]
            now = simulator().clock.now() if name == "advance" else 0.0
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= now + value < LATEST:
                fail(f"{name} 必须是秒数，并且时钟要停在 1970 年到 2096 年之间")
            move(value)
    simulator().world.changed()
    return clock()


@control.post("/reset")
def reset() -> ResponseReturnValue:
    simulator().reset(seed=body().get("seed", True) is not False)
    return {"revision": simulator().world.revision}


def _all_in(values: Any, known: Mapping[Any, Any]) -> bool:
    return isinstance(values, list) and all(isinstance(e, (int, str)) and e in known for e in values)


def _positive(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9
