"""
The only maker of `Cleared`: whatever it holds went through the published word list a moment ago.

It stands on the filter's floor and not in `outbound`, because remarks and the names of tags leave from between.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NoReturn, final

from sqlalchemy.orm import Session

from app.compliance import checks
from app.viewer import Viewer
from app.wecom.cleared import Cleared

_KEY = object()
"""Known to this module alone."""

_NOT_READ = frozenset(
    {"msgtype", "media_id", "pic_media_id", "pic_url", "picurl", "imgUrl", "url", "link_url", "appid", "page"}
)
"""Keys of an attachment whose values no person reads."""


@final
class ClearedText(Cleared):
    """Made by `clear`; anybody else who tries is refused."""

    __slots__ = ("_attachments", "_text", "channel", "confirmed", "lexicon_version", "on_behalf_of", "subject")

    def __init__(
        self,
        key: object,
        text: str,
        attachments: Sequence[Mapping[str, Any]],
        *,
        channel: str,
        on_behalf_of: str,
        subject: str,
        lexicon_version: int,
        confirmed: frozenset[str],
    ) -> None:
        if key is not _KEY:
            raise TypeError("a cleared text comes from app.compliance.clearing.clear")
        values = (text, tuple(attachments), channel, on_behalf_of, subject, lexicon_version, confirmed)
        names = ("_text", "_attachments", "channel", "on_behalf_of", "subject", "lexicon_version", "confirmed")
        for name, value in zip(names, values, strict=True):
            object.__setattr__(self, name, value)

    channel: str
    on_behalf_of: str
    subject: str
    lexicon_version: int
    confirmed: frozenset[str]
    """The warned words in it that a reason was given for, as `checks.warned_in` names them."""
    _text: str
    _attachments: tuple[Mapping[str, Any], ...]

    @property
    def text(self) -> str:
        return self._text

    @property
    def attachments(self) -> Sequence[Mapping[str, Any]]:
        # Copies: nobody shall slip another title into what was cleared.
        return [_mapped(each, lambda _key, text: text) for each in self._attachments]

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise TypeError("a cleared text stays as it was cleared")

    def __delattr__(self, name: str) -> NoReturn:
        raise TypeError("a cleared text stays as it was cleared")

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError("nobody else makes cleared texts")

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a cleared text is not stored: clear the text again when it is sent")


def clear(
    session: Session,
    text: str,
    *,
    channel: str,
    on_behalf_of: str,
    subject: str,
    confirmed_reason: str | None = None,
    confirmed_for: Collection[str] | None = None,
    occasion: str | None = None,
    is_try: bool = False,
    attachments: Sequence[Mapping[str, Any]] = (),
    by: Viewer | None = None,
) -> ClearedText:
    """
    Ask at the moment of sending, not earlier: the list may have changed since the text was written. Hits are on
    record even when the refusal rolls the caller's transaction back.

    :param on_behalf_of: the userid of who sends; `system` for what nobody pressed.
    :param subject: `customer:wm…`, `mass_message:3`.
    :param confirmed_reason: why the person who saw the warnings sends nevertheless.
    :param confirmed_for: as for `checks.passed`: a reason given earlier says nothing of words listed since.
    :param occasion, is_try: as for `checks.passed`: a job that runs twice meets its words once.
    :param attachments: in WeCom's form; what people read in them is checked like the text.
    :param by: in whose stores and roles the words have to hold; None where all of them shall.
    :raises Blocked: a word that may not leave; `NeedsConfirmation` if only a reason is missing.
    :raises CheckUnavailable: the filter cannot answer.
    """

    def ask(each: str) -> checks.Passed:
        return checks.passed(
            session,
            each,
            channel=channel,
            on_behalf_of=on_behalf_of,
            subject=subject,
            confirmed_reason=confirmed_reason,
            confirmed_for=confirmed_for,
            occasion=occasion,
            is_try=is_try,
            by=by,
        )

    gone_through = ask(text)
    titles = [
        _mapped(each, lambda key, value: value if key in _NOT_READ else ask(value).text) for each in attachments
    ]
    return ClearedText(
        _KEY,
        gone_through.text,
        titles,
        channel=channel,
        on_behalf_of=on_behalf_of,
        subject=subject,
        lexicon_version=gone_through.verdict.version,
        confirmed=gone_through.confirmed,
    )


def _mapped(value: Mapping[str, Any], change: Callable[[str, str], str]) -> dict[str, Any]:
    """A deep copy with every text changed."""
    return {key: _changed(key, each, change) for key, each in value.items()}


def _changed(key: str, value: Any, change: Callable[[str, str], str]) -> Any:
    if isinstance(value, str):
        return change(key, value)
    if isinstance(value, Mapping):
        return _mapped(value, change)
    if isinstance(value, list | tuple):
        return [_changed(key, each, change) for each in value]
    return value
