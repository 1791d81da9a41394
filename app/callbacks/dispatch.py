"""Which event becomes which jobs. Handlers re-read from WeCom: an event is a hint, except for the codes in it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app import clock
from app.wecom.events import Event

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Work:
    """
    :param order_key: rows about the same thing run one after the other.
    """

    job: str
    args: Arguments
    order_key: str | None = None


Rule = Callable[[Event], list[Work]]


def work_for(event: Event) -> list[Work]:
    """The jobs an event asks for; an unknown event is one job that only counts it."""
    rule = RULES.get(event.name) or RULES.get(f"{event.kind}.*") or _unknown
    return rule(event)


def _happened_at(event: Event) -> str:
    return (event.created_at or clock.now()).isoformat()


def _contact(event: Event) -> Arguments:
    return {"userid": event.text("UserID").lower(), "external_user_id": event.text("ExternalUserID")}


def _about(event: Event) -> str:
    return f"contact:{event.text('ExternalUserID')}"


def _contact_added(event: Event) -> list[Work]:
    known = _contact(event) | {"state": event.text("State"), "happened_at": _happened_at(event)}
    work = [Work("customers.contact_added", known, _about(event))]
    if code := event.text("WelcomeCode"):
        # First, and waiting for nothing: the code dies after 20 s.
        work.insert(0, Work("acquisition.welcome", known | {"welcome_code": code}))
    return work


def _contact_changed(event: Event) -> list[Work]:
    return [Work("customers.contact_changed", _contact(event), _about(event))]


def _contact_removed(event: Event) -> list[Work]:
    by = "customer" if event.change == "del_follow_user" else "member"
    if event.text("Source") == "DELETE_BY_TRANSFER":
        by = "transfer"
    args = _contact(event) | {"by": by, "happened_at": _happened_at(event)}
    return [Work("customers.contact_removed", args, _about(event))]


def _group_changed(event: Event) -> list[Work]:
    chat_id, detail = event.text("ChatId"), event.text("UpdateDetail")
    args = {
        "chat_id": chat_id,
        "change": f"{event.change}.{detail}" if detail else event.change,
        "member_version": event.text("CurMemVer"),
    }
    return [Work("groups.changed", args, f"group:{chat_id}")]


def _tag_changed(event: Event) -> list[Work]:
    wecom_id = event.text("Id")
    args = {"wecom_id": wecom_id, "tag_type": event.text("TagType"), "change": event.change}
    return [Work("tags.changed", args, f"tag:{wecom_id}")]


def _member_changed(event: Event) -> list[Work]:
    userid = event.text("UserID").lower()
    args = {"userid": userid, "change": event.change, "new_userid": event.text("NewUserID").lower()}
    return [Work("staff.member_changed", args, f"member:{userid}")]


def _department_changed(event: Event) -> list[Work]:
    department_id = event.number("Id")
    return [
        Work(
            "staff.department_changed",
            {"department_id": department_id, "change": event.change},
            f"department:{department_id}",
        )
    ]


def _message(event: Event) -> list[Work]:
    args = {
        "userid": event.sender,
        "message_id": event.text("MsgId"),
        "kind": event.kind,
        "text": event.text("Content"),
        "happened_at": _happened_at(event),
    }
    return [Work("chatbot.answer", args, f"chat:{event.sender}")]


def _entered(event: Event) -> list[Work]:
    return [Work("chatbot.entered", {"userid": event.sender, "happened_at": _happened_at(event)})]


def _nothing(_event: Event) -> list[Work]:
    return []


def _unknown(event: Event) -> list[Work]:
    return [Work("callbacks.unknown", {"event": event.name[:200]})]


RULES: dict[str, Rule] = {
    "change_external_contact.add_external_contact": _contact_added,
    "change_external_contact.add_half_external_contact": _contact_added,
    "change_external_contact.edit_external_contact": _contact_changed,
    "change_external_contact.transfer_fail": _contact_changed,
    "change_external_contact.del_external_contact": _contact_removed,
    "change_external_contact.del_follow_user": _contact_removed,
    "change_external_chat.*": _group_changed,
    "change_external_tag.*": _tag_changed,
    "change_contact.create_user": _member_changed,
    "change_contact.update_user": _member_changed,
    "change_contact.delete_user": _member_changed,
    "change_contact.create_party": _department_changed,
    "change_contact.update_party": _department_changed,
    "change_contact.delete_party": _department_changed,
    "message.text": _message,
    "message.image": _message,
    "message.voice": _message,
    "message.video": _message,
    "message.location": _message,
    "message.link": _message,
    "enter_agent": _entered,
    "subscribe": _entered,
    "unsubscribe": _nothing,
    "click": _nothing,
    "view": _nothing,
}
"""An exact name wins over `kind.*`. Where nothing is to be done, nothing is stored."""
