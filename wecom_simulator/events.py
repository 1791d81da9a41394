"""The plaintext XML of every callback, in the tag order of https://developer.work.weixin.qq.com/document/path/92130."""

from __future__ import annotations

from collections.abc import Iterable

Value = str | int | list[str] | None
Tail = Iterable[tuple[str, Value]]


def _cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _tag(name: str, value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    if isinstance(value, list):
        items = "".join(f"<Item>{_cdata(each)}</Item>" for each in value)
        return f"<{name}>{items}</{name}>"
    return f"<{name}>{_cdata(value)}</{name}>"


def _xml(fields: Tail) -> str:
    return "<xml>" + "".join(_tag(name, value) for name, value in fields) + "</xml>"


def _event(corp_id: str, at: int, event: str, tail: Tail, sender: str = "sys") -> str:
    head: list[tuple[str, Value]] = [
        ("ToUserName", corp_id),
        ("FromUserName", sender),
        ("CreateTime", at),
        ("MsgType", "event"),
        ("Event", event),
    ]
    return _xml([*head, *tail])


def external_contact(
    corp_id: str,
    at: int,
    change: str,
    userid: str,
    external_userid: str,
    *,
    state: str | None = None,
    welcome_code: str | None = None,
    source: str | None = None,
) -> str:
    tail: Tail = [
        ("ChangeType", change),
        ("UserID", userid),
        ("ExternalUserID", external_userid),
        ("State", state),
        ("WelcomeCode", welcome_code),
        ("Source", source),
    ]
    return _event(corp_id, at, "change_external_contact", tail)


def external_chat(corp_id: str, at: int, chat_id: str, change: str, details: Tail = ()) -> str:
    """ChatId stands before ChangeType here, unlike everywhere else."""
    tail = [("ChatId", chat_id), ("ChangeType", change), *details]
    return _event(corp_id, at, "change_external_chat", tail)


def external_tag(corp_id: str, at: int, change: str, tag_id: str, tag_type: str | None) -> str:
    """shuffle names no TagType."""
    tail: Tail = [("Id", tag_id), ("TagType", tag_type), ("ChangeType", change)]
    return _event(corp_id, at, "change_external_tag", tail)


def contact(corp_id: str, at: int, change: str, details: Tail) -> str:
    """change_contact: lists are comma strings, ChangeType has no CDATA."""
    text = _event(corp_id, at, "change_contact", [("ChangeType", "CHANGE"), *details])
    return text.replace("<ChangeType><![CDATA[CHANGE]]></ChangeType>", f"<ChangeType>{change}</ChangeType>", 1)


def app_event(corp_id: str, at: int, userid: str, event: str, event_key: str, agent_id: str) -> str:
    """enter_agent, click, view: come from a member, not from sys."""
    tail: Tail = [("EventKey", event_key), ("AgentID", int(agent_id))]
    return _event(corp_id, at, event, tail, sender=userid)


def app_text(corp_id: str, at: int, userid: str, text: str, msgid: int, agent_id: str) -> str:
    """https://developer.work.weixin.qq.com/document/path/90239"""
    return _xml(
        [
            ("ToUserName", corp_id),
            ("FromUserName", userid),
            ("CreateTime", at),
            ("MsgType", "text"),
            ("Content", text),
            ("MsgId", msgid),
            ("AgentID", int(agent_id)),
        ]
    )
