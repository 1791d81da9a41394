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
from app.outbox import enqueue
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


def store(session: Session, plaintext: bytes) -> bool:
    """
    Write down what the callback asks for, keyed by the plaintext: WeCom repeats itself under a fresh ciphertext.

    :returns: False if the plaintext is no event; it is kept as a dead letter all the same.
    """
    digest = hashlib.sha256(plaintext).hexdigest()
    try:
        work = work_for(parse_event(plaintext))
    except BadEvent as error:
        logger.warning("a callback cannot be read: %s", error)
        work = [Work("callbacks.unreadable", {"reason": str(error), "raw": base64.b64encode(plaintext).decode()})]
        _enqueue(session, digest, work)
        return False
    _enqueue(session, digest, work)
    return True


def _enqueue(session: Session, digest: str, work: list[Work]) -> None:
    for each in work:
        enqueue(session, each.job, key=f"callback:{digest}:{each.job}", order_key=each.order_key, **each.args)
