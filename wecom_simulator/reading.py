"""JSON as it comes over the wire, checked so far that it can be kept and sent again."""

from __future__ import annotations

import json
from typing import Any


def parse(body: bytes) -> Any:
    """:raises ValueError: if it is no JSON, too deep, or holds half of a surrogate pair."""
    try:
        parsed = json.loads(body)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if b"\\ud" in body.lower():
        json.dumps(parsed, ensure_ascii=False).encode()
    return parsed
