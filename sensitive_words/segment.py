"""Word boundaries of Chinese, by jieba without its guessing of unknown words."""

import importlib.util
import logging
import math
import os
import tempfile
import threading
import warnings
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

UNLISTED = {1: 20, 2: 5, 3: 40}
"""
How often a listed word that is not in the dictionary is taken to occur in its 60 million words,
by its length.

Chance makes the two characters of 和服 of 产品和服务 every day, but less often three in a row.
"""
EXTENDED = 2000
"""As often, if a longer word only carries on its last one: 最低价 carries on the 最低 of 全网最低."""
LATIN = 1000
SLACK = 5.0
"""In logarithms, as `weight`."""

_lock = threading.Lock()


def warm_up() -> None:
    """Loads the dictionaries now instead of at the first doubtful text; call it before forking."""
    _cutter()("预热")
    frequencies()


def cut(text: str) -> list[str]:
    return _cutter()(text)


def _cutter() -> Callable[[str], list[str]]:
    with _lock:
        return _load_cutter()


@cache
def _load_cutter() -> Callable[[str], list[str]]:
    try:
        import rjieba
    except ImportError:
        return _plain_jieba()
    # The same dictionary and output as jieba without HMM, ten times faster.
    tokenizer = rjieba.Jieba()
    return lambda text: list(tokenizer.cut(text, False))


def _plain_jieba() -> Callable[[str], list[str]]:
    with warnings.catch_warnings():
        # Its source has escapes that Python warns of, and it imports pkg_resources.
        warnings.simplefilter("ignore")
        import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    # jieba trusts whatever lies in its cache directory, and its own default is open to every user.
    tokenizer.tmp_dir = str(_private_directory())
    tokenizer.initialize()
    return lambda text: list(tokenizer.cut(text, HMM=False))


def _private_directory() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sensitive_words"
    try:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = base.stat()
        if status.st_uid == os.geteuid() and not status.st_mode & 0o022:
            return base
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="sensitive_words_"))


@cache
def frequencies() -> dict[str, int]:
    """Of the words of jieba's dictionary, which is read as a file: importing jieba is not needed for it."""
    spec = importlib.util.find_spec("jieba")
    if spec is None or spec.origin is None:
        return {}
    found = {}
    with (Path(spec.origin).parent / "dict.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word, count, _ = line.split(" ", 2)
            found[word] = int(count)
    return found


@cache
def _log_total() -> float:
    return math.log(sum(frequencies().values()) or 1)


def weight(word: str, at_least: int = 1) -> float:
    """The logarithm of the probability of a word; one in Latin letters is taken for a usual one."""
    known = LATIN if word.isascii() else frequencies().get(word, 0)
    return math.log(max(known, at_least)) - _log_total()


def is_word(text: str) -> bool:
    return text in frequencies()


def better_with(word: str, left: str, right: str, tokens: list[str]) -> bool:
    """Whether `left + word + right` is likelier to be read so than as `tokens`, which cut the word."""
    known = UNLISTED[2] if is_word(word) else UNLISTED.get(len(word), UNLISTED[3])
    if right and not left and len(word) > 3:
        last = cut(word)[-1]
        if len(last) > 1 and tokens[-1] == last + right:
            known = EXTENDED
    ours = weight(word, known)
    ours += sum(map(weight, cut(left))) if left else 0.0
    ours += sum(map(weight, cut(right))) if right else 0.0
    return ours >= sum(map(weight, tokens))


def fits_in(longer: str, start: int, end: int) -> bool:
    """
    Whether a stretch is one of the words that a longer one is made of: 算命 of 算命先生, not 中国 of 发展中国家.

    At an end of it a less likely reading will do: 最低 of 最低价, where 最 and 低价 are likelier.
    """
    ours = weight(longer[start:end], UNLISTED[2])
    ours += sum(_likeliest(part) for part in (longer[:start], longer[end:]) if part)
    slack = SLACK if start == 0 or end == len(longer) else 1.0
    return ours + slack >= _likeliest(longer, itself=False)


@lru_cache(maxsize=4096)
def _likeliest(text: str, *, itself: bool = True) -> float:
    """The weight of the likeliest words that a text can be cut into."""
    best = [0.0] + [-math.inf] * len(text)
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            part = text[start:end]
            if (itself or part != text) and (len(part) == 1 or is_word(part)):
                best[end] = max(best[end], best[start] + weight(part))
    return best[-1]
