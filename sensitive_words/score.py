"""Measures the starter lists and the engine on the corpus, beside plain substrings and jieba tokens."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sensitive_words import segment
from sensitive_words.disguise import DISGUISES
from sensitive_words.entry import Action, Entry
from sensitive_words.lexicon import Lexicon
from sensitive_words.starter import starter_entries

CORPUS = Path(__file__).parent / "corpus"
HALVES = ("dev", "test")
Finds = list[tuple[int, int, str]]
"""Spans with their categories."""
Method = Callable[[str], Finds]


@dataclass(frozen=True, slots=True)
class Case:
    text: str
    category: str | None
    start: int = 0
    end: int = 0


def cases(half: str) -> list[Case]:
    rows = (CORPUS / f"{half}.tsv").read_text(encoding="utf-8").splitlines()
    return [_case(*row.split("\t", 1)) for row in rows if row]


def _case(category: str, marked: str) -> Case:
    if category == "-":
        return Case(marked, None)
    before, opened, rest = marked.partition("⟦")
    passage, closed, after = rest.partition("⟧")
    if not opened or not closed or not passage:
        raise ValueError(f"没有标出要拦的部分：{marked}")
    return Case(before + passage + after, category, len(before), len(before) + len(passage))


@dataclass
class Figures:
    right: int = 0
    missed: int = 0
    false: int = 0
    passed: int = 0
    named: int = 0
    """Of the right stops, those that name the category that the corpus gives."""
    failures: list[str] = field(default_factory=list, repr=False)
    """Not shown by a failing test: those of the test half are for no one to read."""

    @property
    def precision(self) -> float:
        return self.right / ((self.right + self.false) or 1)

    @property
    def recall(self) -> float:
        return self.right / ((self.right + self.missed) or 1)

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / ((self.precision + self.recall) or 1)

    @property
    def false_alarms(self) -> float:
        return self.false / ((self.false + self.passed) or 1)


def measured(method: Method, sentences: Iterable[Case]) -> dict[str, Figures]:
    """
    By category, and `all`. A stop counts as right if it touches the passage; whether it names the category too is
    counted apart, since one passage may well break two rules.
    """
    by: dict[str, Figures] = {"all": Figures()}
    for case in sentences:
        finds = method(case.text)
        if case.category is None:
            by["all"].passed += not finds
            by["all"].false += bool(finds)
            if finds:
                by["all"].failures.append(f"误伤\t{case.text}\t{[case.text[a:b] for a, b, _ in finds]}")
            for category in {category for _, _, category in finds}:
                by.setdefault(category, Figures()).false += 1
            continue
        touching = {category for a, b, category in finds if a < case.end and case.start < b}
        right = bool(touching)
        for figures in (by["all"], by.setdefault(case.category, Figures())):
            figures.right += right
            figures.missed += not right
            figures.named += case.category in touching
        if not right:
            by["all"].failures.append(f"漏过\t{case.text}\t{case.category}")
    return by


def ours(lexicon: Lexicon) -> Method:
    """What is only recorded disturbs nobody and does not count as a stop."""
    return lambda text: [
        (hit.start, hit.end, hit.category) for hit in lexicon.check(text).hits if hit.action is not Action.RECORD
    ]


def substrings(entries: Iterable[Entry]) -> Method:
    words = _plain_words(entries)

    def find(text: str) -> Finds:
        return [
            (m.start(), m.end(), category)
            for word, category in words.items()
            if word in text
            for m in re.finditer(re.escape(word), text)
        ]

    return find


def tokens(entries: Iterable[Entry]) -> Method:
    words = _plain_words(entries)

    def find(text: str) -> Finds:
        found, at = [], 0
        for token in segment.cut(text):
            if token in words:
                found.append((at, at + len(token), words[token]))
            at += len(token)
        return found

    return find


def _plain_words(entries: Iterable[Entry]) -> dict[str, str]:
    return {
        form: entry.category
        for entry in entries
        if entry.kind == "word" and entry.action is not Action.RECORD
        for form in (entry.text, *entry.aliases)
    }


def evasion(lexicon: Lexicon, words: Iterable[Entry]) -> Iterator[tuple[str, int, int]]:
    """Of the listed words, disguised in each way inside a plain sentence: how many were found, of how many."""
    entries = [
        e
        for e in words
        if e.kind == "word" and not e.near and e.mode != "clause" and e.action is not Action.RECORD
    ]
    for name, disguise in DISGUISES.items():
        found = total = 0
        for entry in entries:
            hidden = disguise(entry.text)
            if hidden is None:
                continue
            total += 1
            text = f"您好，{hidden}，您看一下"
            found += any(h.start < 3 + len(hidden) and h.end > 3 for h in lexicon.check(text).hits)
        yield name, found, total


def report(*, failures: bool = False) -> Iterator[str]:
    entries = starter_entries()
    lexicon = Lexicon(entries)
    methods = {"本引擎": ours(lexicon), "包含即命中": substrings(entries), "jieba 分词比对": tokens(entries)}
    for half in HALVES:
        sentences = cases(half)
        stops = sum(case.category is not None for case in sentences)
        yield f"{half}：{len(sentences)} 句，{stops} 句该拦，{len(sentences) - stops} 句该放"
        for name, method in methods.items():
            for category, figures in sorted(measured(method, sentences).items()):
                if category == "all" or method is methods["本引擎"]:
                    yield _row(name, category, figures)
                if failures and half == "dev" and category == "all" and method is methods["本引擎"]:
                    yield from figures.failures
    yield "伪装（自带词表里每个词）"
    for name, found, total in evasion(lexicon, entries):
        yield f"  {name}：{found}/{total}"


def _row(name: str, category: str, f: Figures) -> str:
    figures = f"P {f.precision:.3f}  R {f.recall:.3f}  F1 {f.f1:.3f}"
    alarms = f"  误伤率 {f.false_alarms:.3f}" if category == "all" else f"  误伤 {f.false}"
    named = f"  类别相符 {f.named}/{f.right}" if f.right else ""
    return f"  {name} {category}：{figures}{alarms}{named}"
