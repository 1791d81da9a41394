"""Whether a word, looked for as a plain substring, would be found where two other words meet."""

from collections import Counter
from functools import cache

from sensitive_words.segment import UNLISTED, frequencies


def meets_by_chance(word: str) -> bool:
    """
    True of 人流, which 个人流程 contains, of 我操 (我操作) and of sb (usb); false of 傻子 and 全网最低.

    Two characters that chance makes more often than people write the word. Three hardly ever come together so:
    the filter itself reckons with that.
    """
    if word.isascii():
        return True  # inside longer words, links and order numbers
    if len(word) != 2:
        return len(word) < 2
    ends, begins, total = _edges()
    by_chance = ends[word[0]] * begins[word[1]] / total
    return by_chance > max(frequencies().get(word, 0), UNLISTED[2])


@cache
def _edges() -> tuple[Counter[str], Counter[str], int]:
    """How often the dictionary's words end, and begin, with a character; and how many words its source had."""
    ends: Counter[str] = Counter()
    begins: Counter[str] = Counter()
    for word, times in frequencies().items():
        ends[word[-1]] += times
        begins[word[0]] += times
    return ends, begins, sum(frequencies().values()) or 1
