"""Goal 8: what no WeCom and no page of ours would send does no harm, outside the encryption and inside it."""

import base64
import gzip
import io
import json
import secrets
import sys
import time
import tracemalloc
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.callbacks import spool
from app.config import Settings
from app.wecom.envelope import encrypt, signature_of
from tests.support.callbacks import event_xml, sealed

CPU_SECONDS = 0.75
"""For each document; the promise is 0.05 on an idle machine, and the figure measured is reported."""
MEMORY_BYTES = 20 * 1024 * 1024
CANARY = "/etc/hostname-canary"


def entities(depth: int, width: int) -> str:
    lines = ['<!ENTITY a0 "lol">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * width}">' for n in range(1, depth)]
    return f"<!DOCTYPE xml [{''.join(lines)}]>"


def documents(inside: str) -> dict[str, bytes]:
    """Hostile XML around `inside`, which is what an honest document holds."""
    external = f'<!DOCTYPE xml [<!ENTITY x SYSTEM "file://{CANARY}">]>'
    return {
        "xxe file": f"{external}<xml>{inside}<A>&x;</A></xml>".encode(),
        "xxe http": external.replace("file://", "http://127.0.0.1:9").encode() + b"<xml>&x;</xml>",
        "xxe parameter": f'<!DOCTYPE xml [<!ENTITY % p SYSTEM "file://{CANARY}"> %p;]><xml/>'.encode(),
        "xxe public": f'<!DOCTYPE xml PUBLIC "-//x//" "file://{CANARY}"><xml>{inside}</xml>'.encode(),
        "external dtd": f'<!DOCTYPE xml SYSTEM "file://{CANARY}"><xml>{inside}</xml>'.encode(),
        "empty dtd": f"<!DOCTYPE xml><xml>{inside}</xml>".encode(),
        "laughs": f"{entities(10, 10)}<xml>{inside}<A>&a9;</A></xml>".encode(),
        "quadratic": f'<!DOCTYPE xml [<!ENTITY a "{"a" * 20_000}">]><xml>{"&a;" * 10_000}</xml>'.encode(),
        "entity in attribute": f'{entities(10, 10)}<xml a="&a9;">{inside}</xml>'.encode(),
        "recursive entity": b'<!DOCTYPE xml [<!ENTITY a "&b;"><!ENTITY b "&a;">]><xml>&a;</xml>',
        "undefined entity": f"<xml>{inside}&nothing;</xml>".encode(),
        "deep": b"<a>" * 16_000,
        "deep and closed": b"<xml>" + b"<a>" * 9_000 + b"</a>" * 9_000 + b"</xml>",
        "wide": b"<xml>" + b"<a/>" * 15_000 + b"</xml>",
        "many attributes": ("<xml " + " ".join(f'a{n}="1"' for n in range(7_000)) + "/>").encode(),
        "same attribute twice": b'<xml a="1" a="2"/>',
        "colliding names": ("<xml>" + "".join(f"<a{n:05d}/>" for n in range(6_000)) + "</xml>").encode(),
        "nul": f"<xml>{inside}\x00</xml>".encode(),
        "nul reference": f"<xml>{inside}&#0;</xml>".encode(),
        "surrogate reference": f"<xml>{inside}&#xD800;</xml>".encode(),
        "huge reference": f"<xml>{inside}&#{'9' * 5000};</xml>".encode(),
        "lone surrogate": f"<xml>{inside}</xml>".encode() + b"\xed\xa0\x80",
        "lone surrogate in utf-16": "<xml>".encode("utf-16") + b"\x00\xd8" + "</xml>".encode("utf-16-le"),
        "broken utf-8": f"<xml>{inside}".encode() + b"\xc3\x28\xff</xml>",
        "utf-7": b'<?xml version="1.0" encoding="utf-7"?><xml/>',
        "utf-16": f"<xml>{inside}</xml>".encode("utf-16"),
        "utf-32": f"<xml>{inside}</xml>".encode("utf-32"),
        "unknown encoding": b'<?xml version="1.0" encoding="nonsense"?><xml/>',
        "encoding that is no text": b'<?xml version="1.0" encoding="zlib_codec"?><xml/>',
        "idna": b'<?xml version="1.0" encoding="idna"?><xml>\xff</xml>',
        "xml 9.9": b'<?xml version="9.9"?><xml/>',
        "include": f'<xml xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="file://{CANARY}"/></xml>'.encode(),
        "stylesheet": f'<?xml-stylesheet href="file://{CANARY}"?><xml>{inside}</xml>'.encode(),
        "duplicate nodes": f"<xml>{inside}{inside}</xml>".encode(),
        "nested duplicate": f"<xml>{inside}<a>{inside}</a></xml>".encode(),
        "other root": f"<html>{inside}</html>".encode(),
        "two roots": f"<xml>{inside}</xml><xml>{inside}</xml>".encode(),
        "unclosed": f"<xml>{inside}".encode(),
        "unclosed cdata": f"<xml>{inside}<A><![CDATA[".encode() + b"x" * 40_000,
        "unclosed comment": f"<xml>{inside}<!--".encode() + b"-" * 40_000,
        "comments": b"<xml>" + b"<!-- -->" * 7_000 + b"</xml>",
        "instructions": b"<xml>" + b"<?a b?>" * 8_000 + b"</xml>",
        "long name": b"<xml><" + b"a" * 50_000 + b"/></xml>",
        "namespaces": ("<xml " + " ".join(f'xmlns:n{n}="u{n}"' for n in range(2_500)) + "/>").encode(),
        "spaces": b" " * 60_000,
        "empty": b"",
        "text": b"hello",
        "gzip": gzip.compress(f"<xml>{inside}</xml>".encode()),
        "gzip bomb": gzip.compress(b"<xml>" + b"a" * 10_000_000),
        "zip": b"PK\x03\x04" + b"\x00" * 1000,
    }


def honest_event(settings: Settings, **fields: str) -> str:
    return event_xml(settings, "change_external_contact", "add_external_contact", **fields).decode()[5:-6]


def numbers(settings: Settings) -> dict[str, bytes]:
    """Rightly formed, wrongly filled."""
    found = {}
    for number in ("9" * 5000, "-1", "1e999", "NaN", "٣", "1" * 20, "0x10", " 1 ", ""):
        plain = event_xml(settings, "change_contact", "create_party", Id=number).decode()
        found[f"id {number[:12]}"] = plain.encode()
        found[f"time {number[:12]}"] = plain.replace("1403610513", number).encode()
    for name, text in {
        "long": secrets.token_hex(15_000),
        "markup": "<b>&amp;</b>",
        "sql": "'; DROP TABLE jobs;--",
    }.items():
        found[f"text {name}"] = event_xml(
            settings,
            "change_external_contact",
            "add_external_contact",
            UserID=text,
            ExternalUserID=text,
            WelcomeCode=text,
        )
        found[f"event {name}"] = event_xml(settings, text, text)
    found["no fields"] = event_xml(settings, "change_external_contact", "add_external_contact")
    found["message"] = event_xml(settings, "x").replace(b"[event]", b"[text]")
    return found


class Watch:
    """Which files and addresses this process opens while `on`; an audit hook cannot be taken away again."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event in ("open", "socket.connect"):
            self.seen.append(str(arguments[0 if event == "open" else 1]))


@pytest.fixture(scope="module")
def watch() -> Iterator[Watch]:
    watching = Watch()
    yield watching
    watching.on = False


class Desk:
    """Posts one document and keeps what it cost."""

    def __init__(self, client: FlaskClient, watch: Watch) -> None:
        self.client = client
        self.watch = watch
        self.slowest = 0.0
        self.answers: dict[str, int] = {}

    def post(self, name: str, path: str, body: bytes, **headers: str) -> int:
        took, status = min(self._posted(path, body, headers) for _ in range(3))  # garbage may be collected in one
        assert took <= CPU_SECONDS, f"{name}: {took:.3f} s"
        self.slowest = max(self.slowest, took)
        self.answers[name] = status
        return status

    def _posted(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[float, int]:
        self.watch.on = True
        began = time.thread_time()
        try:
            answer = self.client.post(path, data=body, headers=headers)
        finally:
            self.watch.on = False
        return time.thread_time() - began, answer.status_code

    def report(self) -> None:
        print(f"goal 8: {len(self.answers)} hostile documents, slowest {self.slowest * 1000:.1f} ms of CPU")


@pytest.fixture
def desk(app: Flask, client: FlaskClient, settings: Settings, watch: Watch) -> Desk:
    path, body = sealed(settings, event_xml(settings, "enter_agent"))
    assert client.post(path, data=body).status_code == 200  # everything is imported and connected
    return Desk(client, watch)


def test_goal_8_hostile_documents_are_refused(desk: Desk, settings: Settings) -> None:
    """Sabotage: parse the envelope with `xml.etree`."""
    path, body = sealed(settings, event_xml(settings, "enter_agent"))
    inside = body.decode()[5:-6]
    corpus = documents(inside) | {
        "10 MB": b"<xml>" + b"a" * 10_000_000,
        "64 KB and one": b"x" * (64 * 1024 + 1),
        "deep json": b'{"encrypt":' + b"[" * 60_000,
        "deep json closed": b'{"encrypt":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        "huge number": b'{"encrypt":' + b"9" * 60_000 + b"}",
        "json surrogate": json.dumps({"encrypt": "\ud800"}).encode(),
        "json nan": b'{"encrypt":NaN}',
        "json twice": b'{"encrypt":"a","encrypt":"b"}',
        "json no object": b'{"encrypt":{"a":1}}',
    }
    for name, document in corpus.items():
        status = desk.post(name, path, document)
        # What was only wrapped strangely is still WeCom's own, rightly signed word.
        assert status in ({200, 400} if name in ("utf-16", "stylesheet") else {400, 403, 413}), (name, status)
    assert (
        desk.post("10 MB of gzip", path, gzip.compress(b"a" * 10_000_000), **{"Content-Encoding": "gzip"}) == 400
    )
    desk.report()
    assert not [each for each in desk.watch.seen if CANARY in each or ":9" in each or "'127.0.0.1', 9)" in each]


def test_goal_8_hostile_words_inside_the_encryption_are_kept_or_refused(
    desk: Desk, settings: Settings, run_jobs
) -> None:
    """Whoever holds the keys could send them. Sabotage: parse the plaintext with `xml.etree`."""
    corpus = documents(honest_event(settings, UserID="lin", ExternalUserID="wm1")) | numbers(settings)
    for name, document in corpus.items():
        path, body = sealed(settings, document)
        status = desk.post(name, path, body)
        # Of a document type nothing is believed, however harmless its entities look.
        assert status in ({400, 413} if b"<!DOCTYPE" in document else {200, 400, 413}), (name, status)
    desk.report()
    assert not [each for each in desk.watch.seen if CANARY in each]
    assert not spool.pending()  # a row that the database refuses would wait there for ever
    run_jobs()  # what was believed harms no handler's process either


def test_goal_8_memory_stays_bounded(desk: Desk, settings: Settings) -> None:
    path, body = sealed(settings, event_xml(settings, "enter_agent"))
    corpus = documents(body.decode()[5:-6])
    inner = [sealed(settings, each) for each in documents(honest_event(settings)).values()]
    tracemalloc.start()
    try:
        for where, document in [*((path, each) for each in corpus.values()), *inner]:
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            desk.client.post(where, data=document)
            assert tracemalloc.get_traced_memory()[1] - before < MEMORY_BYTES, document[:80]
    finally:
        tracemalloc.stop()


class Endless(io.RawIOBase):
    """A body that never ends, as a chunked upload can be."""

    taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        self.taken += len(buffer)
        buffer[:] = b"x" * len(buffer)
        return len(buffer)


def test_a_body_without_an_end_is_read_no_further_than_allowed(client: FlaskClient, settings: Settings) -> None:
    stream, (path, _) = Endless(), sealed(settings, b"<xml/>")
    chunked = {"wsgi.input": stream, "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = client.post(path, environ_overrides=chunked)
    assert answer.status_code == 413
    assert stream.taken < 1024 * 1024


def cipher_of(settings: Settings, content: bytes) -> str:
    key = base64.b64decode(settings.wecom_encoding_aes_key + "=")
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(content) + encryptor.finalize()).decode()


def content(settings: Settings, *, length: int | None = None, receive_id: str = "", padding: bytes = b"") -> bytes:
    """The plaintext of a cipher, with what a test makes wrong about it."""
    message = event_xml(settings, "enter_agent")
    head = b"r" * 16 + (len(message) if length is None else length).to_bytes(4, "big")
    whole = head + message + (receive_id or settings.wecom_corp_id).encode()
    short = 32 - len(whole) % 32
    return whole + (padding.rjust(short, b"\x01")[-short:] if padding else bytes([short]) * short)


def crypto_failures(settings: Settings) -> dict[str, str]:
    good = cipher_of(settings, content(settings))
    return {
        "no base64": "!" * 64,
        "base64 with spaces": good[:20] + " " + good[20:],
        "base64 unpadded": good.rstrip("=")[:-1],
        "base64 twice": base64.b64encode(good.encode()).decode(),
        "unicode": "一" * 64,
        "short": base64.b64encode(b"a" * 16).decode(),
        "no block": base64.b64encode(b"a" * 33).decode(),
        "random": base64.b64encode(bytes(range(256))).decode(),
        "padding 0": cipher_of(settings, content(settings, padding=b"\x00")),
        "padding 33": cipher_of(settings, content(settings, padding=b"\x21")),
        "padding 255": cipher_of(settings, content(settings, padding=b"\xff")),
        "padding uneven": cipher_of(settings, content(settings, padding=b"\x05")),
        "length beyond": cipher_of(settings, content(settings, length=2**32 - 1)),
        "length zero": cipher_of(settings, content(settings, length=0)),
        "length short": cipher_of(settings, content(settings, length=5)),
        "other corp": cipher_of(settings, content(settings, receive_id="wwsomebodyelse00001")),
        "longer corp": cipher_of(settings, content(settings, receive_id=settings.wecom_corp_id + "0")),
        "other key": encrypt(b"<xml/>", aes_key="z" * 42 + "A", receive_id=settings.wecom_corp_id),
        "flipped bit": ("A" if good[40] != "A" else "B").join((good[:40], good[41:])),
        "blocks swapped": base64.b64encode((raw := base64.b64decode(good))[16:32] + raw[:16] + raw[32:]).decode(),
    }


def signed(settings: Settings, encrypted: str, **changed: str) -> tuple[str, bytes]:
    timestamp, nonce = str(int(clock.now().timestamp())), "nonce"
    query = {
        "msg_signature": signature_of(settings.wecom_callback_token, timestamp, nonce, encrypted),
        "timestamp": timestamp,
        "nonce": nonce,
    } | changed
    return f"/wecom/callback?{urlencode(query)}", f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()


def test_goal_8_no_failure_of_the_encryption_can_be_told_from_another(
    client: FlaskClient, settings: Settings
) -> None:
    """CBC has no MAC: a difference would be an oracle. Sabotage: another text, or status, for bad padding."""
    good = cipher_of(settings, content(settings))
    assert client.post(signed(settings, good)[0], data=signed(settings, good)[1]).status_code == 200
    attempts = {name: signed(settings, encrypted) for name, encrypted in crypto_failures(settings).items()}
    attempts["signature"] = signed(settings, good, msg_signature="0" * 40)
    attempts["signature too long"] = signed(settings, good, msg_signature="0" * 4000)
    attempts["signature no ascii"] = signed(settings, good, msg_signature="é" * 40)
    attempts["stale"] = signed(settings, good, timestamp="1")
    answers = {}
    for name, (path, body) in attempts.items():
        answer = client.post(path, data=body)
        shown = sorted((key, value) for key, value in answer.headers if key != "X-Request-Id")
        answers[name] = (answer.status_code, answer.data, tuple(shown))
    assert len(answers) >= 20
    assert len(set(answers.values())) == 1, answers
    assert next(iter(answers.values()))[:2] == (403, b"refused")


@pytest.mark.parametrize("echo", ["", "!", "A" * 70_000, "一", "\x00", "\ud800".encode("utf-8", "surrogatepass")])
def test_the_url_check_is_as_hard(client: FlaskClient, settings: Settings, echo: str | bytes) -> None:
    text = echo if isinstance(echo, str) else echo.decode("utf-8", "replace")
    path, _ = signed(settings, text)
    answer = client.get(path + "&" + urlencode({"echostr": echo}))
    assert (answer.status_code, answer.data) == (403, b"refused")
