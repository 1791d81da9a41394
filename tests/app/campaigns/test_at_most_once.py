"""WeCom holds at most one task for each part, whatever happens to the call; what is unknown becomes known."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app import db
from app.campaigns import actions, parts
from app.campaigns.models import MassMessage, Part
from app.compliance.clearing import clear
from app.outbound.ledger import send_once
from app.outbox import Job, enqueue
from app.outbox.perform import perform
from app.staff.models import Member
from app.wecom.calls.mass_messages import add_msg_template
from app.wecom.client import wecom
from tests.app.campaigns.conftest import URL, WANG_JIE, Campaign, tasks
from wecom_simulator import Answer, Http, Reset, Simulator, Truncated

Begin = Callable[..., Campaign]
RunJobs = Callable[[], int]
Clock = Callable[[timedelta], None]
CREATE = "externalcontact/add_msg_template"

NO_ANSWER_AFTER = [
    Reset(after_effect=True),
    Http(502, after_effect=True),
    Truncated(),
    Answer(errcode=-1, after_effect=True),
]
NO_ANSWER_BEFORE = [Reset(), Http(502), Answer(errcode=-1)]


def tasks_of(simulator: Simulator, userid: str) -> list[Any]:
    return [made for made in tasks(simulator) if userid in made.tasks]


def the_one_who_failed(campaign: Campaign, state: str = "unknown") -> dict[str, Any]:
    found = [each for each in campaign.senders().values() if each["state"] == state]
    assert len(found) == 1, campaign.senders()
    return found[0]


@pytest.mark.parametrize("fault", NO_ANSWER_AFTER, ids=repr)
def test_a_task_made_without_an_answer_is_found_and_never_made_again(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock, fault: Any
) -> None:
    """Sabotage: let the job raise instead of recording `unknown`; the retry makes a second task."""
    shop.script[CREATE] = [fault]
    campaign = begin().approved()
    run_jobs()
    lost = the_one_who_failed(campaign)
    clock(timedelta(seconds=70))
    run_jobs()
    assert campaign.senders()[lost["userid"]]["state"] == "unconfirmed"
    assert len(tasks_of(shop, lost["userid"])) == 1
    assert shop.calls.count(CREATE) == len(campaign.senders())


@pytest.mark.parametrize("fault", NO_ANSWER_BEFORE, ids=repr)
def test_what_was_never_made_waits_for_a_person(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock, fault: Any
) -> None:
    shop.script[CREATE] = [fault]
    campaign = begin().approved()
    run_jobs()
    lost = the_one_who_failed(campaign)
    for minutes in (2, 5, 15):
        clock(timedelta(minutes=minutes))
        run_jobs()
        assert campaign.senders()[lost["userid"]]["state"] == "unknown"
    clock(timedelta(minutes=40))
    run_jobs()
    assert campaign.senders()[lost["userid"]]["state"] == "not_created"
    assert (tasks_of(shop, lost["userid"]), campaign.get()["counts"]["parts"]["unknown"]) == ([], 1)

    decide = f"{URL}/{campaign.id}/parts/{lost['part_id']}/decide"
    assert campaign.author.post(decide, json={"decision": "send_again"}).status_code == 200
    assert campaign.author.post(decide, json={"decision": "send_again"}).status_code == 409
    run_jobs()
    assert campaign.senders()[lost["userid"]]["state"] == "unconfirmed"
    assert len(tasks_of(shop, lost["userid"])) == 1


def test_a_refusal_is_told_and_not_repeated(begin: Begin, shop: Simulator, run_jobs: RunJobs) -> None:
    shop.script[CREATE] = [Answer(errcode=41048)]
    campaign = begin().approved()
    run_jobs()
    assert the_one_who_failed(campaign, "refused")["reason"] == "没有可以发送的客户。"
    assert campaign.get()["counts"]["recipients_by_state"]["refused"] > 0


@pytest.mark.parametrize("errcode", [60020, 48002, 50003])
def test_what_an_administrator_has_to_set_right_is_waited_for(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock, errcode: int
) -> None:
    """An address not trusted for ten minutes spoils no campaign. Sabotage: take it for the task's refusal."""
    shop.script[CREATE] = [Answer(errcode=errcode)]
    campaign = begin().approved()
    run_jobs()
    waiting = the_one_who_failed(campaign, "waiting")
    assert "管理员" in waiting["reason"]
    clock(timedelta(minutes=10))
    run_jobs()
    made = campaign.senders()[waiting["userid"]]
    assert (made["state"], made["reason"]) == ("unconfirmed", None)
    assert len(tasks_of(shop, waiting["userid"])) == 1


def test_results_are_read_on_once_the_set_up_is_right_again(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock
) -> None:
    """Sabotage: give up reading at every refusal."""
    campaign = begin().approved()
    run_jobs()
    shop.script["externalcontact/get_groupmsg_task"] = [Answer(errcode=60020)] * 20
    clock(timedelta(seconds=10))
    run_jobs()
    del shop.script["externalcontact/get_groupmsg_task"]
    for made in tasks(shop):
        for userid in made.tasks:
            shop.world.member_confirms_task(userid, made.msgid)
    clock(timedelta(minutes=10))
    run_jobs()
    assert campaign.get()["state"] == "done"


def test_cancelling_is_carried_out_once_the_set_up_is_right_again(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock
) -> None:
    """Sabotage: give up cancelling at every refusal: guides go on confirming."""
    campaign = begin().approved()
    run_jobs()
    shop.script["externalcontact/cancel_groupmsg_send"] = [Answer(errcode=60020)] * len(tasks(shop))
    campaign.act("cancel")
    run_jobs()
    clock(timedelta(minutes=10))
    run_jobs()
    assert all(made.cancelled for made in tasks(shop))


def test_who_wecom_leaves_out_although_it_says_ok_is_recorded(
    begin: Begin, shop: Simulator, run_jobs: RunJobs
) -> None:
    """Sabotage: ignore fail_list."""
    shop.world.remove_follow(shop.world.state.customers[WANG_JIE], "lin")
    campaign = begin().approved()
    run_jobs()
    refused = campaign.author.get(f"{URL}/{campaign.id}/recipients?state=refused").json["items"]
    assert [each["external_user_id"] for each in refused] == [WANG_JIE]


def part_of(campaign: Campaign, userid: str) -> int:
    found: int = campaign.senders()[userid]["part_id"]
    return found


def planned(campaign: Campaign) -> Campaign:
    """Approved and planned; no task is made yet."""
    with db.transaction() as session:
        due = session.execute(select(Job.id, Job.attempts).where(Job.name == "campaigns.plan")).one()
    perform(due.id, due.attempts, worker="tests")
    return campaign


def create_as_the_job_does(campaign: Campaign, part_id: int) -> None:
    """Claim, call and record in the ledger; then the process dies before the part knows."""
    with db.transaction() as session:
        part = session.get_one(Part, part_id)
        key, text = parts.ledger_key(part), part.text
    send_once(
        key,
        channel="mass_message",
        cleared_from=lambda session: clear(
            session,
            text,
            channel="mass_message",
            on_behalf_of="lin",
            subject=actions.subject_of(campaign.id),
        ),
        call=lambda cleared: {
            "msgid": add_msg_template(wecom(), cleared, sender="lin", external_user_ids=[WANG_JIE]).msgid
        },
    )


def test_dying_between_ledger_and_part_makes_no_second_task(
    begin: Begin, shop: Simulator, run_jobs: RunJobs
) -> None:
    campaign = planned(begin().approved())
    create_as_the_job_does(campaign, part_of(campaign, "lin"))
    run_jobs()
    assert campaign.senders()["lin"]["state"] == "unconfirmed"
    assert len(tasks_of(shop, "lin")) == 1


def test_a_job_that_runs_twice_makes_one_task(begin: Begin, shop: Simulator, run_jobs: RunJobs) -> None:
    campaign = planned(begin().approved())
    with db.transaction() as session:
        for _ in range(3):
            enqueue(session, "campaigns.create_part", part_id=part_of_in(session, "lin"))
    run_jobs()
    assert len(tasks_of(shop, "lin")) == 1
    assert campaign.senders()["lin"]["state"] == "unconfirmed"


def part_of_in(session: Any, userid: str) -> int:
    found: int = session.scalars(
        select(Part.id).join(Member, Member.id == Part.member_id).where(Member.userid == userid)
    ).one()
    return found


def test_two_that_look_alike_are_a_persons_choice(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock
) -> None:
    """Sabotage: bind the first that matches."""
    shop.script[CREATE] = [Reset(after_effect=True)]
    campaign = begin().approved()
    run_jobs()
    lost = the_one_who_failed(campaign)
    (made,) = tasks_of(shop, lost["userid"])
    with shop.world.changing() as state:
        twin = type(made)(**{**made.__dict__, "msgid": "msgTWIN", "tasks": dict(made.tasks)})
        state.mass_messages["msgTWIN"] = twin
    clock(timedelta(seconds=70))
    run_jobs()
    found = campaign.senders()[lost["userid"]]
    assert found["state"] == "ambiguous"
    assert set(found["candidates"]) == {made.msgid, "msgTWIN"}

    decide = f"{URL}/{campaign.id}/parts/{lost['part_id']}/decide"
    assert campaign.author.post(decide, json={"decision": "created"}).status_code == 422
    answer = campaign.author.post(decide, json={"decision": "created", "msgid": made.msgid})
    assert {each["userid"]: each["state"] for each in answer.json["items"]}[lost["userid"]] == "unconfirmed"


def test_the_task_of_another_with_the_same_text_is_not_taken(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock
) -> None:
    """
    Without names in the text all parts look alike; only sender and customers tell them apart: the first was never
    made and must not take the second's. Sabotage: match on text and time alone.
    """
    shop.script[CREATE] = [Reset(), Reset(after_effect=True)]
    campaign = begin(text="周六新外套到店").approved()
    run_jobs()
    first, second = sorted(
        (each for each in campaign.senders().values() if each["state"] == "unknown"),
        key=lambda each: int(each["part_id"]),
    )
    clock(timedelta(seconds=70))
    run_jobs()
    states = {userid: each["state"] for userid, each in campaign.senders().items()}
    assert (states[first["userid"]], states[second["userid"]]) == ("unknown", "unconfirmed")


def test_another_message_with_the_same_words_is_not_taken_for_it(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock
) -> None:
    """Sabotage: leave only this message's own tasks out of the search."""
    begin().approved()
    run_jobs()
    shop.script[CREATE] = [Reset(after_effect=True)]
    again = begin().approved()
    run_jobs()
    lost = the_one_who_failed(again)
    clock(timedelta(seconds=70))
    run_jobs()
    assert again.senders()[lost["userid"]]["state"] == "unconfirmed"
    assert len(tasks_of(shop, lost["userid"])) == 2


def test_cancelled_while_nobody_knew_it_is_taken_back_when_found(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, clock: Clock
) -> None:
    shop.script[CREATE] = [Reset(after_effect=True)]
    campaign = begin().approved()
    run_jobs()
    lost = the_one_who_failed(campaign)
    campaign.act("cancel")
    clock(timedelta(seconds=70))
    run_jobs()
    assert all(made.cancelled for made in tasks(shop))
    assert campaign.senders()[lost["userid"]]["state"] == "cancelled"
    assert campaign.get()["counts"]["recipients_by_state"]["unsent"] == 0


def test_the_brake_takes_back_every_task(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, sign_in: Callable[[str], FlaskClient]
) -> None:
    campaign = begin().approved()
    run_jobs()
    boss = sign_in("boss")
    boss.put("/api/operations/send-switch", json={"paused": True, "reason": "价格写错"})
    boss.post("/api/operations/mass-message-tasks/recall", json={"reason": "价格写错"})
    run_jobs()
    assert tasks(shop)
    assert all(made.cancelled for made in tasks(shop))
    assert (campaign.get()["state"], "总开关" in campaign.get()["notice"]) == ("cancelled", True)


def test_a_database_row_for_an_unapproved_message_is_impossible(begin: Begin) -> None:
    campaign = begin()
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.execute(update(MassMessage).where(MassMessage.id == campaign.id).values(state="sending"))
