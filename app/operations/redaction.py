"""What of a job may be shown: its ids, never a text of a person, a secret code, or the words of a stranger."""

import re
from collections.abc import Mapping
from typing import Any

SHOWN = frozenset(
    {
        "userid",
        "external_user_id",
        "chat_id",
        "wecom_id",
        "department_id",
        "new_userid",
        "message_id",
        "kind",
        "change",
        "by",
        "tag_type",
        "state",
        "happened_at",
        "event",
        "day",
        "once",
        "is_last",
        "cursor",
    }
)
"""Besides whatever ends in `_id` and is a number. What is not named is hidden, so that new arguments are safe."""
HIDDEN = "（不显示）"

_LONG_DIGITS = re.compile(r"\d{7,}")
_SECRET = re.compile(r"(access_token|secret|ticket|code|key)=[^&\s\"']+", re.IGNORECASE)


def shown_args(args: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if _may_show(name, value) else HIDDEN for name, value in args.items()}


def shown_error(error: str | None) -> str | None:
    """The place and the type help; numbers that could be phones and whatever opens something do not."""
    if error is None:
        return None
    return _LONG_DIGITS.sub("…", _SECRET.sub(r"\1=…", error))[:500]


def _may_show(name: str, value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return name in SHOWN or name.endswith(("_id", "_number"))
    return name in SHOWN and isinstance(value, str) and len(value) <= 100
