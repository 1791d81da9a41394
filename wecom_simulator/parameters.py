"""Reads a call's arguments as strictly as WeCom: wrong type 40035, too long or too many 40058."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, TypeVar

from wecom_simulator.errors import ApiError

Item = TypeVar("Item")


class Parameters:
    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(
        self,
        name: str,
        default: str = "",
        *,
        missing: int | None = None,
        chars: int | None = None,
        bytes: int | None = None,  # noqa: A002 - the documentation's own word
        too_long: int = 40058,
    ) -> str:
        """`missing`: the errcode if it is absent or empty; `chars`, `bytes`: the longest allowed."""
        value = self.values.get(name)
        if value is None or value == "":
            if missing is not None:
                raise ApiError(missing, f"missing {name}")
            return default
        if not isinstance(value, str):
            raise ApiError(40035, f"{name} must be a string")
        if chars is not None and len(value) > chars:
            raise ApiError(too_long, f"{name} exceeds {chars} characters")
        if bytes is not None and len(value.encode()) > bytes:
            raise ApiError(too_long, f"{name} exceeds {bytes} bytes")
        return value

    def integer(
        self,
        name: str,
        default: int | None = None,
        *,
        low: int = 0,
        high: int = 2**63,
        missing: int = 40058,
        wrong: int = 40058,
    ) -> int:
        """Without a default it is required. Text is no number, except in a query string."""
        value = self.values.get(name)
        if value is None or value == "":
            if default is None:
                raise ApiError(missing, f"missing {name}")
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            raise ApiError(40035, f"{name} must be an integer")
        if not low <= value <= high:
            raise ApiError(wrong, f"{name} must be in [{low}, {high}]")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise ApiError(40035, f"{name} must be a boolean")
        return value

    def texts(self, name: str, *, most: int, missing: int | None = None, too_many: int = 40058) -> list[str]:
        return self._list(name, str, most, missing, too_many)

    def integers(self, name: str, *, most: int, missing: int | None = None) -> list[int]:
        return self._list(name, int, most, missing, 40058)

    def object(self, name: str) -> Parameters:
        """Empty if absent."""
        value = self.values.get(name)
        if value is None:
            return Parameters({})
        if not isinstance(value, dict):
            raise ApiError(40035, f"{name} must be an object")
        return Parameters(value)

    def objects(self, name: str, *, most: int, too_many: int = 40058) -> list[Parameters]:
        values: list[dict[str, Any]] = self._list(name, dict, most, None, too_many)
        return [Parameters(each) for each in values]

    def _list(self, name: str, kind: type[Item], most: int, missing: int | None, too_many: int) -> list[Item]:
        value = self.values.get(name)
        if value is None or value == []:
            if missing is not None:
                raise ApiError(missing, f"missing {name}")
            return []
        if not isinstance(value, list):
            raise ApiError(40035, f"{name} must be an array")
        if any(not isinstance(each, kind) or isinstance(each, bool) for each in value):
            raise ApiError(40035, f"{name} has items of a wrong type")
        if len(value) > most:
            raise ApiError(too_many, f"{name} exceeds {most} items")
        return value


def whole(text: str) -> int | None:
    """A whole number written in digits; None if it is none, or longer than any id."""
    return int(text) if text.isdecimal() and len(text) <= 18 else None


def page(items: list[Item], cursor: str, limit: int) -> tuple[list[Item], str]:
    """One page and the cursor of the next, empty after the last."""
    start = _offset(cursor)
    end = start + limit
    return items[start:end], _cursor(end) if end < len(items) else ""


def _cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(f"from:{offset}".encode()).decode().rstrip("=")


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        text = ""
    offset = whole(text.removeprefix("from:"))
    if offset is None:
        raise ApiError(40035, "invalid cursor")
    return offset
