"""The catalogue stays in step both ways; tags of a customer are set at once and written to WeCom."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock as app_clock
from app import config, db
from app.customers import mirror
from app.customers.models import Customer, Follow
from app.outbox import Job
from app.sync_runs import actions as runs
from app.sync_runs.models import Kind, SyncRun
from app.tags import actions
from app.tags.models import Maintainer, Tag, TagChange
from app.viewer import Viewer
from app.wecom.calls.customers import customer
from app.wecom.client import wecom
from tests.support import words
from wecom_simulator import Answer, Reset, Simulator

SignIn = Callable[[str], FlaskClient]
RunJobs = Callable[[], int]
Clock = Callable[[timedelta], None]
WANG_JIE = "wmWangJie0000000000000000000001"
TAGS = f"/api/customers/{WANG_JIE}/tags"


@pytest.fixture
def shop(
    app: Flask, clock: Clock, people: Callable[[str], Viewer], simulator: Simulator, run_jobs: RunJobs
) -> Simulator:
    """Tags and customers are synced; a word list is published; time stands still."""
    words.publish()
    with db.transaction() as session:
        for kind in (Kind.TAGS, Kind.CUSTOMERS):
            runs.start(session, kind, started_by="tests")
    run_jobs()
    return simulator


def tag_id(shop: Simulator, name: str) -> str:
    return next(tag.id for group in shop.world.state.tag_groups.values() for tag in group.tags if tag.name == name)


def in_wecom(shop: Simulator) -> set[str]:
    return set(shop.world.follow_or_fail("lin", WANG_JIE).tags)


def here() -> Follow:
    with db.transaction() as session:
        return here_in(session)


def here_in(session: Session) -> Follow:
    wanted = select(Follow).join(Customer).where(Customer.external_user_id == WANG_JIE)
    return session.scalars(wanted.where(Follow.userid == "lin").execution_options(populate_existing=True)).one()


def groups(browser: FlaskClient) -> dict[str, list[str]]:
    listed: list[dict[str, Any]] = browser.get("/api/tags").json["groups"]
    return {group["name"]: [tag["name"] for tag in group["tags"]] for group in listed}


def deliver(shop: Simulator, run_jobs: RunJobs) -> None:
    shop.callbacks.deliver_pending()
    run_jobs()


def test_the_catalogue_is_wecoms(shop: Simulator, sign_in: SignIn) -> None:
    found = groups(sign_in("lin"))
    assert found["购买偏好"] == ["通勤", "休闲", "晚宴", "运动"]
    assert set(found) == {"会员等级", "购买偏好", "尺码", "来源", "关注点"}


def test_a_press_sets_at_once_and_reaches_wecom(shop: Simulator, sign_in: SignIn, run_jobs: RunJobs) -> None:
    lin, sport, commute = sign_in("lin"), tag_id(shop, "运动"), tag_id(shop, "通勤")
    answer = lin.post(TAGS, json={"add": [sport], "remove": [commute]}).json
    assert sport in answer["tag_ids"]
    assert commute not in answer["tag_ids"]
    assert (answer["write_state"], len(answer["change_ids"])) == ("pending", 2)
    run_jobs()
    assert sport in in_wecom(shop)
    assert commute not in in_wecom(shop)
    assert here().tag_write_state == "synced"


def test_who_and_when_is_kept_and_shown(shop: Simulator, sign_in: SignIn, lin: Viewer) -> None:
    browser = sign_in("lin")
    browser.post(TAGS, json={"add": [tag_id(shop, "运动")]})
    line = browser.get(f"/api/sidebar/customers/{WANG_JIE}").json["timeline"][0]
    with db.transaction() as session:
        change = session.scalars(select(TagChange)).one()
    assert (line["who"], line["detail"]) == ("林晓", "+「运动」")
    assert (change.by_member_id, change.op) == (lin.member_id, "add")


def test_undo_before_it_left_cancels_out_in_one_call(shop: Simulator, sign_in: SignIn, run_jobs: RunJobs) -> None:
    lin, sport, before = sign_in("lin"), tag_id(shop, "运动"), in_wecom(shop)
    lin.post(TAGS, json={"add": [sport]})
    lin.post(TAGS, json={"remove": [sport]})
    run_jobs()
    assert in_wecom(shop) == before
    assert shop.calls.count("externalcontact/mark_tag") == 1
    with db.transaction() as session:
        assert set(session.scalars(select(TagChange.state))) == {"done"}


def test_pressing_twice_is_pressing_once(shop: Simulator, sign_in: SignIn, run_jobs: RunJobs) -> None:
    lin, sport = sign_in("lin"), tag_id(shop, "运动")
    lin.post(TAGS, json={"add": [sport]})
    second = lin.post(TAGS, json={"add": [sport]}).json
    assert second["change_ids"] == []
    assert second["tag_ids"].count(sport) == 1


def test_a_sync_does_not_take_back_a_tag_on_its_way(shop: Simulator, sign_in: SignIn, run_jobs: RunJobs) -> None:
    """Sabotage that turns this red: ignore `tag_write_state` in `mirror._take_over`."""
    sport = tag_id(shop, "运动")
    shop.script["externalcontact/mark_tag"] = [Answer(errcode=45035)]
    sign_in("lin").post(TAGS, json={"add": [sport]})
    shop.world.member_edits_customer("lin", WANG_JIE, remark="王阿姨")
    deliver(shop, run_jobs)
    assert here().remark == "王阿姨"
    assert sport in here().tag_ids


def test_a_refused_tag_is_taken_back_and_says_why(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs, clock: Clock
) -> None:
    lin, sport = sign_in("lin"), tag_id(shop, "运动")
    shop.script["externalcontact/mark_tag"] = [Answer(errcode=84061)]
    lin.post(TAGS, json={"add": [sport]})
    run_jobs()
    my = lin.get(f"/api/sidebar/customers/{WANG_JIE}").json["my_follow"]
    assert sport not in my["tag_ids"]
    assert my["tag_write_state"] == "failed"
    assert my["tag_write_error"]


def test_no_answer_is_tried_again(shop: Simulator, sign_in: SignIn, run_jobs: RunJobs, clock: Clock) -> None:
    sport = tag_id(shop, "运动")
    shop.script["externalcontact/mark_tag"] = [Reset(after_effect=True), Reset()]
    sign_in("lin").post(TAGS, json={"add": [sport]})
    for _ in range(3):
        run_jobs()
        clock(timedelta(minutes=2))
    assert sport in in_wecom(shop)
    assert here().tag_write_state == "synced"


def test_a_tag_pressed_while_another_is_refused_is_still_shown(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs, clock: Clock
) -> None:
    """Sabotage: only mark what was written as done: our own writes send no callback that would show it."""
    lin, sport, commute = sign_in("lin"), tag_id(shop, "运动"), tag_id(shop, "休闲")
    (refused,) = lin.post(TAGS, json={"add": [sport]}).json["change_ids"]
    lin.post(TAGS, json={"add": [commute]})
    with db.transaction() as session:
        actions.changes_refused(session, here_in(session).id, [refused], reason="标签已不存在")
    clock(timedelta(seconds=1))
    read_at = app_clock.now()
    given = customer(wecom(), WANG_JIE)
    with db.transaction() as session:
        mirror.upsert(session, [given], read_at=read_at, complete=True)
    run_jobs()
    assert commute in in_wecom(shop)
    assert (here().tag_write_state, commute in here().tag_ids, sport in here().tag_ids) == ("synced", True, False)


def test_nothing_to_change_in_a_group_asks_wecom_nothing(shop: Simulator, sign_in: SignIn) -> None:
    """Sabotage: send the edit without a name or an order, which WeCom refuses."""
    group = next(iter(shop.world.state.tag_groups))
    before = shop.calls.count("externalcontact/edit_corp_tag")
    assert sign_in("yun").patch(f"/api/tags/groups/{group}", json={}).status_code == 200
    assert shop.calls.count("externalcontact/edit_corp_tag") == before


def test_a_wecom_that_cannot_be_reached_takes_the_tag_back_and_says_so(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs, clock: Clock
) -> None:
    """Sabotage: tell only of calls without an answer, not of those that never left."""
    lin, sport = sign_in("lin"), tag_id(shop, "运动")
    lin.post(TAGS, json={"add": [sport]})
    known_address = config.settings()
    config.configure(replace(known_address, wecom_api_base_url="http://127.0.0.1:9"))
    for _ in range(6):
        run_jobs()
        clock(timedelta(hours=1))
    config.configure(known_address)
    assert here().tag_write_state == "failed"
    with db.transaction() as session:
        unread = session.scalars(select(Job.id).where(Job.name == "customers.contact_changed")).all()
    assert unread  # WeCom's own tags will be read and shown again


@pytest.mark.parametrize("somebody", ["zhang", "li", "wang"])
def test_only_the_own_guide_sets_tags(shop: Simulator, sign_in: SignIn, somebody: str) -> None:
    assert sign_in(somebody).post(TAGS, json={"add": [tag_id(shop, "运动")]}).status_code == 404


def test_a_guide_cannot_set_a_system_tag(shop: Simulator, sign_in: SignIn) -> None:
    sport = tag_id(shop, "运动")
    answer = sign_in("yun").patch(f"/api/tags/{sport}", json={"maintainer": "system"})
    assert answer.json["maintainer"] == Maintainer.SYSTEM
    refused = sign_in("lin").post(TAGS, json={"add": [sport]})
    assert (refused.status_code, refused.json["code"]) == (422, "system_tag")


@pytest.mark.parametrize("change", [{"add": ["etNobody"]}, {"add": ["x"], "remove": ["x"]}])
def test_nonsense_is_refused(shop: Simulator, sign_in: SignIn, change: dict[str, list[str]]) -> None:
    assert sign_in("lin").post(TAGS, json=change).status_code == 422


def test_changes_in_wecoms_console_arrive(shop: Simulator, sign_in: SignIn, run_jobs: RunJobs) -> None:
    lin = sign_in("lin")
    shop.world.admin_creates_tags("面料", ["羊毛", "真丝"])
    shop.world.admin_renames_tag(tag_id(shop, "运动"), "运动户外")
    shop.world.admin_deletes_tag(tag_id(shop, "晚宴"))
    deliver(shop, run_jobs)
    assert sorted(groups(lin)["面料"]) == ["真丝", "羊毛"]
    assert groups(lin)["购买偏好"] == ["通勤", "休闲", "运动户外"]


def test_a_tag_deleted_in_wecom_leaves_the_customers(shop: Simulator, sign_in: SignIn, run_jobs: RunJobs) -> None:
    commute = tag_id(shop, "通勤")
    shop.world.admin_deletes_tag(commute)
    deliver(shop, run_jobs)
    assert commute not in here().tag_ids


def test_a_group_deleted_in_wecom_takes_its_tags(shop: Simulator, sign_in: SignIn, run_jobs: RunJobs) -> None:
    group = next(key for key, each in shop.world.state.tag_groups.items() if each.name == "尺码")
    shop.world.admin_deletes_tag_group(group)
    deliver(shop, run_jobs)
    assert "尺码" not in groups(sign_in("lin"))
    with db.transaction() as session:
        live = session.scalars(select(Tag.name).where(Tag.group_id == group, Tag.deleted_at.is_(None)))
        assert live.all() == []


def test_a_sync_repairs_the_catalogue(shop: Simulator, run_jobs: RunJobs, clock: Clock) -> None:
    shop.callbacks.lose = 1.0
    shop.world.admin_creates_tags("面料", ["羊毛"])
    shop.world.admin_renames_tag(tag_id(shop, "运动"), "运动户外")
    shop.world.admin_deletes_tag(tag_id(shop, "晚宴"))
    shop.callbacks.deliver_pending()
    with db.transaction() as session:
        run_id = runs.start(session, Kind.TAGS, started_by="tests")[0].id
    run_jobs()
    with db.transaction() as session:
        run = session.get_one(SyncRun, run_id, populate_existing=True)
        assert (run.state, run.repaired) == (
            "done",
            {"tag_groups_added": 1, "tags_added": 1, "tags_changed": 1, "tags_removed": 1},
        )


def test_a_catalogue_that_is_suddenly_empty_takes_no_tag_from_a_customer(
    shop: Simulator, run_jobs: RunJobs
) -> None:
    """An app that lost the right sees no tags: no reason to take them off everybody. Sabotage: believe it."""
    before = here().tag_ids
    shop.script["externalcontact/get_corp_tag_list"] = [Answer(errcode=0, extra={"tag_group": []})]
    with db.transaction() as session:
        run_id = runs.start(session, Kind.TAGS, started_by="tests")[0].id
    run_jobs()
    with db.transaction() as session:
        run = session.get_one(SyncRun, run_id, populate_existing=True)
    assert (run.state, "标签" in str(run.error)) == ("failed", True)
    assert here().tag_ids == before != []


def test_an_operator_edits_the_catalogue_in_wecom(shop: Simulator, sign_in: SignIn) -> None:
    yun = sign_in("yun")
    made = yun.post("/api/tags/groups", json={"name": "面料", "tags": ["羊毛", "真丝", "羊毛"]})
    assert made.status_code == 201
    group = made.json
    more = yun.post(f"/api/tags/groups/{group['id']}/tags", json={"names": ["亚麻"]}).json
    assert [tag["name"] for tag in more["tags"]] != []
    wool = next(tag["id"] for tag in group["tags"] if tag["name"] == "羊毛")
    yun.patch(f"/api/tags/{wool}", json={"name": "羊绒"})
    yun.patch(f"/api/tags/groups/{group['id']}", json={"name": "料子"})
    assert sorted(groups(yun)["料子"]) == ["亚麻", "真丝", "羊绒"]
    in_wecom = next(each for each in shop.world.state.tag_groups.values() if each.name == "料子")
    assert sorted(tag.name for tag in in_wecom.tags if not tag.deleted) == ["亚麻", "真丝", "羊绒"]
    assert yun.delete(f"/api/tags/{wool}").status_code == 204
    assert yun.delete(f"/api/tags/groups/{group['id']}").status_code == 204
    assert "料子" not in groups(yun)
    recorded = sign_in("he").get("/api/audit?action=tags.").json
    assert recorded["total"] == 6


def test_a_lost_answer_is_found_again_without_asking_twice(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs, clock: Clock
) -> None:
    yun = sign_in("yun")
    shop.script["externalcontact/add_corp_tag"] = [Reset(after_effect=True)]
    answer = yun.post("/api/tags/groups", json={"name": "面料", "tags": ["羊毛"]})
    assert answer.status_code == 504
    clock(timedelta(seconds=31))
    run_jobs()
    assert groups(yun)["面料"] == ["羊毛"]
    assert shop.calls.count("externalcontact/add_corp_tag") == 1


def test_a_forbidden_word_is_no_tag(shop: Simulator, sign_in: SignIn) -> None:
    answer = sign_in("yun").post("/api/tags/groups", json={"name": "活动", "tags": [words.FORBIDDEN]})
    assert (answer.status_code, answer.json["code"]) == (422, "blocked_by_words")
    assert shop.calls.count("externalcontact/add_corp_tag") == 0


@pytest.mark.parametrize("somebody", ["lin", "li", "he"])
def test_only_operators_and_admins_edit_the_catalogue(shop: Simulator, sign_in: SignIn, somebody: str) -> None:
    browser = sign_in(somebody)
    assert browser.post("/api/tags/groups", json={"name": "面料", "tags": ["羊毛"]}).status_code == 403
    assert browser.delete(f"/api/tags/{tag_id(shop, '运动')}").status_code == 403
