"""WeCom's JSON, read with checked types: a wrong shape is no answer, never a KeyError in a handler."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from app.wecom.errors import NoAnswer


class Answer:
    """One JSON object of an answer. A missing key is its type's empty value: WeCom leaves empty ones out."""

    __slots__ = ("api", "raw")

    def __init__(self, raw: Mapping[str, Any], api: str) -> None:
        self.raw = raw
        self.api = api

    def _of(self, key: str, kind: type | tuple[type, ...]) -> Any:
        value = self.raw.get(key)
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise self.misshapen(key)
        return value

    def misshapen(self, key: str) -> NoAnswer:
        return NoAnswer(
            "企业微信的答复不符合约定，无法读取。", api=self.api, errmsg=f"unexpected value at {key!r}"
        )

    def text(self, key: str) -> str:
        """Numbers count as text: some ids come as either (`rule_id` is documented as both)."""
        value = self._of(key, (str, int))
        return "" if value is None else _storable(str(value))

    def required_text(self, key: str) -> str:
        """
        :raises NoAnswer: if it is missing: the call may have worked, but what it made cannot be named.
        """
        return self.text(key) or self._missing(key)

    def _missing(self, key: str) -> str:
        raise self.misshapen(key)

    def number(self, key: str) -> int:
        """Digits in a text count: `created_at` of an upload is a text, of an attachment a number."""
        try:
            return int(self._of(key, (int, float, str)) or 0)
        except (OverflowError, ValueError):  # JSON as Python reads it knows Infinity and NaN
            raise self.misshapen(key) from None

    def flag(self, key: str) -> bool:
        value = self.raw.get(key)
        if value not in (None, True, False):
            raise self.misshapen(key)
        return bool(value)

    def moment(self, key: str) -> datetime | None:
        """Epoch seconds as an aware time; None when absent or 0."""
        seconds = self.number(key)
        try:
            return datetime.fromtimestamp(seconds, UTC) if seconds else None
        except (OverflowError, OSError, ValueError):
            raise self.misshapen(key) from None

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._of(key, list) or []
        if not all(isinstance(value, str) for value in values):
            raise self.misshapen(key)
        return tuple(_storable(value) for value in values)

    def numbers(self, key: str) -> tuple[int, ...]:
        values = self._of(key, list) or []
        if not all(isinstance(value, int) for value in values):
            raise self.misshapen(key)
        return tuple(int(value) for value in values)

    def object(self, key: str) -> "Answer":
        return Answer(self._of(key, dict) or {}, self.api)

    def objects(self, key: str) -> Iterator["Answer"]:
        for value in self._of(key, list) or []:
            if not isinstance(value, dict):
                raise self.misshapen(key)
            yield Answer(value, self.api)


def _storable(text: str) -> str:
    """What people type into nicknames may hold NUL and lone surrogates; PostgreSQL takes neither."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
