"""What changes the catalogue, and a customer's tags."""

from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import clock
from app.customers.events import record_event
from app.customers.models import Follow, WriteState
from app.customers.queries import own_follow
from app.errors import Invalid
from app.outbox import enqueue
from app.tags import queries
from app.tags.models import ChangeState, Maintainer, Tag, TagChange, TagGroup
from app.viewer import Viewer
from app.wecom.calls import tags as calls

MOST_TAGS_A_FOLLOW = 3000
"""WeCom's cap for one relation, https://developer.work.weixin.qq.com/document/path/92118."""


def upsert_group(session: Session, given: calls.TagGroup, *, complete: bool) -> "Counter[str]":
    """
    As WeCom describes it now.

    :param complete: the answer names all of the group's tags, so that a missing one was deleted.
    :returns: what had to be repaired.
    """
    repaired: Counter[str] = Counter()
    now = clock.now()
    if given.is_deleted:
        repaired["tag_groups_removed"] += delete_group(session, given.group_id)
        return repaired
    group = session.get(TagGroup, given.group_id, with_for_update=True)
    if group is None:
        group = TagGroup(id=given.group_id, name=given.name, order=given.order, synced_at=now)
        session.add(group)
        session.flush()
        repaired["tag_groups_added"] += 1
    elif (group.name, group.order, group.deleted_at) != (given.name, given.order, None):
        group.name, group.order, group.deleted_at = given.name, given.order, None
        repaired["tag_groups_changed"] += 1
    group.synced_at = now
    known = {tag.id: tag for tag in session.scalars(select(Tag).where(Tag.group_id == group.id).with_for_update())}
    for each in given.tags:
        repaired += _upsert_tag(session, group.id, each, known.get(each.tag_id) or session.get(Tag, each.tag_id))
    if complete:
        named = {each.tag_id for each in given.tags}
        gone = [tag.id for tag in known.values() if tag.id not in named and tag.deleted_at is None]
        repaired["tags_removed"] += delete_tags(session, gone)
    session.flush()
    return +repaired


def _upsert_tag(session: Session, group_id: str, given: calls.Tag, tag: Tag | None) -> "Counter[str]":
    now = clock.now()
    if given.is_deleted:
        return Counter(tags_removed=delete_tags(session, [given.tag_id]))
    if tag is None:
        session.add(Tag(id=given.tag_id, group_id=group_id, name=given.name, order=given.order, synced_at=now))
        return Counter(tags_added=1)
    wanted = (group_id, given.name, given.order, None)
    is_same = (tag.group_id, tag.name, tag.order, tag.deleted_at) == wanted
    tag.group_id, tag.name, tag.order, tag.deleted_at = wanted
    tag.synced_at = now
    return Counter() if is_same else Counter(tags_changed=1)


def delete_tags(session: Session, tag_ids: Collection[str]) -> int:
    """They are gone in WeCom, and with them their marks on customers. Returns how many were still here."""
    live = session.scalars(
        select(Tag).where(Tag.id.in_(tag_ids), Tag.deleted_at.is_(None)).with_for_update()
    ).all()
    for tag in live:
        tag.deleted_at = clock.now()
        session.execute(
            update(Follow)
            .where(Follow.tag_ids.contains([tag.id]))
            .values(tag_ids=func.array_remove(Follow.tag_ids, tag.id))
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(TagChange)
            .where(TagChange.tag_id == tag.id, TagChange.state == ChangeState.PENDING)
            .values(state=ChangeState.FAILED, error="标签已被删除。")
            .execution_options(synchronize_session=False)
        )
    return len(live)


def delete_group(session: Session, group_id: str) -> int:
    """The group and all of its tags are gone in WeCom."""
    group = session.get(TagGroup, group_id, with_for_update=True)
    delete_tags(session, session.scalars(select(Tag.id).where(Tag.group_id == group_id)).all())
    if group is None or group.deleted_at is not None:
        return 0
    group.deleted_at = clock.now()
    return 1


def delete_groups_except(session: Session, present: Collection[str]) -> int:
    """After a full list: whatever it does not name was deleted."""
    gone = session.scalars(
        select(TagGroup.id).where(TagGroup.id.not_in(present), TagGroup.deleted_at.is_(None))
    ).all()
    return sum(delete_group(session, group_id) for group_id in gone)


def change_tags(
    session: Session, viewer: Viewer, external_user_id: str, *, add: Collection[str], remove: Collection[str]
) -> tuple[Follow, list[int]]:
    """
    Set and remove tags on the viewer's own customer, at once here, by a job in WeCom. Undo is the opposite change.

    :returns: the relation, and the ids of what really changed.
    :raises NotFound: if it is not the viewer's own customer.
    :raises Invalid: for a tag that does not exist or that only rules may set.
    """
    follow = own_follow(session, viewer, external_user_id, lock=True)
    _check(session, add, remove)
    now_added = [tag_id for tag_id in dict.fromkeys(add) if tag_id not in follow.tag_ids]
    now_removed = [tag_id for tag_id in dict.fromkeys(remove) if tag_id in follow.tag_ids]
    if not now_added and not now_removed:
        return follow, []
    if len(follow.tag_ids) + len(now_added) > MOST_TAGS_A_FOLLOW:
        raise Invalid(f"一位客户最多 {MOST_TAGS_A_FOLLOW} 个标签。")
    follow.tag_ids = sorted({*follow.tag_ids, *now_added} - set(now_removed))
    follow.tag_write_state, follow.tag_write_error = WriteState.PENDING, None
    changes = [
        TagChange(follow_id=follow.id, tag_id=tag_id, op=op, by_member_id=viewer.member_id, at=clock.now())
        for op, tag_ids in (("add", now_added), ("remove", now_removed))
        for tag_id in tag_ids
    ]
    session.add_all(changes)
    session.flush()
    names = {tag.id: tag.name for tag in queries.existing(session, [*now_added, *now_removed]).values()}
    record_event(
        session,
        follow.customer_id,
        "tags_changed",
        member_id=viewer.member_id,
        added=[names.get(tag_id, tag_id) for tag_id in now_added],
        removed=[names.get(tag_id, tag_id) for tag_id in now_removed],
    )
    enqueue(session, "tags.write_tags", order_key=f"follow:{follow.id}", follow_id=follow.id)
    return follow, [change.id for change in changes]


def _check(session: Session, add: Collection[str], remove: Collection[str]) -> None:
    if set(add) & set(remove):
        raise Invalid("同一个标签不能同时添加和移除。", fields={"add": "与移除的标签重复"})
    known = queries.existing(session, [*add, *remove])
    missing = [tag_id for tag_id in add if tag_id not in known]
    if missing:
        raise Invalid("标签不存在或已被删除，请刷新后再选。", fields={"add": "有标签已不存在"})
    if any(tag.maintainer == Maintainer.SYSTEM for tag in known.values()):
        raise Invalid("这是系统标签，由规则每天计算，不能手动添加或移除。", code="system_tag")


def changes_written(
    session: Session,
    follow_id: int,
    change_ids: Sequence[int],
    *,
    added: Collection[str],
    removed: Collection[str],
) -> None:
    """WeCom has them; later ones may still be on their way. What was read in between may not have had them yet."""
    _settle(session, change_ids, state=ChangeState.DONE, error=None)
    follow = _locked(session, follow_id)
    pending = queries.pending_changes(session, follow_id)
    pressed_since = {change.tag_id for change in pending}
    tag_ids = {*follow.tag_ids, *(set(added) - pressed_since)} - (set(removed) - pressed_since)
    follow.tag_ids = sorted(tag_ids)
    if not pending:
        follow.tag_write_state, follow.tag_write_error = WriteState.SYNCED, None
        follow.synced_at = clock.now()


def changes_refused(session: Session, follow_id: int, change_ids: Sequence[int], *, reason: str) -> None:
    """
    WeCom does not want them, so what it holds is read again and shown.

    :param reason: in Chinese, to stand after 「没写回企业微信：」, without a full stop.
    """
    _settle(session, change_ids, state=ChangeState.FAILED, error=reason)
    follow = _locked(session, follow_id)
    follow.tag_write_state, follow.tag_write_error = WriteState.FAILED, reason


def _settle(session: Session, change_ids: Sequence[int], *, state: ChangeState, error: str | None) -> None:
    session.execute(
        update(TagChange)
        .where(TagChange.id.in_(change_ids), TagChange.state == ChangeState.PENDING)
        .values(state=state, error=error)
        .execution_options(synchronize_session=False)
    )


def _locked(session: Session, follow_id: int) -> Follow:
    return session.scalars(
        select(Follow)
        .where(Follow.id == follow_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
