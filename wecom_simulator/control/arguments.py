"""What the routes of the control API share: the simulator behind the request, and its JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from flask import abort, current_app, make_response, request

from wecom_simulator.parameters import whole
from wecom_simulator.reading import parse

if TYPE_CHECKING:
    from wecom_simulator.simulator import Simulator


def simulator() -> Simulator:
    running: Simulator = current_app.extensions["simulator"]
    return running


def fail(message: str, status: int = 400) -> NoReturn:
    abort(make_response({"error": message}, status))


def body() -> dict[str, Any]:
    """The JSON object of the request; 400 if it is none."""
    try:
        value = parse(request.get_data())
    except ValueError:
        value = None
    if not isinstance(value, dict):
        abort(make_response({"error": "请求体必须是一个 JSON 对象"}, 400))
    return value


def number(name: str, default: int, highest: int) -> int:
    """A whole number of the query string between 0 and `highest`."""
    text = request.args.get(name, "")
    if not text:
        return default
    value = whole(text)
    if value is None:
        fail(f"{name} 必须是不小于 0 的整数")
    return min(value, highest)
