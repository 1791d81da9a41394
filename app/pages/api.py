"""`/sidebar/` and `/console/`: never cached; `/assets/`: named by their content, cached for ever."""

import functools
import gzip
from pathlib import Path

from flask import Blueprint, Response, jsonify, redirect, request, send_from_directory

from app.config import settings
from app.errors import NotFound
from app.http import PUBLIC, document, route

blueprint = Blueprint("pages", __name__)

BUILT = Path(__file__).parents[2] / "sidebar_ui" / "dist"
COMPRESSIBLE = {".js", ".css", ".svg", ".md", ".json"}
SHELL = PUBLIC("an empty page; everything in it comes from the API, which asks who is there")


@route(blueprint, "GET", "/", may=SHELL)
def start() -> Response:
    """The console is where a browser begins."""
    return redirect("/console/")  # type: ignore[return-value]


@route(blueprint, "GET", "/sidebar/", may=SHELL)
def sidebar() -> Response:
    """The page that WeCom shows beside a chat."""
    return _page("sidebar.html")


@route(blueprint, "GET", "/console/", may=SHELL)
def console() -> Response:
    """The page for managers, operators, compliance and IT."""
    return _page("console.html")


@route(blueprint, "GET", "/console/<path:place>", may=SHELL)
def console_place(place: str) -> Response:
    """The same page: which list it shows, filtered how, stands in the rest of the address."""
    del place
    return _page("console.html")


@route(blueprint, "GET", "/assets/<path:name>", may=SHELL)
def asset(name: str) -> Response:
    """A built file, compressed where the browser takes it."""
    answer = send_from_directory(BUILT / "assets", name)
    if request.accept_encodings.quality("gzip") and Path(name).suffix in COMPRESSIBLE:
        answer.close()
        answer = Response(_compressed(name), content_type=answer.content_type)
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


@functools.lru_cache(maxsize=200)
def _compressed(name: str) -> bytes:
    """Once for each file and process: a file's name changes with its content."""
    return gzip.compress((BUILT / "assets" / name).read_bytes(), compresslevel=9)


@route(blueprint, "GET", "/api/openapi.json", may=PUBLIC("the shapes only, and not in production"))
def openapi() -> Response:
    """What the API looks like, for generating types; hidden in production."""
    if settings().is_production:
        raise NotFound
    return jsonify(document())


def _page(name: str) -> Response:
    if not (BUILT / name).is_file():
        return Response(
            "页面还没有构建：请在仓库目录运行 make ui，然后刷新。",
            status=503,
            content_type="text/plain; charset=utf-8",
        )
    answer = send_from_directory(BUILT, name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
