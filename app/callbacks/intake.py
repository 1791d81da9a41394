"""From a sealed POST to committed rows. What this returns from is on disk."""

import base64
import hashlib
import logging
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from app import clock
from app.callbacks.dispatch import Work, work_for
from app.config import Settings
from app.outbox import enqueue, names
from app.wecom.envelope import check_freshness, open_envelope
from app.wecom.events import BadEvent, parse_event

logger = logging.getLogger(__name__)

WINDOW = timedelta(minutes=10)
"""How old or early a callback's signed time may be. Ours: WeCom names none. Shorter than the 30 days for which
a callback's key is kept, so that a captured one is refused either as stale or as known."""


def opened(body: bytes, query: Mapping[str, str], settings: Settings) -> bytes:
    """
    :raises BadEnvelope: for anything that is not from WeCom.
    """
    return open_envelope(
        body,
        query,
        token=settings.wecom_callback_token,
        aes_key=settings.wecom_encoding_aes_key,
        receive_id=settings.wecom_corp_id,
    )


def check_window(query: Mapping[str, str]) -> None:
    """
    :raises BadEnvelope: `stale`, for a captured callback that is sent again later.
    """
    check_freshness(query, clock.now(), window=WINDOW)


LONGEST_KEY = 300
"""Characters. WeCom's ids have at most 64."""


class Unreadable(Exception):
    """Rightly sealed, but this process can make nothing, or not everything, of it. `str(error)` says why."""


def store(session: Session, plaintext: bytes) -> bool:
    """
    Write down what the callback asks for, keyed by the plaintext: WeCom repeats itself under a fresh ciphertext.

    What this process has no handler for is kept as well, for a newer one or a person.

    :returns: False if the plaintext is no event; it is kept as a dead letter all the same.
    """
    try:
        work = work_for(parse_event(plaintext))
    except BadEvent as error:
        logger.warning("a callback cannot be read: %s", error)
        _enqueue(session, plaintext, [_kept(plaintext, str(error))])
        return False
    unknown = _unknown_jobs(work)
    if unknown:
        logger.error("a callback asks for %s, which nobody here can do; it is kept", ", ".join(unknown))
        work = [each for each in work if each.job not in unknown]
        work.append(_kept(plaintext, _nobody_does(unknown)))
    _enqueue(session, plaintext, work)
    return True


def take_up(session: Session, plaintext: bytes) -> None:
    """
    What was kept, once more: another version may understand it. What was done at once is not done again.

    :raises Unreadable: if this one does not either.
    """
    try:
        work = work_for(parse_event(plaintext))
    except BadEvent as error:
        raise Unreadable(str(error)) from None
    unknown = _unknown_jobs(work)
    if unknown:
        raise Unreadable(_nobody_does(unknown))
    _enqueue(session, plaintext, work)


def _unknown_jobs(work: list[Work]) -> list[str]:
    return sorted({each.job for each in work} - names())


def _nobody_does(unknown: list[str]) -> str:
    return f"no handler for {', '.join(unknown)} in this version"


def _kept(plaintext: bytes, reason: str) -> Work:
    return Work("callbacks.unreadable", {"reason": reason, "raw": base64.b64encode(plaintext).decode()})


def _enqueue(session: Session, plaintext: bytes, work: list[Work]) -> None:
    digest = hashlib.sha256(plaintext).hexdigest()
    for each in work:
        order_key = _indexable(each.order_key) if each.order_key else None
        enqueue(session, each.job, key=f"callback:{digest}:{each.job}", order_key=order_key, **each.args)


def _indexable(key: str) -> str:
    """An index entry holds 2.7 kB: a longer id, which WeCom never sends, must not look like a broken database."""
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()
