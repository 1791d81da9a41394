"""What tests and the start page turn: switches, faults, callbacks, the clock; and the recorded calls."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from wecom_simulator.control import control
from wecom_simulator.control.arguments import body, fail, number, simulator
from wecom_simulator.control.shapes import CallbackLine
from wecom_simulator.endpoints import ENDPOINTS
from wecom_simulator.faults import described, endpoint_name, fault_from

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
