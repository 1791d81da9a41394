"""Our list beside WeCom's rules, word by word: only with us, only there, or not the same. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.interception.planning import Known, Plan, Seen, Wanted
from app.interception.wording import KINDS

Range = tuple[frozenset[str], frozenset[int]]
"""Userids and departments."""


class Side(StrEnum):
    ONLY_OURS = "only_ours"
    ONLY_WECOM = "only_wecom"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Other:
    """A rule that we did not make. `kind` and `words` are unknown if WeCom does not show it."""

    rule_id: str
    name: str
    kind: int | None
    words: tuple[str, ...] | None


@dataclass(frozen=True)
class Difference:
    """
    :param rules: names of WeCom's rules that hold the word.
    """

    side: Side
    word: str
    category: str
    rules: tuple[str, ...]
    detail: str


@dataclass(frozen=True)
class _Place:
    rule: str
    kind: int | None
    range: "Range | None"
    """None for a rule of other hands: it guards, but nobody here keeps it."""


def differences(plan: Plan, known: Sequence[Known], others: Sequence[Other]) -> list[Difference]:
    """By side, then by word."""
    places = _places(known, others)
    wanted: dict[str, list[tuple[Wanted, Range]]] = defaultdict(list)
    for rule in plan.wanted:
        whom = _range(rule)
        for word in rule.words:
            wanted[word].append((rule, whom))
    found = []
    for word, rules in wanted.items():
        held = places.get(word, [])
        missing = [
            rule for rule, whom in rules if not any((rule.kind, whom) == (at.kind, at.range) for at in held)
        ]
        if missing:
            side = Side.DIFFERENT if held else Side.ONLY_OURS
            names = tuple(place.rule for place in held)
            found.append(Difference(side, word, missing[0].category, names, _why(missing[0], held)))
    for word, held in places.items():
        if word not in wanted:
            by_hand = all(place.range is None for place in held)
            detail = "在别人建的规则里，我们不动它" if by_hand else "在我们的规则里，但现在的词库不放它"
            found.append(Difference(Side.ONLY_WECOM, word, "", tuple(place.rule for place in held), detail))
    order = list(Side)
    return sorted(found, key=lambda each: (order.index(each.side), each.word))


def _places(known: Sequence[Known], others: Sequence[Other]) -> dict[str, list[_Place]]:
    places: dict[str, list[_Place]] = defaultdict(list)
    for rule in known:
        if rule.seen is not None:
            place = _Place(rule.seen.name, rule.seen.kind, _range(rule.seen))
            for word in rule.seen.words:
                places[word].append(place)
    for other in others:
        for word in other.words or ():
            places[word].append(_Place(other.name, other.kind, None))
    return places


def _range(rule: Seen | Wanted) -> Range:
    return frozenset(rule.userids), frozenset(rule.departments)


def _why(rule: Wanted, held: Sequence[_Place]) -> str:
    ours = [place for place in held if place.range is not None]
    if not held:
        return f"应当{KINDS[rule.kind]}"
    if not ours:
        return "只在别人建的规则里，我们的规则还没有它"
    if all(place.kind != rule.kind for place in ours):
        return f"应当{KINDS[rule.kind]}，企业微信里是{KINDS.get(ours[0].kind or 0, '别的做法')}"
    return "适用范围不同"
