"""A full sync: few calls, resumable after a kill, repairs what callbacks missed, believes no empty answer."""

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import db
from app.customers.models import Customer, Follow
from app.outbox import Job, JobState
from app.sync_runs import actions as runs
from app.sync_runs.models import Kind, SyncRun
from tests.app.customers.conftest import WANG_JIE
from wecom_simulator import Answer, Reset, Simulator

RunJobs = Callable[[], int]
Clock = Callable[[timedelta], None]


def start() -> int:
    with db.transaction() as session:
        return runs.start(session, Kind.CUSTOMERS, started_by="tests")[0].id


def run_of(run_id: int) -> SyncRun:
    with db.transaction() as session:
        return session.get_one(SyncRun, run_id, populate_existing=True)


def live() -> int:
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(Follow).where(Follow.ended_at.is_(None))) or 0


def in_wecom(shop: Simulator) -> int:
    return sum(len(each.follows) for each in shop.world.state.customers.values())


def test_everybody_is_read_with_one_call_a_hundred(shop: Simulator, run_jobs: RunJobs, clock: Clock) -> None:
    clock(timedelta(minutes=1))
    before = len(shop.calls.to("externalcontact/batch/get_by_user"))
    run_id = start()
    run_jobs()
    run = run_of(run_id)
    calls = len(shop.calls.to("externalcontact/batch/get_by_user")) - before
    print(f"{run.done} relations in {calls} page calls, {run.calls} calls in all")
    assert (run.state, run.repaired) == ("done", {})
    assert run.done == in_wecom(shop) == live()
    assert calls <= run.done / 100 + 1
    assert run.calls == calls + 1


def test_what_callbacks_missed_is_repaired_and_counted(shop: Simulator, run_jobs: RunJobs, clock: Clock) -> None:
    clock(timedelta(minutes=1))
    shop.callbacks.lose = 1.0
    shop.world.customer_scans(userid="lin", name="周女士")
    shop.world.member_edits_customer("lin", WANG_JIE, remark="王阿姨")
    gone = next(each for each in shop.world.customers_of("wang") if len(each.follows) == 1)
    shop.world.member_deletes_customer("wang", gone.external_userid)
    shop.callbacks.deliver_pending()
    clock(timedelta(minutes=1))
    run_id = start()
    run_jobs()
    repaired = run_of(run_id).repaired
    assert repaired == {"customers_added": 1, "follows_added": 1, "follows_changed": 1, "follows_ended": 1}
    with db.transaction() as session:
        follow = session.scalars(
            select(Follow).join(Customer).where(Customer.external_user_id == gone.external_userid)
        )
        assert [each.ended_by for each in follow] == ["sync"]


def test_an_empty_answer_does_not_end_what_wecom_still_lists_elsewhere(
    shop: Simulator, run_jobs: RunJobs, clock: Clock
) -> None:
    """Sabotage that turns this red: skip `customer_ids` in `sync_gone`."""
    clock(timedelta(minutes=1))
    before = live()
    shop.script["externalcontact/batch/get_by_user"] = [Answer(0, extra={"external_contact_list": []})]
    run_id = start()
    run_jobs()
    assert run_of(run_id).state == "done"
    assert live() == before


def test_a_lost_right_stops_the_sync_and_says_so(shop: Simulator, run_jobs: RunJobs, clock: Clock) -> None:
    clock(timedelta(minutes=1))
    before = live()
    shop.script["externalcontact/get_follow_user_list"] = [Answer(0, extra={"follow_user": []})]
    run_id = start()
    run_jobs()
    run = run_of(run_id)
    assert run.state == "failed"
    assert "可见范围" in str(run.error)
    assert live() == before


def test_a_killed_sync_goes_on_with_the_page_it_was_at(shop: Simulator, run_jobs: RunJobs, clock: Clock) -> None:
    """The third page dies with the worker: pages one and two are not asked again."""
    clock(timedelta(minutes=1))
    pages = "externalcontact/batch/get_by_user"
    before = len(shop.calls.to(pages))
    shop.script[pages] = [Answer(errcode=-1), Reset(), Reset()]
    run_id = start()
    for _ in range(5):
        run_jobs()
        clock(timedelta(minutes=2))
    run = run_of(run_id)
    cursors = [call.body.get("cursor") for call in shop.calls.to(pages)[before:]]
    assert run.state == "done"
    assert run.done == live()
    assert len(set(cursors)) + 3 == len(cursors)


def test_a_page_that_fails_for_good_tells_the_run(shop: Simulator, run_jobs: RunJobs, clock: Clock) -> None:
    clock(timedelta(minutes=1))
    shop.script["externalcontact/batch/get_by_user"] = [Reset()] * 20
    run_id = start()
    for _ in range(6):
        run_jobs()
        clock(timedelta(minutes=35))
    assert run_of(run_id).state == "failed"
    with db.transaction() as session:
        dead = session.scalars(select(Job.name).where(Job.state == JobState.DEAD)).all()
    assert dead == ["customers.sync_page"]


def test_a_cancelled_sync_keeps_what_it_has_and_stops(shop: Simulator, run_jobs: RunJobs, clock: Clock) -> None:
    clock(timedelta(minutes=1))
    run_id = start()
    with db.transaction() as session:
        runs.cancel(session, run_id)
    before = shop.calls.count("externalcontact/batch/get_by_user")
    run_jobs()
    assert shop.calls.count("externalcontact/batch/get_by_user") == before
    assert run_of(run_id).state == "cancelled"


def test_a_member_without_a_licence_keeps_the_customers(shop: Simulator, run_jobs: RunJobs, clock: Clock) -> None:
    """WeCom leaves their customers out and names them; that is not the end of the relations."""
    clock(timedelta(minutes=1))
    before = live()
    serving = sorted(each.userid for each in shop.world.state.members.values())
    unlicensed = {"external_contact_list": [], "fail_info": {"unlicensed_userid_list": serving}}
    shop.script["externalcontact/batch/get_by_user"] = [Answer(0, extra=unlicensed)]
    run_id = start()
    run_jobs()
    assert run_of(run_id).state == "done"
    assert live() == before


def test_the_night_reads_everything_and_plans_the_next(shop: Simulator, run_jobs: RunJobs, clock: Clock) -> None:
    clock(timedelta(hours=18))
    run_jobs()
    with db.transaction() as session:
        nightly = select(SyncRun.kind, SyncRun.state).where(SyncRun.started_by == "schedule")
        found = {row.kind: row.state for row in session.execute(nightly)}
        waiting = session.scalars(
            select(Job.due_at).where(Job.name == "sync_runs.nightly", Job.state == "waiting")
        )
        due = [each.isoformat() for each in waiting]
    assert found == {"staff": "done", "customers": "done", "tags": "done", "groups": "done"}
    assert due == ["2026-11-21T19:40:00+00:00"]


def test_the_list_finds_by_name_remark_number_tag_store_and_relation(
    shop: Simulator, sign_in: Callable[[str], FlaskClient]
) -> None:
    yun = sign_in("yun")

    def ids(query: str) -> set[str]:
        found = yun.get(f"/api/customers?page_size=100&{query}").json
        return {each["external_user_id"] for each in found["items"]}

    gold = next(
        tag.id for group in shop.world.state.tag_groups.values() for tag in group.tags if tag.name == "金卡"
    )
    everybody = yun.get("/api/customers").json
    assert everybody["total"] == 300
    assert WANG_JIE in ids("q=王姐")
    assert ids("q=138-0000-1234") >= {WANG_JIE}
    assert ids("q=1380000123") == set()
    assert WANG_JIE in ids(f"q=王姐&tag_ids={gold}&store_id=2&userid=LIN&relation=friend")
    assert WANG_JIE not in ids("q=王姐&store_id=3")
    assert ids("q=%25") == set()
    assert "13800001234" not in yun.get("/api/customers?q=王姐").text


def test_a_manager_lists_the_own_store_only(shop: Simulator, sign_in: Callable[[str], FlaskClient]) -> None:
    """Sabotage that turns this red: leave `may_see_follow` out of `search`."""
    li, sun = sign_in("li"), sign_in("sun")
    rows = li.get("/api/customers?page_size=100").json["items"]
    members = {each.userid for each in shop.world.state.members.values() if 11 in each.departments}
    assert {follower["userid"] for row in rows for follower in row["followers"]} <= members
    assert WANG_JIE in {row["external_user_id"] for row in li.get("/api/customers?q=王姐").json["items"]}
    found = sun.get("/api/customers?q=13800001234").json["items"]
    assert WANG_JIE not in {row["external_user_id"] for row in found}
    assert sign_in("lin").get("/api/customers").status_code == 403


def test_opening_a_file_is_recorded(shop: Simulator, sign_in: Callable[[str], FlaskClient]) -> None:
    li = sign_in("li")
    assert li.get(f"/api/customers/{WANG_JIE}").json["my_follow"] is None
    assert sign_in("sun").get(f"/api/customers/{WANG_JIE}").status_code == 404
    entries = sign_in("he").get("/api/audit?action=customer.opened").json["items"]
    assert [(each["actor"], each["subject"]) for each in entries] == [("li", f"customer:{WANG_JIE}")]
