"""A bare HTTP server in WeCom's place, for what no honest server does: half answers, HTML, redirects, floods."""

import json
import socket
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Reply = dict[str, Any] | Callable[["Handler"], None]


@dataclass(frozen=True)
class Call:
    api: str
    method: str
    query: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Qyapi:
    """`replies[api]` is used up one by one; its last one stays. gettoken gives token-1, token-2, …"""

    def __init__(self) -> None:
        self.replies: defaultdict[str, deque[Reply]] = defaultdict(deque)
        self.calls: list[Call] = []
        self.tokens_given = 0
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"qyapi": self}))
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def answers(self, api: str, *replies: Reply) -> None:
        self.replies[api] = deque(replies)

    def count(self, api: str) -> int:
        return sum(call.api == api for call in self.calls)

    def reply_to(self, api: str) -> Reply:
        with self.lock:
            waiting = self.replies[api]
            if waiting:
                return waiting.popleft() if len(waiting) > 1 else waiting[0]
            if api == "gettoken":
                self.tokens_given += 1
                return {"errcode": 0, "access_token": f"token-{self.tokens_given}", "expires_in": 7200}
            return {"errcode": 0, "errmsg": "ok"}

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    qyapi: Qyapi

    def handle_any(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        api = parts.path.removeprefix("/cgi-bin/")
        query = {key: values[0] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        with self.qyapi.lock:
            self.qyapi.calls.append(Call(api, self.command, query, body))
        reply = self.qyapi.reply_to(api)
        try:
            if callable(reply):
                reply(self)
            else:
                self.give(json.dumps(reply).encode())
        except OSError:
            self.close_connection = True

    do_GET = do_POST = handle_any  # noqa: N815  (the names that http.server calls)

    def give(self, content: bytes, *, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        pass


def html(handler: Handler) -> None:
    handler.give(b"<html>gateway</html>")


def bad_gateway(handler: Handler) -> None:
    handler.give(b"<html>502</html>", status=502)


def reset(handler: Handler) -> None:
    handler.cut()


def truncated(handler: Handler) -> None:
    content = b'{"errcode":0,"errmsg":"ok","msgid":"msg1"}'
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[:20])
    handler.cut()


def redirect(handler: Handler) -> None:
    handler.give(b"", status=302, Location="/cgi-bin/elsewhere")


def flood(handler: Handler) -> None:
    """50 MB of a right answer, sent as fast as they are taken."""
    head, tail, megabyte = b'{"errcode":0,"msgid":"msg1","padding":"', b'"}', b" " * 1024 * 1024
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(head) + 50 * len(megabyte) + len(tail)))
    handler.end_headers()
    handler.wfile.write(head)
    for _ in range(50):
        handler.wfile.write(megabyte)
    handler.wfile.write(tail)


def silence(handler: Handler) -> None:
    """Accepts the request and never answers; ends when the client goes."""
    handler.connection.settimeout(5)
    handler.rfile.read(1)
    handler.close_connection = True
