"""
The catalogue for everybody, its edits for operators, and the tags of one's own customer.

Catalogue edits call WeCom while the person waits, because WeCom gives the ids. Each first commits its audit entry
and a job that takes over what WeCom made of it, so that a process that dies between call and answer loses nothing.
"""

from datetime import timedelta

from flask import Blueprint
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.compliance.clearing import ClearedText
from app.customers.models import WriteState
from app.customers.wording import cleared
from app.db import transaction
from app.errors import Invalid, NotFound
from app.http import route
from app.outbox import enqueue
from app.tags import actions, queries
from app.tags.schemas import (
    Catalogue,
    GroupEdit,
    NewGroup,
    NewTags,
    TagChanges,
    TagEdit,
    TagGroupView,
    TagsChanged,
    TagView,
)
from app.viewer import EVERY_ROLE, Role, Viewer
from app.wecom.calls import tags as calls
from app.wecom.client import wecom

blueprint = Blueprint("tags", __name__)

_MAY_EDIT = {Role.OPERATOR, Role.ADMIN}
_LOOK_AGAIN = timedelta(seconds=30)
"""After a write: long enough for its answer to have come, short enough for a person to wait for."""


@route(blueprint, "GET", "/api/tags", may=EVERY_ROLE, answer=Catalogue)
def catalogue(_viewer: Viewer) -> Catalogue:
    """All tag groups with their tags."""
    with transaction() as session:
        return Catalogue(groups=[_group_view(each) for each in queries.catalogue(session)])


@route(
    blueprint,
    "POST",
    "/api/customers/<external_user_id>/tags",
    may=EVERY_ROLE,
    body=TagChanges,
    answer=TagsChanged,
)
def change_tags(viewer: Viewer, body: TagChanges, external_user_id: str) -> TagsChanged:
    """Set and remove tags on one's own customer; written to WeCom by a job."""
    with transaction() as session:
        follow, change_ids = actions.change_tags(
            session, viewer, external_user_id, add=body.add, remove=body.remove
        )
        return TagsChanged(
            tag_ids=follow.tag_ids, write_state=WriteState(follow.tag_write_state), change_ids=change_ids
        )


@route(blueprint, "POST", "/api/tags/groups", may=_MAY_EDIT, body=NewGroup, answer=TagGroupView, status=201)
def add_group(viewer: Viewer, body: NewGroup) -> TagGroupView:
    """A new group with its first tags; a group of that name gets the tags."""
    name, names = body.name.strip(), _distinct(body.tags)
    with transaction() as session:
        group_name, *leaving = _cleared(session, viewer, [name, *names], f"tag_group:{name}")
        added = [each.text for each in leaving]
        record(session, viewer, "tags.added", subject=f"tag_group:{group_name.text}", names=added)
        _look_again(session, group_name.text)
    made = calls.add_tags(wecom(), leaving, group_name=group_name)
    return _taken_over(made)


@route(
    blueprint,
    "POST",
    "/api/tags/groups/<group_id>/tags",
    may=_MAY_EDIT,
    body=NewTags,
    answer=TagGroupView,
    status=201,
)
def add_tags(viewer: Viewer, body: NewTags, group_id: str) -> TagGroupView:
    """More tags for a group."""
    names = _distinct(body.names)
    with transaction() as session:
        group = queries.get_group(session, group_id)
        leaving = _cleared(session, viewer, names, f"tag_group:{group_id}")
        added = [each.text for each in leaving]
        record(session, viewer, "tags.added", subject=f"tag_group:{group_id}", names=added)
        _look_again(session, group.name)
    made = calls.add_tags(wecom(), leaving, group_id=group_id)
    return _taken_over(made)


@route(blueprint, "PATCH", "/api/tags/groups/<group_id>", may=_MAY_EDIT, body=GroupEdit, answer=TagGroupView)
def edit_group(viewer: Viewer, body: GroupEdit, group_id: str) -> TagGroupView:
    """Rename or move a group."""
    with transaction() as session:
        queries.get_group(session, group_id)
        name = _new_name(session, viewer, body.name, f"tag_group:{group_id}")
        _begin_edit(session, viewer, group_id, "tag_group", "edited", body.model_dump(exclude_none=True))
    if name is not None or body.order is not None:
        calls.edit_tag(wecom(), group_id, name=name, order=body.order)
    with transaction() as session:
        group = queries.get_group(session, group_id)
        group.name = name.text if name else group.name
        group.order = group.order if body.order is None else body.order
        return _one_group(session, group_id)


@route(blueprint, "DELETE", "/api/tags/groups/<group_id>", may=_MAY_EDIT)
def delete_group(viewer: Viewer, group_id: str) -> None:
    """Delete a group, its tags, and their marks on customers."""
    with transaction() as session:
        group = queries.get_group(session, group_id)
        _begin_edit(session, viewer, group_id, "tag_group", "deleted", {"name": group.name})
    calls.delete_tags(wecom(), group_ids=[group_id])
    with transaction() as session:
        actions.delete_group(session, group_id)


@route(blueprint, "PATCH", "/api/tags/<tag_id>", may=_MAY_EDIT, body=TagEdit, answer=TagView)
def edit_tag(viewer: Viewer, body: TagEdit, tag_id: str) -> TagView:
    """Rename or move a tag, or say whether guides or rules set it."""
    with transaction() as session:
        queries.get_tag(session, tag_id)
        name = _new_name(session, viewer, body.name, f"tag:{tag_id}")
        _begin_edit(session, viewer, tag_id, "tag", "edited", body.model_dump(mode="json", exclude_none=True))
    if name is not None or body.order is not None:
        calls.edit_tag(wecom(), tag_id, name=name, order=body.order)
    with transaction() as session:
        tag = queries.get_tag(session, tag_id)
        tag.name = name.text if name else tag.name
        tag.order = tag.order if body.order is None else body.order
        tag.maintainer = body.maintainer or tag.maintainer
        return TagView.model_validate(tag)


@route(blueprint, "DELETE", "/api/tags/<tag_id>", may=_MAY_EDIT)
def delete_tag(viewer: Viewer, tag_id: str) -> None:
    """Delete a tag and its marks on customers; WeCom deletes a group with its last tag."""
    with transaction() as session:
        tag = queries.get_tag(session, tag_id)
        group_id = tag.group_id
        _begin_edit(session, viewer, tag_id, "tag", "deleted", {"name": tag.name})
    calls.delete_tags(wecom(), tag_ids=[tag_id])
    with transaction() as session:
        actions.delete_tags(session, [tag_id])
        if not any(each.tags for each in queries.catalogue(session) if each.group.id == group_id):
            actions.delete_group(session, group_id)


def _distinct(names: list[str]) -> list[str]:
    found = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if not found:
        raise Invalid("请至少写一个标签。", fields={"tags": "请至少写一个标签"})
    return found


def _cleared(session: Session, viewer: Viewer, names: list[str], subject: str) -> list[ClearedText]:
    texts = {str(place): name for place, name in enumerate(names)}
    # Every store reads them, whoever names them: so the words of all stores and roles hold.
    leaving = cleared(session, texts, channel="tag_name", on_behalf_of=viewer.userid, subject=subject)
    return list(leaving.values())


def _new_name(session: Session, viewer: Viewer, name: str | None, subject: str) -> ClearedText | None:
    """
    :raises Blocked: if the word filter stops it.
    """
    return _cleared(session, viewer, _distinct([name]), subject)[0] if name is not None else None


def _look_again(session: Session, group_name: str) -> None:
    enqueue(session, "tags.sync_group", due_at=clock.now() + _LOOK_AGAIN, name=group_name)


def _begin_edit(
    session: Session, viewer: Viewer, wecom_id: str, tag_type: str, act: str, details: dict[str, object]
) -> None:
    enqueue(
        session,
        "tags.changed",
        due_at=clock.now() + _LOOK_AGAIN,
        wecom_id=wecom_id,
        tag_type=tag_type,
        change="update",
    )
    record(session, viewer, f"tags.{act}", subject=f"{tag_type}:{wecom_id}", change=details)


def _taken_over(made: calls.TagGroup) -> TagGroupView:
    with transaction() as session:
        actions.upsert_group(session, made, complete=False)
        return _one_group(session, made.group_id)


def _one_group(session: Session, group_id: str) -> TagGroupView:
    """
    :raises NotFound: if somebody deleted it meanwhile.
    """
    session.flush()
    for each in queries.catalogue(session):
        if each.group.id == group_id:
            return _group_view(each)
    raise NotFound("这个标签组刚被别人删除了。")


def _group_view(each: queries.GroupWithTags) -> TagGroupView:
    return TagGroupView(
        id=each.group.id,
        name=each.group.name,
        order=each.group.order,
        tags=[TagView.model_validate(tag) for tag in each.tags],
    )
