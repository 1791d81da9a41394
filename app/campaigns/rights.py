"""Who may do what with a mass message in which state. Pure: asked by the actions, and shown on the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NoReturn

from app.campaigns.models import MassMessage, MessageState
from app.errors import Conflict, Forbidden
from app.viewer import Role, Viewer

Act = Literal["edit", "delete", "submit", "approve", "reject", "cancel", "remind", "decide"]
ACTS: tuple[Act, ...] = ("edit", "delete", "submit", "approve", "reject", "cancel", "remind", "decide")

MAY_WRITE = frozenset({Role.STORE_MANAGER, Role.OPERATOR, Role.ADMIN})
MAY_APPROVE = frozenset({Role.OPERATOR, Role.COMPLIANCE, Role.ADMIN})
HEAD_OFFICE_SENDS = frozenset({Role.OPERATOR, Role.ADMIN})

_BEFORE_SENDING = frozenset(
    {
        MessageState.DRAFT,
        MessageState.REJECTED,
        MessageState.PENDING_APPROVAL,
        MessageState.APPROVED,
        MessageState.SCHEDULED,
    }
)
_ALLOWED_IN: Mapping[Act, frozenset[MessageState]] = {
    "edit": _BEFORE_SENDING,
    "delete": frozenset({MessageState.DRAFT, MessageState.REJECTED}),
    "submit": frozenset({MessageState.DRAFT, MessageState.REJECTED}),
    "approve": frozenset({MessageState.PENDING_APPROVAL}),
    "reject": frozenset({MessageState.PENDING_APPROVAL}),
    "cancel": frozenset(
        {MessageState.PENDING_APPROVAL, MessageState.APPROVED, MessageState.SCHEDULED, MessageState.SENDING}
    ),
    "remind": frozenset({MessageState.SENDING}),
    "decide": frozenset({MessageState.SENDING, MessageState.CANCELLED}),
}
STATE_NAMES = {
    MessageState.DRAFT: "草稿",
    MessageState.PENDING_APPROVAL: "待审批",
    MessageState.APPROVED: "已批准",
    MessageState.SCHEDULED: "已排期",
    MessageState.SENDING: "发送中",
    MessageState.DONE: "已完成",
    MessageState.CANCELLED: "已取消",
    MessageState.REJECTED: "已退回",
}


@dataclass(frozen=True)
class Obstacle:
    """
    :param is_lasting: the viewer may not do it in whatever state.
    """

    sentence: str
    is_lasting: bool

    def refuse(self) -> NoReturn:
        raise Forbidden(self.sentence) if self.is_lasting else Conflict(self.sentence, code="wrong_state")


def obstacle(act: Act, message: MassMessage, viewer: Viewer) -> Obstacle | None:
    """What keeps `viewer`, who can see the message, from doing this; None if nothing does."""
    if act in ("approve", "reject"):
        if not viewer.has(*MAY_APPROVE):
            return Obstacle("审批要由运营、合规管理员或系统管理员来做。", is_lasting=True)
        if viewer.member_id in message.written_by:
            return Obstacle("你参与写了这条群发，要由另一个人审批。", is_lasting=True)
    elif viewer.member_id != message.created_by_id and not viewer.has(*_others_for(act)):
        return Obstacle("只有创建人、运营或系统管理员可以这样做。", is_lasting=True)
    if message.state not in _ALLOWED_IN[act]:
        return Obstacle(f"这条群发现在是「{STATE_NAMES[message.state]}」，不能这样做。请刷新。", is_lasting=False)
    return None


def _others_for(act: Act) -> frozenset[Role]:
    if act == "remind":
        return MAY_WRITE
    # Whoever may stop words may also pull the brake.
    return HEAD_OFFICE_SENDS | {Role.COMPLIANCE} if act == "cancel" else HEAD_OFFICE_SENDS
