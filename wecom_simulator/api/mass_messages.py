"""
Mass messages. The API only makes a task: nothing leaves until members confirm in the client.

Their lists, tasks and results are 41063 for a moment after creation.
"""

from __future__ import annotations

from collections.abc import Iterable

from wecom_simulator.api.contacts import visible_member
from wecom_simulator.api.intercept_rules import check_api_text
from wecom_simulator.api.media import require_message_media
from wecom_simulator.endpoints import Json, Request, endpoint
from wecom_simulator.errors import ApiError
from wecom_simulator.limits import DAY, REMINDERS
from wecom_simulator.parameters import page
from wecom_simulator.rules.content import read_content
from wecom_simulator.rules.senders import has_tags, last_to_chat
from wecom_simulator.world.mass import TASK_SENT
from wecom_simulator.world.records import Customer, MassMessage, MassTask

MOST_CUSTOMERS = 10_000
MOST_GROUPS = 2000
Plan = tuple[dict[str, list[str]], list[str]]
"""Receivers by sender, and who cannot be reached (fail_list)."""


@endpoint("externalcontact/add_msg_template", empty={"fail_list": []})
def add_msg_template(request: Request) -> Json:
    """
    Success is not success for everybody: look at fail_list; 41048 if it is everybody.

    https://developer.work.weixin.qq.com/document/path/92135
    """
    body = request.body
    kind = body.text("chat_type", "single")
    if kind not in ("single", "group"):
        raise ApiError(40058, "chat_type must be single or group")
    text, attachments = read_content(body, require_message_media(request))
    sender = body.text("sender")
    if sender:
        sender = visible_member(request, sender).userid
        check_api_text(request, sender, text)
    by_sender, fail_list = _to_customers(request, sender) if kind == "single" else _to_groups(request, sender)
    if not by_sender:
        raise ApiError(41048, extra={"fail_list": fail_list})
    message = MassMessage(
        msgid=request.world.new_id("msg", 32),
        chat_type=kind,
        create_time=request.now,
        agent_id=request.application.agent_id,
        text=text,
        attachments=attachments,
        allow_select=body.flag("allow_select"),
        tasks={userid: MassTask(userid, receivers) for userid, receivers in by_sender.items()},
    )
    request.world.state.mass_messages[message.msgid] = message
    return {"fail_list": fail_list, "msgid": message.msgid}


def _to_customers(request: Request, sender: str) -> Plan:
    body, world = request.body, request.world
    wanted = list(dict.fromkeys(body.texts("external_userid", most=MOST_CUSTOMERS)))
    groups = body.object("tag_filter").objects("group_list", most=100)
    tag_lists = [each.texts("tag_list", most=100) for each in groups]
    if not (wanted or sender or tag_lists):
        raise ApiError(40058, "sender, external_userid and tag_filter are all empty")
    unknown = [tag for tags in tag_lists for tag in tags if world.tag(tag) is None]
    if unknown:
        raise ApiError(40068, unknown[0])
    if wanted:
        tag_lists = []
        customers: Iterable[Customer | None] = [world.state.customers.get(each) for each in wanted]
    else:
        customers = world.customers_of(sender) if sender else world.state.customers.values()
    serving = {
        each.userid
        for each in world.state.members.values()
        if each.customer_contact and each.status == 1 and world.sees_member(request.application, each)
    }
    asked = serving & {sender} if sender and not world.switches.last_chat_rule_with_sender else serving
    by_sender: dict[str, list[str]] = {}
    reached: set[str] = set()
    for customer in customers:
        follow = None if customer is None else last_to_chat(customer, asked)
        if customer is None or follow is None or (sender and follow.userid != sender):
            continue
        if has_tags(follow, tag_lists):
            by_sender.setdefault(follow.userid, []).append(customer.external_userid)
            reached.add(customer.external_userid)
    return by_sender, [each for each in wanted if each not in reached]


def _to_groups(request: Request, sender: str) -> Plan:
    if not sender:
        raise ApiError(40058, "sender is required for groups")
    wanted = request.body.texts("chat_id_list", most=MOST_GROUPS)
    owned = [
        each.chat_id for each in request.world.state.groups.values() if each.owner == sender and not each.dismissed
    ]
    chosen = [each for each in dict.fromkeys(wanted) if each in owned] if wanted else owned
    failed = [each for each in wanted if each not in owned]
    return ({sender: chosen} if chosen else {}), failed


@endpoint("externalcontact/get_groupmsg_list_v2", empty={"group_msg_list": []}, reads=True)
def get_groupmsg_list_v2(request: Request) -> Json:
    """
    `creator` is absent for what an app made.

    https://developer.work.weixin.qq.com/document/path/93338
    """
    body = request.body
    kind = body.text("chat_type", missing=40058)
    if kind not in ("single", "group"):
        raise ApiError(40058, "chat_type must be single or group")
    start, end = body.integer("start_time"), body.integer("end_time")
    if not start <= end <= start + 31 * DAY:
        raise ApiError(40058, "the span must be positive and at most one month")
    creator = body.text("creator")
    filter_type = body.integer("filter_type", 2, low=0, high=2)
    limit = body.integer("limit", 50, low=1, high=100)
    found = [
        each
        for each in request.world.state.mass_messages.values()
        if each.chat_type == kind
        and start <= each.create_time <= end
        and (not creator or each.creator == creator)
        and filter_type != 1
    ]
    found.sort(key=lambda each: -each.create_time)
    chosen, cursor = page(found, body.text("cursor"), limit)
    return {"next_cursor": cursor, "group_msg_list": [_listed(request, each) for each in chosen]}


@endpoint("externalcontact/get_groupmsg_task", empty={"task_list": []}, reads=True)
def get_groupmsg_task(request: Request) -> Json:
    """
    status 0 not sent, 2 sent; send_time is absent before.

    https://developer.work.weixin.qq.com/document/path/93338
    """
    message = _dispatched(request)
    limit = request.body.integer("limit", 500, low=1, high=1000)
    tasks, cursor = page(list(message.tasks.values()), request.body.text("cursor").strip(), limit)
    rows = [
        {"userid": each.userid, "status": each.status}
        | ({"send_time": each.sent_at} if each.status == TASK_SENT else {})
        for each in tasks
    ]
    return {"next_cursor": cursor, "task_list": rows}


@endpoint("externalcontact/get_groupmsg_send_result", empty={"send_list": []}, reads=True)
def get_groupmsg_send_result(request: Request) -> Json:
    """
    Per receiver: 0 not sent, 1 sent, 2 not a friend, 3 had enough. Groups show only what was sent.

    https://developer.work.weixin.qq.com/document/path/93338
    """
    message = _dispatched(request)
    userid = visible_member(request, request.body.text("userid", missing=40003).strip()).userid
    task = message.tasks.get(userid)
    if task is None:
        raise ApiError(40003, userid)
    limit = request.body.integer("limit", 500, low=1, high=1000)
    receivers = task.receivers if message.chat_type == "single" else list(task.results)
    chosen, cursor = page(receivers, request.body.text("cursor").strip(), limit)
    name = "external_userid" if message.chat_type == "single" else "chat_id"
    rows = []
    for receiver in chosen:
        row: Json = {name: receiver, "userid": userid, "status": task.results.get(receiver, 0)}
        rows.append(row | ({"send_time": task.sent_at} if receiver in task.results else {}))
    return {"next_cursor": cursor, "send_list": rows}


@endpoint("externalcontact/remind_groupmsg_send")
def remind_groupmsg_send(request: Request) -> Json:
    """
    Three times a message in 24 hours.

    https://developer.work.weixin.qq.com/document/path/97610
    """
    message = _message(request)
    if message.cancelled:
        raise ApiError(41093)
    recent = [each for each in message.reminded_at if request.now - each < REMINDERS.seconds]
    if len(recent) >= REMINDERS.count:
        raise ApiError(41094)
    message.reminded_at = [*recent, request.now]
    return {}


@endpoint("externalcontact/cancel_groupmsg_send")
def cancel_groupmsg_send(request: Request) -> Json:
    """
    What members have sent stays sent.

    https://developer.work.weixin.qq.com/document/path/97611
    """
    message = _message(request)
    if message.cancelled:
        raise ApiError(41093)
    message.cancelled = True
    return {}


def _message(request: Request) -> MassMessage:
    message = request.world.state.mass_messages.get(request.body.text("msgid", missing=41046))
    if message is None or message.agent_id != request.application.agent_id:
        raise ApiError(41047)
    return message


def _dispatched(request: Request) -> MassMessage:
    message = _message(request)
    if request.now - message.create_time < request.world.switches.dispatch_seconds:
        raise ApiError(41063)
    if message.cancelled and request.world.switches.queries_after_cancel_41093:
        raise ApiError(41093)
    return message


def _listed(request: Request, message: MassMessage) -> Json:
    at = int(message.create_time)
    answer: Json = {
        "msgid": message.msgid,
        "create_time": str(at) if request.world.switches.mass_list_create_time_is_text else at,
        "create_type": 0,
    }
    if message.creator:
        answer["creator"] = message.creator
    if message.text:
        answer["text"] = {"content": message.text}
    if message.attachments:
        answer["attachments"] = message.attachments
    return answer
