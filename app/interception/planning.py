"""From what the list needs and what WeCom has to the steps between them. Pure: no session, no clock."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.interception.fitting import Fitted, LeftOut, Reason, WeComClass, Word
from app.interception.packing import Bin, Existing, pack
from app.wecom.calls.intercept_rules import MOST_RULES


@dataclass(frozen=True)
class Seen:
    """A rule as WeCom describes it."""

    name: str
    kind: int
    words: tuple[str, ...]
    semantics: tuple[int, ...]
    userids: tuple[str, ...]
    departments: tuple[int, ...]


@dataclass(frozen=True)
class Known:
    """
    A rule of ours.

    :param words: as we wrote them last.
    :param seen: None if WeCom does not have it, as far as we know.
    """

    id: int
    name: str
    kind: int
    category: str
    stores: tuple[int, ...]
    words: tuple[str, ...]
    seen: Seen | None


@dataclass(frozen=True)
class Everybody:
    """Whom a rule without stores holds for: the topmost departments, and members in none that we can see."""

    departments: tuple[int, ...]
    userids: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """A rule as it should be."""

    id: int | None
    name: str
    kind: int
    category: str
    stores: tuple[int, ...]
    words: tuple[str, ...]
    semantics: tuple[int, ...]
    userids: tuple[str, ...]
    departments: tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """
    :param act: `create`, `update` or `delete`.
    :param id: our rule; None for one that has no row yet.
    :param wanted: None for a deletion.
    :param changes: of an update, which properties besides words differ: `name`, `kind`, `semantics`, `range`.
    """

    act: str
    id: int | None
    name: str
    wanted: Wanted | None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    wanted: tuple[Wanted, ...]
    steps: tuple[Step, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def fingerprint(self) -> str:
        """Of what would be written; equal if, and only if, the steps are."""
        plain: Any = [asdict(step) for step in self.steps]
        return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def plan(fitted: Fitted, known: Sequence[Known], everybody: Everybody, *, others: int) -> Plan:
    """
    :param others: rules that other hands made; they are never touched and count in WeCom's limit.
    """
    room = max(0, MOST_RULES - others)
    existing = [
        Existing(rule.id, rule.kind, rule.category, rule.stores, rule.seen.words if rule.seen else rule.words)
        for rule in known
    ]
    bins, no_room = pack(fitted.words, existing, room=room)
    carried, no_carrier = _carriers(bins, fitted.classes, {rule.id: rule for rule in known})
    names = {rule.id: rule.name for rule in known}
    wanted = tuple(
        _wanted(each, names.get(each.id or 0, ""), carried.get(at, ()), everybody) for at, each in enumerate(bins)
    )
    left_out = (*fitted.left_out, *map(_without_room, no_room), *no_carrier)
    return Plan(wanted, _steps(wanted, known, others), left_out)


def removal(known: Sequence[Known]) -> tuple[Step, ...]:
    """All of ours gone."""
    return tuple(_deletion(rule) for rule in known)


def _carriers(
    bins: Sequence[Bin], classes: Sequence[WeComClass], known: Mapping[int, Known]
) -> tuple[dict[int, tuple[int, ...]], list[LeftOut]]:
    """Which rule carries WeCom's own classes: the one that does already, else the first of the right range."""
    carried: dict[int, tuple[int, ...]] = {}
    left = []
    for each in classes:
        fitting = [at for at, one in enumerate(bins) if one.range == (each.kind, each.stores)]
        if not fitting:
            left.append(LeftOut(each.entry_id, str(each.number), "", Reason.NO_CARRIER))
            continue
        at = next((at for at in fitting if _carries(known.get(bins[at].id or 0), each.number)), fitting[0])
        carried[at] = tuple(sorted({*carried.get(at, ()), each.number}))
    return carried, left


def _carries(rule: Known | None, number: int) -> bool:
    return rule is not None and rule.seen is not None and number in rule.seen.semantics


def _wanted(one: Bin, name: str, semantics: tuple[int, ...], everybody: Everybody) -> Wanted:
    return Wanted(
        id=one.id,
        name=name,
        kind=one.kind,
        category=one.category,
        stores=one.stores,
        words=tuple(sorted(word.text for word in one.words)),
        semantics=semantics,
        userids=() if one.stores else everybody.userids,
        departments=one.stores or everybody.departments,
    )


def _without_room(word: Word) -> LeftOut:
    return LeftOut(word.entry_id, word.text, word.category, Reason.NO_ROOM)


def _steps(wanted: Sequence[Wanted], known: Sequence[Known], others: int) -> tuple[Step, ...]:
    """What is deleted goes last, so that no word is unguarded meanwhile, unless its place is needed."""
    by_id = {rule.id: rule for rule in known}
    kept = {each.id for each in wanted}
    creations, updates = [], []
    for each in wanted:
        rule = by_id.get(each.id or 0)
        if rule is None or rule.seen is None:
            creations.append(Step("create", each.id, each.name, each, added=each.words))
        else:
            change = difference(each, rule.seen)
            if change is not None:
                updates.append(change)
    deletions = [_deletion(rule) for rule in known if rule.id not in kept]
    in_wecom = others + sum(1 for rule in known if rule.seen is not None)
    if in_wecom + len(creations) > MOST_RULES:
        return (*deletions, *updates, *creations)
    return (*updates, *creations, *deletions)


def difference(wanted: Wanted, seen: Seen) -> Step | None:
    """The update that makes a rule what it should be; None if it is."""
    added = tuple(sorted(set(wanted.words) - set(seen.words)))
    removed = tuple(sorted(set(seen.words) - set(wanted.words)))
    pairs = {
        "name": (wanted.name, seen.name),
        "kind": (wanted.kind, seen.kind),
        "semantics": (set(wanted.semantics), set(seen.semantics)),
        "range": ((set(wanted.userids), set(wanted.departments)), (set(seen.userids), set(seen.departments))),
    }
    changes = tuple(name for name, (ours, theirs) in pairs.items() if ours != theirs)
    if not (added or removed or changes):
        return None
    return Step("update", wanted.id, wanted.name, wanted, added, removed, changes)


def _deletion(rule: Known) -> Step:
    return Step("delete", rule.id, rule.name, None, removed=rule.seen.words if rule.seen else ())
