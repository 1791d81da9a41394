"""Why a person cannot do something in WeCom."""

from __future__ import annotations


class NotPossible(ValueError):
    """A person cannot do that in WeCom; the message is Chinese and says why."""
