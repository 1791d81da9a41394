"""How people, chats, bubbles and the callback line look in the control API's JSON."""

from __future__ import annotations

from typing import Any

from wecom_simulator.callbacks import Callbacks, Delivery
from wecom_simulator.world import World
from wecom_simulator.world.records import Customer, Follow, Member, Message

Row = dict[str, Any]

KIND_NAMES = {
    "image": "图片",
    "link": "链接",
    "news": "链接",
    "miniprogram": "小程序",
    "video": "视频",
    "file": "文件",
    "voice": "语音",
    "textcard": "卡片",
    "template_card": "卡片",
    "markdown": "消息",
}


def avatar(person_id: str) -> str:
    return f"/simulator/avatar/{person_id}.svg"


def member_row(world: World, member: Member) -> Row:
    return {
        "userid": member.userid,
        "name": member.name,
        "position": member.position,
        "departments": member.departments,
        "department_names": [world.state.departments[each].name for each in member.departments],
        "is_leader": bool(member.leads),
        "avatar": avatar(member.userid),
        "customer_contact": member.customer_contact,
        "status": member.status,
    }


def customer_row(world: World, customer: Customer) -> Row:
    return {
        "external_userid": customer.external_userid,
        "name": customer.name,
        "avatar": avatar(customer.external_userid),
        "gender": customer.gender,
        "type": customer.type,
        "followers": [_follower(world, each) for each in customer.follows.values()],
    }


def _follower(world: World, follow: Follow) -> Row:
    found = [world.tag(each) for each in follow.tags]
    return {
        "userid": follow.userid,
        "remark": follow.remark,
        "description": follow.description,
        "remark_mobiles": follow.remark_mobiles,
        "tags": [{"id": pair[1].id, "name": pair[1].name, "group_name": pair[0].name} for pair in found if pair],
        "state": follow.state,
        "add_way": follow.add_way,
        "createtime": follow.createtime,
        "friend": not follow.deleted_by_customer,
        "half": follow.half,
    }


def chat_row(world: World, member: Member, chat: str) -> Row:
    """One line of the guide's chat list."""
    kind, _, rest = chat.partition(":")
    row: Row = {"chat": chat, "kind": kind, "external_userid": None, "chat_id": None, "friend": True, "since": 0}
    if kind == "single":
        customer = world.state.customers[rest.partition(":")[2]]
        follow = customer.follows[member.userid]
        row |= {"name": follow.remark or customer.name, "avatar": avatar(customer.external_userid)}
        row |= {"external_userid": customer.external_userid, "friend": not follow.deleted_by_customer}
        row["since"] = follow.last_chat_at
    elif kind == "group":
        group = world.state.groups[rest]
        row |= {"name": f"{group.name}（{len(group.members)}）", "avatar": avatar(group.chat_id)}
        row |= {"chat_id": group.chat_id, "since": group.create_time}
    else:
        row |= {"name": world.application().name, "avatar": avatar("app")}
    bubbles = world.state.chats.get(chat, [])
    read = world.state.read_up_to.get(f"{member.userid} {chat}", 0)
    mine = ("typed", "sidebar", "system")
    unread = [e for e in bubbles if e.id > read and not (e.sender == member.userid and e.origin in mine)]
    row["last"] = {"text": one_line(bubbles[-1]), "at": bubbles[-1].at} if bubbles else None
    row["unread"] = len(unread)
    return row


def message_row(world: World, message: Message) -> Row:
    member, customer = world.member(message.sender), world.state.customers.get(message.sender)
    name = member.name if member else customer.name if customer else ""
    return {
        "id": message.id,
        "chat": message.chat,
        "from": message.sender_kind,
        "sender": message.sender,
        "sender_name": world.application().name if message.sender_kind == "app" else name,
        "avatar": avatar("app" if message.sender_kind == "app" else message.sender),
        "msgtype": message.msgtype,
        "content": message.content,
        "text": one_line(message),
        "at": message.at,
        "origin": message.origin,
        "recalled": message.recalled,
    }


def one_line(message: Message) -> str:
    if message.recalled:
        return "消息已撤回"
    words = message.content.get("content") or message.content.get("title") or ""
    kind = KIND_NAMES.get(message.msgtype)
    return str(words) if kind is None or message.msgtype == "markdown" else f"[{kind}]{words}"


class CallbackLine:
    """The callback sender's switches and its deliveries."""

    SWITCHES = (
        "automatic",
        "lose",
        "duplicate",
        "reorder",
        "delay",
        "retry_on_non_200",
        "retry_interval",
    )

    def __init__(self, callbacks: Callbacks) -> None:
        self.callbacks = callbacks

    def as_json(self) -> Row:
        line = {name: getattr(self.callbacks, name) for name in self.SWITCHES}
        return {
            "url": self.callbacks.url,
            "configured": self.callbacks.configured,
            "verified": self.callbacks.verified,
            "pending": self.callbacks.pending,
            **line,
        }

    def deliveries(self, most: int) -> list[Row]:
        newest = list(self.callbacks.sent)[-most:][::-1]
        return [self._delivery(each) for each in newest]

    def change(self, values: dict[str, Any]) -> None:
        """:raises ValueError: in Chinese; then nothing is changed."""
        for name, value in values.items():
            if name not in self.SWITCHES:
                raise ValueError(f"没有名为 {name} 的回调开关")
            flag = isinstance(getattr(self.callbacks, name), bool)
            if flag != isinstance(value, bool) or not isinstance(value, (bool, int, float)):
                raise ValueError(f"回调开关 {name} 的值类型不对")
            if name in ("lose", "duplicate") and not 0 <= value <= 1:
                raise ValueError(f"{name} 是 0 到 1 之间的比例")
            if name in ("delay", "retry_interval") and not 0 <= value <= 3600:
                raise ValueError(f"{name} 是 0 到 3600 之间的秒数")
        for name, value in values.items():
            setattr(self.callbacks, name, value)
        self.callbacks.wake()

    @staticmethod
    def _delivery(delivery: Delivery) -> Row:
        return {
            "id": delivery.id,
            "event": delivery.event,
            "plaintext": delivery.plaintext,
            "created_at": delivery.created_at,
            "state": delivery.state,
            "attempts": [
                {"at": each.at, "status": each.status, "error": each.error, "seconds": each.seconds}
                for each in delivery.attempts
            ],
        }
