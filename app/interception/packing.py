"""
Words into rules of at most 300. Pure. Stable: a word stays in the rule that holds it, so that a small change of
the list touches few rules.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.interception.fitting import Word
from app.wecom.calls.intercept_rules import MOST_WORDS

Range = tuple[int, tuple[int, ...]]
"""Kind and stores: words that differ in these can never share a rule."""


@dataclass(frozen=True)
class Existing:
    """:param words: what WeCom has in it."""

    id: int
    kind: int
    category: str
    stores: tuple[int, ...]
    words: tuple[str, ...]


@dataclass
class Bin:
    """:param id: of the existing rule; None for one that is to be made."""

    kind: int
    category: str
    stores: tuple[int, ...]
    id: int | None = None
    words: list[Word] = field(default_factory=list)

    @property
    def range(self) -> Range:
        return self.kind, self.stores

    @property
    def has_room(self) -> bool:
        return len(self.words) < MOST_WORDS


def pack(words: Sequence[Word], existing: Iterable[Existing], *, room: int) -> tuple[list[Bin], list[Word]]:
    """
    :param words: what matters most first.
    :param room: how many rules may be ours.
    :returns: rules with at least one word, and the words for which there is no room.
    """
    rules = sorted(existing, key=lambda rule: rule.id)
    fresh, left = _packed_anew(words, room)
    chosen = {id(word) for each in fresh for word in each.words}
    stable = _packed_stably([word for word in words if id(word) in chosen], rules)
    if len(stable) > room:
        # So many half-empty rules that they must be drawn together.
        stable = _matched(fresh, rules)
    return stable, left


def _packed_anew(words: Sequence[Word], room: int) -> tuple[list[Bin], list[Word]]:
    """As densely as can be: categories apart while there is room, together when there is none."""
    bins: list[Bin] = []
    open_bins: dict[tuple[Range, str], Bin] = {}
    by_range: dict[Range, list[Bin]] = defaultdict(list)
    left = []
    for word in words:
        key = ((word.kind, word.stores), word.category)
        target = open_bins.get(key)
        if target is None or not target.has_room:
            if len(bins) < room:
                target = open_bins[key] = Bin(word.kind, word.category, word.stores)
                bins.append(target)
                by_range[target.range].append(target)
            else:
                target = next((each for each in by_range[key[0]] if each.has_room), None)
        if target is None:
            left.append(word)
        else:
            target.words.append(word)
    return bins, left


def _packed_stably(words: Sequence[Word], rules: Sequence[Existing]) -> list[Bin]:
    bins = [Bin(rule.kind, rule.category, rule.stores, rule.id) for rule in rules]
    home = {
        (text, each.range): each
        for rule, each in zip(reversed(rules), reversed(bins), strict=True)
        for text in rule.words
    }
    newcomers = []
    for word in words:
        kept = home.get((word.text, (word.kind, word.stores)))
        if kept is not None and kept.has_room:
            kept.words.append(word)
        else:
            newcomers.append(word)
    groups: dict[tuple[Range, str], list[Bin]] = defaultdict(list)
    for each in bins:
        groups[each.range, each.category].append(each)
    for word in newcomers:
        group = groups[(word.kind, word.stores), word.category]
        # One rule is filled before the next is touched.
        target = next((each for each in group if each.has_room), None)
        if target is None:
            target = Bin(word.kind, word.category, word.stores)
            group.append(target)
            bins.append(target)
        target.words.append(word)
    return [each for each in bins if each.words]


def _matched(bins: list[Bin], rules: Sequence[Existing]) -> list[Bin]:
    """The dense packing, each part in the existing rule of its range that holds most of it already."""
    free = list(rules)
    for each in bins:
        mine = {word.text for word in each.words}
        fitting = [rule for rule in free if (rule.kind, rule.stores) == each.range]
        best = max(fitting, key=lambda rule: (len(mine & set(rule.words)), -rule.id), default=None)
        if best is not None:
            free.remove(best)
            each.id = best.id
    return bins
