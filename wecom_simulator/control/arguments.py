"""What the routes of the control API share: the simulator behind the request, and its JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from flask import abort, current_app, make_response, request

if TYPE_CHECKING:
    from wecom_simulator.simulator import Simulator


def simulator() -> Simulator:
    running: Simulator = current_app.extensions["simulator"]
    return running


def fail(message: str, status: int = 400) -> NoReturn:
    abort(make_response({"error": message}, status))


def body() -> dict[str, Any]:
    """The JSON object of the request; 400 if it is none."""
    value = request.get_json(silent=True)
    if not isinstance(value, dict):
        abort(make_response({"error": "请求体必须是一个 JSON 对象"}, 400))
    return value


def number(name: str, default: int, highest: int) -> int:
    """A whole number of the query string between 0 and `highest`."""
    text = request.args.get(name, "")
    if not text:
        return default
    if not text.isdigit():
        abort(make_response({"error": f"{name} 必须是不小于 0 的整数"}, 400))
    return min(int(text), highest)
