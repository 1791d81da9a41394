"""A list as a file, as somebody takes it who presses 导出."""

from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient


def asked(browser: FlaskClient, what: str, *, as_: str = "csv", purpose: str = "季度检查", **filters: Any) -> Any:
    """What the page is told."""
    body = {"press_id": str(uuid4()), "what": what, "format": as_, "purpose": purpose, "filters": filters}
    answer = browser.post("/api/exports", json=body)
    assert answer.status_code == 201, answer.json
    return answer.json


def taken(browser: FlaskClient, what: str, **given: Any) -> bytes:
    """The file of a short list."""
    export = asked(browser, what, **given)
    assert export["state"] == "done", export
    answer = browser.get(f"/api/exports/{export['id']}/file")
    assert answer.status_code == 200, answer.json
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert len(answer.data) == int(answer.headers["Content-Length"]) == export["size"]
    return bytes(answer.data)
