"""The only form in which a text may leave through this client."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any


class Cleared(ABC):
    """
    A text that passed the word filter. The one concrete class lives in the package that runs the filter; the
    sending calls take nothing else, and a test checks that nobody else makes one.
    """

    @property
    @abstractmethod
    def text(self) -> str: ...

    @property
    @abstractmethod
    def attachments(self) -> Sequence[Mapping[str, Any]]:
        """In WeCom's form, `{"msgtype": "link", "link": {...}}`; their titles went through the filter too."""


def require_cleared(value: object) -> Cleared:
    """
    :raises TypeError: for anything else, however much it looks like a cleared text.
    """
    if not isinstance(value, Cleared):
        raise TypeError("a text may leave only as a Cleared value; ask the outbound package for one")
    return value
