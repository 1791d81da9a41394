"""
How fast is the filter and what does it cost to build and to hold, beside other ways to look for words?

`python -m benchmarks.sensitive_words`: chat of 30–60 characters and texts of 2,000, with 1,000, 10,000 and 100,000
made-up words and with the starter lists, all in one run. Ours folds, skips, confirms and says why; the others only
look for the words as they are written. Every engine has a process of its own; times are CPU time.
"""

import gc
import multiprocessing
import os
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ahocorasick
import ahocorasick_rs

from sensitive_words import Entry, Lexicon, segment, starter_entries, warm_up
from sensitive_words.score import HALVES, cases

CI = os.environ.get("BENCH_SIZE") == "ci"
COUNTS = (1_000, 10_000) if CI else (1_000, 10_000, 100_000)
CHATS, LONG, PASSES = (500, 8, 3) if CI else (3_000, 40, 5)
ORDINARY = (
    "您要的那条裙子到货了，周末有空可以过来试一下哦，我给您留着呢",
    "好的姐，那我先帮您把这件留着，您下班了直接过来拿就行",
    "您穿这个颜色特别显白，搭配昨天那条牛仔裤就很好看了",
    "亲，快递今天上午已经发出去了，大概后天能到，您留意一下",
    "麻烦您把收货的地址和电话发我一下，我这边马上给您登记上",
    "这款面料是纯棉的，洗了不会缩水，放心穿就可以啦",
    "孩子平时穿多大的鞋呢，这个牌子偏小，建议您拿大一码",
    "周末店里有活动，满三件打八折，您有空带朋友一起来逛逛呀",
    "刚问了仓库，您要的那个颜色下周二补货，到了我马上告诉您",
    "不客气，有什么问题随时找我，祝您生活愉快",
)
"""What a guide writes all day: 20 to 30 characters in which nothing is to be confirmed."""
SLOW = 300
"""Microseconds a text from which an engine is measured with fewer texts, so that a run takes minutes."""

Finder = Callable[[str], object]


def texts_of(count: int, low: int, high: int, rng: random.Random) -> list[str]:
    """Glued from the harmless sentences of the corpus, which were written to look like violations."""
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


def ours(words: list[str]) -> Finder:
    return Lexicon([Entry(id=word, text=word) for word in words]).check


def starter(_: list[str]) -> Finder:
    return Lexicon(starter_entries()).check


def rust_automaton(words: list[str]) -> Finder:
    find = ahocorasick_rs.AhoCorasick(words, store_patterns=False).find_matches_as_indexes
    return lambda text: find(text, overlapping=True)


def c_automaton(words: list[str]) -> Finder:
    machine = ahocorasick.Automaton()
    for number, word in enumerate(words):
        machine.add_word(word, number)
    machine.make_automaton()
    return lambda text: list(machine.iter(text))


def dictionaries(words: list[str]) -> Finder:
    """What most write by themselves: nested dictionaries, tried from every character on."""
    root: dict[str, Any] = {}
    for word in words:
        node = root
        for char in word:
            node = node.setdefault(char, {})
        node[""] = word

    def find(text: str) -> list[tuple[int, int]]:
        found = []
        for start in range(len(text)):
            node, at = root, start
            while at < len(text) and text[at] in node:
                node = node[text[at]]
                at += 1
                if "" in node:
                    found.append((start, at))
        return found

    return find


def jieba_tokens(words: list[str]) -> Finder:
    listed = set(words)
    return lambda text: [token for token in segment.cut(text) if token in listed]


def word_in_text(words: list[str]) -> Finder:
    return lambda text: [word for word in words if word in text]


ENGINES: dict[str, Callable[[list[str]], Finder]] = {
    "sensitive_words": ours,
    "ahocorasick_rs, bare": rust_automaton,
    "pyahocorasick, bare": c_automaton,
    "dictionaries in Python": dictionaries,
    "jieba tokens in a set": jieba_tokens,
    "`word in text` for each": word_in_text,
}


@dataclass(frozen=True)
class Row:
    seconds: float
    mebibytes: float
    chat: float
    p50: float
    p99: float
    long: float
    """Microseconds a text, as are `chat`, `p50` and `p99`."""


def measured(build: Callable[[list[str]], Finder], words: list[str], chat: list[str], long: list[str]) -> Row:
    """In a process of its own, so that memory is the engine's alone."""
    receiving, sending = multiprocessing.get_context("fork").Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=lambda: sending.send(_measured(build, words, chat, long))
    )
    process.start()
    row: Row = receiving.recv()
    process.join()
    return row


def _measured(build: Callable[[list[str]], Finder], words: list[str], chat: list[str], long: list[str]) -> Row:
    gc.collect()
    before = memory("Rss")
    started = time.process_time()
    finder = build(words)
    seconds = time.process_time() - started
    gc.collect()
    size = memory("Rss") - before
    passes = PASSES
    if statistics.median(cpu_microseconds(finder, text) for text in chat[:9]) > SLOW:
        chat, long, passes = chat[:300], long[:4], 1
    each = sorted(cpu_microseconds(finder, text) for text in chat)
    return Row(
        seconds,
        size,
        mean_microseconds(finder, chat, passes),
        each[len(each) // 2],
        each[int(len(each) * 0.99)],
        mean_microseconds(finder, long, passes),
    )


def memory(name: str) -> float:
    """MiB of this process: `Rss`, or `Pss`, which divides what is shared among those who share it."""
    with open("/proc/self/smaps_rollup") as lines:
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


def mean_microseconds(finder: Finder, texts: list[str], passes: int) -> float:
    times = []
    for _ in range(passes):
        started = time.process_time()
        for text in texts:
            finder(text)
        times.append((time.process_time() - started) / len(texts) * 1e6)
    return statistics.median(times)


def cpu_microseconds(finder: Finder, text: str) -> float:
    started = time.thread_time()
    finder(text)
    return (time.thread_time() - started) * 1e6


def show(name: str, count: int, row: Row, own: float) -> None:
    print(
        f"{name:26}{count:8,}{row.seconds:8.3f}{row.mebibytes:7.0f}{row.chat:10.1f}{row.p50:8.1f}{row.p99:8.1f}"
        f"{1e6 / row.chat:11,.0f}{row.long:11,.0f}{row.chat / own:8.2f}"
    )


def show_forks() -> None:
    """Built before forking, a list is there once, however many processes check with it."""
    lexicon = Lexicon([Entry(id=word, text=word) for word in made_up_words(COUNTS[-1], random.Random(7))])
    gc.collect()
    alone = memory("Pss")
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    texts = texts_of(CHATS, 30, 60, random.Random(9))
    release = context.Event()

    def child() -> None:
        for text in texts:
            lexicon.check(text)
        sending.send(memory("Rss"))
        release.wait()
        sending.send(memory("Pss"))

    children = [context.Process(target=child) for _ in range(4)]
    for process in children:
        process.start()
    whole = [receiving.recv() for _ in children]
    release.set()
    shares = [receiving.recv() for _ in children]
    for process in children:
        process.join()
    print(f"\n{COUNTS[-1]:,} entries: {alone:.0f} MiB in one process. Four forks of it, after {CHATS} checks:")
    share = statistics.mean(shares)
    print(f"  {statistics.mean(whole):.0f} MiB resident in each, of which its share (PSS) is {share:.0f}")


def show_worst(words: list[str]) -> None:
    lexicon = Lexicon([Entry(id=word, text=word) for word in words] + starter_entries())
    # As a server should: else the collector walks over the list in the middle of every third of these texts.
    gc.collect()
    gc.freeze()
    rng = random.Random(11)
    for name, texts in {
        "2,000 × 最": ["最" * 2000] * 100,
        "4,000 characters": texts_of(100, 4000, 4000, rng),
        "4,000 of listed words": ["".join(rng.choices(words, k=1000))[:4000] for _ in range(20)],
    }.items():
        lexicon.check(texts[0])
        each = sorted(cpu_microseconds(lexicon.check, text) / 1e3 for text in texts)
        print(f"  {name:24} p50 {each[len(each) // 2]:6.2f} ms, p99 {each[int(len(each) * 0.99)]:6.2f} ms")


def main() -> None:
    rng = random.Random(7)
    warm_up()
    Lexicon([])  # the tables of characters, of which there is one for all lists
    chat, long = texts_of(CHATS, 30, 60, rng), texts_of(LONG, 2000, 2000, rng)
    heads = f"{'µs/chat':>10}{'p50':>8}{'p99':>8}{'texts/s':>11}{'µs/2,000':>11}{'× ours':>8}"
    print(f"load {os.getloadavg()[0]:.1f} before, {os.cpu_count()} CPUs")
    print(f"{'':26}{'entries':>8}{'build s':>8}{'MiB':>7}{heads}")
    for count in COUNTS:
        words = made_up_words(count, rng)
        own = None
        for name, build in ENGINES.items():
            row = measured(build, words, chat, long)
            own = own or row.chat
            show(name, count, row, own)
    row = measured(starter, [], chat, long)
    show("starter lists, same texts", len(starter_entries()), row, row.chat)
    calm = ["。".join(rng.choices(ORDINARY, k=100))[:2000] for _ in long]
    ordinary = measured(starter, [], [*ORDINARY] * (CHATS // len(ORDINARY)), calm)
    show("starter lists, ordinary", len(starter_entries()), ordinary, row.chat)
    print("\nWorst texts, 10,000 entries and the starter lists:")
    show_worst(made_up_words(10_000, rng))
    show_forks()
    print(f"load {os.getloadavg()[0]:.1f} after")


if __name__ == "__main__":
    main()
