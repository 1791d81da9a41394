"""Sensitive words: normalise, one Aho-Corasick pass, confirmation by Chinese word boundaries, verdict."""

from sensitive_words.entry import CATEGORIES, Action, Disguises, Entry, InvalidEntry, Mode, Where
from sensitive_words.lexicon import Lexicon
from sensitive_words.options import InvalidOption, Options, Overlap
from sensitive_words.segment import warm_up
from sensitive_words.starter import INDUSTRIES, load_entries, starter_entries
from sensitive_words.verdict import Hit, NearMiss, Verdict

__all__ = [
    "CATEGORIES",
    "INDUSTRIES",
    "Action",
    "Disguises",
    "Entry",
    "Hit",
    "InvalidEntry",
    "InvalidOption",
    "Lexicon",
    "Mode",
    "NearMiss",
    "Options",
    "Overlap",
    "Verdict",
    "Where",
    "load_entries",
    "starter_entries",
    "warm_up",
]
