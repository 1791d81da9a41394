"""Tags written to WeCom, and the catalogue read from it."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.customers.jobs import WRITE_ATTEMPTS, is_last_try
from app.customers.models import Customer, Follow
from app.outbox import GiveUp, Lane, Running, enqueue, job
from app.sync_runs import actions as runs
from app.sync_runs import queries as run_queries
from app.sync_runs.jobs import ATTEMPTS as SYNC_ATTEMPTS
from app.sync_runs.jobs import telling
from app.tags import actions, queries
from app.wecom.calls import tags as calls
from app.wecom.client import wecom
from app.wecom.errors import NoAnswer, Refused, TryLater

NO_SUCH_TAG = 40068


@dataclass(frozen=True)
class _Marking:
    userid: str
    external_user_id: str
    change_ids: tuple[int, ...]
    add: tuple[str, ...]
    remove: tuple[str, ...]


@job("tags.write_tags", attempts=WRITE_ATTEMPTS)
def write_tags(running: Running, follow_id: int) -> None:
    """
    Bring everything that is pending on one relation to WeCom in one call; pressing and undoing cancel out.

    Marking twice leaves the same, so no answer is simply another try. One relation at a time: see the order key.
    """
    with running.transaction() as session:
        marking = _marking(session, follow_id)
    if not marking.change_ids:
        return
    try:
        calls.mark_tag(wecom(), marking.userid, marking.external_user_id, add=marking.add, remove=marking.remove)
    except Refused as refused:
        with running.finishing() as session:
            _refused(session, follow_id, marking, refused.message.rstrip("。"))
        return
    except (NoAnswer, TryLater) as error:
        if is_last_try(running, error):
            reason = "企业微信一直没有回应" if isinstance(error, NoAnswer) else error.message.rstrip("。")
            with running.transaction() as session:
                _refused(session, follow_id, marking, reason)
        raise
    with running.finishing() as session:
        actions.changes_written(session, follow_id, marking.change_ids, added=marking.add, removed=marking.remove)


def _marking(session: Session, follow_id: int) -> _Marking:
    follow = session.get_one(Follow, follow_id)
    customer = session.get_one(Customer, follow.customer_id)
    changes = queries.pending_changes(session, follow_id)
    last = {change.tag_id: change.op for change in changes}
    return _Marking(
        userid=follow.userid,
        external_user_id=customer.external_user_id,
        change_ids=tuple(change.id for change in changes),
        add=tuple(sorted(tag_id for tag_id, op in last.items() if op == "add")),
        remove=tuple(sorted(tag_id for tag_id, op in last.items() if op == "remove")),
    )


def _refused(session: Session, follow_id: int, marking: _Marking, reason: str) -> None:
    actions.changes_refused(session, follow_id, marking.change_ids, reason=reason)
    # WeCom's own tags are shown again; ours were only hoped for.
    enqueue(
        session,
        "customers.contact_changed",
        order_key=f"contact:{marking.external_user_id}",
        userid=marking.userid,
        external_user_id=marking.external_user_id,
    )


@job("tags.changed")
def changed(running: Running, wecom_id: str, tag_type: str, change: str) -> None:
    """An event about a tag or a group. What it says is read again; only then is a deletion believed."""
    del change
    try:
        if tag_type == "tag":
            found = calls.tag_groups(wecom(), tag_ids=[wecom_id])
        elif tag_type == "tag_group":
            found = calls.tag_groups(wecom(), group_ids=[wecom_id])
        else:  # shuffle names no type: the order of everything may be new
            found = calls.tag_groups(wecom())
    except Refused as refused:
        if refused.errcode != NO_SUCH_TAG:
            raise
        found = ()
    with running.finishing() as session:
        for group in found:
            actions.upsert_group(session, group, complete=tag_type != "tag")
        if tag_type == "tag" and not any(tag.tag_id == wecom_id for group in found for tag in group.tags):
            actions.delete_tags(session, [wecom_id])
        if tag_type == "tag_group" and not any(group.group_id == wecom_id for group in found):
            actions.delete_group(session, wecom_id)


@job("tags.sync_group")
def sync_group(running: Running, name: str) -> None:
    """After a write whose answer may have been lost: take over what WeCom made of it."""
    found = [group for group in calls.tag_groups(wecom()) if group.name == name]
    with running.finishing() as session:
        for group in found:
            actions.upsert_group(session, group, complete=True)


@job("tags.sync", lane=Lane.BULK, attempts=SYNC_ATTEMPTS)
def sync(running: Running, run_id: int) -> None:
    """The whole catalogue is one answer of WeCom."""
    with telling(running, run_id):
        groups = calls.tag_groups(wecom())
        with running.finishing() as session:
            if not run_queries.is_running(session, run_id):
                return
            if not groups and queries.catalogue(session):
                # Believed, it would take every tag from every customer.
                raise GiveUp("企业微信没有返回任何企业标签，这里的都保留着：请检查应用的可见范围和权限。")
            repaired: Counter[str] = Counter()
            for group in groups:
                repaired += actions.upsert_group(session, group, complete=True)
            repaired["tag_groups_removed"] += actions.delete_groups_except(
                session, {group.group_id for group in groups}
            )
            count = sum(len(group.tags) for group in groups)
            runs.begin_parts(session, run_id, parts=0, total=count, calls=1)
            runs.progress(session, run_id, done=count, repaired=repaired)
            runs.finish(session, run_id)
