"""Old hits are forgotten after their days, those of cases three years later; the night may run twice or die."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import db
from app.cases.models import Case, CaseNote, Objection
from app.compliance.models import Hit
from app.outbox import enqueue
from tests.app.cases.conftest import BEST

YEARS = timedelta(days=3 * 366, minutes=1)


@pytest.fixture
def prune(run_jobs):
    def called() -> None:
        with db.transaction() as session:
            enqueue(session, "cases.prune")
        run_jobs()

    return called


def count(table: type) -> int:
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_what_is_older_than_its_days_goes_and_nothing_else(clock, keeper, publish, try_to_send, prune, sign_in):
    publish(BEST)
    try_to_send("lin", "旧的最低价")
    entry_id = keeper.get("/api/lexicon?q=最低价").json["items"][0]["id"]
    body = {"text": "旧的最低价", "channel": "sidebar", "entry_id": entry_id}
    assert sign_in("lin").post("/api/objections", json=body).status_code == 201
    clock(timedelta(days=180))
    try_to_send("lin", "新的最低价")
    prune()
    assert (count(Hit), count(Objection)) == (2, 1)

    clock(timedelta(minutes=1))
    prune()
    prune()

    assert (count(Hit), count(Objection)) == (1, 0)
    told = sign_in("boss").get("/api/audit?action=hits.pruned").json["items"]
    assert sorted((each["subject"], each["details"]["removed"]) for each in told) == [
        ("hits", 1),
        ("objections", 1),
    ]


def test_a_case_keeps_its_hits_for_three_years_after_it_is_closed(
    clock, keeper, publish, try_to_send, prune, sign_in
):
    """Sabotage: leave `free` out of `prune_hits`."""
    publish(BEST)
    try_to_send("lin", "最低价")
    hit = keeper.get("/api/hits").json["items"][0]
    case = keeper.post("/api/cases", json={"hit_id": hit["id"]}).json
    try_to_send("lin", "在别处的最低价")
    clock(YEARS)
    prune()
    assert (count(Hit), count(Case)) == (1, 1)

    again, path = sign_in("he"), f"/api/cases/{case['id']}/state"
    again.post(path, json={"to": "reviewed", "expected": "open", "conclusion": "right"})
    assert again.post(path, json={"to": "closed", "expected": "reviewed"}).status_code == 200
    clock(YEARS - timedelta(minutes=2))
    prune()
    assert (count(Hit), count(Case)) == (1, 1)

    clock(timedelta(minutes=2))
    prune()
    assert (count(Hit), count(Case), count(CaseNote)) == (0, 0, 0)


def test_longer_may_be_chosen(clock, keeper, publish, try_to_send, prune):
    publish(BEST)
    keeper.put("/api/desk/rules", json={"entry_times": 5, "category_times": 8, "keep_days": 400})
    try_to_send("lin", "最低价")
    clock(timedelta(days=399))
    prune()
    assert count(Hit) == 1
