"""A mass message from draft to delivery: counted, approved by another, confirmed in WeCom, read, reminded."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import update

from app import db
from app.outbox import Job
from tests.app.campaigns.conftest import GOLD, URL, Campaign, tasks
from tests.support import words
from wecom_simulator import Simulator

Begin = Callable[..., Campaign]
RunJobs = Callable[[], int]
Clock = Callable[[timedelta], None]
SignIn = Callable[[str], FlaskClient]


def test_it_goes_from_draft_to_delivered(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock, sign_in: SignIn
) -> None:
    campaign = begin()
    preview = campaign.author.post(f"{URL}/audience-preview", json={"audience": {"tag_ids_all": [GOLD]}}).json
    assert preview["matching"] == preview["recipients"] + sum(each["count"] for each in preview["left_out"])
    assert preview["recipients"] == sum(each["count"] for each in preview["by_sender"]) > 3
    assert len(preview["sample"]) == min(20, preview["recipients"])
    assert campaign.submit().json["state"] == "pending_approval"
    assert campaign.approve(comment="好").json["state"] == "approved"

    run_jobs()

    view = campaign.get()
    assert view["state"] == "sending"
    assert view["counts"]["recipients"] == preview["recipients"]
    assert view["counts"]["parts"]["created"] == preview["senders"] == len(tasks(shop))
    assert {each["userid"]: each["count"] for each in preview["by_sender"]} == {
        userid: len(task.receivers) for made in tasks(shop) for userid, task in made.tasks.items()
    }
    by_sender = {userid: made.text for made in tasks(shop) for userid in made.tasks}
    assert by_sender["lin"] == "周六店里到了 12 款新外套，来坐坐？林晓在上海南京路店等您。"
    assert campaign.senders()["lin"]["is_dispatching"]

    clock(timedelta(seconds=10))
    run_jobs()
    lin = campaign.senders()["lin"]
    assert (lin["state"], lin["delivered"], lin["is_dispatching"]) == ("unconfirmed", 0, False)

    for made in tasks(shop):
        if "lin" in made.tasks:
            shop.world.member_confirms_task("lin", made.msgid)
    clock(timedelta(seconds=20))
    run_jobs()
    lin = campaign.senders()["lin"]
    assert (lin["state"], lin["delivered"] + lin["failed"]) == ("confirmed", lin["customers"])
    assert campaign.get()["counts"]["confirmed"] == 1
    assert campaign.get()["state"] == "sending"

    for made in tasks(shop):
        for userid in made.tasks.keys() - {"lin"}:
            shop.world.member_confirms_task(userid, made.msgid)
    clock(timedelta(seconds=20))
    run_jobs()
    done = campaign.get()
    assert (done["state"], done["counts"]["recipients_by_state"]["unsent"]) == ("done", 0)
    one = campaign.author.get(f"{URL}/{campaign.id}/recipients?state=sent&userid=lin").json["items"][0]
    card = sign_in("lin").get(f"/api/sidebar/customers/{one['external_user_id']}").json
    assert "收到群发「冬季新品邀约」" in [each["title"] for each in card["timeline"]]


def test_a_manager_reaches_the_own_store_only(begin: Begin, shop: Simulator, run_jobs: RunJobs) -> None:
    begin(audience={}).approved()
    run_jobs()
    asked = {userid for made in tasks(shop) for userid in made.tasks}
    here = {member.userid for member in shop.world.state.members.values() if 11 in member.departments}
    assert asked
    assert asked <= here


def test_a_customer_of_two_guides_is_asked_for_once(begin: Begin, shop: Simulator, run_jobs: RunJobs) -> None:
    """Sabotage: partition by follow instead of by customer."""
    begin("boss", "yun", audience={}).approved()
    run_jobs()
    receivers = [each for made in tasks(shop) for task in made.tasks.values() for each in task.receivers]
    assert len(receivers) == len(set(receivers)) > 100
    twice = [key for key, customer in shop.world.state.customers.items() if len(customer.follows) > 1]
    assert set(twice) & set(receivers)


def test_who_is_left_out_is_told_with_the_reason(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, sign_in: SignIn
) -> None:
    campaign = begin()

    def preview() -> Any:
        return campaign.author.post(f"{URL}/audience-preview", json={"audience": {"tag_ids_all": [GOLD]}}).json

    before = preview()
    mine = next(
        each
        for each in before["sample"]
        if list(shop.world.state.customers[each["external_user_id"]].follows) == ["lin"]
    )
    shop.world.customer_deletes(mine["external_user_id"], "lin")
    shop.callbacks.deliver_pending()
    run_jobs()
    after = preview()
    assert after["matching"] == before["matching"]
    assert {each["reason"]: each["count"] for each in after["left_out"]}["not_friend"] == 1
    assert after["recipients"] == before["recipients"] - 1


def test_the_time_that_was_approved_is_kept(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock
) -> None:
    campaign = begin(send_at="2026-11-20T15:00:00+08:00").approved()
    assert campaign.get()["state"] == "scheduled"
    run_jobs()
    assert tasks(shop) == []
    clock(timedelta(hours=5))
    run_jobs()
    assert campaign.get()["state"] == "sending"
    assert tasks(shop)


def test_hours_too_late_it_goes_to_nobody(begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock) -> None:
    campaign = begin(send_at="2026-11-20T15:00:00+08:00").approved()
    clock(timedelta(hours=6))
    run_jobs()
    view = campaign.get()
    assert (view["state"], tasks(shop)) == ("draft", [])
    assert "晚了半小时以上" in view["notice"]


def test_reminders_go_to_who_has_not_confirmed_three_times_a_day(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock, sign_in: SignIn
) -> None:
    campaign = begin().approved()
    run_jobs()
    by_sender = {userid: made for made in tasks(shop) for userid in made.tasks}
    shop.world.member_confirms_task("lin", by_sender["lin"].msgid)
    clock(timedelta(seconds=10))
    run_jobs()

    for _ in range(3):
        assert campaign.act("remind").status_code == 200
        run_jobs()
        clock(timedelta(hours=1))
    fourth = campaign.act("remind")

    assert (fourth.status_code, fourth.json["code"]) == (429, "too_many_reminders")
    assert "lin" in by_sender
    assert by_sender["lin"].reminded_at == []
    assert {len(made.reminded_at) for userid, made in by_sender.items() if userid != "lin"} == {3}
    assert campaign.senders()["zhang"]["last_reminded_at"]
    clock(timedelta(hours=22))
    assert campaign.act("remind", sign_in("li")).status_code == 200


def test_a_reminder_whose_run_died_is_not_repeated_and_says_so(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock
) -> None:
    """Sabotage: return in silence: the list says that everybody was reminded."""
    campaign = begin().approved()
    run_jobs()
    clock(timedelta(seconds=10))
    run_jobs()
    assert campaign.act("remind", userids=["lin"]).status_code == 200
    with db.transaction() as session:
        session.execute(update(Job).where(Job.name == "campaigns.remind").values(failures=1))
    run_jobs()
    assert shop.calls.count("externalcontact/remind_groupmsg_send") == 0
    assert "不确定" in campaign.senders()["lin"]["reason"]


def test_cancelling_takes_back_what_is_not_confirmed(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock
) -> None:
    campaign = begin().approved()
    run_jobs()
    by_sender = {userid: made for made in tasks(shop) for userid in made.tasks}
    shop.world.member_confirms_task("lin", by_sender["lin"].msgid)
    clock(timedelta(seconds=10))

    assert campaign.act("cancel").json["state"] == "cancelled"
    run_jobs()

    assert all(made.cancelled for made in tasks(shop))
    states = campaign.get()["counts"]["recipients_by_state"]
    assert states["unsent"] == 0
    assert states["sent"] + states["not_friend"] + states["over_cap"] == len(
        by_sender["lin"].tasks["lin"].receivers
    )
    assert states["cancelled"] > 0
    again = campaign.act("cancel")
    assert (again.status_code, again.json["code"]) == (409, "wrong_state")


def test_cancelled_before_the_jobs_ran_it_makes_no_task(begin: Begin, shop: Simulator, run_jobs: RunJobs) -> None:
    campaign = begin().approved()
    campaign.act("cancel")
    run_jobs()
    assert tasks(shop) == []


def test_a_stop_of_all_sending_holds_it_back_and_loses_nothing(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock, sign_in: SignIn
) -> None:
    boss = sign_in("boss")
    boss.put("/api/operations/send-switch", json={"paused": True, "reason": "核对价格"})
    campaign = begin().approved()
    run_jobs()
    assert (tasks(shop), campaign.get()["counts"]["parts"]["created"]) == ([], 0)
    boss.put("/api/operations/send-switch", json={"paused": False, "reason": "核对好了"})
    clock(timedelta(minutes=2))
    run_jobs()
    assert campaign.get()["counts"]["parts"]["created"] == len(tasks(shop)) > 0


def test_a_word_published_after_the_approval_stops_it(begin: Begin, shop: Simulator, run_jobs: RunJobs) -> None:
    """Sabotage: send what was cleared at the time of approval."""
    campaign = begin().approved()
    words.publish("新外套")
    run_jobs()
    assert tasks(shop) == []
    lin = campaign.senders()["lin"]
    assert lin["state"] == "refused"
    assert "新外套" in lin["reason"]


def test_after_a_month_nobody_waits_for_a_confirmation(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock, sign_in: SignIn
) -> None:
    campaign = begin().approved()
    run_jobs()
    clock(timedelta(days=31))
    run_jobs()
    li = sign_in("li")
    assert campaign.get(li)["state"] == "done"
    assert campaign.senders(li)["lin"]["reason"] == "一个月内没有确认，不再等待。"


def test_after_a_month_who_confirmed_is_not_said_to_have_not(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock, sign_in: SignIn
) -> None:
    """WeCom says nothing of one customer. Sabotage: write off whatever is left as if nobody had confirmed."""
    campaign = begin().approved()
    run_jobs()
    for made in tasks(shop):
        for userid, task in made.tasks.items():
            if userid == "lin":
                task.receivers.pop()
            shop.world.member_confirms_task(userid, made.msgid)
    clock(timedelta(days=31))
    run_jobs()
    li = sign_in("li")
    lin = campaign.senders(li)["lin"]
    assert (campaign.get(li)["state"], lin["state"]) == ("done", "confirmed")
    assert lin["reason"] == "已确认，但一个月内企业微信没有给出每位客户的结果，不再等待。"


def test_looking_at_the_page_asks_wecom_now(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock
) -> None:
    campaign = begin().approved()
    run_jobs()
    clock(timedelta(hours=3))
    run_jobs()
    (made,) = [made for made in tasks(shop) if "lin" in made.tasks]
    shop.world.member_confirms_task("lin", made.msgid)
    clock(timedelta(seconds=30))
    run_jobs()
    assert campaign.senders()["lin"]["state"] == "unconfirmed"
    assert campaign.act("read-results").status_code == 200
    run_jobs()
    assert campaign.senders()["lin"]["state"] == "confirmed"
    asked = shop.calls.count("externalcontact/get_groupmsg_task")
    campaign.act("read-results")
    run_jobs()
    assert shop.calls.count("externalcontact/get_groupmsg_task") == asked
