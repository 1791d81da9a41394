"""
From where a stored text leaves, as far as that is known.

What is not known does not exempt: an entry for some stores counts, and the finding says that it was assumed.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.compliance.places import CHANNEL, ROLE, STORE
from app.replays.texts import Stored
from app.staff.models import Department
from app.staff.queries import branch_of, member_by_userid, viewer_for
from sensitive_words import Lexicon, Where

Place = dict[str, str | frozenset[str]]


class Places:
    """Looks people and departments up once for a batch; not at all, where no entry asks for them."""

    def __init__(self, session: Session, *lexicons: Lexicon) -> None:
        self._session = session
        self._asks = any(not {STORE, ROLE}.isdisjoint(entry.scope) for each in lexicons for entry in each.entries)
        self._people: dict[str, Place] = {}
        self._parents: dict[int, int | None] | None = None

    def of(self, stored: Stored) -> Where:
        place: Place = {CHANNEL: stored.channel} if stored.channel else {}
        if not self._asks:
            return place
        if stored.sender:
            return {**place, **self._of_person(stored.sender)}
        if stored.departments:
            around = {each for top in stored.departments for each in self._above_and_below(top)}
            return {**place, STORE: frozenset(str(each) for each in around)}
        return place

    def _of_person(self, userid: str) -> Place:
        known = self._people.get(userid)
        if known is None:
            known = self._people[userid] = self._looked_up(userid)
        return known

    def _looked_up(self, userid: str) -> Place:
        member = member_by_userid(self._session, userid)
        if member is None:
            return {}
        roles = viewer_for(self._session, member).roles
        found: Place = {ROLE: frozenset(role.value for role in roles)}
        branch = branch_of(self._session, member.id)
        return {**found, STORE: frozenset(str(each) for each in branch)} if branch else found

    def _above_and_below(self, department: int) -> set[int]:
        """An entry for the region holds in the store; one for the store stops what the region sends there."""
        return {
            department,
            *self._above(department),
            *(each for each in self._tree() if department in self._above(each)),
        }

    def _above(self, department: int) -> list[int]:
        found: list[int] = []
        parent = self._tree().get(department)
        while parent is not None and parent not in found:
            found.append(parent)
            parent = self._tree().get(parent)
        return found

    def _tree(self) -> dict[int, int | None]:
        if self._parents is None:
            rows = self._session.execute(
                select(Department.id, Department.parent_id).where(Department.deleted_at.is_(None))
            )
            self._parents = {row.id: row.parent_id for row in rows}
        return self._parents
