"""The only place that knows what time it is. Everything is aware and UTC until a person reads it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _system_time() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_time


def now() -> datetime:
    """The current time, aware, in UTC."""
    return _source()


def in_shop_time(moment: datetime, zone: ZoneInfo = SHANGHAI) -> datetime:
    """`moment` as a person in the shop reads it."""
    return moment.astimezone(zone)


@contextmanager
def running_at(start: datetime) -> Iterator[Callable[[timedelta], None]]:
    """Stand still at `start` until the yielded function moves time on. For tests and previews."""
    global _source
    moment = start.astimezone(UTC)

    def advance(step: timedelta) -> None:
        nonlocal moment
        moment += step

    before, _source = _source, lambda: moment
    try:
        yield advance
    finally:
        _source = before
