"""
Sends callbacks as WeCom does: sealed anew for each attempt, 5 seconds, three retries, no promise of order.

https://developer.work.weixin.qq.com/document/path/90930
"""

from __future__ import annotations

import heapq
import itertools
import random
import re
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import requests

from wecom_simulator import envelope
from wecom_simulator.clock import Clock

ATTEMPTS = 4
"""The first one and three retries."""
ANSWER_SECONDS = 5
VERIFICATION_SECONDS = 1
REORDER_SECONDS = 0.5
"""How long events are gathered before they leave in the wrong order."""
KEPT = 5000

Transport = Callable[[str, str, bytes, float], tuple[int, str]]
"""(method, url, body, timeout) → (status, text); raises OSError without an answer."""


@dataclass(frozen=True)
class Attempt:
    at: float
    status: int | None
    error: str
    seconds: float


@dataclass
class Delivery:
    id: int
    plaintext: str
    event: str
    """`change_external_contact/add_external_contact`, `text`, …"""
    created_at: float
    state: str = "pending"
    """pending, delivered, lost, failed."""
    attempts: list[Attempt] = field(default_factory=list)


class Callbacks:
    """
    One queue and one thread per corp.

    `lose` and `duplicate` are shares from 0 to 1; `delay` is seconds; `reorder` sends what gathered in
    half a second in reverse. `retry_on_non_200`: WeCom's own pages disagree; the newer one says no.
    """

    def __init__(
        self,
        *,
        url: str,
        token: str,
        encoding_aes_key: str,
        corp_id: str,
        clock: Clock,
        transport: Transport | None = None,
    ) -> None:
        self.url = url
        self.token = token
        self.encoding_aes_key = encoding_aes_key
        self.corp_id = corp_id
        self.clock = clock
        self.automatic = True
        self.lose = 0.0
        self.duplicate = 0.0
        self.delay = 0.0
        self.reorder = False
        self.retry_on_non_200 = False
        self.retry_interval = 1.0
        """Seconds; WeCom's own is unknown."""
        self.verified: bool | None = None
        self.sent: deque[Delivery] = deque(maxlen=KEPT)
        self._session = requests.Session()
        self._session.trust_env = False
        self._transport = transport or self._over_http
        self._random = random.Random(1)
        self._numbers = itertools.count(1)
        self._changed = threading.Condition()
        self._queue: list[tuple[float, int, Delivery]] = []
        self._gathering_until = 0.0
        self._busy = 0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="wecom-callbacks", daemon=True)

    @property
    def configured(self) -> bool:
        return bool(self.url and self.token and self.encoding_aes_key)

    def start(self) -> None:
        if self.configured:
            envelope.key_of(self.encoding_aes_key)
        self._thread.start()

    def close(self) -> None:
        """What has not left by now is lost, as it would be."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout=ANSWER_SECONDS + 1)
        self._session.close()

    def push(self, plaintext: str) -> None:
        """Something happened: queue its callback, or lose it, or queue it twice, as the switches say."""
        with self._changed:
            lost = not self.configured or self._random.random() < self.lose
            copies = 2 if self._random.random() < self.duplicate else 1
            for _ in range(1 if lost else copies):
                number = next(self._numbers)
                delivery = Delivery(number, plaintext, _event_of(plaintext), self.clock.now())
                self.sent.append(delivery)
                if lost:
                    delivery.state = "lost"
                else:
                    self._enqueue(delivery)
            self._changed.notify_all()

    def wake(self) -> None:
        """A switch was changed: the thread looks again."""
        with self._changed:
            self._changed.notify_all()

    @property
    def pending(self) -> int:
        with self._changed:
            return len(self._queue) + self._busy

    def wait_until_idle(self, seconds: float) -> bool:
        """Until everything was delivered or given up by the thread; False if that takes longer."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._queue and not self._busy, timeout=seconds)

    def deliver_pending(self) -> int:
        """Delivers everything now, in this thread, delays and retry intervals ignored. How many left the queue."""
        count = 0
        while True:
            with self._changed:
                if not self._queue:
                    self._changed.wait_for(lambda: self._busy == 0 or self._closed)
                    if not self._queue:
                        return count
                delivery = heapq.heappop(self._queue)[2]
                self._busy += 1
            self._deliver(delivery)
            count += 1

    def verify_url(self) -> tuple[bool, str]:
        """What pressing 保存 in the console does: a sealed echostr must come back in plain within a second."""
        if not self.configured:
            return False, "没有配置回调地址、Token 或 EncodingAESKey"
        echo = str(secrets.randbelow(10**19))
        sealed = envelope.encrypt(self.encoding_aes_key, echo, self.corp_id)
        url = self._signed_url(sealed, {"echostr": sealed})
        self.verified = False
        try:
            status, text = self._transport("GET", url, b"", VERIFICATION_SECONDS)
        except OSError as error:
            return False, f"回调地址没有在 1 秒内回应：{type(error).__name__}"
        if status != 200:
            return False, f"回调地址返回了 HTTP {status}"
        if text != echo:
            return False, "回调地址返回的内容不是解密后的 echostr 原文（不能加引号、BOM 或换行）"
        self.verified = True
        return True, "验证通过"

    def _enqueue(self, delivery: Delivery, wait: float | None = None) -> None:
        now = time.monotonic()
        due, order = now + (self.delay if wait is None else wait), delivery.id
        if self.reorder and wait is None:
            if now > self._gathering_until:
                self._gathering_until = now + REORDER_SECONDS
            due, order = self._gathering_until + self.delay, -delivery.id
        heapq.heappush(self._queue, (due, order, delivery))

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._is_due_or_closed():
                    # Not wait_for: what comes meanwhile may be due sooner than what was first.
                    self._changed.wait(self._seconds_to_next())
                if self._closed:
                    return
                delivery = heapq.heappop(self._queue)[2]
                self._busy += 1
            self._deliver(delivery)

    def _is_due_or_closed(self) -> bool:
        if self._closed:
            return True
        return self.automatic and bool(self._queue) and self._queue[0][0] <= time.monotonic()

    def _seconds_to_next(self) -> float | None:
        if not self.automatic or not self._queue:
            return None
        return max(0.0, self._queue[0][0] - time.monotonic())

    def _deliver(self, delivery: Delivery) -> None:
        attempt = self._attempt(delivery)
        with self._changed:
            delivery.attempts.append(attempt)
            self._busy -= 1
            answered = attempt.status is not None
            if attempt.status == 200:
                delivery.state = "delivered"
            elif len(delivery.attempts) < ATTEMPTS and (self.retry_on_non_200 or not answered):
                self._enqueue(delivery, self.retry_interval)
            else:
                delivery.state = "failed"
            self._changed.notify_all()

    def seal(self, plaintext: str) -> tuple[str, bytes]:
        """(url with the signed query, body): fresh random bytes, nonce and timestamp each time."""
        sealed = envelope.encrypt(self.encoding_aes_key, plaintext, self.corp_id)
        agent = re.search(r"<AgentID>(\d+)</AgentID>", plaintext)
        body = (
            f"<xml><ToUserName><![CDATA[{self.corp_id}]]></ToUserName>"
            f"<AgentID><![CDATA[{agent.group(1) if agent else ''}]]></AgentID>"
            f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        )
        return self._signed_url(sealed, {}), body.encode()

    def _attempt(self, delivery: Delivery) -> Attempt:
        started = time.monotonic()
        status, error = None, ""
        try:
            url, body = self.seal(delivery.plaintext)
            status, _text = self._transport("POST", url, body, ANSWER_SECONDS)
        except OSError as problem:
            error = type(problem).__name__
        return Attempt(self.clock.now(), status, error, round(time.monotonic() - started, 4))

    def _signed_url(self, sealed: str, more: dict[str, str]) -> str:
        timestamp, nonce = str(self.clock.seconds()), str(secrets.randbelow(10**10))
        query = {
            "msg_signature": envelope.signature(self.token, timestamp, nonce, sealed),
            "timestamp": timestamp,
            "nonce": nonce,
            **more,
        }
        return f"{self.url}{'&' if '?' in self.url else '?'}{urlencode(query)}"

    def _over_http(self, method: str, url: str, body: bytes, timeout: float) -> tuple[int, str]:
        """requests' exceptions are OSErrors."""
        headers = {"Content-Type": "text/xml; charset=utf-8", "User-Agent": "Mozilla/4.0"}
        answer = self._session.request(
            method, url, data=body or None, headers=headers, timeout=timeout, allow_redirects=False
        )
        return answer.status_code, answer.text


def _event_of(plaintext: str) -> str:
    def value(tag: str) -> str:
        found = re.search(rf"<{tag}>(?:<!\[CDATA\[)?([A-Za-z_0-9]+)", plaintext)
        return found.group(1) if found else ""

    parts = [value("Event") or value("MsgType"), value("ChangeType")]
    return "/".join(each for each in parts if each)
