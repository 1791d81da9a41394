"""
How fast is the filter and what does it cost to build and to hold, beside other ways to look for words?

`python -m benchmarks.sensitive_words [--quick]`: chat of 30-60 characters and texts of 2,000, with 1,000,
10,000 and 100,000 made-up entries and the starter lists, all in one run. Times are CPU time, the median of
the passes.
"""

import argparse
import gc
import random
import statistics
import time
import tracemalloc
from collections.abc import Callable

import ahocorasick
import ahocorasick_rs

from sensitive_words import Entry, Lexicon, segment, starter_entries, warm_up
from sensitive_words.score import HALVES, cases

Finder = Callable[[str], object]


def messages(count: int, low: int, high: int, rng: random.Random) -> list[str]:
    """Glued from the harmless sentences of the corpus, so that they read as chat does."""
    plain = [case.text for half in HALVES for case in cases(half) if case.category is None]
    made = []
    for _ in range(count):
        length, text = rng.randint(low, high), ""
        while len(text) < length:
            text += rng.choice(plain) + "，"
        made.append(text[:length])
    return made


def made_up_words(count: int, rng: random.Random) -> list[str]:
    alphabet = sorted(
        {char for half in HALVES for case in cases(half) for char in case.text if "一" <= char <= "鿿"}
    )
    words: set[str] = set()
    while len(words) < count:
        words.add("".join(rng.choices(alphabet, k=rng.randint(3, 6))))
    return sorted(words)


class DictTrie:
    def __init__(self, words: list[str]) -> None:
        self.root: dict[str, dict] = {}  # type: ignore[type-arg]
        for word in words:
            node = self.root
            for char in word:
                node = node.setdefault(char, {})
            node[""] = {}

    def find(self, text: str) -> list[tuple[int, int]]:
        found = []
        for start in range(len(text)):
            node, at = self.root, start
            while at < len(text) and text[at] in node:
                node = node[text[at]]
                at += 1
                if "" in node:
                    found.append((start, at))
        return found


def py_automaton(words: list[str]) -> Finder:
    machine = ahocorasick.Automaton()
    for number, word in enumerate(words):
        machine.add_word(word, number)
    machine.make_automaton()
    return lambda text: list(machine.iter(text))


def rust_automaton(words: list[str]) -> Finder:
    machine = ahocorasick_rs.AhoCorasick(words)
    return lambda text: machine.find_matches_as_indexes(text, overlapping=True)


def jieba_tokens(words: list[str]) -> Finder:
    listed = set(words)
    return lambda text: [token for token in segment.cut(text) if token in listed]


def ours(words: list[str]) -> Finder:
    return Lexicon([Entry(id=word, text=word) for word in words]).check


ENGINES: dict[str, Callable[[list[str]], Finder]] = {
    "sensitive_words (folds, confirms)": ours,
    "ahocorasick_rs bare": rust_automaton,
    "pyahocorasick bare": py_automaton,
    "dict trie": lambda words: DictTrie(words).find,
    "jieba tokens": jieba_tokens,
}


def built(build: Callable[[], Finder]) -> tuple[Finder, float, float]:
    """With seconds and the MiB that Python allocated; what Rust and C hold is not seen by it."""
    gc.collect()
    started = time.process_time()
    finder = build()
    seconds = time.process_time() - started
    del finder
    gc.collect()
    tracemalloc.start()
    finder = build()
    mebibytes = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    return finder, seconds, mebibytes


def microseconds(finder: Finder, texts: list[str], passes: int) -> float:
    for text in texts[:50]:
        finder(text)
    times = []
    for _ in range(passes):
        started = time.process_time()
        for text in texts:
            finder(text)
        times.append((time.process_time() - started) / len(texts) * 1e6)
    return statistics.median(times)


def percentile(finder: Finder, texts: list[str], part: float) -> float:
    times = []
    for text in texts:
        started = time.perf_counter()
        finder(text)
        times.append(time.perf_counter() - started)
    return sorted(times)[int(len(times) * part)] * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer texts and no 100,000 entries")
    quick = parser.parse_args().quick
    rng = random.Random(7)
    warm_up()
    chat = messages(1000 if quick else 5000, 30, 60, rng)
    long = messages(20 if quick else 100, 2000, 2000, rng)
    passes = 3 if quick else 7
    print(f"{'engine':36}{'entries':>9}{'build s':>9}{'MiB':>7}{'us/chat':>9}{'us/2000':>9}{'Mchar/s':>9}")
    for count in (1000, 10_000) if quick else (1000, 10_000, 100_000):
        words = made_up_words(count, rng)
        for name, engine in ENGINES.items():
            finder, seconds, size = built(lambda engine=engine, words=words: engine(words))  # type: ignore[misc]
            show(name, count, seconds, size, finder, chat, long, passes)
        worst = messages(200, 4000, 4000, rng)
        if count == 10_000:
            print(f"  p99 of 4,000 characters with 10,000 entries: {percentile(ours(words), worst, 0.99):.2f} ms")
    entries = starter_entries()
    finder, seconds, size = built(lambda: Lexicon(entries).check)
    show("starter lists, tricky chat", len(entries), seconds, size, finder, chat, long, passes)
    plain = ["您要的那条裙子到货了，周末有空可以过来试一下哦，我给您留着呢"] * 2000
    print(f"  an ordinary message of 30 characters: {microseconds(finder, plain, passes):.2f} us")


def show(
    name: str,
    count: int,
    seconds: float,
    size: float,
    finder: Finder,
    chat: list[str],
    long: list[str],
    passes: int,
) -> None:
    each = microseconds(finder, chat, passes)
    each_long = microseconds(finder, long, passes)
    print(f"{name:36}{count:9,}{seconds:9.3f}{size:7.1f}{each:9.2f}{each_long:9.0f}{2000 / each_long:9.1f}")


if __name__ == "__main__":
    main()
