"""
The envelope of WeCom's callbacks: signature, AES, and the checks that the usual samples leave out.

https://developer.work.weixin.qq.com/document/path/90968. One error for every failure of the encryption, because
CBC without a MAC must not tell which check failed; the signature is compared first and in constant time.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import defusedxml.ElementTree
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError

LARGEST_BODY = 64 * 1024
BLOCK = 32
"""PKCS#7 pads to 32 bytes here, not to AES's 16: padding is 1 to 32 bytes long."""
HEAD = 20
"""16 random bytes and the message's length, 4 bytes big-endian."""


class BadEnvelope(Exception):
    """
    Not from WeCom, or broken on the way. Answer all of them alike.

    :param kind: for logs and counters: `too_large`, `query`, `document`, `signature`, `stale`, `encryption`.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def open_envelope(body: bytes, query: Mapping[str, str], *, token: str, aes_key: str, receive_id: str) -> bytes:
    """
    The plaintext of a callback.

    :param query: with `msg_signature`, `timestamp`, `nonce`, decoded once.
    :param receive_id: the corp's id for a self-built app; empty for a corp's own 智能机器人.
    :raises BadEnvelope: for anything that WeCom would not have sent.
    """
    if len(body) > LARGEST_BODY:
        raise BadEnvelope("too_large")
    encrypted = _encrypted_part(body)
    check_signature(query, encrypted, token=token)
    return _decrypted(encrypted, aes_key, receive_id)


def verify_url(query: Mapping[str, str], *, token: str, aes_key: str, receive_id: str) -> bytes:
    """
    What to answer, exactly and alone, when WeCom checks the URL: the plaintext of `echostr`.

    :raises BadEnvelope:
    """
    echo = query.get("echostr", "")
    if not echo or len(echo) > LARGEST_BODY:
        raise BadEnvelope("query")
    check_signature(query, echo, token=token)
    return _decrypted(echo, aes_key, receive_id)


def check_signature(query: Mapping[str, str], encrypted: str, *, token: str) -> None:
    """
    :raises BadEnvelope: `query` if a part is missing, `signature` if it is wrong.
    """
    given, timestamp, nonce = query.get("msg_signature"), query.get("timestamp"), query.get("nonce")
    if not given or not timestamp or not nonce:
        raise BadEnvelope("query")
    expected = signature_of(token, timestamp, nonce, encrypted)
    if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode()):
        raise BadEnvelope("signature")


def check_freshness(query: Mapping[str, str], now: datetime, *, window: timedelta) -> None:
    """
    Refuse what was captured and sent again later. Ask after `open_envelope`: the time is signed.

    :raises BadEnvelope: `stale`.
    """
    timestamp = query.get("timestamp", "")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 10):
        raise BadEnvelope("stale")
    if abs(now - datetime.fromtimestamp(int(timestamp), UTC)) > window:
        raise BadEnvelope("stale")


def signature_of(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    parts = sorted((token, timestamp, nonce, encrypted))
    # SHA-1 is WeCom's choice.
    return hashlib.sha1("".join(parts).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def seal(plaintext: bytes, *, token: str, aes_key: str, receive_id: str, timestamp: str, nonce: str) -> bytes:
    """A passive reply in WeCom's form."""
    encrypted = encrypt(plaintext, aes_key=aes_key, receive_id=receive_id)
    signature = signature_of(token, timestamp, nonce, encrypted)
    if not (timestamp.isdecimal() and "]]>" not in nonce):
        raise ValueError("timestamp must be digits and nonce must fit into CDATA")
    return (
        f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    ).encode()


def encrypt(plaintext: bytes, *, aes_key: str, receive_id: str) -> str:
    content = secrets.token_bytes(16) + len(plaintext).to_bytes(4, "big") + plaintext + receive_id.encode()
    padding = BLOCK - len(content) % BLOCK
    encryptor = _cipher(aes_key).encryptor()
    sealed = encryptor.update(content + bytes([padding]) * padding) + encryptor.finalize()
    return base64.b64encode(sealed).decode()


def _encrypted_part(body: bytes) -> str:
    encrypted = _from_json(body) if body[:1] == b"{" else _from_xml(body)
    if not encrypted:
        raise BadEnvelope("document")
    return encrypted


def _from_xml(body: bytes) -> str | None:
    try:
        root = defusedxml.ElementTree.fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise BadEnvelope("document") from None
    children = list(root)
    found = [each for each in children if each.tag == "Encrypt"]
    # A second one could be read by another program than the one that checked the first.
    if root.tag != "xml" or len(found) != 1 or any(len(each) for each in children):
        raise BadEnvelope("document")
    text: str | None = found[0].text
    return text.strip() if text else None


def _from_json(body: bytes) -> str | None:
    """A corp's own 智能机器人 sends `{"encrypt": …}`, https://developer.work.weixin.qq.com/document/path/101033."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise BadEnvelope("document") from None
    encrypted = document.get("encrypt") if isinstance(document, dict) else None
    return encrypted if isinstance(encrypted, str) else None


@lru_cache(maxsize=8)
def _cipher(aes_key: str) -> Cipher[modes.CBC]:
    """
    :raises ValueError: if it is not an EncodingAESKey: 43 letters and digits.
    """
    key = base64.b64decode(aes_key + "=", validate=True)
    if len(key) != 32:
        raise ValueError("an EncodingAESKey has 43 letters and digits")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def _decrypted(encrypted: str, aes_key: str, receive_id: str) -> bytes:
    cipher = _cipher(aes_key)
    try:
        sealed = binascii.a2b_base64(encrypted.encode(), strict_mode=True)
    except ValueError:
        raise BadEnvelope("encryption") from None
    if len(sealed) < BLOCK or len(sealed) % 16:
        raise BadEnvelope("encryption")
    decryptor = cipher.decryptor()
    content = decryptor.update(sealed) + decryptor.finalize()
    message = _message(content, receive_id.encode())
    if message is None:
        raise BadEnvelope("encryption")
    return message


def _message(content: bytes, receive_id: bytes) -> bytes | None:
    padding = content[-1]
    if not 1 <= padding <= BLOCK or not content.endswith(bytes([padding]) * padding):
        return None
    end = len(content) - padding
    start_of_id = HEAD + int.from_bytes(content[16:HEAD], "big")
    if end < HEAD or start_of_id > end:
        return None
    if not hmac.compare_digest(content[start_of_id:end], receive_id):
        return None
    return content[HEAD:start_of_id]
