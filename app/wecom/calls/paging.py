"""WeCom's cursors: ask on until there is no next one."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.wecom.answers import Answer
from app.wecom.client import WeCom

MOST_PAGES = 100_000
"""A stop for a cursor that never ends: a hundred million customers at the largest page size."""


def pages(client: WeCom, api: str, body: Mapping[str, Any], *, cursor: str = "") -> Iterator[Answer]:
    """
    Every page of a POST that takes `cursor` and gives `next_cursor`.

    :raises NoAnswer: if a cursor comes back again: it would go on for ever.
    """
    for _ in range(MOST_PAGES):
        answer = client.call(api, body={**body, "cursor": cursor})
        yield answer
        following = answer.text("next_cursor")
        if not following:
            return
        if following == cursor:
            raise answer.misshapen("next_cursor")
        cursor = following
