"""Where a text comes from, as far as entries ask: one may hold in some channels, stores or roles only."""

from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from app.staff.queries import branch_of
from app.viewer import Viewer
from sensitive_words import Lexicon, Where

CHANNEL, STORE, ROLE = "channel", "store", "role"
"""
The keys of an entry's `scope`. A store is its department's number, and one further up the tree holds for all
stores below it; roles are those of `app.viewer`.
"""

_scoped: WeakKeyDictionary[Lexicon, bool] = WeakKeyDictionary()


def place_of(session: Session | None, lexicon: Lexicon, *, channel: str, by: Viewer | None) -> Where:
    """
    What is not told does not exempt: without `by`, or without a session to ask for the stores, an entry for some
    stores or roles holds.
    """
    place: dict[str, str | frozenset[str]] = {CHANNEL: channel} if channel else {}
    if by is None or not _asks_for_people(lexicon):
        return place
    place[ROLE] = frozenset(role.value for role in by.roles)
    if session is not None:
        branch = _branch(session, by.member_id)
        if branch:
            place[STORE] = branch
    return place


def _branch(session: Session, member_id: int) -> frozenset[str]:
    """Once for a transaction: a page may check a hundred texts for the same person."""
    known: dict[int, frozenset[str]] = session.info.setdefault("branches", {})
    if member_id not in known:
        known[member_id] = frozenset(str(each) for each in branch_of(session, member_id))
    return known[member_id]


def _asks_for_people(lexicon: Lexicon) -> bool:
    """Whether any entry is for some stores or roles. Most lists have none: then nobody's stores are looked up."""
    known = _scoped.get(lexicon)
    if known is None:
        known = any(not {STORE, ROLE}.isdisjoint(entry.scope) for entry in lexicon.entries)
        _scoped[lexicon] = known
    return known
