"""`/sidebar/` and `/console/`: never cached; `/assets/`: named by their content, cached for ever."""

from pathlib import Path

from flask import Blueprint, Response, jsonify, redirect, send_from_directory

from app.config import settings
from app.errors import NotFound
from app.http import PUBLIC, document, route

blueprint = Blueprint("pages", __name__)

BUILT = Path(__file__).parents[2] / "sidebar_ui" / "dist"
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
    """A built file."""
    answer = send_from_directory(BUILT / "assets", name)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


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
