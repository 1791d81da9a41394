"""Remarks and descriptions leave to WeCom, so the word filter sees them first. It fails closed."""

import importlib
from collections.abc import Mapping


def refuse_forbidden(texts: Mapping[str, str | None]) -> None:
    """
    :raises Blocked: if a text holds a word that may not leave.
    :raises Unavailable: if the filter does not answer.
    """
    checks = importlib.import_module("app.compliance.checks")
    for text in texts.values():
        if text:
            checks.verdict(text)
