"""Runs the must-hit and must-not-hit examples that every entry brings along."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sensitive_words.entry import Entry
from sensitive_words.lexicon import Lexicon
from sensitive_words.options import Options

_DEFAULT = Options()


@dataclass(frozen=True, slots=True)
class Failed:
    entry_id: str
    word: str
    text: str
    should_hit: bool
    why: str
    """One Chinese sentence."""


def failed_examples(entries: Iterable[Entry], *, options: Options = _DEFAULT) -> Iterator[Failed]:
    """Each entry by itself, so that another one's hit does not hide its failure."""
    for entry in entries:
        if not (entry.must_hit or entry.must_not_hit):
            continue
        lexicon = Lexicon([entry], options=options)
        for text in entry.must_hit:
            verdict = lexicon.check(text)
            if not verdict.hits:
                reason = verdict.near_misses[0].why if verdict.near_misses else "没有这个词"
                yield Failed(entry.id, entry.text, text, True, f"“{text}”必须命中“{entry.text}”，但{reason}")
        for text in entry.must_not_hit:
            hits = lexicon.check(text).hits
            if hits:
                why = f"“{text}”必须不命中“{entry.text}”，但“{hits[0].text}”命中了"
                yield Failed(entry.id, entry.text, text, False, why)
