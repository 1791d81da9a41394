"""Whatever is written, twice as much of it takes about twice the work."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from sensitive_words import Entry, Lexicon, Options, starter_entries, warm_up
from tests.support.effort import least_cpu_seconds

NESTED = [Entry(id=f"哈{count}", text="哈" * count) for count in range(1, 9)]
NAMES = [Entry(id=name, text=name, kind="name") for name in ("最美店", "嘿呀店", "低价屋")]


@pytest.fixture(scope="module")
def starter() -> Lexicon:
    warm_up()
    return Lexicon(starter_entries())


@pytest.fixture(scope="module")
def everything() -> Lexicon:
    """All ways of hiding a word at once."""
    entries = starter_entries() + NESTED + NAMES
    return Lexicon(entries, options=Options(homophone=True, pinyin=True, digits=True, gap=20))


def steps(work: Callable[[], object]) -> int:
    """How many functions are called: the same in every run, however busy the machine is."""
    count = 0

    def seen(_frame: FrameType, _event: str, _argument: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def growth(check: Callable[[str], object], short: str, long: str) -> float:
    """By how much more time the long text takes: sees loops inside one function, too."""
    return least_cpu_seconds(lambda: check(long)) / least_cpu_seconds(lambda: check(short), tries=9)


UNITS = {
    "one word": "最",
    "every character doubled": "最最低低价价",
    "marks between": "最*低*价*",
    "nothing seen between": "最\u200b低\u0336价\u200b",
    "words inside words": "哈",
    "one digit": "1",
    "digits apart": "1 2 3-",
    "phone numbers": "13812345678",
    "letters": "a",
    "a syllable": "zhuang",
    "pinyin apart": "zui di jia ",
    "half an address": "a.",
    "addresses": "a.cn/",
    "half a mail address": "a@",
    "braces": "{{a",
    "a rule that begins again and again": "好评",
    "a built-in rule that does": "扫微信wx",
    "clauses": "最，",
    "lines": "最\n",
    "denials": "不是最",
    "quotes": "“最”、",
    "emoji": "最😀",
    "parts of characters": "女马操你女马",
    "other characters of the same sound": "草泥马沙比",
    "names": "最美店嘿呀店",
    "one written as three": "ﬃ最",
    "beyond the first plane": "𠮷最𝐟",
}


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
@pytest.mark.parametrize("switches", ["starter", "everything"])
def test_twice_the_text_is_about_twice_the_work(unit: str, switches: str, request: pytest.FixtureRequest) -> None:
    lexicon: Lexicon = request.getfixturevalue(switches)
    short, long = ("最" + (unit * 600)[:length] + "低价" for length in (300, 600))
    lexicon.check(short)
    assert steps(lambda: lexicon.check(long)) < 2.4 * steps(lambda: lexicon.check(short))


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
def test_sixteen_times_the_text_takes_no_more_than_in_proportion(unit: str, starter: Lexicon) -> None:
    """Twenty times as long is usual, for caches are small; work that grows with the square takes 256 times."""
    short, long = ("最" + (unit * 16_000)[:length] + "低价" for length in (1000, 16_000))
    assert any(growth(starter.check, short, long) < 64 for _ in range(3))
