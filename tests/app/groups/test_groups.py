"""Group chats follow WeCom, whose detail may lag behind its own event."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import db
from app.groups.models import CustomerGroup, GroupMember
from app.sync_runs import actions as runs
from app.sync_runs.models import Kind, SyncRun
from app.viewer import Viewer
from wecom_simulator import Answer, Simulator

SignIn = Callable[[str], FlaskClient]
RunJobs = Callable[[], int]
Clock = Callable[[timedelta], None]
WANG_JIE = "wmWangJie0000000000000000000001"


def sync(run_jobs: RunJobs) -> SyncRun:
    with db.transaction() as session:
        run_id = runs.start(session, Kind.GROUPS, started_by="tests")[0].id
    run_jobs()
    with db.transaction() as session:
        return session.get_one(SyncRun, run_id, populate_existing=True)


@pytest.fixture
def shop(
    app: Flask, clock: Clock, people: Callable[[str], Viewer], simulator: Simulator, run_jobs: RunJobs
) -> Simulator:
    """The shop's groups are synced; time stands still."""
    sync(run_jobs)
    clock(timedelta(minutes=1))
    return simulator


def present(chat_id: str) -> set[str]:
    with db.transaction() as session:
        return set(
            session.scalars(
                select(GroupMember.wecom_id)
                .join(CustomerGroup)
                .where(CustomerGroup.chat_id == chat_id, GroupMember.left_at.is_(None))
            )
        )


def lins_group(shop: Simulator) -> str:
    return next(each.chat_id for each in shop.world.state.groups.values() if each.owner == "lin")


def deliver(shop: Simulator, run_jobs: RunJobs) -> None:
    shop.callbacks.deliver_pending()
    run_jobs()


def test_a_sync_brings_all_groups_with_their_members(shop: Simulator, run_jobs: RunJobs) -> None:
    with db.transaction() as session:
        assert len(session.scalars(select(CustomerGroup)).all()) == 20
    for group in shop.world.state.groups.values():
        assert present(group.chat_id) == {each.id for each in group.members}
    again = sync(run_jobs)
    assert (again.state, again.done, again.repaired) == ("done", 20, {})


def test_joins_and_leaves_arrive(shop: Simulator, run_jobs: RunJobs) -> None:
    chat_id = lins_group(shop)
    known = present(chat_id)
    newcomer = next(each for each in shop.world.state.customers if each not in known)
    leaver = next(each for each in known if each.startswith("wm"))
    shop.world.group_joined(chat_id, newcomer)
    shop.world.group_left(chat_id, leaver)
    deliver(shop, run_jobs)
    assert present(chat_id) == (known | {newcomer}) - {leaver}


def test_a_lagging_detail_is_asked_until_it_shows_the_version_of_the_event(
    shop: Simulator, run_jobs: RunJobs, clock: Clock
) -> None:
    """Sabotage that turns this red: take the first answer in `groups.changed`."""
    chat_id = lins_group(shop)
    newcomer = next(each for each in shop.world.state.customers if each not in present(chat_id))
    shop.switches.group_detail_lag_calls = 2
    shop.world.group_joined(chat_id, newcomer)
    deliver(shop, run_jobs)
    assert newcomer not in present(chat_id)
    for _ in range(3):
        clock(timedelta(seconds=10))
        run_jobs()
    assert newcomer in present(chat_id)


def test_who_comes_back_has_two_stays(shop: Simulator, run_jobs: RunJobs, clock: Clock) -> None:
    chat_id = lins_group(shop)
    leaver = next(each for each in present(chat_id) if each.startswith("wm"))
    shop.world.group_left(chat_id, leaver)
    deliver(shop, run_jobs)
    clock(timedelta(minutes=5))
    shop.world.group_joined(chat_id, leaver)
    deliver(shop, run_jobs)
    with db.transaction() as session:
        stays = session.scalars(
            select(GroupMember)
            .join(CustomerGroup)
            .where(CustomerGroup.chat_id == chat_id, GroupMember.wecom_id == leaver)
        ).all()
    assert len(stays) == 2
    assert leaver in present(chat_id)


def test_name_owner_and_notice_arrive(shop: Simulator, run_jobs: RunJobs, sign_in: SignIn) -> None:
    chat_id = lins_group(shop)
    shop.world.group_renamed(chat_id, "会员福利新群")
    shop.world.group_notice_changed(chat_id, "文明沟通")
    shop.world.group_owner_changed(chat_id, "zhang")
    deliver(shop, run_jobs)
    shown = sign_in("zhang").get(f"/api/groups/{chat_id}").json
    assert (shown["name"], shown["notice"], shown["is_owner_me"]) == ("会员福利新群", "文明沟通", True)
    assert shown["owner"] == {"userid": "zhang", "name": "张敏"}


def test_new_and_dismissed_groups_arrive(shop: Simulator, run_jobs: RunJobs) -> None:
    made = shop.world.group_created("lin", "试衣群", customers=[WANG_JIE])
    deliver(shop, run_jobs)
    assert WANG_JIE in present(made["chat_id"])
    shop.world.group_dismissed(made["chat_id"])
    deliver(shop, run_jobs)
    with db.transaction() as session:
        group = session.scalars(select(CustomerGroup).where(CustomerGroup.chat_id == made["chat_id"])).one()
        assert group.dismissed_at is not None


def test_a_sync_repairs_what_callbacks_missed(shop: Simulator, run_jobs: RunJobs, clock: Clock) -> None:
    chat_id = lins_group(shop)
    other = next(each for each in shop.world.state.groups if each != chat_id)
    newcomer = next(each for each in shop.world.state.customers if each not in present(chat_id))
    shop.callbacks.lose = 1.0
    shop.world.group_joined(chat_id, newcomer)
    shop.world.group_dismissed(other)
    shop.callbacks.deliver_pending()
    clock(timedelta(minutes=1))
    assert sync(run_jobs).repaired == {"group_members_joined": 1, "groups_dismissed": 1}


def test_a_list_that_is_suddenly_empty_dismisses_no_group(shop: Simulator, run_jobs: RunJobs) -> None:
    """An app that lost the right sees no groups: no reason to hide them all. Sabotage: believe it."""
    shop.script["externalcontact/groupchat/list"] = [Answer(errcode=0, extra={"group_chat_list": []})]
    run = sync(run_jobs)
    assert (run.state, "客户群" in str(run.error)) == ("failed", True)
    with db.transaction() as session:
        assert not session.scalars(select(CustomerGroup).where(CustomerGroup.dismissed_at.is_not(None))).all()


def test_the_sidebar_shows_the_open_group(
    shop: Simulator, run_jobs: RunJobs, sign_in: SignIn, clock: Clock
) -> None:
    chat_id = lins_group(shop)
    members = sorted(each for each in present(chat_id) if each.startswith("wm"))
    shop.world.group_left(chat_id, members[0])
    deliver(shop, run_jobs)
    shown = sign_in("lin").get(f"/api/groups/{chat_id}").json
    assert shown["members_today"] == {"joined": 0, "left": 1}
    assert shown["member_count"] == len(shown["members"]) == len(present(chat_id))
    assert shown["is_owner_me"] is True


def test_groups_of_others_are_not_there(shop: Simulator, sign_in: SignIn) -> None:
    """Sabotage that turns this red: return `select(CustomerGroup)` in `visible_to`."""
    chat_id = next(
        each.chat_id
        for each in shop.world.state.groups.values()
        if 11 in shop.world.member_or_fail(each.owner).departments
        and not {"wang", "sun"} & {member.id for member in each.members}
    )
    assert sign_in("wang").get(f"/api/groups/{chat_id}").status_code == 404
    assert sign_in("sun").get(f"/api/groups/{chat_id}").status_code == 404
    assert sign_in("li").get(f"/api/groups/{chat_id}").status_code == 200
    listed = sign_in("sun").get("/api/groups?page_size=100").json
    assert chat_id not in {each["chat_id"] for each in listed["items"]}
    assert sign_in("yun").get("/api/groups?page_size=100").json["total"] == 20


def test_a_group_whose_owner_left_stays_until_it_is_inherited(
    shop: Simulator, run_jobs: RunJobs, clock: Clock
) -> None:
    chat_id = lins_group(shop)
    shop.world.admin_deletes_member("lin")
    deliver(shop, run_jobs)
    clock(timedelta(minutes=1))
    run = sync(run_jobs)
    with db.transaction() as session:
        group = session.scalars(select(CustomerGroup).where(CustomerGroup.chat_id == chat_id)).one()
    assert (run.state, run.error, group.dismissed_at) == ("done", None, None)
