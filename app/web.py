"""`create_app`: every blueprint, and what holds for every request: identity, forgery check, headers, errors."""

import importlib
import logging
import pkgutil
import secrets
from typing import Any

import structlog
from flask import Flask, Request, Response, g, request
from flask.wrappers import Response as FlaskResponse
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

import app as package
from app import config, db, logs, outbox
from app.config import Settings, origin_of
from app.errors import AppError, Forbidden
from app.http import error_answer, load_viewer_with

logger = logging.getLogger(__name__)

LARGEST_JSON = 256 * 1024
LARGEST_UPLOAD = 20 * 1024 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OUR_HEADER = "X-Requested-With"


def create_app(settings: Settings) -> Flask:
    """
    The web process. Connects to nothing yet, so that it can answer WeCom's URL check while all else is down.
    """
    config.configure(settings)
    logs.configure(settings, process="web")
    db.configure(settings.database_url, pool_size=8)
    outbox.register_jobs_of(package)
    flask = Flask("guidedesk", static_folder=None)
    flask.config.update(
        MAX_CONTENT_LENGTH=LARGEST_JSON, MAX_FORM_MEMORY_SIZE=LARGEST_JSON, MAX_FORM_PARTS=50, TESTING=False
    )
    for blueprint in import_blueprints():
        flask.register_blueprint(blueprint)
    _identify(flask)
    _protect(flask, settings)
    _answer_errors(flask)
    hops = int(settings.trusted_proxies)
    if hops:
        flask.wsgi_app = ProxyFix(flask.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return flask


def import_blueprints() -> list[Any]:
    """The blueprint of every domain that has an `api` room; importing it declares its routes."""
    found = []
    for domain in pkgutil.iter_modules(package.__path__):
        if not domain.ispkg:
            continue
        inside = importlib.import_module(f"app.{domain.name}")
        if any(room.name == "api" for room in pkgutil.iter_modules(inside.__path__)):
            found.append(importlib.import_module(f"app.{domain.name}.api").blueprint)
    return found


def _identify(flask: Flask) -> None:
    from app.staff.api import viewer_of_request

    load_viewer_with(viewer_of_request)

    @flask.before_request
    def give_number() -> None:
        g.request_id = secrets.token_hex(4).upper()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _protect(flask: Flask, settings: Settings) -> None:
    policy = _content_security_policy(settings)

    @flask.before_request
    def refuse_forged() -> None:
        if request.method not in SAFE_METHODS and request.path.startswith("/api/"):
            check_not_forged(request, settings)

    @flask.after_request
    def set_headers(answer: Response) -> Response:
        answer.headers.setdefault("Content-Security-Policy", policy)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["X-Frame-Options"] = "DENY"
        answer.headers["Referrer-Policy"] = "same-origin"
        answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        answer.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        answer.headers["X-Request-Id"] = g.get("request_id", "")
        answer.headers.setdefault("Cache-Control", "no-store")
        if settings.public_url.startswith("https://"):
            answer.headers["Strict-Transport-Security"] = "max-age=31536000"
        return answer


def _content_security_policy(settings: Settings) -> str:
    pictures = f"'self' data: https: {origin_of(settings.wecom_api_base_url)}"
    return (
        "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
        f"img-src {pictures}; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


def check_not_forged(asked: Request, settings: Settings) -> None:
    """
    A page of another site can send neither our header nor our origin.

    :raises Forbidden:
    """
    allowed = settings.origins
    origin = asked.headers.get("Origin")
    site = asked.headers.get("Sec-Fetch-Site", "none")
    if (
        asked.headers.get(OUR_HEADER) != "guidedesk"
        or site not in {"same-origin", "none"}
        or (origin is not None and origin.lower() not in allowed)
    ):
        raise Forbidden("请求不是从本系统页面发出的，已拒绝。", code="forged")


def _answer_errors(flask: Flask) -> None:
    @flask.errorhandler(AppError)
    def known(error: AppError) -> FlaskResponse:
        if error.status >= 500:
            logger.warning("%s answered %s: %s", request.path, error.status, error)
        return error_answer(error.status, error.code, error.message, error.details)

    @flask.errorhandler(HTTPException)
    def refused(error: HTTPException) -> FlaskResponse:
        code, message = HTTP_ERRORS.get(error.code or 500, ("bad_request", "这个请求无法处理。"))
        return error_answer(error.code or 500, code, message)

    @flask.errorhandler(OperationalError)
    @flask.errorhandler(PoolTimeout)
    def away(error: Exception) -> FlaskResponse:
        logger.error("the database does not answer: %s", type(error).__name__)
        return error_answer(503, "database_away", "数据库暂时没有回应，请稍后再试。没有保存的内容请先留着。")

    @flask.errorhandler(DataError)
    def does_not_fit(error: DataError) -> FlaskResponse:
        # A NUL in a text, a number beyond its column: only what was sent can be the reason.
        logger.warning("%s was sent what PostgreSQL cannot hold: %s", request.path, type(error.orig).__name__)
        return error_answer(422, "invalid", "内容里有无法保存的字符，或数字太大，请检查后再试。")

    @flask.errorhandler(Exception)
    def unexpected(error: Exception) -> FlaskResponse:
        logger.error("%s failed", request.path, exc_info=error)
        return error_answer(
            500, "our_fault", f"这一块出错了，编号 {g.get('request_id', '')}。已记录，可先用其他功能。"
        )


HTTP_ERRORS = {
    400: ("bad_request", "请求的格式不对。"),
    404: ("not_found", "没有这个地址。"),
    405: ("method_not_allowed", "这个地址不支持这种操作。"),
    413: ("too_large", "内容太大了。"),
    415: ("not_json", "请求必须是 JSON。"),
}
