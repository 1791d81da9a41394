"""How a text is cut for search: folding that keeps offsets, bigrams for matching, words for ranking."""

import os
import stat
import tempfile
import threading
import unicodedata
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path

_TABLES = Path(__file__).with_name("tables")


_jieba_lock = threading.Lock()


def fold(text: str) -> str:
    """Full width, case and traditional characters made plain; same length, so offsets stay true."""
    return text.translate(_fold_table())


def bigrams(text: str) -> tuple[str, ...]:
    """
    Every pair of neighbouring characters of the folded text, once, in reading order. Pairs never cross white
    space. A text contains a query of two or more characters only if it contains all of the query's bigrams.
    """
    runs = fold(text).split()
    return tuple(dict.fromkeys(run[i : i + 2] for run in runs for i in range(len(run) - 1)))


def tokens(text: str) -> tuple[str, ...]:
    """Words of the folded text, long words also cut into shorter ones; stop words and signs left out."""
    words = (word.strip() for word in _cutter()(fold(text)))
    return tuple(dict.fromkeys(word for word in words if word and _tells(word)))


def _tells(word: str) -> bool:
    return word not in _stop_words() and any(character.isalnum() for character in word)


@cache
def _stop_words() -> frozenset[str]:
    """Words too common in questions to tell one script from another."""
    return frozenset((_TABLES / "stop_words.txt").read_text(encoding="utf-8").split())


class _FoldTable(dict[int, str]):
    def __missing__(self, code: int) -> str:
        character = chr(code)
        plain = unicodedata.normalize("NFKC", character).lower()
        # Only one for one: "㎏" would become two characters and shift what follows.
        self[code] = plain if len(plain) == 1 else character
        return self[code]


@cache
def _fold_table() -> _FoldTable:
    table = _FoldTable()
    for pair in (_TABLES / "simplified.txt").read_text(encoding="utf-8").splitlines():
        table[ord(pair[0])] = pair[1]
    return table


@cache
def _cutter() -> Callable[[str], list[str]]:
    """rjieba when installed: the same words without its HMM, twenty times as fast and no cache file."""
    try:
        import rjieba
    except ImportError:
        return jieba_cutter()
    return lambda text: list(rjieba.cut_for_search(text, hmm=False))


@cache
def jieba_cutter() -> Callable[[str], list[str]]:
    with _jieba_lock, warnings.catch_warnings():
        # jieba 0.42.1 warns on import (old escapes, pkg_resources); nothing a user could mend.
        warnings.simplefilter("ignore")
        import jieba

        jieba.setLogLevel("WARNING")
        tokenizer = jieba.Tokenizer()
        tokenizer.tmp_dir = str(_private_cache_directory())
        tokenizer.initialize()
    return lambda text: list(tokenizer.cut_for_search(text, HMM=False))


def _private_cache_directory() -> Path:
    """Nobody else may write there: jieba unmarshals its cache without asking whose it is."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    directory = base / "scripts-library"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = directory.lstat()
    except OSError:
        return Path(tempfile.mkdtemp(prefix="scripts-library-"))
    private = stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid() and not state.st_mode & 0o077
    return directory if private else Path(tempfile.mkdtemp(prefix="scripts-library-"))
