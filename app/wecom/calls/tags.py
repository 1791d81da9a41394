"""Corp tags (企业标签). An app edits and deletes only what it made itself. No callback follows these writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.wecom.answers import Answer
from app.wecom.cleared import Cleared, require_cleared
from app.wecom.client import WeCom

LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Tag:
    """`order`: the larger comes first."""

    tag_id: str
    name: str
    order: int
    created_at: datetime | None
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class TagGroup:
    group_id: str
    name: str
    order: int
    created_at: datetime | None
    is_deleted: bool
    tags: tuple[Tag, ...]


def tag_groups(
    client: WeCom, *, tag_ids: Sequence[str] = (), group_ids: Sequence[str] = ()
) -> tuple[TagGroup, ...]:
    """
    All groups, or those asked for: only then deleted ones are among them. If both are given, the groups win.

    https://developer.work.weixin.qq.com/document/path/92117
    """
    body = {"tag_id": list(tag_ids), "group_id": list(group_ids)}
    answer = client.call("externalcontact/get_corp_tag_list", body=body)
    return tuple(_group(each) for each in answer.objects("tag_group"))


def add_tags(
    client: WeCom,
    names: Sequence[Cleared],
    *,
    group_id: str = "",
    group_name: Cleared | None = None,
    group_order: int = 0,
) -> TagGroup:
    """
    Add tags to a group; a group named `group_name` is found or made. A group cannot be empty.

    https://developer.work.weixin.qq.com/document/path/92117

    :returns: the group with the new tags only.
    :raises Refused: 40071 if a name exists in the group; 40126 if the corp's cap is reached.
    """
    cleared = [require_cleared(each) for each in names]
    where: dict[str, Any] = {"group_id": group_id}
    if group_name is not None:
        where = {"group_name": require_cleared(group_name).text, "order": group_order}
    # Larger order comes first, so that the tags are shown in the order given.
    tags = [{"name": name.text, "order": len(names) - place} for place, name in enumerate(names)]
    cleared += [group_name] if group_name is not None else []
    answer = client.call("externalcontact/add_corp_tag", body={**where, "tag": tags}, create=True, cleared=cleared)
    return _group(answer.object("tag_group"))


def edit_tag(
    client: WeCom, tag_or_group_id: str, *, name: Cleared | None = None, order: int | None = None
) -> None:
    """
    Rename or move a tag or a group.

    https://developer.work.weixin.qq.com/document/path/92117
    """
    body: dict[str, Any] = {"id": tag_or_group_id}
    if name is not None:
        body["name"] = require_cleared(name).text
    if order is not None:
        body["order"] = order
    client.call("externalcontact/edit_corp_tag", body=body, cleared=[name] if name is not None else [])


def delete_tags(client: WeCom, *, tag_ids: Sequence[str] = (), group_ids: Sequence[str] = ()) -> None:
    """
    Deleting a group's last tag deletes the group.

    https://developer.work.weixin.qq.com/document/path/92117
    """
    body = {"tag_id": list(tag_ids), "group_id": list(group_ids)}
    client.call("externalcontact/del_corp_tag", body=body)


def mark_tag(
    client: WeCom,
    userid: str,
    external_user_id: str,
    *,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
) -> None:
    """
    Set and remove corp tags of one (member, customer).

    https://developer.work.weixin.qq.com/document/path/92118

    :raises TryLater: 45035 if the same pair is being marked by another call: one at a time.
    """
    if not add and not remove:
        return
    body = {
        "userid": userid,
        "external_userid": external_user_id,
        "add_tag": list(add),
        "remove_tag": list(remove),
    }
    client.call("externalcontact/mark_tag", body=body)


def _group(answer: Answer) -> TagGroup:
    return TagGroup(
        group_id=answer.required_text("group_id"),
        name=answer.text("group_name"),
        order=answer.number("order"),
        created_at=answer.moment("create_time"),
        is_deleted=answer.flag("deleted"),
        tags=tuple(_tag(each) for each in answer.objects("tag")),
    )


def _tag(answer: Answer) -> Tag:
    return Tag(
        tag_id=answer.required_text("id"),
        name=answer.text("name"),
        order=answer.number("order"),
        created_at=answer.moment("create_time"),
        is_deleted=answer.flag("deleted"),
    )
