"""The callback's envelope: WeCom's own samples open, everything else is refused alike."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.work.crypto import WeChatCrypto

from app.wecom import envelope
from app.wecom.envelope import BadEnvelope, check_freshness, open_envelope, seal, signature_of, verify_url
from tests.support.effort import least_cpu_seconds

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text("utf-8"))
TOKEN, KEY, CORP = VECTORS["token"], VECTORS["encoding_aes_key"], VECTORS["receive_id"]
OFFICIAL = {
    "token": "QDG6eK",
    "aes_key": "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
    "receive_id": "wx5823bf96d3bd56c7",
}
KEYS: dict[str, str] = {"token": TOKEN, "aes_key": KEY, "receive_id": CORP}


def sealed(encrypted: str, *, timestamp: str = "1700000000", nonce: str = "n") -> tuple[bytes, dict[str, str]]:
    """A body with a right signature over whatever `encrypted` is: what only the token's owner could make."""
    query = {
        "msg_signature": signature_of(TOKEN, timestamp, nonce, encrypted),
        "timestamp": timestamp,
        "nonce": nonce,
    }
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode(),
        query,
    )


def raw_encrypted(content: bytes) -> str:
    key = base64.b64decode(KEY + "=")
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(content) + encryptor.finalize()).decode()


def content_of(
    message: bytes, *, receive_id: str = CORP, length: int | None = None, padding: bytes | None = None
) -> bytes:
    size = len(message) if length is None else length
    content = bytes(16) + size.to_bytes(4, "big") + message + receive_id.encode()
    fill = 32 - len(content) % 32
    return content + (bytes([fill]) * fill if padding is None else padding)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_the_projects_vectors_open(case: dict[str, Any]) -> None:
    query = {key: case[key] for key in ("msg_signature", "timestamp", "nonce")}
    keys = KEYS | {"receive_id": case["receive_id"]}
    xml = f"<xml><Encrypt><![CDATA[{case['encrypt']}]]></Encrypt></xml>".encode()
    assert open_envelope(xml, query, **keys).decode() == case["msg"]
    assert open_envelope(json.dumps({"encrypt": case["encrypt"]}).encode(), query, **keys).decode() == case["msg"]
    assert verify_url({**query, "echostr": case["encrypt"]}, **keys).decode() == case["msg"]


def test_the_official_url_verification_sample_opens() -> None:
    query = {
        "msg_signature": "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
        "timestamp": "1409659589",
        "nonce": "263014780",
        "echostr": "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
    }
    assert verify_url(query, **OFFICIAL) == b"1616140317555161061"


def test_what_we_seal_wechatpy_opens_and_the_other_way_round() -> None:
    other = WeChatCrypto(TOKEN, KEY, CORP)
    ours = seal("你好".encode(), **KEYS, timestamp="1700000000", nonce="n1")
    signature = ours.split(b"<MsgSignature><![CDATA[")[1][:40].decode()
    assert other.decrypt_message(ours, signature, "1700000000", "n1") == "你好"
    theirs = other.encrypt_message("<xml/>", "n2", "1700000001")
    query = {
        "msg_signature": theirs.split("<MsgSignature><![CDATA[")[1][:40],
        "timestamp": "1700000001",
        "nonce": "n2",
    }
    assert open_envelope(theirs.encode(), query, **KEYS) == b"<xml/>"


@given(st.binary(max_size=3000), st.text("0123456789", min_size=1, max_size=10))
def test_whatever_is_sealed_opens(message: bytes, nonce: str) -> None:
    body = seal(message, **KEYS, timestamp="1700000000", nonce=nonce)
    query = {"msg_signature": body.split(b"<MsgSignature><![CDATA[")[1][:40].decode()}
    assert open_envelope(body, query | {"timestamp": "1700000000", "nonce": nonce}, **KEYS) == message


BROKEN_CRYPTO: dict[str, Callable[[], str]] = {
    "not base64": lambda: "****",
    "base64 with rubbish": lambda: raw_encrypted(content_of(b"<xml/>")) + "\n=",
    "empty after decoding": lambda: "====",
    "not whole blocks": lambda: base64.b64encode(bytes(33)).decode(),
    "too short": lambda: base64.b64encode(bytes(16)).decode(),
    "padding 0": lambda: raw_encrypted(content_of(b"x" * 26, padding=bytes(32))),
    "padding 33": lambda: raw_encrypted(content_of(b"x" * 26, padding=bytes([33]) * 32)),
    "padding not uniform": lambda: raw_encrypted(content_of(b"x" * 26, padding=b"\x01" * 31 + b"\x20")),
    "padding eats the head": lambda: raw_encrypted(b"\x20" * 32),
    "length past the end": lambda: raw_encrypted(content_of(b"<xml/>", length=2**32 - 1)),
    "length a little past the end": lambda: raw_encrypted(content_of(b"<xml/>", length=6 + len(CORP) + 1)),
    "length short": lambda: raw_encrypted(content_of(b"<xml/>", length=5)),
    "another corp": lambda: raw_encrypted(content_of(b"<xml/>", receive_id="wwanother")),
    "no receive id": lambda: raw_encrypted(content_of(b"<xml/>", receive_id="")),
    "random": lambda: base64.b64encode(bytes(range(64))).decode(),
}


@pytest.mark.parametrize("broken", BROKEN_CRYPTO.values(), ids=BROKEN_CRYPTO)
def test_every_failure_of_the_encryption_looks_the_same(broken: Callable[[], str]) -> None:
    """CBC has no MAC: telling padding from length would let one read messages byte by byte."""
    body, query = sealed(broken())
    with pytest.raises(BadEnvelope) as caught:
        open_envelope(body, query, **KEYS)
    assert (caught.value.kind, str(caught.value), caught.value.__cause__) == ("encryption", "encryption", None)


def valid() -> tuple[bytes, dict[str, str]]:
    return sealed(raw_encrypted(content_of(b"<xml/>")))


def test_the_helper_makes_a_valid_one() -> None:
    """So that the refusals around here are for the reason they name."""
    body, query = valid()
    assert open_envelope(body, query, **KEYS) == b"<xml/>"


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"msg_signature": "0" * 40}, "signature"),
        ({"msg_signature": "签名"}, "signature"),
        ({"msg_signature": "\ud800"}, "signature"),
        ({"nonce": "other"}, "signature"),
        ({"timestamp": "1700000001"}, "signature"),
        ({"msg_signature": ""}, "query"),
        ({"timestamp": ""}, "query"),
        ({"nonce": ""}, "query"),
    ],
)
def test_a_signature_that_does_not_fit_is_refused(change: dict[str, str], kind: str) -> None:
    body, query = valid()
    with pytest.raises(BadEnvelope) as caught:
        open_envelope(body, query | change, **KEYS)
    assert caught.value.kind == kind


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "not XML": b"hello",
    "JSON list": b"[1]",
    "JSON number": b'{"encrypt": 1}',
    "JSON without": b"{}",
    "deep JSON": b'{"encrypt":' + b"[" * 30_000,
    "DTD": LAUGHS + b"<xml><Encrypt>&b;</Encrypt></xml>",
    "external entity": b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Encrypt>&f;</Encrypt></xml>',
    "external DTD": b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd"><xml><Encrypt>a</Encrypt></xml>',
    "deep": b"<a>" * 9_000 + b"</a>" * 9_000,
    "deep inside Encrypt": b"<xml><Encrypt>" + b"<a>" * 4_000 + b"</a>" * 4_000 + b"</Encrypt></xml>",
    "two Encrypt": b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>",
    "no Encrypt": b"<xml><A/></xml>",
    "empty Encrypt": b"<xml><Encrypt/></xml>",
    "other root": b"<message><Encrypt>a</Encrypt></message>",
    "NUL": b"<xml><Encrypt>a\x00b</Encrypt></xml>",
    "unclosed": b"<xml><Encrypt>a</Encrypt>",
    "second document": b"<xml><Encrypt>a</Encrypt></xml><xml/>",
    "unknown encoding": b'<?xml version="1.0" encoding="x-unknown"?><xml><Encrypt>a</Encrypt></xml>',
    "not UTF-8": b"<xml><Encrypt>\xff\xfe</Encrypt></xml>",
    "gzip": b"\x1f\x8b\x08" + bytes(100),
    "many attributes": b"<xml " + b" ".join(b'a%d="1"' % i for i in range(6_000)) + b"/>",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_documents_are_refused_quickly(body: bytes) -> None:
    query = {"msg_signature": "0" * 40, "timestamp": "1700000000", "nonce": "n"}

    def is_refused() -> None:
        with pytest.raises(BadEnvelope) as caught:
            open_envelope(body, query, **KEYS)
        assert caught.value.kind == "document", "refused for what it is, not for its signature"

    assert least_cpu_seconds(is_refused) < 0.5


def test_a_body_over_64_kb_is_not_even_parsed() -> None:
    with pytest.raises(BadEnvelope) as caught:
        open_envelope(b"<" * (64 * 1024 + 1), {}, **KEYS)
    assert caught.value.kind == "too_large"


def test_an_unset_key_is_our_mistake_and_not_the_senders() -> None:
    body, query = valid()
    with pytest.raises(ValueError, match="43"):
        open_envelope(body, query, token=TOKEN, aes_key="YWJj", receive_id=CORP)


@pytest.mark.parametrize("nonce", ["]]>", "a]]>b"])
def test_a_nonce_cannot_break_out_of_a_reply(nonce: str) -> None:
    with pytest.raises(ValueError, match="nonce"):
        seal(b"", **KEYS, timestamp="1700000000", nonce=nonce)


@pytest.mark.parametrize(
    ("timestamp", "fresh"),
    [
        ("1700000000", True),
        ("1700000599", True),
        ("1699999401", True),
        ("1700000601", False),
        ("1699999399", False),
    ]
    + [(odd, False) for odd in ("", "x", "-5", "1e9", "１７００００００００", "9" * 30, "99999999999")],
)
def test_what_was_captured_long_ago_is_stale(timestamp: str, *, fresh: bool) -> None:
    now, window = datetime.fromtimestamp(1700000000, UTC), timedelta(minutes=10)
    if fresh:
        check_freshness({"timestamp": timestamp}, now, window=window)
    else:
        with pytest.raises(BadEnvelope):
            check_freshness({"timestamp": timestamp}, now, window=window)


def test_the_signature_is_compared_in_constant_time() -> None:
    """Read from the source, because a clock cannot tell reliably on a shared machine."""
    source = Path(envelope.__file__).read_text("utf-8")
    assert source.count("hmac.compare_digest(") == 2
    assert "signature ==" not in source
    assert "signature !=" not in source
