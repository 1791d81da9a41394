"""Who may do what with a proposal in which state. Pure: asked by the actions, and shown on the page."""

from dataclasses import dataclass
from typing import Literal

from app.compliance.models import Proposal, ProposalKind, ProposalState
from app.errors import Conflict, Forbidden
from app.viewer import Role, Viewer

Act = Literal["approve", "reject", "withdraw", "confirm"]
ACTS: tuple[Act, ...] = ("approve", "reject", "withdraw", "confirm")

MAY_EDIT = frozenset({Role.COMPLIANCE})
MAY_DECIDE = frozenset({Role.COMPLIANCE, Role.ADMIN})
"""An administrator, too: so there is a second person in a shop with one who keeps the words."""

STATE_NAMES = {
    ProposalState.SUBMITTED: "待审批",
    ProposalState.PUBLISHED: "已发布",
    ProposalState.REJECTED: "已退回",
    ProposalState.WITHDRAWN: "已撤回",
    ProposalState.VOIDED: "已作废",
}


@dataclass(frozen=True)
class Obstacle:
    """
    :param is_lasting: the viewer may not do it in whatever state.
    """

    sentence: str
    is_lasting: bool


def require(act: Act, proposal: Proposal, viewer: Viewer) -> None:
    """
    :raises Forbidden: if the viewer may never do this with it.
    :raises Conflict: if its state does not allow it.
    """
    found = obstacle(act, proposal, viewer)
    if found is not None:
        raise Forbidden(found.sentence) if found.is_lasting else Conflict(found.sentence, code="wrong_state")


def obstacle(act: Act, proposal: Proposal, viewer: Viewer) -> Obstacle | None:
    """What keeps `viewer` from doing this; None if nothing does."""
    if act == "withdraw":
        if not viewer.has(*MAY_EDIT):
            return Obstacle("只有合规管理员可以撤回。", is_lasting=True)
    elif not viewer.has(*MAY_DECIDE):
        return Obstacle("审批要由合规管理员或系统管理员来做。", is_lasting=True)
    elif viewer.member_id in proposal.written_by:
        return Obstacle("你参与写了这次改动，不能审批自己的改动，要由另一个人来做。", is_lasting=True)
    if act == "confirm":
        is_open = proposal.kind == ProposalKind.URGENT and proposal.decided_by_id is None
        return None if is_open else Obstacle("这次发布已经有人确认过。", is_lasting=False)
    if proposal.state != ProposalState.SUBMITTED:
        why = proposal.comment if proposal.state == ProposalState.VOIDED else ""
        name = STATE_NAMES[ProposalState(proposal.state)]
        return Obstacle(f"这份提交现在是「{name}」，不能这样做。{why}", is_lasting=False)
    return None
