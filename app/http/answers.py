"""How an error and a download look."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from flask import Response, g, has_request_context, jsonify


def error_answer(status: int, code: str, message: str, details: dict[str, Any] | None = None) -> Response:
    """`{code, message, details, request_id}`: the one shape of every error."""
    answer = jsonify(
        code=code,
        message=message,
        details=details or {},
        request_id=g.get("request_id", "") if has_request_context() else "",
    )
    answer.status_code = status
    return answer


def attachment(content: bytes | Iterable[bytes], *, name: str, media_type: str) -> Response:
    """
    A file to save, never to open in the page.

    :param content: whole, or in pieces that are asked for as the answer goes out.
    """
    answer = Response(content, content_type=media_type)
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    return answer
