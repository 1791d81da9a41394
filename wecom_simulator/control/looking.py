"""What there is to see: people, chats, bubbles, contact ways, tasks."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from wecom_simulator.control import control
from wecom_simulator.control.arguments import fail, number, simulator
from wecom_simulator.control.shapes import CallbackLine, chat_row, customer_row, member_row, message_row
from wecom_simulator.world import World, chats
from wecom_simulator.world.records import MassMessage, MassTask, Member

SHOWN_MESSAGES = 200


@control.get("/state")
def state() -> ResponseReturnValue:
    running = simulator()
    world = running.world
    with world.lock:
        application = world.application()
        kinds = ("members", "customers", "groups", "contact_ways", "mass_messages", "intercept_rules")
        return {
            "corp": {"id": world.state.corp_id, "name": world.state.corp_name},
            "app": {"agent_id": application.agent_id, "name": application.name, "url": running.app_url},
            "clock": {"now": running.clock.now(), "offset": running.clock.offset},
            "revision": world.revision,
            "callbacks": CallbackLine(running.callbacks).as_json(),
            "counts": {kind: len(getattr(world.state, kind)) for kind in kinds},
        }


@control.get("/changes")
def changes() -> ResponseReturnValue:
    """Long poll."""
    revision = simulator().world.wait_for_change(number("since", 0, 2**62), number("wait", 20, 25))
    return {"revision": revision}


@control.get("/departments")
def departments() -> ResponseReturnValue:
    world = simulator().world
    with world.lock:
        rows = [
            {"id": each.id, "name": each.name, "parent_id": each.parent_id, "order": each.order}
            for each in world.state.departments.values()
        ]
    return {"departments": rows}


@control.get("/members")
def members() -> ResponseReturnValue:
    world = simulator().world
    with world.lock:
        return {"members": [member_row(world, each) for each in world.state.members.values()]}


@control.get("/customers")
def customers() -> ResponseReturnValue:
    world = simulator().world
    userid, wanted = request.args.get("userid", ""), request.args.get("q", "").strip()
    limit, offset = number("limit", 50, 500), number("offset", 0, 10**9)
    with world.lock:
        found = world.customers_of(_member(world, userid).userid) if userid else world.state.customers.values()
        matching = [
            each
            for each in found
            if not wanted
            or wanted in each.name
            or wanted in each.external_userid
            or any(wanted in follow.remark for follow in each.follows.values())
        ]
        rows = [customer_row(world, each) for each in matching[offset : offset + limit]]
        return {"total": len(matching), "customers": rows}


@control.get("/chats")
def chat_list() -> ResponseReturnValue:
    """The guide's chat list: customers, groups they are in, and the app; newest first."""
    world = simulator().world
    with world.lock:
        member = _member(world, request.args.get("userid", ""))
        keys = [chats.app_chat_of(member.userid)]
        keys += [chats.single_chat(member.userid, e.external_userid) for e in world.customers_of(member.userid)]
        keys += [
            chats.group_chat(group.chat_id)
            for group in world.state.groups.values()
            if not group.dismissed and any(each.id == member.userid for each in group.members)
        ]
        rows = [chat_row(world, member, each) for each in keys]
    rows.sort(key=lambda row: -(row["last"]["at"] if row["last"] else row["since"]))
    return {"chats": rows}


@control.get("/messages")
def messages() -> ResponseReturnValue:
    world = simulator().world
    chat, after = request.args.get("chat", ""), number("after", 0, 2**62)
    userid = request.args.get("userid", "")
    with world.lock:
        bubbles = world.state.chats.get(chat, [])
        shown = [each for each in bubbles if each.id > after][-SHOWN_MESSAGES:]
        last = bubbles[-1].id if bubbles else 0
        read = f"{userid} {chat}"
        if userid and last > world.state.read_up_to.get(read, 0):
            world.state.read_up_to[read] = last
            world.changed()
        return {"messages": [message_row(world, each) for each in shown]}


@control.get("/word-rules")
def word_rules() -> ResponseReturnValue:
    running = simulator()
    with running.world.lock:
        rows = [
            {
                "rule_id": each.rule_id,
                "name": each.rule_name,
                "words": each.words,
                "semantics": each.semantics,
                "blocks": each.intercept_type == 1,
                "users": each.users,
                "departments": each.departments,
                "by_app": each.agent_id != "",
            }
            for each in running.world.state.intercept_rules.values()
            if not each.deleted
        ]
    return {"word_rules": rows}


@control.get("/contact-ways")
def contact_ways() -> ResponseReturnValue:
    running = simulator()
    with running.world.lock:
        rows = [
            {
                "config_id": each.config_id,
                "qr_code": f"/simulator/qr/{each.config_id}.svg",
                "remark": each.remark,
                "state": each.state,
                "users": each.users,
                "skip_verify": each.skip_verify,
            }
            for each in running.world.state.contact_ways.values()
        ]
    return {"contact_ways": rows}


@control.get("/tasks")
def tasks() -> ResponseReturnValue:
    """What 群发助手 shows to a member, newest first."""
    world = simulator().world
    with world.lock:
        member = _member(world, request.args.get("userid", ""))
        found = [e for e in world.state.mass_messages.values() if member.userid in e.tasks]
        found.sort(key=lambda each: -each.create_time)
        return {"tasks": [_task(world, each, each.tasks[member.userid]) for each in found]}


@control.get("/robots")
def robots() -> ResponseReturnValue:
    world = simulator().world
    with world.lock:
        rows = [
            {"key": each.key, "name": each.name, "disabled": each.disabled, "messages": each.messages[-50:]}
            for each in world.state.robots.values()
        ]
    return {"robots": rows}


def _member(world: World, userid: str) -> Member:
    member = world.member(userid)
    if member is None:
        fail("没有这位成员", 404)
    return member


def _task(world: World, message: MassMessage, task: MassTask) -> dict[str, Any]:
    single = message.chat_type == "single"
    receivers = []
    for each in task.receivers:
        known = world.state.customers.get(each) if single else world.state.groups.get(each)
        receivers.append({"external_userid" if single else "chat_id": each, "name": known.name if known else ""})
    return {
        "msgid": message.msgid,
        "userid": task.userid,
        "chat_type": message.chat_type,
        "status": task.status,
        "cancelled": message.cancelled,
        "text": message.text,
        "attachments": message.attachments,
        "allow_select": message.allow_select,
        "receivers": receivers,
        "results": task.results,
        "created_at": message.create_time,
        "reminders": len(message.reminded_at),
        "sent_at": task.sent_at or None,
    }
