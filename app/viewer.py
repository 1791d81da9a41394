"""Who is asking: a value made at sign-in, the first thing that every read for a person starts from."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    GUIDE = "guide"
    STORE_MANAGER = "store_manager"
    COMPLIANCE = "compliance"
    OPERATOR = "operator"
    ADMIN = "admin"


EVERY_ROLE = frozenset(Role)
HEAD_OFFICE = frozenset({Role.COMPLIANCE, Role.OPERATOR, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Viewer:
    """
    :param member_id: primary key of the member in our database.
    :param userid: the member's WeCom userid, lower case.
    :param store_ids: departments whose people and customers the viewer may see: a store manager's
        own store tree; empty for a guide, who sees their own customers only.
    :param sees_all_stores: head office: every store.
    """

    member_id: int
    userid: str
    name: str
    roles: frozenset[Role]
    store_ids: frozenset[int]
    sees_all_stores: bool = False

    def has(self, *roles: Role) -> bool:
        """Whether the viewer holds at least one of `roles`."""
        return not self.roles.isdisjoint(roles)
