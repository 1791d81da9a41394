"""Corp tags and tagging. Tags belong to (member, customer), never to the customer alone."""

from __future__ import annotations

from typing import Any

from wecom_simulator.api.customers import pair
from wecom_simulator.endpoints import Json, Request, endpoint
from wecom_simulator.errors import ApiError
from wecom_simulator.parameters import Parameters
from wecom_simulator.world.admins import remove_tags
from wecom_simulator.world.records import Tag, TagGroup

NAME_CHARS = 30
TAGS_PER_PAIR = 3000
HIGHEST_ORDER = 2**32 - 1


@endpoint("externalcontact/get_corp_tag_list", empty={"tag_group": []}, reads=True)
def get_corp_tag_list(request: Request) -> Json:
    """
    `deleted` is told only for what was asked by id; group_id wins over tag_id.

    https://developer.work.weixin.qq.com/document/path/92117
    """
    tag_ids = request.body.texts("tag_id", most=10000)
    group_ids = request.body.texts("group_id", most=10000)
    groups = list(request.world.state.tag_groups.values())
    if group_ids:
        chosen = [(each, each.tags) for each in groups if each.id in group_ids]
    elif tag_ids:
        wanted = set(tag_ids)
        chosen = [(each, [tag for tag in each.tags if tag.id in wanted]) for each in groups]
        chosen = [(group, tags) for group, tags in chosen if tags]
    else:
        chosen = [(each, [t for t in each.tags if not t.deleted]) for each in groups if not each.deleted]
    asked_by_id = bool(tag_ids or group_ids)
    chosen.sort(key=lambda each: -each[0].order)
    return {"tag_group": [_group(group, tags, asked_by_id) for group, tags in chosen]}


@endpoint("externalcontact/add_corp_tag")
def add_corp_tag(request: Request) -> Json:
    """
    Into the group given by id, or by name (made if new); a name given twice collapses to one.

    https://developer.work.weixin.qq.com/document/path/92117
    """
    body, state = request.body, request.world.state
    wanted = body.objects("tag", most=1000)
    if not wanted:
        raise ApiError(40058, "tag is empty")
    names = [(_name(each, "name"), _order(each)) for each in wanted]
    group = _group_to_fill(request)
    taken = {tag.name for tag in group.tags if not tag.deleted}
    if any(name in taken for name, _order_ in names):
        raise ApiError(40071)
    existing = sum(1 for each in state.tag_groups.values() for tag in each.tags if not tag.deleted)
    fresh = dict(names)
    if existing + len(fresh) > request.world.switches.corp_tag_limit:
        raise ApiError(40126)
    added = [Tag(request.world.new_id("et"), name, order, request.at) for name, order in fresh.items()]
    for tag in added:
        request.world.put_tag(group, tag)
    group.deleted = False
    return {"tag_group": _group(group, added, False)}


@endpoint("externalcontact/edit_corp_tag")
def edit_corp_tag(request: Request) -> Json:
    """
    Renames or reorders a tag or a tag group.

    https://developer.work.weixin.qq.com/document/path/92117
    """
    body = request.body
    wanted = body.text("id", missing=40068)
    name = body.text("name", chars=NAME_CHARS)
    group = request.world.state.tag_groups.get(wanted)
    found = request.world.tag(wanted)
    target: TagGroup | Tag
    if group is not None and not group.deleted:
        siblings: list[Any] = [e for e in request.world.state.tag_groups.values() if not e.deleted]
        target = group
    elif found is not None:
        group, target = found
        siblings = [each for each in group.tags if not each.deleted]
    else:
        raise ApiError(40068)
    _own(request, group)
    if name and any(each.name == name and each is not target for each in siblings):
        raise ApiError(40071)
    target.name = name or target.name
    target.order = _order(body) if "order" in body else target.order
    return {}


@endpoint("externalcontact/del_corp_tag")
def del_corp_tag(request: Request) -> Json:
    """
    Tags disappear from every customer; a group without tags is deleted too.

    https://developer.work.weixin.qq.com/document/path/92117
    """
    tag_ids = request.body.texts("tag_id", most=10000)
    group_ids = request.body.texts("group_id", most=10000)
    if not tag_ids and not group_ids:
        raise ApiError(40058, "tag_id and group_id are both empty")
    for tag_id in tag_ids:
        found = request.world.tag(tag_id)
        if found is None:
            raise ApiError(40068, tag_id)
        _own(request, found[0])
    inside: list[str] = []
    for group_id in group_ids:
        group = request.world.state.tag_groups.get(group_id)
        if group is None or group.deleted:
            raise ApiError(40068, group_id)
        _own(request, group)
        inside += [each.id for each in group.tags]
    remove_tags(request.world, [*tag_ids, *inside])
    return {}


@endpoint(
    "externalcontact/mark_tag",
    exclusive=lambda body: f"{str(body.get('userid')).lower()} {body.get('external_userid')}",
)
def mark_tag(request: Request) -> Json:
    """
    Two calls on one pair at the same time: 45035. Sends no callback.

    https://developer.work.weixin.qq.com/document/path/92118
    """
    body = request.body
    _customer, follow = pair(request, body.text("userid"), body.text("external_userid"))
    add = body.texts("add_tag", most=TAGS_PER_PAIR)
    remove = body.texts("remove_tag", most=TAGS_PER_PAIR)
    if not add and not remove:
        raise ApiError(40058, "add_tag and remove_tag are both empty")
    unknown = [each for each in [*add, *remove] if request.world.tag(each) is None]
    if unknown:
        raise ApiError(40068, unknown[0])
    kept = [each for each in follow.tags if each not in remove]
    marked = list(dict.fromkeys([*kept, *add]))
    if len(marked) > TAGS_PER_PAIR:
        raise ApiError(40058, f"more than {TAGS_PER_PAIR} tags on one customer")
    follow.tags = marked
    return {}


def _group_to_fill(request: Request) -> TagGroup:
    body, state = request.body, request.world.state
    group_id = body.text("group_id")
    if group_id:
        group = state.tag_groups.get(group_id)
        if group is None or group.deleted:
            raise ApiError(40068, group_id)
        _own(request, group)
        return group
    name = body.text("group_name", chars=NAME_CHARS, missing=40058)
    known = next((each for each in state.tag_groups.values() if each.name == name and not each.deleted), None)
    if known is not None:
        return known
    order = _order(body)
    return TagGroup(request.world.new_id("et"), name, order, request.at, request.application.agent_id)


def _own(request: Request, group: TagGroup) -> None:
    if request.world.switches.only_own_tags and group.agent_id != request.application.agent_id:
        raise ApiError(81011)


def _name(values: Parameters, field: str) -> str:
    return values.text(field, missing=40058, chars=NAME_CHARS)


def _order(values: Parameters) -> int:
    return values.integer("order", 0, high=HIGHEST_ORDER)


def _group(group: TagGroup, tags: list[Tag], with_deleted: bool) -> Json:
    answer: Json = {
        "group_id": group.id,
        "group_name": group.name,
        "create_time": group.create_time,
        "order": group.order,
        "tag": [_tag(each, with_deleted) for each in sorted(tags, key=lambda tag: -tag.order)],
    }
    return {**answer, "deleted": group.deleted} if with_deleted else answer


def _tag(tag: Tag, with_deleted: bool) -> Json:
    answer: Json = {"id": tag.id, "name": tag.name, "create_time": tag.create_time, "order": tag.order}
    return {**answer, "deleted": tag.deleted} if with_deleted else answer
