"""Structured logs, one JSON line an event, with what must not be read taken out."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from app.config import Settings

HIDDEN = "[hidden]"

_SECRET_NAMES = re.compile(
    r"pass(word|wd)?|secret|token|api_?key|authorization|cookie|credential|private_?key|aes_?key|welcome_?code|ticket",
    re.IGNORECASE,
)
_SECRET_VALUES = re.compile(
    r"(?P<name>(?:access_token|corpsecret|secret|token|code|ticket|key|state)=)[^&\s\"']+", re.IGNORECASE
)
_SECRET_PAIRS = re.compile(
    r"(?P<name>(?:access_token|corpsecret|secret|password|ticket|welcome_?code|aes_?key|authorization)"
    r"[\"']?\s*[:=]\s*[\"']?(?:bearer\s+)?)[^\"'\s,&}]+",
    re.IGNORECASE,
)
"""In JSON, in a printed dict, in a header."""
_PHONE = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_USERINFO = re.compile(r"://[^/@\s]+@")

_UNPRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What ends a line, moves a cursor, turns the reading direction, or cannot be written as UTF-8."""


def clean(text: str) -> str:
    """`text` on one line, without secrets and phone numbers."""
    text = _SECRET_PAIRS.sub(lambda found: f"{found['name']}{HIDDEN}", text)
    text = _SECRET_VALUES.sub(lambda found: f"{found['name']}{HIDDEN}", text)
    text = _USERINFO.sub("://[hidden]@", _PHONE.sub("[phone]", text))
    return _UNPRINTED.sub(lambda found: ascii(found.group())[1:-1], text)


def _clean_event(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {key: _clean_value(key, value) for key, value in event.items()}


def _clean_value(key: str, value: Any) -> Any:
    if _SECRET_NAMES.search(key):
        return HIDDEN
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {inner: _clean_value(str(inner), each) for inner, each in value.items()}
    if isinstance(value, list | tuple):
        return [_clean_value("", each) for each in value]
    return value


def configure(settings: Settings, *, process: str) -> None:
    """Send every record of this process, whoever wrote it, to standard error as one JSON line."""

    def name_process(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["process"] = process
        return event

    steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_process,
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=steps,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _clean_event,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    for chatty in ("rq.worker", "urllib3", "jieba", "werkzeug"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
