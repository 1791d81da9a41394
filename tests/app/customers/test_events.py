"""What happens in WeCom is in our database after the jobs have run, whatever order the news comes in."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from app import db
from app.customers.models import Customer, CustomerEvent, Follow
from app.outbox import Job, JobState
from tests.app.customers.conftest import WANG_JIE
from wecom_simulator import Answer, Simulator

RunJobs = Callable[[], int]
Clock = Callable[[timedelta], None]
COMPLETES_LATER = "wmHalf00000000000000000000000001"


def follow(external_user_id: str, userid: str) -> Follow | None:
    with db.transaction() as session:
        return session.scalar(
            select(Follow)
            .join(Customer)
            .where(Customer.external_user_id == external_user_id, Follow.userid == userid)
            .execution_options(populate_existing=True)
        )


def kinds(external_user_id: str) -> list[str]:
    with db.transaction() as session:
        return list(
            session.scalars(
                select(CustomerEvent.kind)
                .join(Customer)
                .where(Customer.external_user_id == external_user_id)
                .order_by(CustomerEvent.at, CustomerEvent.id)
            )
        )


def deliver(shop: Simulator, run_jobs: RunJobs) -> None:
    shop.callbacks.deliver_pending()
    run_jobs()


def test_whoever_scans_is_recorded_with_channel_and_member(shop: Simulator, run_jobs: RunJobs) -> None:
    way = next(each for each in shop.world.state.contact_ways.values() if each.users == ["lin"])
    added = shop.world.customer_scans(config_id=way.config_id, name="周女士")
    deliver(shop, run_jobs)
    known = follow(added["external_userid"], "lin")
    assert known is not None
    assert (known.state, known.add_way, known.ended_at) == (way.state, 1, None)
    assert kinds(added["external_userid"]) == ["added"]


def test_a_duplicated_event_changes_nothing(shop: Simulator, run_jobs: RunJobs) -> None:
    shop.callbacks.duplicate = 1.0
    added = shop.world.customer_scans(userid="lin", name="周女士")
    deliver(shop, run_jobs)
    assert kinds(added["external_userid"]) == ["added"]


def test_an_edit_in_the_client_is_read_again(shop: Simulator, run_jobs: RunJobs) -> None:
    shop.world.member_edits_customer(
        "lin", WANG_JIE, remark="王姐姐", description="改买裤子", remark_mobiles=["13800009999", "010-88886666"]
    )
    deliver(shop, run_jobs)
    known = follow(WANG_JIE, "lin")
    assert known is not None
    assert (known.remark, known.description) == ("王姐姐", "改买裤子")


def test_a_customer_who_deletes_the_member_stays_deleted_though_wecom_lists_them(
    shop: Simulator, run_jobs: RunJobs
) -> None:
    """WeCom's API goes on answering as before. Sabotage that turns this red: reopen whatever is listed."""
    shop.world.customer_deletes(WANG_JIE, "lin")
    deliver(shop, run_jobs)
    shop.world.member_edits_customer("lin", WANG_JIE, remark="旧客")
    deliver(shop, run_jobs)
    known = follow(WANG_JIE, "lin")
    assert known is not None
    assert (known.ended_by, known.remark) == ("customer", "旧客")
    assert kinds(WANG_JIE)[-1] == "removed_by_customer"


def test_friends_again_is_a_new_beginning_of_the_same_relation(
    shop: Simulator, run_jobs: RunJobs, clock: Clock
) -> None:
    shop.world.customer_deletes(WANG_JIE, "lin")
    deliver(shop, run_jobs)
    clock(timedelta(hours=1))
    shop.world.customer_scans(userid="lin", external_userid=WANG_JIE)
    deliver(shop, run_jobs)
    known = follow(WANG_JIE, "lin")
    assert known is not None
    assert known.ended_at is None
    assert kinds(WANG_JIE)[-2:] == ["removed_by_customer", "added"]


def test_the_member_deleting_the_customer_ends_it(shop: Simulator, run_jobs: RunJobs) -> None:
    shop.world.member_deletes_customer("lin", WANG_JIE)
    deliver(shop, run_jobs)
    known = follow(WANG_JIE, "lin")
    assert known is not None
    assert known.ended_by == "member"


def test_a_transfer_is_told_apart(shop: Simulator, run_jobs: RunJobs) -> None:
    shop.world.member_deletes_customer("lin", WANG_JIE, source="DELETE_BY_TRANSFER")
    deliver(shop, run_jobs)
    known = follow(WANG_JIE, "lin")
    assert known is not None
    assert known.ended_by == "transfer"


def test_added_and_deleted_in_the_wrong_order_ends_deleted(
    shop: Simulator, run_jobs: RunJobs, clock: Clock
) -> None:
    added = shop.world.customer_scans(userid="lin", name="周女士")
    clock(timedelta(seconds=5))
    shop.world.member_deletes_customer("lin", added["external_userid"])
    shop.callbacks.reorder = True
    deliver(shop, run_jobs)
    known = follow(added["external_userid"], "lin")
    assert known is not None
    assert known.ended_by == "member"


def test_deleted_and_added_in_the_wrong_order_ends_added(shop: Simulator, run_jobs: RunJobs, clock: Clock) -> None:
    clock(timedelta(minutes=1))
    shop.world.customer_deletes(WANG_JIE, "lin")
    clock(timedelta(minutes=1))
    shop.world.customer_scans(userid="lin", external_userid=WANG_JIE)
    shop.callbacks.reorder = True
    deliver(shop, run_jobs)
    known = follow(WANG_JIE, "lin")
    assert known is not None
    assert known.ended_at is None


def test_half_a_contact_becomes_whole_once(shop: Simulator, run_jobs: RunJobs) -> None:
    shop.world.customer_scans(userid="lin", external_userid=COMPLETES_LATER, name="犹豫", half=True)
    deliver(shop, run_jobs)
    shop.world.half_contact_completes("lin", COMPLETES_LATER)
    deliver(shop, run_jobs)
    assert follow(COMPLETES_LATER, "lin") is not None
    assert kinds(COMPLETES_LATER) == ["added"]


def test_half_a_contact_that_wecom_does_not_show_yet_is_no_error(shop: Simulator, run_jobs: RunJobs) -> None:
    shop.script["externalcontact/get"] = [Answer(errcode=84061)]
    shop.world.customer_scans(userid="lin", external_userid=COMPLETES_LATER, name="犹豫", half=True)
    deliver(shop, run_jobs)
    assert follow(COMPLETES_LATER, "lin") is None


def test_busy_wecom_is_asked_again(shop: Simulator, run_jobs: RunJobs, clock: Clock) -> None:
    shop.script["externalcontact/get"] = [Answer(errcode=-1)]
    shop.world.member_edits_customer("lin", WANG_JIE, remark="王姐姐")
    deliver(shop, run_jobs)
    clock(timedelta(minutes=1))
    run_jobs()
    known = follow(WANG_JIE, "lin")
    assert known is not None
    assert known.remark == "王姐姐"


def test_a_wecom_that_stays_busy_is_not_asked_for_ever(shop: Simulator, run_jobs: RunJobs, clock: Clock) -> None:
    """Sabotage: wait for −1 as for a limit, which surely ends: it asks every five seconds and nobody hears."""
    shop.script["externalcontact/get"] = [Answer(errcode=-1)] * 30
    shop.world.member_edits_customer("lin", WANG_JIE, remark="王姐姐")
    deliver(shop, run_jobs)
    for _ in range(12):
        clock(timedelta(hours=1))
        run_jobs()
    with db.transaction() as session:
        row = session.scalars(select(Job).where(Job.name == "customers.contact_changed")).one()
    assert (row.state, row.failures, row.attempts) == (JobState.DEAD, 5, 8)


def test_a_member_nobody_told_us_about_gets_a_row_and_is_read(shop: Simulator, run_jobs: RunJobs) -> None:
    shop.callbacks.lose = 1.0
    shop.world.admin_creates_member("xin", "辛苗", [21], position="导购", customer_contact=True)
    shop.callbacks.deliver_pending()
    shop.callbacks.lose = 0.0
    added = shop.world.customer_scans(userid="xin", name="周女士")
    deliver(shop, run_jobs)
    known = follow(added["external_userid"], "xin")
    assert known is not None
    with db.transaction() as session:
        from app.staff.models import Member

        assert session.get_one(Member, known.member_id).name == "辛苗"
