"""One answer to each message, one greeting a day, both through the one door out."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from app import clock
from app.chatbot import answers
from app.chatbot.quoting import NOTHING_QUOTED
from app.compliance.lexicon import CheckUnavailable
from app.outbound.telling import tell
from app.outbox import Postpone, Running, job
from app.scripts.actions import record_missed
from app.staff.actions import ensure_member
from app.staff.queries import viewer_for
from app.viewer import Viewer

WORTH_ANSWERING = timedelta(minutes=10)
"""An answer that comes later only puzzles whoever asked."""

SOON = timedelta(seconds=5)
T = TypeVar("T")


@job("chatbot.answer")
def answer(running: Running, userid: str, message_id: str, kind: str, text: str, happened_at: str) -> None:
    """Each message once, however often WeCom or we repeat ourselves."""
    if not _is_recent(happened_at):
        return
    named = message_id or hashlib.sha256(f"{happened_at}\n{text}".encode()).hexdigest()[:32]
    with running.transaction() as session:
        viewer = viewer_for(session, ensure_member(session, userid))
        said = _or_later(lambda: answers.answer(session, viewer, kind, text))
    _say(f"bot:{userid}:{named}", viewer, said.text)
    if said.missed:
        with running.finishing() as session:  # counts once, however often this had to run
            record_missed(session, said.missed)


@job("chatbot.entered")
def entered(running: Running, userid: str, happened_at: str) -> None:
    """A greeting for who opens the chat, at most once a day."""
    if not _is_recent(happened_at):
        return
    with running.transaction() as session:
        viewer = viewer_for(session, ensure_member(session, userid))
        said = _or_later(lambda: answers.greeting(session, viewer))
    today = clock.in_shop_time(clock.now()).date()
    _say(f"bot:{userid}:greeting:{today}", viewer, said)


def _say(key: str, viewer: Viewer, said: str) -> None:
    # The list may have changed since the answer was written.
    tell(key, viewer.userid, lambda _: said, plain=NOTHING_QUOTED, channel="bot", by=viewer, again=SOON)


def _or_later(write: Callable[[], T]) -> T:
    try:
        return write()
    except CheckUnavailable as error:
        raise Postpone(SOON, str(error)) from None


def _is_recent(happened_at: str) -> bool:
    return clock.now() - datetime.fromisoformat(happened_at) < WORTH_ANSWERING
