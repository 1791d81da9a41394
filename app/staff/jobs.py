"""Members and departments, read again from WeCom: one after an event, all in a full sync."""

from collections import Counter

from app.outbox import GiveUp, Lane, Running, enqueue, job
from app.staff import actions, queries
from app.staff.actions import Change
from app.sync_runs import actions as runs
from app.sync_runs import queries as run_queries
from app.sync_runs.jobs import ATTEMPTS, telling
from app.wecom.calls import contacts
from app.wecom.calls.customers import follow_users
from app.wecom.client import wecom
from app.wecom.errcodes import NO_SUCH_MEMBER
from app.wecom.errors import Refused

MOST_LEAVING = 10
"""More than this many at once, and more than half of all, is a lost right in WeCom rather than people leaving."""


@job("staff.member_changed")
def member_changed(running: Running, userid: str, change: str, new_userid: str) -> None:
    """Read the member again. Who was deleted loses every session before anything slow happens."""
    with running.transaction() as session:
        if change == "delete_user":
            actions.mark_left(session, [userid])
        if new_userid:
            actions.rename(session, userid, new_userid)
        userid = new_userid or userid
        is_new = queries.serving_unknown(session, userid)
    given = _read(userid)
    serving = userid in follow_users(wecom()) if given and is_new else None
    with running.finishing() as session:
        if given is None:
            actions.mark_left(session, [userid])
            return
        actions.upsert_member(session, given)
        if serving:
            actions.begin_serving(session, userid)


def _read(userid: str) -> contacts.Member | None:
    """None when WeCom knows nobody of that name, or does not show them to us any more."""
    try:
        return contacts.user_get(wecom(), userid)
    except Refused as refused:
        if refused.errcode in NO_SUCH_MEMBER:
            return None
        raise


@job("staff.department_changed")
def department_changed(running: Running, department_id: int, change: str) -> None:
    """The list is small and says everything, so an event about one department reads all."""
    del change  # the list tells whether it is still there
    departments = contacts.department_list(wecom())
    with running.finishing() as session:
        for each in departments:
            actions.upsert_department(session, each)
        if department_id not in {each.department_id for each in departments}:
            actions.remove_departments(session, [department_id])


@job("staff.sync", lane=Lane.BULK, attempts=ATTEMPTS)
def sync(running: Running, run_id: int) -> None:
    """Departments, then one job for the members of each."""
    with telling(running, run_id):
        departments = contacts.department_list(wecom())
        if not departments:
            raise GiveUp("企业微信没有返回任何部门：请检查应用的可见范围。")
        with running.finishing() as session:
            if not run_queries.is_running(session, run_id):
                return
            changes = Counter(actions.upsert_department(session, each) for each in departments)
            present = {each.department_id for each in departments}
            runs.begin_parts(session, run_id, parts=len(present), total=len(present), calls=1)
            runs.progress(session, run_id, repaired=_repairs("departments", changes))
            for department_id in sorted(present):
                key = f"sync:{run_id}:department:{department_id}"
                enqueue(session, "staff.sync_department", key=key, run_id=run_id, department_id=department_id)


@job("staff.sync_department", lane=Lane.BULK, attempts=ATTEMPTS)
def sync_department(running: Running, run_id: int, department_id: int) -> None:
    with telling(running, run_id):
        members = contacts.users_of_department(wecom(), department_id)
        with running.finishing() as session:
            if not run_queries.is_running(session, run_id):
                return
            # In one order everywhere, so that two departments with the same people do not wait for each other.
            ordered = sorted(members, key=lambda each: each.userid)
            changes = Counter(actions.upsert_member(session, each) for each in ordered)
            runs.progress(session, run_id, done=1, calls=1, repaired=_repairs("members", changes))
            if runs.end_part(session, run_id):
                enqueue(session, "staff.sync_end", key=f"sync:{run_id}:end", run_id=run_id)


@job("staff.sync_end", lane=Lane.BULK, attempts=ATTEMPTS)
def sync_end(running: Running, run_id: int) -> None:
    """Who may serve customers, and what WeCom did not name any more: only now, when all of it was read."""
    with telling(running, run_id):
        serving = follow_users(wecom())
        with running.finishing() as session:
            if not run_queries.is_running(session, run_id):
                return
            if not serving and queries.anybody_serves(session):
                raise GiveUp("企业微信没有返回任何有「客户联系」权限的成员：请检查应用的可见范围和权限。")
            started_at = run_queries.get(session, run_id).started_at
            missing = queries.not_seen_since(session, started_at)
            if len(missing) > MOST_LEAVING and len(missing) * 2 > queries.count_active(session):
                raise GiveUp(
                    f"企业微信里少了 {len(missing)} 位成员，超过一半：请先检查应用的可见范围，再重新同步。"
                )
            gone = queries.departments_not_seen_since(session, started_at)
            repaired = {
                "members_left": actions.mark_left(session, missing),
                "departments_removed": actions.remove_departments(session, gone),
                "customer_rights_changed": actions.set_serving(session, serving),
            }
            runs.progress(session, run_id, calls=1, repaired=repaired)
            runs.finish(session, run_id)


def _repairs(what: str, changes: "Counter[Change]") -> dict[str, int]:
    return {f"{what}_added": changes[Change.ADDED], f"{what}_changed": changes[Change.CHANGED]}
