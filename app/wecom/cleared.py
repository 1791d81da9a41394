"""
The only form in which a text may leave through this client, and the rule that holds it to that.

What is not known to be an id, a kind or a link counts as a text that somebody reads. So a call written tomorrow is
guarded before anybody thinks of it.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any


class Cleared(ABC):
    """
    A text that passed the word filter. The one concrete class lives in the package that runs the filter; the
    calls that carry texts take nothing else, and a test checks that nobody else makes one.
    """

    @property
    @abstractmethod
    def text(self) -> str: ...

    @property
    @abstractmethod
    def attachments(self) -> Sequence[Mapping[str, Any]]:
        """In WeCom's form, `{"msgtype": "link", "link": {...}}`; their titles went through the filter too."""


NOT_READ = {
    # who and what, by id
    *("config_id", "id", "group_id", "tag_id", "add_tag", "remove_tag", "rule_id", "msgid", "media_id"),
    *("pic_media_id", "appid", "chat_id", "chat_id_list", "userid", "userid_list", "user", "user_list", "touser"),
    *("sender", "creator", "mentioned_list", "external_userid", "welcome_code"),
    "state",  # of a contact code: made of random letters here, and shown to nobody
    "remark_mobiles",  # telephone numbers, checked to be such where they are entered
    # kinds
    *("type", "msgtype", "chat_type", "card_type"),
    # where a tap or the next page leads
    *("cursor", "url", "link_url", "pic_url", "picurl", "imgUrl", "page"),
}
"""Keys of a request's body whose strings no person reads."""

NOT_SENT = {"externalcontact/add_intercept_rule", "externalcontact/update_intercept_rule"}
"""They carry forbidden words, so that WeCom stops them: words that reach nobody."""


def require_cleared(value: object) -> Cleared:
    """
    :raises TypeError: for anything else, however much it looks like a cleared text.
    """
    if not isinstance(value, Cleared):
        raise TypeError("a text may leave only as a Cleared value; ask the filter for one")
    return value


def refuse_uncleared(
    api: str, body: Mapping[str, Any] | None, files: Mapping[str, Any] | None, cleared: Iterable[Cleared]
) -> None:
    """
    :param files: field → (file name, content).
    :raises TypeError: if a text of the body, or a file's name, is none of those that were cleared.
    """
    if api in NOT_SENT:
        return
    passed: set[str] = set()
    for each in cleared:
        passed.add(require_cleared(each).text)
        passed.update(text for _, text in _read_in("", list(each.attachments)))
    written = [*_read_in("", body or {}), *((field, name) for field, (name, *_) in (files or {}).items())]
    for key, text in written:
        if text and text not in passed:
            # Not the text itself: it may be about a customer, and errors are logged.
            raise TypeError(f"{api}: {key or 'the body'} holds a text that did not go through the filter")


def _read_in(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every string that a person may read, with its key."""
    if key in NOT_READ:
        return
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for inner, each in value.items():
            yield from _read_in(str(inner), each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _read_in(key, each)
