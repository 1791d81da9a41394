"""Groups read again from WeCom: one after an event, all in a full sync."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app import clock
from app.groups import actions, queries
from app.outbox import GiveUp, Lane, Postpone, Running, enqueue, job
from app.staff.queries import group_owners
from app.sync_runs import actions as runs
from app.sync_runs import queries as run_queries
from app.sync_runs.jobs import ATTEMPTS as SYNC_ATTEMPTS
from app.sync_runs.jobs import telling
from app.wecom.calls import groups as calls
from app.wecom.client import wecom
from app.wecom.errors import Refused

NO_SUCH_GROUP = frozenset({40050, 90501})
"""The code for an unknown customer group is not documented; these are what is known."""

CATCH_UP = (2, 5, 15, 60, 300)
"""Seconds to wait for WeCom's detail to catch up with its own event, one try each; then the sync repairs it."""

GROUPS_PER_JOB = 20


@job("groups.changed")
def changed(running: Running, chat_id: str, change: str, member_version: str) -> None:
    """
    Read the group again. The event comes at once and the detail later, so a change of members waits until WeCom
    shows the version that the event named, or a few tries have passed.
    """
    if change == "dismiss":
        with running.finishing() as session:
            actions.dismiss(session, [chat_id])
        return
    read_at = clock.now()
    try:
        given = calls.group_get(wecom(), chat_id)
    except Refused as refused:
        if refused.errcode not in NO_SUCH_GROUP:
            raise
        with running.finishing() as session:
            actions.dismiss(session, [chat_id])
        return
    tries = running.attempt - 1
    is_stale = bool(member_version) and given.member_version not in ("", member_version)
    if is_stale and tries < len(CATCH_UP):
        with running.transaction() as session:
            actions.upsert(session, given, read_at=read_at)
        raise Postpone(timedelta(seconds=CATCH_UP[tries]), "WeCom does not show the new member list yet")
    with running.finishing() as session:
        actions.upsert(session, given, read_at=read_at)


@job("groups.sync", lane=Lane.BULK, attempts=SYNC_ATTEMPTS)
def sync(running: Running, run_id: int) -> None:
    """List every owner's groups, then one job for some groups each."""
    with telling(running, run_id):
        with running.transaction() as session:
            owners = group_owners(session)
        found = {each.chat_id: each.status for each in calls.group_list(wecom(), owners=owners)}
        with running.finishing() as session:
            if not run_queries.is_running(session, run_id):
                return
            if not found and queries.any_left(session):
                raise GiveUp("企业微信没有返回任何客户群，这里的都保留着：请检查应用的可见范围和权限。")
            ids = sorted(found)
            parts = [ids[start : start + GROUPS_PER_JOB] for start in range(0, len(ids), GROUPS_PER_JOB)]
            lists = max(1, -(-len(owners) // calls.OWNERS_PER_CALL))
            runs.begin_parts(session, run_id, parts=len(parts), total=len(ids), calls=lists)
            for number, chat_ids in enumerate(parts):
                enqueue(
                    session,
                    "groups.sync_some",
                    key=f"sync:{run_id}:groups:{number}",
                    run_id=run_id,
                    chats={chat_id: found[chat_id] for chat_id in chat_ids},
                )
            if not parts:
                _end(session, run_id)


@job("groups.sync_some", lane=Lane.BULK, attempts=SYNC_ATTEMPTS, time_limit=60)
def sync_some(running: Running, run_id: int, chats: dict[str, int]) -> None:
    """A few groups; each is committed by itself, so a kill repeats reads and loses nothing."""
    with telling(running, run_id):
        for chat_id, status in sorted(chats.items()):
            read_at = clock.now()
            try:
                given = calls.group_get(wecom(), chat_id)
            except Refused as refused:
                if refused.errcode not in NO_SUCH_GROUP:
                    raise
                continue
            with running.transaction() as session:
                if not run_queries.is_running(session, run_id):
                    return
                repaired = actions.upsert(session, given, read_at=read_at, status=status)
                runs.progress(session, run_id, calls=1, repaired=repaired)
        with running.finishing() as session:
            runs.progress(session, run_id, done=len(chats))
            if runs.end_part(session, run_id):
                _end(session, run_id)


def _end(session: Session, run_id: int) -> None:
    """Groups that WeCom no longer lists were dismissed."""
    gone = queries.not_seen_since(session, run_queries.get(session, run_id).started_at)
    runs.progress(session, run_id, repaired={"groups_dismissed": actions.dismiss(session, gone)})
    runs.finish(session, run_id)
