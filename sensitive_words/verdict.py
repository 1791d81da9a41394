"""What the filter says about one text. Named tuples, which are made in a third of a frozen dataclass's time."""

from typing import NamedTuple

from sensitive_words.entry import Action


class Hit(NamedTuple):
    start: int
    """In code points of the original text, as is `end`, which is the first one after the hit."""
    end: int
    utf16_start: int
    """For browsers, whose strings count an emoji as two."""
    utf16_end: int
    text: str
    """The passage as it stands in the text."""
    word: str
    entry_id: str
    category: str
    action: Action
    matched_by: str
    """plain, folded, gap, repeat, homophone, pinyin, split, digits, alias or rule."""
    reason: str
    suggestion: str | None
    why: str
    """One plain Chinese sentence."""


class NearMiss(NamedTuple):
    """A passage that looked like the word and was let go."""

    start: int
    end: int
    text: str
    word: str
    entry_id: str
    step: str
    """What let it go: mask, name, exception, edge, gap, segment, clause, negation, mention, near, exact."""
    why: str


class Verdict(NamedTuple):
    action: Action
    hits: tuple[Hit, ...]
    near_misses: tuple[NearMiss, ...]
    replaced: str
    """Every passage that would stop or change the text is masked, character for character."""
    suggested: str
    """The text with the suggested wordings put in; passages without one are masked."""
    version: int
