"""
The reverse proxy in front of the app, for the sidebar's frame: adds the bridge, allows framing, parts the cookies.

The real client does all three by itself, so the app has no branch for it.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from flask import Blueprint, Response, current_app, render_template, request

from wecom_simulator.cookie_jar import CookieJars
from wecom_simulator.login_pages import CLIENT_COOKIE

if TYPE_CHECKING:
    from wecom_simulator.simulator import Simulator

proxy = Blueprint("proxy", __name__, template_folder="pages/templates")

BRIDGE = b'<script src="/host/bridge.js"></script>'
HEAD = re.compile(rb"<head(?:\s[^>]*)?>", re.IGNORECASE)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
LOOPBACK_NAMES = {"127.0.0.1", "localhost", "::1"}
CONNECT_SECONDS = 5
ANSWER_SECONDS = 120
"""Server-sent events stay open; a page that waits longer than this for a byte asks again."""
CHUNK = 64 * 1024

HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
NOT_FORWARDED = HOP_BY_HOP | {"cookie", "accept-encoding", "content-length"}
NOT_RETURNED = HOP_BY_HOP | {"set-cookie", "content-length", "date", "server"}


@proxy.record_once
def prepare(state: object) -> None:
    state.app.extensions["cookie_jars"] = CookieJars()  # type: ignore[attr-defined]


@proxy.route("/sidebar/", defaults={"path": ""}, methods=METHODS)
@proxy.route("/sidebar/<path:path>", methods=METHODS)
@proxy.route("/api/<path:path>", methods=METHODS)
@proxy.route("/assets/<path:path>", methods=METHODS)
@proxy.route("/static/<path:path>", methods=METHODS)
def forward(path: str) -> Response:
    """The same request to the app, as the client of the guide who holds this browser."""
    del path  # The address is passed on as it was written, escapes included.
    app = urlsplit(_simulator().app_url)
    if urlsplit(request.host_url).hostname not in LOOPBACK_NAMES:
        return _page(403, "只能在本机打开", "请用 http://127.0.0.1 开头的网址。")
    if app.scheme != "http" or not app.hostname:
        return _page(502, "还没有连接导购台", "请用 APP_URL 写明导购台的地址，例如 http://127.0.0.1:8000。")
    userid = request.cookies.get(CLIENT_COOKIE, "")
    connection = http.client.HTTPConnection(app.hostname, app.port or 80, timeout=CONNECT_SECONDS)
    try:
        connection.connect()
        connection.sock.settimeout(ANSWER_SECONDS)
        answer = _ask(connection, userid)
    except (OSError, http.client.HTTPException):
        connection.close()
        return _page(
            502,
            "导购台没有回应",
            f"{_simulator().app_url} 现在打不开，或没有答完。启动它之后点「重试」。",
        )
    _jars().keep(userid, answer.headers.get_all("Set-Cookie") or [])
    return _returned(connection, answer, app)


def _ask(connection: http.client.HTTPConnection, userid: str) -> http.client.HTTPResponse:
    address = request.environ["REQUEST_URI"]
    connection.putrequest(request.method, address, skip_host=True, skip_accept_encoding=True)
    for name, value in request.headers.items():
        if name.lower() not in NOT_FORWARDED:
            connection.putheader(name, value.encode("latin-1", "replace"))
    # Plain bytes: the bridge goes into the text of the page.
    connection.putheader("Accept-Encoding", "identity")
    if cookies := _jars().header_for(userid):
        connection.putheader("Cookie", cookies.encode("latin-1", "replace"))
    body = request.get_data()
    if body or request.method not in ("GET", "HEAD", "OPTIONS"):
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body or None)
    return connection.getresponse()


def _returned(
    connection: http.client.HTTPConnection, answer: http.client.HTTPResponse, app: SplitResult
) -> Response:
    if answer.headers.get_content_type() != "text/html":
        response = Response(_stream(connection, answer), answer.status)
        _copy_headers(answer, response, app)
        if length := answer.headers.get("Content-Length"):
            response.headers["Content-Length"] = length
        return response
    page = _read(connection, answer)
    if page is None:
        return _page(502, "导购台的回答断了", "页面只收到一半。请点「重试」。")
    if request.path.startswith("/sidebar/"):
        page = with_bridge(page)
    response = Response(page, answer.status)
    _copy_headers(answer, response, app)
    response.headers["Content-Length"] = str(len(page))
    _allow_framing(response)
    return response


def _copy_headers(answer: http.client.HTTPResponse, response: Response, app: SplitResult) -> None:
    response.headers.clear()
    response.autocorrect_location_header = False
    for name, value in answer.headers.items():
        if name.lower() not in NOT_RETURNED:
            response.headers.add(name, _here(value, app) if name.lower() == "location" else value)


def _read(connection: http.client.HTTPConnection, answer: http.client.HTTPResponse) -> bytes | None:
    try:
        return answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _stream(connection: http.client.HTTPConnection, answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """As it comes, so that events arrive when they happen."""
    try:
        while chunk := answer.read1(CHUNK):
            yield chunk
    finally:
        connection.close()


def with_bridge(page: bytes) -> bytes:
    """Right after <head>: a classic script there runs before every module of the page."""
    return HEAD.sub(lambda head: head.group() + BRIDGE, page, count=1)


def _allow_framing(response: Response) -> None:
    response.headers.pop("X-Frame-Options", None)
    policies = response.headers.getlist("Content-Security-Policy")
    if policies:
        response.headers.setlist("Content-Security-Policy", [relaxed(each) for each in policies])


def relaxed(policy: str) -> str:
    """The app's own policy, plus just what the bridge and the frame need."""
    parts = (each.split() for each in policy.split(";") if each.strip())
    directives = {name.lower(): sources for name, *sources in parts}
    directives["frame-ancestors"] = ["'self'"]
    scripts = directives.get("script-src", directives.get("default-src"))
    if scripts is not None and "'self'" not in scripts:
        directives["script-src"] = [*(each for each in scripts if each != "'none'"), "'self'"]
    return "; ".join(" ".join([name, *sources]) for name, sources in directives.items())


def _here(location: str, app: SplitResult) -> str:
    """A redirect to the app's own address stays inside the frame."""
    target = urlsplit(location)
    if target.netloc != app.netloc:
        return location
    return target._replace(scheme="", netloc="").geturl() or "/"


def _page(status: int, title: str, what: str) -> Response:
    page = render_template("no_answer.html", title=title, what=what)
    return Response(page, status, headers={"Cache-Control": "no-store"})


def _jars() -> CookieJars:
    jars: CookieJars = current_app.extensions["cookie_jars"]
    return jars


def _simulator() -> Simulator:
    simulator: Simulator = current_app.extensions["simulator"]
    return simulator
