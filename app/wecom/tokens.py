"""
Access tokens and tickets: one copy per app for all processes, sealed in Redis, refreshed by one process at a time.

Facts: valid 7200 s, may die earlier; fetching again within validity may return the same one; repeated wrong
secrets get the calling address banned for an hour. https://developer.work.weixin.qq.com/document/path/91039
"""

import hashlib
import json
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from redis.exceptions import RedisError

from app import clock
from app.wecom.errcodes import WRONG_CREDENTIALS, errcode
from app.wecom.errors import NoAnswer, Refused, TryLater

if TYPE_CHECKING:
    from redis import Redis

logger = logging.getLogger(__name__)

REFRESH_BEFORE_END = timedelta(minutes=5)
SHORTEST_LIFE_BEFORE_REFRESH = timedelta(minutes=1)
"""A refetched token can be the old one with minutes left; without this every call would fetch again."""
LOCK_MILLISECONDS = 20_000
LONGEST_WAIT_SECONDS = 15
POLL_SECONDS = 0.03
REFUSAL_KEPT = timedelta(minutes=5)
"""How long a wrong secret is not tried again. Twelve tries an hour; where the ban begins is not documented."""
LOCK_SEEN_SECONDS = 0.3
"""Who is about to fetch a token has locked it by then."""
FORCED_AGAIN_MILLISECONDS = 2_000
"""A token refused right after a forced refresh is not the token's fault: do not fetch in a circle."""
REDIS_REST_SECONDS = 2
"""A Redis that hangs costs one time-out and then nothing for this long, instead of one time-out per call."""

UNLOCK = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


@dataclass(frozen=True, slots=True)
class Fetched:
    value: str
    expires_in: timedelta


@dataclass(frozen=True, slots=True)
class _Entry:
    value: str
    expires_at: datetime
    refresh_at: datetime

    @classmethod
    def of(cls, fetched: Fetched) -> "_Entry":
        now = clock.now()
        early = now + fetched.expires_in - REFRESH_BEFORE_END
        return cls(fetched.value, now + fetched.expires_in, max(early, now + SHORTEST_LIFE_BEFORE_REFRESH))

    @property
    def is_valid(self) -> bool:
        return clock.now() < self.expires_at

    @property
    def is_fresh(self) -> bool:
        return clock.now() < min(self.refresh_at, self.expires_at)


class TokenCache:
    """
    The tokens and tickets of one app.

    While Redis is down this process keeps its own copy: reads go on, and the limiter stops the sends.
    """

    def __init__(
        self, redis: "Callable[[], Redis]", *, corp_id: str, agent_id: str, secret: str, secret_key: str
    ) -> None:
        self._redis = redis
        fingerprint = hashlib.sha256(secret.encode()).hexdigest()[:16]
        self._prefix = f"wecom:{{{corp_id}}}:{agent_id}:{fingerprint}"
        key = HKDF(hashes.SHA256(), 32, salt=None, info=b"wecom tokens").derive(secret_key.encode())
        self._cipher = AESGCM(key)
        self._local: dict[str, _Entry] = {}
        self._redis_back_at = 0.0
        self._refused_until: datetime | None = None
        self._refusal = 0
        self._locks: dict[tuple[int, str], threading.Lock] = {}

    def get(self, kind: str, fetch: Callable[[], Fetched]) -> str:
        """
        :param kind: `access_token`, `jsapi_ticket` or `agent_ticket`.
        :raises Refused: wrong secret, remembered for some minutes without asking WeCom again.
        """
        entry = self._stored(kind)
        if entry is not None and entry.is_fresh:
            return entry.value
        return self._refreshed(kind, fetch, dead=None, fallback=entry)

    def replace(self, kind: str, dead: str, fetch: Callable[[], Fetched]) -> str:
        """The successor of `dead`, which WeCom refused: the one another process fetched already, or a new one."""
        entry = self._stored(kind)
        if entry is not None and entry.value != dead and entry.is_valid:
            return entry.value
        if self._may_force(kind):
            return self._refreshed(kind, fetch, dead=dead, fallback=None)
        return self._successor(kind, dead)

    def _successor(self, kind: str, dead: str) -> str:
        """What the one who is fetching at this moment will have stored."""
        begun = time.monotonic()
        while True:
            entry = self._stored(kind)
            if entry is not None and entry.value != dead and entry.is_valid:
                return entry.value
            waited = time.monotonic() - begun
            if waited > LONGEST_WAIT_SECONDS or (waited > LOCK_SEEN_SECONDS and not self._is_locked(kind)):
                raise TryLater(
                    errcode(40014).sentence, api=kind, retry_after=timedelta(seconds=5), code_of_wecom=40014
                )
            time.sleep(POLL_SECONDS)

    def _refreshed(
        self, kind: str, fetch: Callable[[], Fetched], *, dead: str | None, fallback: _Entry | None
    ) -> str:
        if fallback is not None and not fallback.is_valid:
            fallback = None
        # By process: a forked child would inherit a lock that a thread of its parent holds, for ever.
        lock = self._locks.setdefault((os.getpid(), kind), threading.Lock())
        # While one refreshes early the others go on with the old token instead of waiting.
        if not lock.acquire(timeout=0 if fallback else LONGEST_WAIT_SECONDS):
            return self._fallback_or_later(kind, fallback)
        try:
            return self._refreshed_by_one_process(kind, fetch, dead, fallback)
        finally:
            lock.release()

    def _refreshed_by_one_process(
        self, kind: str, fetch: Callable[[], Fetched], dead: str | None, fallback: _Entry | None
    ) -> str:
        owner = secrets.token_hex(8)
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        while not self._locked(kind, owner):
            if fallback is not None or time.monotonic() > deadline:
                return self._fallback_or_later(kind, fallback)
            time.sleep(POLL_SECONDS)
            entry = self._stored(kind)
            if entry is not None and entry.is_fresh and entry.value != dead:
                return entry.value
        try:
            entry = self._stored(kind)
            if entry is not None and entry.is_fresh and entry.value != dead:
                return entry.value
            return self._fetched(kind, fetch, fallback)
        finally:
            self._unlock(kind, owner)

    def _fetched(self, kind: str, fetch: Callable[[], Fetched], fallback: _Entry | None) -> str:
        self._check_not_refused(kind)
        try:
            fetched = fetch()
        except Refused as refused:
            if refused.errcode in WRONG_CREDENTIALS:
                self._remember_refusal(refused.errcode or 0)
            raise
        except (TryLater, NoAnswer):
            if fallback is None:
                raise
            logger.warning("could not refresh %s early; the old one is still valid", kind)
            return fallback.value
        self._store(kind, _Entry.of(fetched), fetched.expires_in)
        return fetched.value

    @staticmethod
    def _fallback_or_later(kind: str, fallback: _Entry | None) -> str:
        if fallback is not None:
            return fallback.value
        raise TryLater("正在获取企业微信的访问凭证，请稍后再试。", api=kind, retry_after=timedelta(seconds=2))

    # Redis below. Each method has an answer for the time when it is down.

    def _key(self, kind: str) -> str:
        return f"{self._prefix}:{kind}"

    def _stored(self, kind: str) -> _Entry | None:
        if time.monotonic() < self._redis_back_at:
            return self._local.get(kind)
        try:
            sealed = self._redis().get(self._key(kind))
        except RedisError:
            self._redis_back_at = time.monotonic() + REDIS_REST_SECONDS
            return self._local.get(kind)
        entry = self._opened(kind, sealed) if isinstance(sealed, bytes) else None
        if entry is not None:
            self._local[kind] = entry
        return entry

    def _opened(self, kind: str, sealed: bytes) -> _Entry | None:
        try:
            plain = self._cipher.decrypt(sealed[:12], sealed[12:], self._key(kind).encode())
            value, expires_at, refresh_at = json.loads(plain)
            return _Entry(value, datetime.fromisoformat(expires_at), datetime.fromisoformat(refresh_at))
        except (InvalidTag, ValueError):
            logger.warning("the stored %s cannot be opened (SECRET_KEY changed?); fetching anew", kind)
            return None

    def _store(self, kind: str, entry: _Entry, life: timedelta) -> None:
        self._local[kind] = entry
        plain = json.dumps([entry.value, entry.expires_at.isoformat(), entry.refresh_at.isoformat()])
        nonce = secrets.token_bytes(12)
        sealed = nonce + self._cipher.encrypt(nonce, plain.encode(), self._key(kind).encode())
        try:
            self._redis().set(self._key(kind), sealed, px=max(1000, int(life.total_seconds() * 1000)))
        except RedisError:
            logger.warning("%s could not be shared: Redis does not answer", kind)

    def _locked(self, kind: str, owner: str) -> bool:
        try:
            return bool(self._redis().set(f"{self._key(kind)}:lock", owner, nx=True, px=LOCK_MILLISECONDS))
        except RedisError:
            return True

    def _is_locked(self, kind: str) -> bool:
        try:
            return bool(self._redis().exists(f"{self._key(kind)}:lock"))
        except RedisError:
            return False

    def _unlock(self, kind: str, owner: str) -> None:
        try:
            self._redis().eval(UNLOCK, 1, f"{self._key(kind)}:lock", owner)
        except RedisError:
            logger.warning("the lock of %s will end by itself: Redis does not answer", kind)

    def _may_force(self, kind: str) -> bool:
        try:
            return bool(
                self._redis().set(f"{self._key(kind)}:forced", b"1", nx=True, px=FORCED_AGAIN_MILLISECONDS)
            )
        except RedisError:
            return True

    def _remember_refusal(self, code: int) -> None:
        self._refused_until, self._refusal = clock.now() + REFUSAL_KEPT, code
        try:
            self._redis().set(f"{self._prefix}:refused", str(code), px=int(REFUSAL_KEPT.total_seconds() * 1000))
        except RedisError:
            logger.warning("a refused secret is remembered in this process only: Redis does not answer")

    def _check_not_refused(self, kind: str) -> None:
        try:
            stored = self._redis().get(f"{self._prefix}:refused")
            code = int(stored) if isinstance(stored, bytes) else 0
        except (RedisError, ValueError):
            remembered = self._refused_until is not None and clock.now() < self._refused_until
            code = self._refusal if remembered else 0
        if code:
            raise Refused(
                errcode(code).sentence, api=kind, code_of_wecom=code, errmsg="remembered, not asked again"
            )
