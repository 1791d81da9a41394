"""Members confirm mass messages; until then WeCom sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wecom_simulator.rules.receive_cap import may_receive
from wecom_simulator.world import chats
from wecom_simulator.world.records import MassMessage, MassTask
from wecom_simulator.world.refusals import NotPossible

if TYPE_CHECKING:
    from wecom_simulator.world.world import World

SENT, NOT_A_FRIEND, HAD_ENOUGH = 1, 2, 3
"""status of get_groupmsg_send_result."""
TASK_SENT = 2
"""status of get_groupmsg_task: 0 or 2, never 1."""


def member_confirms_task(
    world: World, userid: str, msgid: str, chat_ids: list[str] | None = None
) -> dict[str, Any]:
    """成员在「群发助手」里确认发送；群发到群且允许自选时用 chat_ids 选群。"""
    with world.changing() as state:
        message = state.mass_messages.get(msgid)
        if message is None or userid not in message.tasks:
            raise NotPossible("这位成员没有这条群发任务")
        task = message.tasks[userid]
        if message.cancelled:
            raise NotPossible("这条群发已被停止")
        if task.status == TASK_SENT:
            raise NotPossible("这条群发已经确认过了")
        if chat_ids is not None:
            task.receivers = _picked(world, message, task, chat_ids)
        task.status, task.sent_at = TASK_SENT, world.clock.seconds()
        for receiver in task.receivers:
            task.results[receiver] = _deliver(world, message, userid, receiver)
        sent = sum(1 for result in task.results.values() if result == SENT)
        return {"sent": sent, "failed": len(task.receivers) - sent}


def _picked(world: World, message: MassMessage, task: MassTask, chat_ids: list[str]) -> list[str]:
    if message.chat_type != "group":
        raise NotPossible("只有发到客户群的任务可以选群")
    owned = {each.chat_id for each in world.state.groups.values() if each.owner == task.userid}
    allowed = owned if message.allow_select or not task.receivers else owned & set(task.receivers)
    if not set(chat_ids) <= allowed:
        raise NotPossible("选择的群里有不属于这位成员、或不能选的群")
    return list(chat_ids)


def _deliver(world: World, message: MassMessage, userid: str, receiver: str) -> int:
    received = world.state.received_mass_messages.setdefault(receiver, [])
    now = world.clock.now()
    if message.chat_type == "single":
        customer = world.state.customers.get(receiver)
        follow = customer.follows.get(userid) if customer else None
        if follow is None or follow.deleted_by_customer or follow.half:
            return NOT_A_FRIEND
        chat = chats.single_chat(userid, receiver)
    else:
        group = world.state.groups.get(receiver)
        if group is None or group.dismissed:
            return NOT_A_FRIEND
        chat = chats.group_chat(receiver)
    if not may_receive(received, now, world.switches.mass_message_cap):
        return HAD_ENOUGH
    received.append(now)
    del received[:-40]
    chats.say_template(world, chat, userid, "mass_message", message.text, message.attachments)
    return SENT
