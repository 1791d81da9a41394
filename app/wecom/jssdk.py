"""Signatures for WeCom's JS-SDK, https://developer.work.weixin.qq.com/document/path/90506."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from app import clock
from app.config import origin_of
from app.errors import Forbidden
from app.wecom.client import WeCom

LONGEST_URL = 2048


@dataclass(frozen=True, slots=True)
class PageSignature:
    """What `getConfigSignature` and `getAgentConfigSignature` return; the ticket never leaves the server."""

    timestamp: int
    nonce_str: str
    signature: str


def config_signature(client: WeCom, url: str, *, origins: Collection[str]) -> PageSignature:
    """
    For `config`, in the corp's name.

    :param origins: `settings().origins`; a page elsewhere gets no signature.
    :raises Forbidden:
    """
    page = signable(url, origins)
    return _signed(client.for_a_person().jsapi_ticket(), page)


def agent_config_signature(client: WeCom, url: str, *, origins: Collection[str]) -> PageSignature:
    """For `agentConfig`, in the app's name: what the chat toolbar needs. Otherwise as `config_signature`."""
    page = signable(url, origins)
    return _signed(client.for_a_person().agent_ticket(), page)


def signable(url: str, origins: Collection[str]) -> str:
    """
    The page's URL without its fragment.

    :raises Forbidden: unless it is one of our own pages.
    """
    page = url.partition("#")[0]
    if len(page) > LONGEST_URL or not page.isascii() or any(ord(each) <= 32 or each in '\\"<>' for each in page):
        raise _foreign()
    try:
        parts = urlsplit(page)
        has_password = parts.username is not None or parts.password is not None
        if parts.scheme not in {"http", "https"} or has_password or origin_of(page) not in origins:
            raise _foreign()
    except ValueError:
        raise _foreign() from None
    return page


def signature_of(ticket: str, nonce_str: str, timestamp: int, url: str) -> str:
    signed = f"jsapi_ticket={ticket}&noncestr={nonce_str}&timestamp={timestamp}&url={url}"
    # SHA-1 is WeCom's choice.
    return hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest()


def _signed(ticket: str, page: str) -> PageSignature:
    nonce_str, timestamp = secrets.token_hex(8), int(clock.now().timestamp())
    return PageSignature(timestamp, nonce_str, signature_of(ticket, nonce_str, timestamp, page))


def _foreign() -> Forbidden:
    return Forbidden("只有本系统的页面可以签名。", code="foreign_page")
