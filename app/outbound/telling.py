"""What the product tells the shop's own people in WeCom: cleared, once, and plainer if the list stops it."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from app.compliance.clearing import ClearedText, clear
from app.compliance.lexicon import CheckUnavailable
from app.errors import Blocked
from app.outbound.ledger import send_once
from app.outbox import Postpone
from app.viewer import Viewer
from app.wecom.calls.messages import Card, Delivered, send_card, send_text
from app.wecom.client import wecom
from app.wecom.errors import TryLater

SOON = timedelta(seconds=30)


def tell(
    key: str,
    userid: str,
    said: Callable[[Session], str],
    *,
    plain: str,
    channel: str = "app_message",
    by: Viewer | None = None,
    again: timedelta = SOON,
) -> None:
    """
    A text from the app. For jobs: twice or after a kill, the ledger knows that it was sent.

    :param said: runs in the claiming transaction.
    :param plain: what is said if the list stops the other.
    :param by: in whose stores and roles the words have to hold.
    :param again: how long to wait where nothing else says.
    :raises Postpone: while nothing may leave, or WeCom asks for patience.
    """

    def deliver(texts: tuple[ClearedText, ...]) -> Delivered:
        (text,) = texts
        return send_text(wecom(), [userid], text)

    _tell(key, userid, lambda session: [said(session)], [plain], deliver, channel=channel, by=by, again=again)


def tell_by_card(key: str, userid: str, title: str, body: str, *, url: str, plain: tuple[str, str]) -> None:
    """
    The same as a card that leads somewhere.

    :param plain: title and body if the list stops the others.
    :raises Postpone: as `tell`.
    """

    def deliver(texts: tuple[ClearedText, ...]) -> Delivered:
        cleared_title, cleared_body = texts
        return send_card(wecom(), [userid], Card(cleared_title, cleared_body, url))

    _tell(key, userid, lambda _: [title, body], plain, deliver, channel="app_message", by=None, again=SOON)


def _tell(
    key: str,
    userid: str,
    said: Callable[[Session], Sequence[str]],
    plain: Sequence[str],
    deliver: Callable[[tuple[ClearedText, ...]], Delivered],
    *,
    channel: str,
    by: Viewer | None,
    again: timedelta,
) -> None:
    def through_the_door(session: Session, texts: Sequence[str]) -> tuple[ClearedText, ...]:
        subject = f"member:{userid}"
        return tuple(
            clear(session, each, channel=channel, on_behalf_of="system", subject=subject, occasion=key, by=by)
            for each in texts
        )

    def cleared(session: Session) -> tuple[ClearedText, ...]:
        try:
            return through_the_door(session, said(session))
        except Blocked:  # somebody listed a word that we use ourselves
            return through_the_door(session, plain)

    try:
        send_once(key, channel=channel, cleared_from=cleared, call=lambda texts: {"msgid": deliver(texts).msgid})
    except CheckUnavailable as error:
        raise Postpone(again, str(error)) from None
    except TryLater as error:
        raise Postpone(error.retry_after or again, str(error)) from None
