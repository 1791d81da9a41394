"""
Which words of a list WeCom's plain substring match can stand for, and why the others cannot. Pure: no session, no
clock. WeCom knows no exceptions and no word boundaries, so a word that needs them would stop harmless texts there.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.compliance.places import CHANNEL, ROLE, STORE
from app.interception.boundaries import meets_by_chance
from app.viewer import Role
from app.wecom.calls.intercept_rules import LONGEST_WORD, MOBILE, WARN, WARN_AND_BLOCK
from sensitive_words import Action, Entry, Mode
from sensitive_words.variants import phrases


class Reason(StrEnum):
    EXCEPTIONS = "exceptions"
    NEAR = "near"
    NEGATION = "negation"
    BOUNDARY = "boundary"
    PATTERN = "pattern"
    RECORD_ONLY = "record_only"
    CHANNEL = "channel"
    WHO = "who"
    STORE_GONE = "store_gone"
    TOO_LONG = "too_long"
    REFUSED = "refused"
    NO_ROOM = "no_room"
    NO_CARRIER = "no_carrier"


ACCEPTABLE = (Reason.NEGATION, Reason.EXCEPTIONS, Reason.NEAR, Reason.BOUNDARY)
"""Risks of a false alarm. A person may accept one: then the word warns, whatever its action, and never blocks."""

ACCEPTED_AT_FIRST = (Reason.NEGATION,)
"""
What a new installation takes on itself. Measured on the corpus, see tests/app/interception/test_fitting.py: with
these words WeCom notices three times as many violations, and warns of three tricky sentences in a hundred more.
"""

WEIGHTS = {
    "industry": 6,
    "advertising": 5,
    "superstition_politics": 4,
    "insult": 3,
    "rude": 2,
    "competitor": 1,
}
"""What goes first when it does not all fit: the law before manners."""
OWN_CATEGORY = 5
"""A category of the shop's own goes with the law."""

CHAT = "sidebar"
"""WeCom's rules act on what members write to customers."""

EVERYBODYS_ROLE = Role.GUIDE.value
"""Every member has it, so a word for guides is one for all."""

BUILT_IN_CLASSES = {"phone": MOBILE}
"""Rules of ours that one of WeCom's own classes stands for."""


@dataclass(frozen=True, slots=True)
class Word:
    """
    :param stores: departments it holds for; empty: everybody.
    :param rank: the larger, the more it matters; the forms of one entry share it.
    """

    text: str
    kind: int
    category: str
    stores: tuple[int, ...]
    rank: tuple[int, ...]
    entry_id: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """
    :param word: the form that cannot go; an entry has several.
    :param detail: for instance the exception that WeCom would not know.
    """

    entry_id: str
    word: str
    category: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class WeComClass:
    """One of WeCom's own classes (`semantics_list`), to be carried by a rule of this kind and range."""

    number: int
    kind: int
    stores: tuple[int, ...]
    entry_id: str = ""


@dataclass(frozen=True)
class Fitted:
    words: tuple[Word, ...]
    left_out: tuple[LeftOut, ...]
    classes: tuple[WeComClass, ...]


@dataclass(frozen=True)
class Circumstances:
    """
    :param hits: of the last 30 days, by entry id.
    :param stores: departments that exist.
    :param refused: words that WeCom has refused.
    """

    on: date
    hits: Mapping[str, int]
    stores: Collection[int]
    refused: Collection[str]
    accepted: Collection[str] = ()
    chosen_classes: Collection[int] = ()


def fit(entries: Iterable[Entry], now: Circumstances) -> Fitted:
    """Every form of every entry that counts on that day, either as a word or as left out."""
    words: dict[tuple[str, tuple[int, ...]], Word] = {}
    left_out: list[LeftOut] = []
    classes: dict[tuple[int, tuple[int, ...]], WeComClass] = {
        (number, ()): WeComClass(number, WARN_AND_BLOCK, ()) for number in sorted(now.chosen_classes)
    }
    for place, entry in enumerate(entries):
        if not entry.applies(None, now.on):
            continue
        whole = _never_fits(entry, now)
        if whole is not None:
            left_out.append(whole)
            continue
        stores = _stores(entry, now)
        if entry.kind == "rule":
            number = BUILT_IN_CLASSES[entry.text]
            classes.setdefault((number, stores), WeComClass(number, _kind(entry.action), stores, entry.id))
            continue
        for form, outcome in _outcomes(entry, now):
            if isinstance(outcome, LeftOut):
                left_out.append(outcome)
                continue
            word = Word(form, outcome, entry.category, stores, _rank(entry, outcome, now, place), entry.id)
            known = words.get((form, stores))
            if known is None or word.rank > known.rank:
                words[form, stores] = word
    kept = [word for word in words.values() if not _covered(word, words)]
    kept.sort(key=lambda word: (word.rank, word.text), reverse=True)
    return Fitted(tuple(kept), tuple(left_out), tuple(classes.values()))


def _outcomes(entry: Entry, now: Circumstances) -> Iterator[tuple[str, int | LeftOut]]:
    """
    Every form of the entry with the kind of rule it goes into, or why it stays behind.

    A phrase in which the word is meant after all goes where the bare word may not: a person judged that it is no
    harmless one, boundaries included. One that cannot go is not listed: the word in it is.
    """
    harmless, went = _harmless(entry), dict[str, int]()
    for form in dict.fromkeys(" ".join(form.split()) for form in (entry.text, *entry.aliases)):
        problem = _problem(entry, form, harmless, now) or _boundary(entry, form) or _negation(entry, form)
        went[form] = _accepted_as(entry, problem, now)
        yield form, (went[form] or problem) if problem else went[form]
    for phrase in dict.fromkeys(each for pattern in entry.counter_exceptions for each in phrases(pattern)):
        inside = [form for form in went if form in phrase]
        kind = _accepted_as(entry, _problem(entry, phrase, harmless, now) or _negation(entry, phrase), now)
        if kind and inside and not any(went[form] and went[form] <= kind for form in inside):
            yield phrase, kind


def _accepted_as(entry: Entry, problem: LeftOut | None, now: Circumstances) -> int:
    """The kind of rule that a form goes into in spite of that problem; 0: none."""
    if problem is None:
        return _kind(_by_itself(entry))
    return WARN if problem.reason in ACCEPTABLE and problem.reason in now.accepted else 0


def _never_fits(entry: Entry, now: Circumstances) -> LeftOut | None:
    def because(reason: Reason, detail: str = "") -> LeftOut:
        return LeftOut(entry.id, entry.text, entry.category, reason, detail)

    if entry.action.severity <= Action.RECORD.severity:
        return because(Reason.RECORD_ONLY)
    if entry.scope.get(CHANNEL) and CHAT not in entry.scope[CHANNEL]:
        return because(Reason.CHANNEL)
    if entry.scope.get(ROLE) and EVERYBODYS_ROLE not in entry.scope[ROLE]:
        return because(Reason.WHO)
    if entry.scope.get(STORE) and not _stores(entry, now):
        return because(Reason.STORE_GONE, "、".join(entry.scope[STORE]))
    if entry.kind == "rule" and (entry.text not in BUILT_IN_CLASSES or entry.exceptions or entry.near):
        return because(Reason.PATTERN)
    return None


def _problem(entry: Entry, form: str, harmless: str, now: Circumstances) -> LeftOut | None:
    """
    Why this form cannot go, boundaries and negations apart; what no person can accept comes first.

    :param harmless: see `_harmless`.
    """

    def because(reason: Reason, detail: str = "") -> LeftOut:
        return LeftOut(entry.id, form, entry.category, reason, detail)

    if len(form) > LONGEST_WORD:
        return because(Reason.TOO_LONG, f"{len(form)} 个字")
    if form in now.refused:
        return because(Reason.REFUSED)
    if entry.near and entry.far_action.severity <= Action.RECORD.severity:
        return because(Reason.NEAR, "、".join(entry.near[:5]))
    if form in harmless:
        return because(Reason.EXCEPTIONS, next(line for line in harmless.split("\n") if form in line))
    return None


def _boundary(entry: Entry, form: str) -> LeftOut | None:
    if entry.mode in (Mode.WORD, Mode.CLAUSE) or (entry.mode is Mode.SEGMENT and meets_by_chance(form)):
        return LeftOut(entry.id, form, entry.category, Reason.BOUNDARY)
    return None


def _negation(entry: Entry, form: str) -> LeftOut | None:
    return LeftOut(entry.id, form, entry.category, Reason.NEGATION) if entry.negation else None


def _harmless(entry: Entry) -> str:
    """All texts that the entry lets go, one a line: as one text a form is looked for in them at once."""
    phrased = (phrase for pattern in entry.exceptions for phrase in phrases(pattern))
    return "\n".join((*phrased, *entry.must_not_hit))


def _by_itself(entry: Entry) -> Action:
    """What happens to the word without any of the words that may stand near it."""
    return min(entry.action, entry.far_action, key=lambda each: each.severity) if entry.near else entry.action


def _kind(action: Action) -> int:
    """A replacement may leave only in its new wording, which WeCom cannot offer: it warns."""
    return WARN_AND_BLOCK if action is Action.BLOCK else WARN


def _stores(entry: Entry, now: Circumstances) -> tuple[int, ...]:
    named = (int(each) for each in entry.scope.get(STORE, ()) if each.isdecimal())
    return tuple(sorted(each for each in set(named) if each in now.stores))


def _rank(entry: Entry, kind: int, now: Circumstances, place: int) -> tuple[int, ...]:
    """Block before warn, then the category, then the hits of 30 days, then the newest."""
    newest = int(entry.id) if entry.id.isdecimal() else place
    weight = WEIGHTS.get(entry.category, OWN_CATEGORY)
    return (-kind, weight, now.hits.get(entry.id, 0), newest, place)


def _covered(word: Word, words: Mapping[tuple[str, tuple[int, ...]], Word]) -> bool:
    """A word for some stores that everybody has at least as strictly."""
    general = words.get((word.text, ())) if word.stores else None
    return general is not None and general.kind <= word.kind
