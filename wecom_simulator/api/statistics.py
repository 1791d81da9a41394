"""Contact figures per member and day, and group figures per owner, counted from what happened here."""

from __future__ import annotations

from datetime import datetime

from wecom_simulator.api.contacts import visible_member
from wecom_simulator.endpoints import Json, Request, endpoint
from wecom_simulator.errors import ApiError
from wecom_simulator.limits import DAY
from wecom_simulator.parameters import page
from wecom_simulator.rules.receive_cap import SHANGHAI
from wecom_simulator.world.records import Message


@endpoint("externalcontact/get_user_behavior_data", empty={"behavior_data": []}, reads=True)
def get_user_behavior_data(request: Request) -> Json:
    """
    Sums over the given members, a row a day; at most 30 days, the last 180.

    https://developer.work.weixin.qq.com/document/path/92132
    """
    body, world = request.body, request.world
    members = {visible_member(request, each).userid for each in body.texts("userid", most=100)}
    for party in body.integers("partyid", most=100):
        below = set(world.department_and_below(party))
        if not below:
            raise ApiError(60123)
        members |= {e.userid for e in world.state.members.values() if below & set(e.departments)}
    if not members:
        raise ApiError(40058, "userid and partyid are both empty")
    days = _days(request, body.integer("start_time"), body.integer("end_time"))
    return {"behavior_data": [_behavior(request, members, day) for day in days]}


@endpoint("externalcontact/groupchat/statistic", empty={"items": []}, reads=True)
def groupchat_statistic(request: Request) -> Json:
    """
    A row per owner.

    https://developer.work.weixin.qq.com/document/path/92133
    """
    body = request.body
    owners = body.object("owner_filter").texts("userid_list", most=100, missing=40058)
    begin = body.integer("day_begin_time")
    days = _days(request, begin, body.integer("day_end_time", begin))
    limit = body.integer("limit", 500, low=1, high=1000)
    offset = body.integer("offset", 0)
    rows = [
        {"owner": owner, "data": _groups_of(request, owner, days[0], days[-1] + DAY)}
        for owner in (visible_member(request, each).userid for each in owners)
    ]
    chosen, _cursor = page(rows[offset:], "", limit)
    return {"total": len(rows), "next_offset": offset + len(chosen), "items": chosen}


def _days(request: Request, start: int, end: int) -> list[int]:
    """Midnights in Shanghai from start to end."""
    first = datetime.fromtimestamp(start, SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    if not 0 <= end - start <= 30 * DAY:
        raise ApiError(40058, "the span must be positive and at most 30 days")
    if start < request.at - 181 * DAY or end > request.at:
        raise ApiError(40058, "only the last 180 days")
    return list(range(int(first.timestamp()), end + 1, DAY))


def _behavior(request: Request, members: set[str], day: int) -> Json:
    typed: dict[str, list[Message]] = {}
    for chat, bubbles in request.world.state.chats.items():
        parts = chat.split(":")
        if parts[0] == "single" and parts[1] in members:
            inside = [e for e in bubbles if day <= e.at < day + DAY and e.origin in ("typed", "sidebar")]
            if inside:
                typed[chat] = inside
    asked = {chat: each for chat, each in typed.items() if any(m.sender_kind == "customer" for m in each)}
    replied = [each for each in asked.values() if any(m.sender_kind == "member" for m in each)]
    added = [
        follow
        for customer in request.world.state.customers.values()
        for follow in customer.follows.values()
        if follow.userid in members and day <= follow.createtime < day + DAY
    ]
    answer: Json = {
        "stat_time": day,
        "chat_cnt": len(typed),
        "message_cnt": sum(m.sender_kind == "member" for each in typed.values() for m in each),
        "negative_feedback_cnt": sum(each.deleted_by_customer for each in added),
        "new_apply_cnt": len(added),
        "new_contact_cnt": len(added),
    }
    if asked:
        answer["reply_percentage"] = round(100 * len(replied) / len(asked), 2)
        answer["avg_reply_time"] = _average_reply_minutes(list(replied))
    return answer


def _average_reply_minutes(chats: list[list[Message]]) -> int:
    waits = []
    for bubbles in chats:
        first = next(each.at for each in bubbles if each.sender_kind == "customer")
        reply = next((m.at for m in bubbles if m.sender_kind == "member" and m.at >= first), first)
        waits.append(reply - first)
    return round(sum(waits) / len(waits) / 60) if waits else 0


def _groups_of(request: Request, owner: str, begin: int, end: int) -> Json:
    groups = [e for e in request.world.state.groups.values() if e.owner == owner and not e.dismissed]
    spoken = [
        bubble
        for group in groups
        for bubble in request.world.state.chats.get(f"group:{group.chat_id}", [])
        if begin <= bubble.at < end and bubble.sender_kind != "system"
    ]
    people = [each for group in groups for each in group.members]
    return {
        "new_chat_cnt": sum(begin <= each.create_time < end for each in groups),
        "chat_total": len(groups),
        "chat_has_msg": len({each.chat for each in spoken}),
        "new_member_cnt": sum(begin <= each.join_time < end for each in people),
        "member_total": len(people),
        "member_has_msg": len({(each.chat, each.sender) for each in spoken}),
        "msg_total": len(spoken),
        "migrate_trainee_chat_cnt": 0,
    }
