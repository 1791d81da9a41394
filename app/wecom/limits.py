"""
How often WeCom may be called, shared by all processes: token buckets and a count of running calls in Redis.

One script decides with Redis's own clock, so that processes with different clocks agree. Without Redis nothing may
be sent; what a person waits for may still be read.
"""

import logging
import random
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from redis.exceptions import RedisError

from app.wecom.errcodes import TOO_MANY_AT_ONCE, TOO_OFTEN, errcode
from app.wecom.errors import TryLater

if TYPE_CHECKING:
    from redis import Redis

logger = logging.getLogger(__name__)

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """
    At most `count` calls in any window of `per`.

    `burst` may go at once and the rest is spread: burst + refill never exceeds `count` in any window.

    :param subject: `corp`, or `member`, where each member the call goes to has an own bucket.
    """

    count: int
    per: timedelta
    burst: int
    confirmed: date
    source: str
    subject: str = "corp"

    @property
    def per_millisecond(self) -> float:
        return (self.count - self.burst) / (self.per.total_seconds() * 1000)


_PAGE = "https://developer.work.weixin.qq.com/document/path/90312"
_CONFIRMED = date(2026, 9, 11)

EVERY_API = (
    Limit(10_000, _MINUTE, 1_000, _CONFIRMED, _PAGE),
    Limit(150_000, _HOUR, 10_000, _CONFIRMED, _PAGE),
)
ALL_TOGETHER = (
    Limit(20_000, _MINUTE, 2_000, _CONFIRMED, _PAGE),
    Limit(600_000, _HOUR, 40_000, _CONFIRMED, _PAGE),
)
"""For one calling address, over all APIs: counted as if all our machines shared one."""
OF_API: dict[str, tuple[Limit, ...]] = {
    "message/send": (
        *EVERY_API,
        Limit(30, _MINUTE, 10, _CONFIRMED, _PAGE, "member"),
        Limit(1_000, _HOUR, 100, _CONFIRMED, _PAGE, "member"),
    ),
    # Per robot: its calls carry the robot as `scope`.
    "webhook/send": (Limit(20, _MINUTE, 5, _CONFIRMED, _PAGE),),
    "get_jsapi_ticket": (Limit(400, _HOUR, 40, _CONFIRMED, _PAGE),),
    "ticket/get": (Limit(100, _HOUR, 10, _CONFIRMED, _PAGE),),
    "media/uploadimg": (Limit(1_000, timedelta(days=1), 100, _CONFIRMED, _PAGE),),
}

CLOSED_AFTER_45009 = (_MINUTE, timedelta(minutes=5), _HOUR)
"""45009 does not say which window was full; its block lasts a minute or an hour, so repeats wait longer."""
REDIS_REST_SECONDS = 2
"""A Redis that hangs costs one time-out and then nothing for this long, instead of one time-out per call."""
SLOW_FOR_SECONDS = 60
"""How long 45033 keeps the number of running calls halved."""
LONGEST_CALL = timedelta(seconds=90)
"""A running call that nobody ended (its process died) stops counting then, unless it says how long it may take."""

# KEYS: closed, cap, running, then one bucket each. ARGV: lease id, lease ms, then per bucket burst, refill per ms.
# Returns 0 when granted, else the milliseconds to wait; a refusal takes nothing from any bucket.
ACQUIRE = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local closed = redis.call('PTTL', KEYS[1])
if closed > 0 then return closed end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
local cap = tonumber(redis.call('GET', KEYS[2]))
if cap and redis.call('ZCARD', KEYS[3]) >= cap then return 100 end
local wait, left = 0, {}
for i = 4, #KEYS do
  local burst, refill = tonumber(ARGV[2 * i - 5]), tonumber(ARGV[2 * i - 4])
  local state = redis.call('HMGET', KEYS[i], 'tokens', 'at')
  local idle = math.max(0, now - (tonumber(state[2]) or now))
  local tokens = math.min(burst, (tonumber(state[1]) or burst) + idle * refill)
  if tokens < 1 then wait = math.max(wait, math.ceil((1 - tokens) / refill)) end
  left[i] = tokens - 1
end
if wait > 0 then return wait end
for i = 4, #KEYS do
  local burst, refill = tonumber(ARGV[2 * i - 5]), tonumber(ARGV[2 * i - 4])
  redis.call('HSET', KEYS[i], 'tokens', tostring(left[i]), 'at', now)
  redis.call('PEXPIRE', KEYS[i], math.ceil(burst / refill) + 1000)
end
redis.call('ZADD', KEYS[3], now + tonumber(ARGV[2]), ARGV[1])
if redis.call('PTTL', KEYS[3]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[3], tonumber(ARGV[2])) end
return 0
"""

# KEYS: cap, running. ARGV: seconds. Halves what is running now, or the cap if it is lower already.
SLOW_DOWN = """
local t = redis.call('TIME')
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', t[1] * 1000 + math.floor(t[2] / 1000))
local running = redis.call('ZCARD', KEYS[2])
local cap = tonumber(redis.call('GET', KEYS[1])) or running
local halved = math.max(1, math.floor(math.min(cap, running) / 2))
redis.call('SET', KEYS[1], halved, 'EX', ARGV[1])
return halved
"""


class HeldBack(TryLater):
    """Our own limiter says not yet: the call was not made."""

    retry_after: timedelta


class Limiter:
    """The limits of one corp."""

    def __init__(
        self,
        redis: "Callable[[], Redis]",
        *,
        corp_id: str,
        every_api: tuple[Limit, ...] = EVERY_API,
        of_api: dict[str, tuple[Limit, ...]] = OF_API,
        all_together: tuple[Limit, ...] = ALL_TOGETHER,
    ) -> None:
        self._redis = redis
        self._corp_id = corp_id
        self._every_api = every_api
        self._of_api = of_api
        self._all_together = all_together
        self._redis_back_at = 0.0

    @contextmanager
    def running(
        self,
        api: str,
        *,
        scope: str = "",
        members: Sequence[str] = (),
        person_waits: bool = False,
        lasts: timedelta = LONGEST_CALL,
    ) -> Iterator[None]:
        """
        Count a call while it runs.

        :param scope: what WeCom counts apart from the rest of the corp: a robot.
        :param members: whom the call goes to, where WeCom limits each.
        :param lasts: the most it can take; a call whose process died counts as running until then.
        :raises TryLater: if a limit is reached (with the wait), or Redis is down and nobody waits for the answer.
        """
        lease = secrets.token_hex(8)
        place = self._place(api, scope)
        counted = self._acquire(api, place, members, (lease, lasts), person_waits=person_waits)
        try:
            yield
        finally:
            if counted:
                self._release(place, lease)

    def _acquire(
        self, api: str, place: str, members: Sequence[str], lease: tuple[str, timedelta], *, person_waits: bool
    ) -> bool:
        keys = [f"{place}:{part}" for part in ("closed", "cap", "running")]
        arguments: list[str | float] = [lease[0], int(lease[1].total_seconds() * 1000)]
        for limit in self._all_together:
            keys.append(f"{self._place('all', '')}:{int(limit.per.total_seconds())}")
            arguments += [limit.burst, limit.per_millisecond]
        for limit in self._of_api.get(api, self._every_api):
            for subject in [""] if limit.subject == "corp" else dict.fromkeys(members):
                keys.append(f"{place}:{int(limit.per.total_seconds())}:{subject}")
                arguments += [limit.burst, limit.per_millisecond]
        try:
            if time.monotonic() < self._redis_back_at:
                raise RedisError("it did not answer a moment ago")
            wait = int(self._redis().eval(ACQUIRE, len(keys), *keys, *arguments))
        except RedisError:
            if time.monotonic() >= self._redis_back_at:
                self._redis_back_at = time.monotonic() + REDIS_REST_SECONDS
            if person_waits:
                logger.warning("%s is called without a limit: Redis does not answer", api)
                return False
            raise TryLater(
                "频率限制暂时无法检查，请稍后再试。",
                api=api,
                retry_after=timedelta(seconds=5),
                errmsg="limiter unavailable",
            ) from None
        if wait:
            raise HeldBack(
                errcode(TOO_OFTEN).sentence,
                api=api,
                retry_after=timedelta(milliseconds=wait),
                errmsg="held back by our own limiter",
            )
        return True

    def _release(self, place: str, lease: str) -> None:
        try:
            self._redis().zrem(f"{place}:running", lease)
        except RedisError:
            logger.warning("a finished call at %s stays counted until its lease ends", place)

    def learn(self, api: str, code: int, *, scope: str = "") -> timedelta | None:
        """
        Take WeCom's word that a limit was reached.

        :returns: how long to wait, or None if `code` is not about limits.
        """
        place = self._place(api, scope)
        try:
            if code == TOO_OFTEN:
                return self._close(place)
            if code == TOO_MANY_AT_ONCE:
                self._redis().eval(SLOW_DOWN, 2, f"{place}:cap", f"{place}:running", SLOW_FOR_SECONDS)
                return timedelta(seconds=random.uniform(1, 5))  # noqa: S311  # nosec B311  (jitter)
        except RedisError:
            logger.warning("%s told us to slow down, but Redis does not answer", api)
        return None

    def reopen(self, api: str, *, scope: str = "") -> None:
        """Forget what WeCom said about `api`: after an administrator lifted the block in WeCom's console."""
        place = self._place(api, scope)
        self._redis().delete(f"{place}:closed", f"{place}:closed-times", f"{place}:cap")

    def _close(self, place: str) -> timedelta:
        redis = self._redis()
        times = int(redis.incr(f"{place}:closed-times"))
        wait = CLOSED_AFTER_45009[min(times, len(CLOSED_AFTER_45009)) - 1]
        # Calls already on their way answer 45009 too: they belong to the same block and must not lengthen it.
        if not redis.set(f"{place}:closed", b"1", nx=True, px=int(wait.total_seconds() * 1000)):
            redis.decr(f"{place}:closed-times")
            return timedelta(milliseconds=max(1, int(redis.pttl(f"{place}:closed"))))
        redis.pexpire(f"{place}:closed-times", int((wait + 10 * _MINUTE).total_seconds() * 1000))
        logger.warning("WeCom's limit is reached at %s; no calls for %s", place, wait)
        return wait

    def _place(self, api: str, scope: str) -> str:
        """The prefix of the keys; the braces keep a corp's keys on one node of a cluster."""
        return f"wecom:{{{self._corp_id}}}:limit:{api}:{scope}"
