"""The control API under /simulator/: what the pages and tests look at and change. Documented in README.md."""

from __future__ import annotations

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

control = Blueprint("control", __name__, url_prefix="/simulator")

NAMES = ("127.0.0.1", "localhost")
"""Hosts that a page elsewhere cannot point at this machine by its own name server."""


@control.before_request
def only_from_here() -> ResponseReturnValue | None:
    """Loopback only, and a change only as JSON: a page elsewhere cannot send that without asking first."""
    if request.remote_addr != "127.0.0.1" or request.host.rsplit(":", 1)[0] not in NAMES:
        abort(403)
    if request.method in ("POST", "PUT") and not request.is_json:
        return {"error": "请用 Content-Type: application/json"}, 400
    return None


from wecom_simulator.control import acting, looking, pictures, testing  # noqa: E402, F401 - they add the routes
