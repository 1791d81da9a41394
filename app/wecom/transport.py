"""One HTTP exchange with WeCom: pooled per thread, bounded in time and size, and exact about what is not known."""

import json
import os
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError, SSLError

from app.wecom.errors import NoAnswer, TryLater

LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes. The largest honest one known is externalcontact/list of a member with 30,000 customers: about 1 MB."""
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Timeouts:
    connect_seconds: float = 3
    read_seconds: float = 10
    """Also half of what a whole answer may take: a server that dribbles must not hold a worker."""

    @property
    def longest(self) -> timedelta:
        """No exchange takes longer: the connection, a whole answer, and the wait for its last piece."""
        return timedelta(seconds=self.connect_seconds + 3 * self.read_seconds)


ORDINARY = Timeouts()
SENDING = Timeouts(connect_seconds=2, read_seconds=6)
"""A guide or a 20-second welcome code waits for it; the outcome is found by listing when this was too short."""
WAITING_PERSON = Timeouts(connect_seconds=2, read_seconds=4)
UPLOADING = Timeouts(connect_seconds=3, read_seconds=60)

LONGEST_IDLE_SECONDS = 20
"""A firewall drops idle connections without a word, and a send on one of those would end in NoAnswer."""


@dataclass(slots=True)
class _Pooled:
    session: requests.Session
    process_id: int
    used_at: float


_local = threading.local()


def _session(base_url: str) -> requests.Session:
    """This thread's session for `base_url`; a forked child makes its own instead of using its parent's sockets."""
    pool: dict[str, _Pooled] = _local.__dict__.setdefault("pool", {})
    pooled = pool.get(base_url)
    if pooled is None or pooled.process_id != os.getpid():
        pooled = pool[base_url] = _Pooled(_new_session(base_url), os.getpid(), time.monotonic())
    if time.monotonic() - pooled.used_at > LONGEST_IDLE_SECONDS:
        pooled.session.close()
    pooled.used_at = time.monotonic()
    return pooled.session


def _new_session(base_url: str) -> requests.Session:
    session = requests.Session()
    # A chain may reach WeCom through a proxy with the trusted address; its environment is read once, and a
    # password file (.netrc) never, so no header of ours depends on the machine's home directory.
    session.proxies = dict(requests.utils.get_environ_proxies(base_url))
    session.trust_env = False
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=4, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def exchange(
    base_url: str,
    api: str,
    *,
    params: Mapping[str, Any],
    body: bytes | None = None,
    files: Mapping[str, Any] | None = None,
    timeouts: Timeouts = ORDINARY,
) -> dict[str, Any]:
    """
    :param params: with the token: never part of an error, which is why every cause is dropped (`from None`).
    :raises TryLater: if the request surely never left.
    :raises NoAnswer: if it may have arrived and no whole answer came back.
    """
    method = "GET" if body is None and files is None else "POST"
    headers = {"Content-Type": "application/json; charset=utf-8"} if body is not None else None
    try:
        with _session(base_url).request(
            method,
            f"{base_url}/cgi-bin/{api}",
            params=params,
            data=body,
            files=files,
            headers=headers,
            timeout=(timeouts.connect_seconds, timeouts.read_seconds),
            allow_redirects=False,
            stream=True,
        ) as response:
            if response.status_code != 200:
                raise NoAnswer(
                    "企业微信没有正常答复，请稍后再看结果。", api=api, errmsg=f"HTTP status {response.status_code}"
                )
            content = _whole(response, api, time.monotonic() + 2 * timeouts.read_seconds)
    except requests.RequestException as error:
        raise _unanswered(error, api) from None
    except (HTTPError, OSError) as error:
        raise _silence(api, type(error).__name__) from None
    return _decoded(content, api)


def _whole(response: requests.Response, api: str, deadline: float) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := response.raw.read1(CHUNK, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise _silence(api, f"answer larger than {LARGEST_ANSWER} bytes")
        if time.monotonic() > deadline:
            raise _silence(api, "answer took too long")
    return b"".join(pieces)


def _decoded(content: bytes, api: str) -> dict[str, Any]:
    try:
        # Nicknames may hold raw control characters and broken surrogates; they must not hide a whole answer.
        answer = json.loads(content.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        raise _silence(api, "answer is not JSON") from None
    if not isinstance(answer, dict):
        raise _silence(api, "answer is not an object")
    code = answer.get("errcode", 0)
    if not isinstance(code, int) or isinstance(code, bool):
        raise _silence(api, "errcode is not a number")
    return answer


def _unanswered(error: requests.RequestException, api: str) -> NoAnswer | TryLater:
    if _never_left(error):
        return TryLater("连不上企业微信，请稍后再试。", api=api, errmsg=type(error).__name__)
    return _silence(api, type(error).__name__)


def _never_left(error: requests.RequestException) -> bool:
    """Only failures before the first byte of the request count: no address, no connection, no TLS, no proxy."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    cause: object = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    if isinstance(cause, SSLError):
        # Other TLS errors can come after the request was written.
        return any(isinstance(each, ssl.SSLCertVerificationError) for each in cause.args)
    return isinstance(cause, NewConnectionError | ConnectTimeoutError)


def _silence(api: str, why: str) -> NoAnswer:
    return NoAnswer("企业微信没有答复，请稍后再看结果。", api=api, errmsg=why)
