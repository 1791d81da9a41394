"""Where one text stands on its way into a chat, and what a report may make of that. Pure."""

from collections.abc import Collection

from app.outbound.models import IntentState as S

_REPORTED = {S.HANDING, S.HANDED, S.CANCELLED, S.REFUSED, S.UNKNOWN}

ALLOWED: dict[S, set[S]] = {
    S.CHECKED: _REPORTED,
    S.HANDING: _REPORTED - {S.HANDING},
    # WeCom's late answer, or the guide's look into the chat, corrects what was not known.
    S.UNKNOWN: {S.HANDED, S.CANCELLED, S.REFUSED},
    S.HANDED: set(),
    S.CANCELLED: set(),
    S.REFUSED: set(),
}

_LATE = {S.HANDING, S.UNKNOWN}
"""Reports that say less than is known already: they were on their way while a better one arrived."""


def after(state: S, outcome: S) -> S | None:
    """
    :returns: the state that the report leads to, which may be the same; None if it contradicts what is known.
    """
    if outcome in ALLOWED[state]:
        return outcome
    return state if outcome == state or outcome in _LATE else None


def whole(parts: Collection[S]) -> S:
    """The state of an intent of several parts: what still needs somebody's eye comes first."""
    for state in (S.UNKNOWN, S.REFUSED, S.HANDING, S.CANCELLED):
        if state in parts:
            return state
    if all(state == S.HANDED for state in parts):
        return S.HANDED
    return S.HANDING if S.HANDED in parts else S.CHECKED
