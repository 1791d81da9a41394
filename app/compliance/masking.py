"""Numbers of customers in what people wrote, covered without moving a single character. Pure."""

import re
from typing import Any

_PHONE = re.compile(r"(?<![0-9])(1[3-9][0-9])([ -]?)([0-9]{4})([ -]?)([0-9]{4})(?![0-9])")
_LONG_NUMBER = re.compile(r"(?<![0-9])([0-9]{4})([0-9]{7,12}[0-9Xx]?)([0-9]{3}[0-9Xx])(?![0-9])")
"""Identity cards and bank cards, 15 to 21 digits."""

_AS_THEY_ARE = {"hash", "sha256", "subject"}


def masked_text(text: str) -> str:
    """
    As long as before, so that marks in it stay right.

    >>> masked_text("打 13800001234 找我")
    '打 138****1234 找我'
    """
    text = _PHONE.sub(lambda found: f"{found[1]}{found[2]}****{found[4]}{found[5]}", text)
    return _LONG_NUMBER.sub(lambda found: f"{found[1]}{'*' * len(found[2])}{found[3]}", text)


def masked_middle(text: str) -> str:
    """
    >>> masked_middle("wx: anna_1990")
    'wx:********90'
    """
    shown = min(3, len(text) // 3)
    last = min(2, len(text) - shown)
    return text[:shown] + "*" * (len(text) - shown - last) + text[len(text) - last :]


def masked_values(value: Any) -> Any:
    """The same for every text in a JSON value but sums and names of things, which may hold any digits."""
    if isinstance(value, str):
        return masked_text(value)
    if isinstance(value, dict):
        return {key: each if key in _AS_THEY_ARE else masked_values(each) for key, each in value.items()}
    if isinstance(value, list):
        return [masked_values(each) for each in value]
    return value
