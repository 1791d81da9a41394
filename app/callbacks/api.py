"""`/wecom/callback`: check, open, commit, `success`. Everything else happens later, in jobs."""

import logging
import time
from collections.abc import Mapping

from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError

from app import db
from app.callbacks import intake, spool
from app.config import settings
from app.http import PUBLIC, route
from app.wecom.envelope import LARGEST_BODY, BadEnvelope, verify_url

logger = logging.getLogger(__name__)
blueprint = Blueprint("callbacks", __name__)

OPEN = PUBLIC("WeCom signs and encrypts what it sends")

KEEP_TRYING_SECONDS = 3.5
"""How long to look for a place to store a callback; WeCom hangs up after 5 s."""

TRUST_AGAIN_SECONDS = 1.0
"""After the database has failed, callbacks go straight to the spool for this long."""

_database_failed_at = float("-inf")


@route(blueprint, "GET", "/wecom/callback", may=OPEN)
def verify() -> Response:
    """WeCom's check of the URL, within 1 s: the plaintext alone. Asks neither database nor Redis."""
    known = settings()
    try:
        echo = verify_url(
            request.args,
            token=known.wecom_callback_token,
            aes_key=known.wecom_encoding_aes_key,
            receive_id=known.wecom_corp_id,
        )
    except BadEnvelope as error:
        return _refused(error)
    return Response(echo, content_type="text/plain")


@route(blueprint, "POST", "/wecom/callback", may=OPEN)
def receive() -> Response:
    """An event or a message from WeCom. `success` means: it is on disk."""
    body = request.stream.read(LARGEST_BODY + 1) if not request.content_length else _sized_body()
    query = request.args.to_dict()
    try:
        plaintext = intake.opened(body, query, settings())
        intake.check_window(query)
    except BadEnvelope as error:
        return _refused(error)
    return _stored(plaintext, body, query)


def _sized_body() -> bytes:
    if (request.content_length or 0) > LARGEST_BODY:
        return b"\x00" * (LARGEST_BODY + 1)  # refused by its size, unread
    return request.get_data(cache=False)


def _refused(error: BadEnvelope) -> Response:
    """One answer to everything that WeCom would not have sent: it must not tell which check failed."""
    logger.warning("a callback was refused: %s", error.kind)
    status = 413 if error.kind == "too_large" else 400 if error.kind == "document" else 403
    return Response("refused", status=status, content_type="text/plain")


def _stored(plaintext: bytes, body: bytes, query: Mapping[str, str]) -> Response:
    deadline = time.monotonic() + KEEP_TRYING_SECONDS
    while True:
        readable = _store_in_database(plaintext)
        if readable is not None:
            return _answer(readable)
        try:
            spool.append(body, query)
        except OSError as error:
            logger.error("neither database nor spool takes a callback: %s", error)
            if time.monotonic() > deadline:
                return Response("unavailable", status=503, content_type="text/plain")
            time.sleep(0.2)
        else:
            return _answer(readable=True)


def _store_in_database(plaintext: bytes) -> bool | None:
    """Whether the callback could be read; None if the database did not take it."""
    global _database_failed_at
    if time.monotonic() - _database_failed_at < TRUST_AGAIN_SECONDS:
        return None
    try:
        with db.transaction() as session:
            return intake.store(session, plaintext)
    except SQLAlchemyError as error:
        _database_failed_at = time.monotonic()
        logger.warning("the database does not take callbacks (%s); the spool does", type(error).__name__)
        return None


def _answer(readable: bool) -> Response:
    if readable:
        return Response("success", content_type="text/plain")
    return Response("unreadable", status=400, content_type="text/plain")
