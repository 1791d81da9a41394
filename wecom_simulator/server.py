"""The WSGI application and the thread that serves it on 127.0.0.1."""

from __future__ import annotations

import socket
import struct
import threading
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, current_app, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from wecom_simulator.control import control
from wecom_simulator.dispatch import Incoming, Outgoing
from wecom_simulator.endpoints import Upload
from wecom_simulator.errors import MESSAGES
from wecom_simulator.login_pages import login
from wecom_simulator.pages import pages
from wecom_simulator.proxy import proxy

if TYPE_CHECKING:
    from wecom_simulator.simulator import Simulator

LARGEST_REQUEST = 32 * 1024 * 1024


def create_app(simulator: Simulator) -> Flask:
    app = Flask("wecom_simulator", static_folder=None)
    app.extensions["simulator"] = simulator
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.add_url_rule("/cgi-bin/<path:path>", view_func=api, methods=["GET", "POST", "PUT", "DELETE"])
    app.register_error_handler(413, too_large)
    for blueprint in (control, login, pages, proxy):
        app.register_blueprint(blueprint)
    return app


def api(path: str) -> Response:
    """Everything under /cgi-bin/."""
    simulator: Simulator = current_app.extensions["simulator"]
    uploads = {
        name: Upload(each.filename or "", each.read(), each.content_type or "application/octet-stream")
        for name, each in request.files.items()
    }
    incoming = Incoming(
        path=path.strip("/"),
        method=request.method,
        query=request.args.to_dict(),
        body=b"" if uploads else request.get_data(),
        uploads=uploads,
        ip=request.remote_addr or "127.0.0.1",
        base_url=simulator.url,
    )
    return _response(simulator.dispatcher.answer(incoming))


def too_large(_error: Exception) -> tuple[dict[str, Any], int]:
    """WeCom answers its API with an errcode, also to a body that nobody will read."""
    if request.path.startswith("/cgi-bin/"):
        return {"errcode": 45001, "errmsg": MESSAGES[45001]}, 200
    return {"error": "请求太大"}, 413


def _response(outgoing: Outgoing) -> Response:
    if outgoing.reset:
        _break_connection()
    body = outgoing.body
    response = Response(body, outgoing.status, content_type=outgoing.content_type)
    if outgoing.cut:
        response.data = body[: len(body) // 2]
        response.headers["Content-Length"] = str(len(body))
    return response


def _break_connection() -> None:
    """What is written after this goes nowhere, and the client sees the connection die."""
    connection = request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)


class _Quiet(WSGIRequestHandler):
    """One line per request helps nobody here: the calls are recorded."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the parent's own name
        if type == "error":
            super().log(type, message, *args)


class Server:
    """Listens from the start, serves between start() and close()."""

    def __init__(self, app: Flask, port: int) -> None:
        # Bound here: make_server would print its own advice and end the process on a taken port.
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(("127.0.0.1", port))
            listening.listen(128)
            self.port: int = listening.getsockname()[1]
            self._server: BaseWSGIServer = make_server(
                "127.0.0.1", port, app, threaded=True, request_handler=_Quiet, fd=listening.fileno()
            )
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="wecom-server", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
