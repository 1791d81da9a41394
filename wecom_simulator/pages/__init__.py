"""The start page, the chat page, and the browser host's scripts as plain files: no build, no other origin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, redirect, request, send_from_directory
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from wecom_simulator.world import World
from wecom_simulator.world.records import GroupMember

if TYPE_CHECKING:
    from wecom_simulator.simulator import Simulator

pages = Blueprint("pages", __name__)

FILES = Path(__file__).parent / "files"
HOST_FILES = Path(__file__).parents[1] / "host"
POLICY = (
    "default-src 'self'; img-src 'self' data: http: https:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
"""Pictures may be anybody's: messages show what the app sent."""


@pages.before_request
def use_the_one_origin() -> AnyResponse | None:
    """The app trusts 127.0.0.1 only; on localhost its session would fail at the first change."""
    if request.method == "GET" and request.host.partition(":")[0] == "localhost":
        return redirect(_simulator().url + request.full_path.removesuffix("?"))
    return None


@pages.get("/")
def start() -> AnyResponse:
    """`/?scan=CONFIG_ID` is what the QR pictures hold: the scan happens on the chat page."""
    if config_id := request.args.get("scan"):
        return redirect("/chat?" + urlencode({"scan": config_id}))
    return _file(FILES, "start.html")


@pages.get("/chat")
def chat() -> Response:
    """`/chat?as=lin&chat=…`"""
    return _file(FILES, "chat.html")


@pages.get("/chat/groups/<chat_id>")
def group_members(chat_id: str) -> ResponseReturnValue:
    """Who may speak in a customer group."""
    world = _simulator().world
    with world.lock:
        group = world.state.groups.get(chat_id)
        if group is None or group.dismissed:
            return {"error": "没有这个客户群，或者它已经解散"}, 404
        return {"members": [_speaker(world, each) for each in group.members]}


def _speaker(world: World, each: GroupMember) -> dict[str, str]:
    known = world.member(each.id) if each.type == 1 else world.state.customers.get(each.id)
    kind = "member" if each.type == 1 else "customer"
    return {"id": each.id, "kind": kind, "name": each.name or (known.name if known else each.id)}


@pages.get("/pages/<path:name>")
def page_file(name: str) -> Response:
    return _file(FILES, name)


@pages.get("/host/<path:name>")
def host_file(name: str) -> Response:
    return _file(HOST_FILES, name)


def _simulator() -> Simulator:
    simulator: Simulator = current_app.extensions["simulator"]
    return simulator


def _file(directory: Path, name: str) -> Response:
    answer = send_from_directory(directory, name, max_age=0)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
