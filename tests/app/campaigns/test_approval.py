"""Nothing goes out that another person did not approve exactly as it stands."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app import db
from app.audit.models import AuditEntry
from app.campaigns.models import MassMessage
from app.outbox import Job
from app.outbox.perform import perform
from tests.app.campaigns.conftest import GOLD, URL, Campaign, tasks
from tests.support.words import FORBIDDEN
from wecom_simulator import Simulator

Begin = Callable[..., Campaign]
RunJobs = Callable[[], int]
SignIn = Callable[[str], FlaskClient]


def refusals() -> list[str]:
    with db.transaction() as session:
        refused = select(AuditEntry).where(AuditEntry.action == "mass_message.approval_refused")
        return [each.details["why"] for each in session.scalars(refused)]


def test_nobody_approves_their_own(begin: Begin, shop: Simulator, run_jobs: RunJobs) -> None:
    """Sabotage: ask only for the role."""
    campaign = begin("yun", "yun")
    campaign.submit()
    answer = campaign.approve(campaign.author)
    assert answer.status_code == 403
    assert "另一个人" in answer.json["message"]
    assert refusals() == [answer.json["message"]]
    run_jobs()
    assert tasks(shop) == []


def test_who_changed_a_word_does_not_approve_it_either(begin: Begin, sign_in: SignIn) -> None:
    campaign = begin()
    yun = sign_in("yun")
    assert yun.patch(f"{URL}/{campaign.id}", json={"text": "周六见"}).status_code == 200
    campaign.submit()
    assert campaign.approve(yun).status_code == 403
    assert campaign.approve(sign_in("he")).status_code == 200


def test_managers_and_guides_do_not_approve(begin: Begin, sign_in: SignIn) -> None:
    campaign = begin()
    campaign.submit()
    assert campaign.approve(sign_in("lin")).status_code == 403
    assert campaign.approve(sign_in("zhao")).status_code == 404
    assert campaign.get()["can"]["approve"] is False


@pytest.mark.parametrize(
    "change",
    [
        {"text": "周六店里到了 12 款新外套，来坐坐？{导购名}在{门店名}等您！"},
        {"audience": {"tag_ids_all": [GOLD], "store_ids": [11]}},
        {"send_at": "2026-11-20T18:00:00+08:00"},
    ],
)
def test_any_change_voids_the_approval(
    begin: Begin, shop: Simulator, run_jobs: RunJobs, change: dict[str, Any]
) -> None:
    """Sabotage: keep the state when something is edited."""
    campaign = begin().approved()
    assert campaign.edit(**change).json["state"] == "draft"
    run_jobs()
    assert tasks(shop) == []
    assert (campaign.get()["approval"], campaign.get()["state"]) == (None, "draft")


def test_who_approved_it_may_still_give_it_another_name(begin: Begin, sign_in: SignIn) -> None:
    """The approval is not bound to the name, which no customer reads. Sabotage: count that as writing."""
    campaign = begin(send_at="2026-11-20T18:00:00+08:00").approved()
    answer = campaign.approver.patch(f"{URL}/{campaign.id}", json={"title": "冬季新品（周五）"})
    assert answer.status_code == 200, answer.text
    assert (answer.json["title"], answer.json["state"]) == ("冬季新品（周五）", "scheduled")


def test_an_approval_counts_for_what_the_approver_saw(begin: Begin, sign_in: SignIn) -> None:
    campaign = begin()
    campaign.submit()
    seen = campaign.get()["content_hash"]
    campaign.edit(text="完全不同的话")
    campaign.submit()
    stale = campaign.approve(content_hash=seen)
    assert (stale.status_code, stale.json["code"]) == (409, "changed_since_seen")
    assert campaign.get()["state"] == "pending_approval"


def test_a_text_changed_behind_our_back_does_not_go(begin: Begin, shop: Simulator, run_jobs: RunJobs) -> None:
    """Sabotage: store the approval as true instead of as a hash."""
    campaign = begin().approved()
    with db.transaction() as session:
        session.execute(update(MassMessage).values(text="悄悄换掉的话"))
    run_jobs()
    assert tasks(shop) == []
    assert "和批准时不一样" in campaign.get()["notice"]


def test_a_text_changed_after_the_plan_does_not_go(begin: Begin, shop: Simulator, run_jobs: RunJobs) -> None:
    campaign = begin().approved()
    with db.transaction() as session:
        due = session.execute(select(Job.id, Job.attempts).where(Job.name == "campaigns.plan")).one()
    perform(due.id, due.attempts, worker="tests")
    assert campaign.get()["state"] == "sending"
    with db.transaction() as session:
        session.execute(update(MassMessage).values(text="悄悄换掉的话"))
    run_jobs()
    assert tasks(shop) == []


def test_sent_back_it_can_be_mended_and_submitted_again(begin: Begin) -> None:
    campaign = begin()
    campaign.submit()
    back = campaign.act("reject", campaign.approver, comment="请写清楚活动时间")
    assert (back.json["state"], back.json["approval"]["is_approved"]) == ("rejected", False)
    assert campaign.get()["approval"]["comment"] == "请写清楚活动时间"
    campaign.edit(text="周六 10 点到 18 点，新外套到店")
    assert campaign.submit().json["state"] == "pending_approval"


def test_two_approvers_at_once_approve_once(
    begin: Begin, sign_in: SignIn, run_jobs: RunJobs, shop: Simulator
) -> None:
    campaign = begin()
    campaign.submit()
    he = sign_in("he")
    first, second = campaign.approve(), campaign.approve(he)
    assert (first.status_code, second.status_code) == (200, 409)
    run_jobs()
    assert len({(userid) for made in tasks(shop) for userid in made.tasks}) == len(tasks(shop))


def test_a_forbidden_word_is_not_even_submitted(begin: Begin) -> None:
    campaign = begin(text=f"新外套{FORBIDDEN}")
    assert campaign.get()["check"]["action"] == "block"
    answer = campaign.submit()
    assert (answer.status_code, answer.json["code"]) == (422, "blocked_by_words")
    assert answer.json["details"]["check"]["hits"][0]["start"] == 3
    assert campaign.get()["state"] == "draft"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": "亲爱的{称呼}"}, "text"),
        ({"text": "长" * 1334}, "text"),
        ({"text": "{"}, "text"),
        ({"send_at": "2026-11-20T09:00:00+08:00"}, "send_at"),
        ({"send_at": "2026-11-21T09:00:00"}, "send_at"),
        ({"audience": {"store_ids": [21]}}, "audience.store_ids"),
        ({"audience": {"tag_ids_all": ["et-unknown"]}}, "audience.tags"),
        ({"audience": {"tag_ids_all": [GOLD], "without_tag_ids": [GOLD]}}, "audience"),
        ({"title": "  "}, "title"),
        ({"text": "a\x00b"}, "text"),
        ({"state": "approved"}, "state"),
    ],
)
def test_what_could_not_be_sent_is_refused_at_the_field(begin: Begin, change: dict[str, Any], field: str) -> None:
    campaign = begin()
    before = campaign.get()
    answer = campaign.edit(**change)
    assert answer.status_code == 422, answer.text
    assert field in answer.json["details"]["fields"]
    assert campaign.get() == before


def test_a_message_for_nobody_is_not_submitted(begin: Begin) -> None:
    campaign = begin(audience={"added_before": "2001-01-01T00:00:00+08:00"})
    assert campaign.submit().json["details"]["fields"] == {"audience": "没有一位客户能收到"}


def test_another_store_sees_nothing_of_it(begin: Begin, sign_in: SignIn, run_jobs: RunJobs) -> None:
    """Sabotage: read a message by its id alone."""
    campaign = begin().approved()
    run_jobs()
    part_id = campaign.senders()["lin"]["part_id"]
    sun = sign_in("sun")
    for path in ("", "/senders", "/recipients", "/recipients.csv", "/recipients.xlsx"):
        assert sun.get(f"{URL}/{campaign.id}{path}").status_code == 404
    for act in ("submit", "cancel", "remind", "read-results"):
        assert sun.post(f"{URL}/{campaign.id}/{act}", json={}).status_code == 404
    decided = sun.post(f"{URL}/{campaign.id}/parts/{part_id}/decide", json={"decision": "not_created"})
    assert decided.status_code == 404
    assert sun.get(URL).json["items"] == []
    guide = sign_in("lin")
    assert guide.get(f"{URL}/{campaign.id}").status_code == 403


def test_a_manager_sees_the_own_share_of_head_offices_message(
    begin: Begin, sign_in: SignIn, run_jobs: RunJobs
) -> None:
    campaign = begin("boss", "yun", audience={}).approved()
    run_jobs()
    li = sign_in("li")
    own, all_of_it = campaign.get(li), campaign.get()
    assert 0 < own["counts"]["recipients"] < all_of_it["counts"]["recipients"]
    assert set(campaign.senders(li)) < set(campaign.senders())
    listed = li.get(f"{URL}/{campaign.id}/recipients").json
    assert listed["total"] == own["counts"]["recipients"]
    assert own["can"] == {act: act == "remind" for act in own["can"]}
