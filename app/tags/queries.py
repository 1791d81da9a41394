"""Reading the catalogue and changes on their way."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.tags.models import ChangeState, Tag, TagChange, TagGroup


@dataclass(frozen=True)
class GroupWithTags:
    group: TagGroup
    tags: list[Tag]


def catalogue(session: Session) -> list[GroupWithTags]:
    """Groups and tags that exist, in WeCom's order: the larger number first."""
    groups = session.scalars(
        select(TagGroup).where(TagGroup.deleted_at.is_(None)).order_by(TagGroup.order.desc(), TagGroup.name)
    ).all()
    tags: dict[str, list[Tag]] = {}
    for tag in session.scalars(select(Tag).where(Tag.deleted_at.is_(None)).order_by(Tag.order.desc(), Tag.name)):
        tags.setdefault(tag.group_id, []).append(tag)
    return [GroupWithTags(group, tags.get(group.id, [])) for group in groups]


def named(session: Session, tag_ids: Collection[str]) -> Sequence[tuple[Tag, TagGroup]]:
    """The tags among `tag_ids` that exist, with their groups, in the catalogue's order."""
    if not tag_ids:
        return []
    rows = session.execute(
        select(Tag, TagGroup)
        .join(TagGroup, TagGroup.id == Tag.group_id)
        .where(Tag.id.in_(tag_ids), Tag.deleted_at.is_(None))
        .order_by(TagGroup.order.desc(), TagGroup.name, Tag.order.desc(), Tag.name)
    )
    return [(tag, group) for tag, group in rows]


def existing(session: Session, tag_ids: Collection[str]) -> Mapping[str, Tag]:
    return {
        tag.id: tag for tag in session.scalars(select(Tag).where(Tag.id.in_(tag_ids), Tag.deleted_at.is_(None)))
    }


def get_tag(session: Session, tag_id: str) -> Tag:
    """
    :raises NotFound: if there is none, or it was deleted.
    """
    tag = session.get(Tag, tag_id)
    if tag is None or tag.deleted_at is not None:
        raise NotFound("没有这个标签，可能已被删除。")
    return tag


def get_group(session: Session, group_id: str) -> TagGroup:
    """
    :raises NotFound: if there is none, or it was deleted.
    """
    group = session.get(TagGroup, group_id)
    if group is None or group.deleted_at is not None:
        raise NotFound("没有这个标签组，可能已被删除。")
    return group


def pending_changes(session: Session, follow_id: int) -> Sequence[TagChange]:
    """Oldest first."""
    return session.scalars(
        select(TagChange)
        .where(TagChange.follow_id == follow_id, TagChange.state == ChangeState.PENDING)
        .order_by(TagChange.id)
    ).all()
