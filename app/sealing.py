"""
Phones at rest: sealed with AES-256-GCM, found again by a keyed blind index.

There are only about 10¹⁰ mobile numbers, so any hash without a key can be reversed by trying them all.
"""

import functools
import hashlib
import hmac
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.config import settings

_VERSION = b"\x01"
"""First byte of every sealed value: which key and cipher. Room for a rotation."""

_NONCE_BYTES = 12


class Unsealable(ValueError):
    """The bytes were not sealed for this place with this key: changed, moved, or from another installation."""


def seal(text: str, *, place: str) -> bytes:
    """
    :param place: where the value lies, `table|column|row key`. A value moved elsewhere cannot be unsealed.
    """
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(_key("seal")).encrypt(nonce, text.encode(), place.encode())
    return _VERSION + nonce + sealed


def unseal(sealed: bytes, *, place: str) -> str:
    """
    :raises Unsealable: if the value was changed or does not belong to `place`.
    """
    if sealed[:1] != _VERSION or len(sealed) <= 1 + _NONCE_BYTES:
        raise Unsealable("unknown sealing version")
    nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(_key("seal")).decrypt(nonce, rest, place.encode()).decode()
    except InvalidTag:
        raise Unsealable("the value was changed or moved") from None


def blind_index(text: str, *, column: str) -> bytes:
    """Equal texts of one `table|column` have equal indexes; without the key nothing follows from one."""
    return hmac.digest(_key("blind index|" + column), text.encode(), hashlib.sha256)


def sign(text: str, *, purpose: str) -> str:
    """A short keyed signature, for values that a browser keeps for us."""
    return hmac.new(_key("sign|" + purpose), text.encode(), hashlib.sha256).hexdigest()


def signature_fits(text: str, signature: str, *, purpose: str) -> bool:
    return hmac.compare_digest(sign(text, purpose=purpose).encode(), signature.encode())


def normalised_phone(text: str) -> str:
    """
    The one spelling of a number: digits, a leading `+` only for numbers outside mainland China.

    >>> normalised_phone(" +86 138-0000-1234 ")
    '13800001234'
    """
    digits = re.sub(r"[^\d+]", "", text)
    for prefix in ("+86", "0086"):
        if digits.startswith(prefix):
            return digits.removeprefix(prefix)
    return digits


def masked_phone(phone: str) -> str:
    """
    >>> masked_phone("13800001234")
    '138****1234'
    """
    if len(phone) < 7:
        return "*" * len(phone)
    # At most four in front: a country's code. What somebody typed may be two numbers in one.
    return (
        f"{phone[: min(len(phone) - 8, 4)]}****{phone[-4:]}"
        if len(phone) >= 11
        else f"{phone[:1]}****{phone[-2:]}"
    )


def _key(purpose: str) -> bytes:
    return _derived(settings().secret_key, purpose)


@functools.lru_cache(maxsize=32)
def _derived(secret: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=b"guidedesk", info=purpose.encode()).derive(secret.encode())
