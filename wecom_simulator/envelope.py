"""
The envelope of WeCom's callbacks: signature and AES, as pure functions.

https://developer.work.weixin.qq.com/document/path/90968. Written apart from the app's own envelope on purpose: two
implementations that agree are a test, one that agrees with itself is not.
"""

from __future__ import annotations

import base64
import hashlib
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
"""WeCom pads to 32 bytes, not to the cipher's 16."""


class BadEnvelope(ValueError):
    """The text cannot be what a holder of this key and token sealed."""


def key_of(encoding_aes_key: str) -> bytes:
    """:raises BadEnvelope: unless the 43 characters decode to 32 bytes."""
    try:
        key = base64.b64decode(encoding_aes_key + "=", validate=True)
    except ValueError as error:
        raise BadEnvelope("EncodingAESKey is not base64") from error
    if len(key) != BLOCK:
        raise BadEnvelope("EncodingAESKey must decode to 32 bytes")
    return key


def signature(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    ordered = sorted(part.encode() for part in (token, timestamp, nonce, encrypted))
    return hashlib.sha1(b"".join(ordered)).hexdigest()


def encrypt(encoding_aes_key: str, text: str, receive_id: str, random16: bytes | None = None) -> str:
    """Base64 of AES-256-CBC over random(16) + length + text + receive id; IV: the key's first 16 bytes."""
    key = key_of(encoding_aes_key)
    body = text.encode()
    plain = (os.urandom(16) if random16 is None else random16) + struct.pack(">I", len(body))
    plain += body + receive_id.encode()
    padding = BLOCK - len(plain) % BLOCK
    plain += bytes([padding]) * padding
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def decrypt(encoding_aes_key: str, encrypted: str, receive_id: str) -> str:
    """:raises BadEnvelope: if anything about length, padding or receive id is off."""
    key = key_of(encoding_aes_key)
    try:
        sealed = base64.b64decode(encrypted, validate=True)
    except ValueError as error:
        raise BadEnvelope("not base64") from error
    if not sealed or len(sealed) % BLOCK:
        raise BadEnvelope("length is not a multiple of 32")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = decryptor.update(sealed) + decryptor.finalize()
    padding = plain[-1]
    if not 1 <= padding <= BLOCK or plain[-padding:] != bytes([padding]) * padding:
        raise BadEnvelope("bad padding")
    plain = plain[:-padding]
    if len(plain) < 20:
        raise BadEnvelope("too short")
    (length,) = struct.unpack(">I", plain[16:20])
    if 20 + length > len(plain):
        raise BadEnvelope("inner length is too long")
    if plain[20 + length :].decode() != receive_id:
        raise BadEnvelope("another receive id")
    return plain[20 : 20 + length].decode()
