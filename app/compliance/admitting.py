"""What keeps an entry out of the draft, beyond what the engine itself refuses. Pure: no session, no clock."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.compliance.differing import CHANNELS, ROLES, SCOPES, stores_in
from app.compliance.phrasing import WORD, mistake_in
from app.compliance.places import CHANNEL, ROLE, STORE
from sensitive_words import Entry


@dataclass(frozen=True)
class Flaw:
    """
    :param sentence: for people, without a full stop.
    """

    field: str
    code: str
    sentence: str


def flaw_in(
    entry: Entry, before: Mapping[str, Any] | None, *, categories: Collection[str], departments: Collection[str]
) -> Flaw | None:
    """
    :param before: the entry as it was drafted or published until now: what it said already may stay.
    :param departments: the numbers of all that exist, or at least of those that the entry names.
    """
    return next(_flaws(entry, before or {}, categories, departments), None)


def _flaws(
    entry: Entry, before: Mapping[str, Any], categories: Collection[str], departments: Collection[str]
) -> Iterator[Flaw]:
    if entry.category not in categories:
        yield Flaw("category", "unknown_category", f"没有「{entry.category}」这个类别，请先新建类别")
    for field in ("exceptions", "counter_exceptions"):
        for phrase in getattr(entry, field):
            if phrase in before.get(field, ()):
                continue
            mistake = mistake_in(phrase)
            if mistake is not None:
                yield Flaw(field, "unreadable_phrase", f"「{phrase}」：{mistake.message}")
            elif field == "counter_exceptions" and WORD in phrase:
                yield Flaw(field, "unreadable_phrase", f"「{phrase}」：这里不能用「…」，请写出整个说法")
    scope = {key: list(values) for key, values in entry.scope.items()}
    if scope != before.get("scope", {}):
        yield from _misplaced(scope, {*departments, *stores_in([before])})


def _misplaced(scope: Mapping[str, Collection[str]], departments: Collection[str]) -> Iterator[Flaw]:
    """A place that does not exist would be a place where the word stops nothing, and nobody would notice."""
    known: Mapping[str, Collection[str]] = {STORE: departments, ROLE: ROLES, CHANNEL: CHANNELS}
    for key, values in scope.items():
        if key not in known:
            yield Flaw("scope", "unknown_place", f"适用范围里不认识「{key}」，只能限定门店、角色和场景")
            continue
        unknown = [each for each in values if each not in known[key]]
        if unknown:
            named = "、".join(f"「{each}」" for each in unknown[:3])
            yield Flaw("scope", "unknown_place", f"适用范围里没有这样的{SCOPES[key]}：{named}")
