"""Members and stores follow WeCom; roles decide who sees whom."""

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from app import db
from app.staff import queries
from app.staff.models import Department, Member
from app.sync_runs import actions as runs
from app.sync_runs.models import Kind, SyncRun
from app.viewer import Role, Viewer
from wecom_simulator import Answer, Reset, Simulator

People = Callable[[str], Viewer]
SignIn = Callable[[str], FlaskClient]
RunJobs = Callable[[], int]


def member(userid: str) -> Member:
    with db.transaction() as session:
        found = queries.member_by_userid(session, userid)
    assert found is not None
    return found


def start_sync() -> int:
    with db.transaction() as session:
        return runs.start(session, Kind.STAFF, started_by="test")[0].id


def run_of(run_id: int) -> SyncRun:
    with db.transaction() as session:
        return session.get_one(SyncRun, run_id, populate_existing=True)


def test_a_full_sync_brings_the_whole_shop(app: object, simulator: Simulator, run_jobs: RunJobs) -> None:
    run_id = start_sync()
    run_jobs()
    run = run_of(run_id)
    assert (run.state, run.error, run.done, run.total) == ("done", None, 8, 8)
    assert run.repaired["members_added"] == 20
    with db.transaction() as session:
        assert len(session.scalars(select(Member)).all()) == 20
        assert queries.store_tree(session, 2) == {2, 11, 12}
        serving = session.scalars(select(Member.userid).where(Member.serves_customers)).all()
    assert {"lin", "li", "wang"} <= set(serving)


def test_a_second_sync_repairs_nothing_and_the_third_what_callbacks_missed(
    app: object, simulator: Simulator, run_jobs: RunJobs
) -> None:
    start_sync()
    run_jobs()
    second = start_sync()
    run_jobs()
    simulator.world.admin_deletes_member("lin")
    simulator.world.admin_updates_member("zhang", name="张小敏")
    third = start_sync()
    run_jobs()
    assert run_of(second).repaired == {}
    assert run_of(third).repaired == {
        "members_left": 1,
        "members_changed": 1,
        "customer_rights_changed": 1,
    }
    assert member("lin").left_at is not None


def test_a_sync_that_would_lose_most_members_stops(
    app: object, people: People, simulator: Simulator, run_jobs: RunJobs
) -> None:
    """An app whose visibility was cut sees nobody: that is no reason to sign everybody out."""
    simulator.world.application().visible_departments = [11]
    run_id = start_sync()
    run_jobs()
    run = run_of(run_id)
    assert run.state == "failed"
    assert run.error is not None
    assert "可见范围" in run.error
    assert member("wang").left_at is None
    with db.transaction() as session:
        assert session.get_one(Department, 21).deleted_at is None


def test_a_list_of_nobody_who_serves_takes_the_right_from_nobody(
    app: object, people: People, simulator: Simulator, run_jobs: RunJobs
) -> None:
    """Mass messages would leave everybody out. Sabotage: believe an empty list."""
    simulator.script["externalcontact/get_follow_user_list"] = [Answer(errcode=0, extra={"follow_user": []})]
    run_id = start_sync()
    run_jobs()
    run = run_of(run_id)
    assert (run.state, "客户联系" in str(run.error)) == ("failed", True)
    assert member("wang").serves_customers


def test_a_rate_limited_sync_waits_and_goes_on(
    app: object,
    people: People,
    simulator: Simulator,
    clock: Callable[[timedelta], None],
    run_jobs: RunJobs,
) -> None:
    simulator.script["user/list"] = [Answer(errcode=45033), Reset()]
    run_id = start_sync()
    run_jobs()
    assert (run_of(run_id).state, run_of(run_id).done) == ("running", 6)
    clock(timedelta(seconds=30))
    run_jobs()
    assert (run_of(run_id).state, run_of(run_id).done) == ("done", 8)


def test_only_one_sync_of_a_kind_runs(app: object, people: People) -> None:
    assert start_sync() == start_sync()


def test_events_keep_members_in_step(app: object, people: People, simulator: Simulator, run_jobs: RunJobs) -> None:
    simulator.world.admin_creates_member("xin", "辛苗", [21], position="导购", customer_contact=True)
    simulator.world.admin_updates_member("lin", departments=[12])
    simulator.world.admin_deletes_member("zhang")
    simulator.callbacks.deliver_pending()
    run_jobs()
    assert (member("xin").name, member("xin").serves_customers) == ("辛苗", True)
    assert member("zhang").left_at is not None
    lin = member("lin").id
    with db.transaction() as session:
        assert [each.id for each in queries.stores_of(session, [lin])[lin]] == [12]


def test_a_new_userid_is_the_same_person(
    app: object, people: People, simulator: Simulator, run_jobs: RunJobs, lin: Viewer
) -> None:
    simulator.world.admin_updates_member("lin", new_userid="linxiao")
    simulator.callbacks.deliver_pending()
    run_jobs()
    assert member("linxiao").id == lin.member_id


def test_departments_come_and_go(app: object, people: People, simulator: Simulator, run_jobs: RunJobs) -> None:
    made = simulator.world.admin_creates_department("上海静安店", 2)
    simulator.callbacks.deliver_pending()
    run_jobs()
    with db.transaction() as session:
        new = session.scalars(select(Department).where(Department.name == "上海静安店")).one()
        assert new.parent_id == 2
    simulator.world.admin_deletes_department(new.id)
    simulator.callbacks.deliver_pending()
    run_jobs()
    with db.transaction() as session:
        assert session.get_one(Department, new.id, populate_existing=True).deleted_at is not None
    assert made is not None


def test_leading_a_store_makes_its_manager(people: People) -> None:
    li = people("li")
    assert li.roles == {Role.GUIDE, Role.STORE_MANAGER}
    assert li.store_ids == {11}
    assert not li.sees_all_stores


def test_leading_a_region_gives_its_whole_tree(
    app: object, people: People, simulator: Simulator, run_jobs: RunJobs
) -> None:
    simulator.world.admin_updates_member("li", departments=[2], leader=True)
    simulator.callbacks.deliver_pending()
    run_jobs()
    assert people("li").store_ids == {2, 11, 12}


def test_departments_that_name_each_other_as_parent_do_not_hang(people: People) -> None:
    with db.transaction() as session:
        session.get_one(Department, 11).parent_id = 12
        session.get_one(Department, 12).parent_id = 11
        assert queries.store_tree(session, 11) == {11, 12}
    assert people("li").store_ids == {11, 12}


def test_a_manager_sees_the_own_store_only(sign_in: SignIn) -> None:
    found = sign_in("li").get("/api/staff/members?page_size=100").json
    assert {each["userid"] for each in found["items"]} >= {"li", "lin", "zhang"}
    assert all(each["stores"][0]["id"] == 11 for each in found["items"])
    assert [each["id"] for each in sign_in("li").get("/api/staff/stores").json["items"]] == [11]


def test_head_office_finds_people_by_name_store_and_role(sign_in: SignIn) -> None:
    yun = sign_in("yun")
    assert [each["userid"] for each in yun.get("/api/staff/members?q=林晓").json["items"]] == ["lin"]
    assert yun.get("/api/staff/members?store_id=2&page_size=100").json["total"] > 3
    assert [each["userid"] for each in yun.get("/api/staff/members?role=compliance").json["items"]] == ["he"]
    assert yun.get("/api/staff/members?q=%25").json["total"] == 0


def test_a_guide_is_no_manager(sign_in: SignIn) -> None:
    assert sign_in("lin").get("/api/staff/members").status_code == 403
    assert sign_in("li").put("/api/staff/members/lin/roles", json={"roles": ["admin"]}).status_code == 403


def test_an_admin_grants_roles_and_it_is_recorded(sign_in: SignIn) -> None:
    boss, zhang = sign_in("boss"), sign_in("zhang")
    assert zhang.get("/api/audit").status_code == 403
    granted = boss.put("/api/staff/members/zhang/roles", json={"roles": ["compliance"]}).json
    assert granted["granted_roles"] == ["compliance"]
    entries = zhang.get("/api/audit?subject=member:zhang").json["items"]
    assert [(each["actor"], each["action"], each["details"]) for each in entries] == [
        ("boss", "role.granted", {"role": "compliance"})
    ]


def test_the_last_admin_stays(sign_in: SignIn, people: People) -> None:
    answer = sign_in("boss").put("/api/staff/members/boss/roles", json={"roles": []})
    assert (answer.status_code, answer.json["code"]) == (409, "last_admin")
    assert Role.ADMIN in people("boss").roles


def test_guide_and_manager_cannot_be_granted(sign_in: SignIn) -> None:
    answer = sign_in("boss").put("/api/staff/members/lin/roles", json={"roles": ["store_manager"]})
    assert answer.status_code == 422
