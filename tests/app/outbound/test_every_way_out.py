"""
Whatever leaves, by whatever way: a forbidden word stays, a warning needs a reason, and when the filter cannot
answer, everything stays.

The ways stand in `ways.py`. That they are all is proven in `test_all_ways_are_known.py`.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app import config, db
from app.compliance import checks
from app.compliance.lexicon import CheckUnavailable
from app.compliance.models import Hit
from app.customers.wording import INTERNAL
from tests.app.outbound.failing import Endless, Restart, endless_checks, failures, hold
from tests.app.outbound.ways import SECRET, SENDS, WAYS, Bed, by_call
from tests.support import words
from wecom_simulator import Simulator

ALL_WAYS = pytest.mark.parametrize("way", WAYS)
REASON = "活动真实，已核对"


@pytest.fixture
def bed(
    app: Any, clock: Any, people: Any, simulator: Simulator, run_jobs: Any, sign_in: Callable[[str], FlaskClient]
) -> Bed:
    words.publish()
    return Bed(simulator, sign_in, run_jobs, clock)


def outcomes() -> list[tuple[str, str | None]]:
    with db.transaction() as session:
        return [(row.outcome, row.confirmed_reason) for row in session.scalars(select(Hit).order_by(Hit.id))]


@ALL_WAYS
def test_an_allowed_text_leaves(bed: Bed, way: str) -> None:
    """Else the tests below would pass for the wrong reason."""
    go = WAYS[way].prepare(bed, SECRET, None)
    go()
    bed.run_jobs()
    assert bed.left()


@ALL_WAYS
def test_a_forbidden_word_does_not_leave(bed: Bed, way: str) -> None:
    """
    Forbidden only after the text was written and approved: the list of the moment of sending decides.

    Sabotage: clear one text and send another; let `write_remark` trust what was cleared when the person saved it.
    """
    go = WAYS[way].prepare(bed, SECRET, REASON)
    words.publish(SECRET)
    go()
    bed.run_jobs()
    bed.wait(timedelta(minutes=2))
    bed.run_jobs()
    assert bed.left() == []


@ALL_WAYS
def test_a_warning_that_nobody_confirmed_does_not_leave(bed: Bed, way: str) -> None:
    """What only members read may leave with that for a reason; what the bot says leaves without the passage."""
    go = WAYS[way].prepare(bed, SECRET, None)
    words.publish_entries({"text": SECRET, "action": "warn"})
    go()
    bed.run_jobs()
    if WAYS[way].warned == "inside":
        assert bed.left()
        assert set(outcomes()) == {("confirmed", INTERNAL)}
    else:
        assert bed.left() == []
    if WAYS[way].warned in ("reason", "refused"):
        assert "needs_confirmation" in {outcome for outcome, _ in outcomes()}


@pytest.mark.parametrize("way", [name for name, way in WAYS.items() if way.warned == "reason"])
def test_a_warning_leaves_with_the_reason_that_a_person_gave(bed: Bed, way: str) -> None:
    words.publish_entries({"text": SECRET, "action": "warn"})
    go = WAYS[way].prepare(bed, SECRET, REASON)
    go()
    bed.run_jobs()
    assert bed.left()
    assert ("confirmed", REASON) in outcomes()


@pytest.fixture
def endless() -> Iterator[None]:
    with endless_checks():
        yield


@pytest.fixture
def restart(app: Any, database: Connection, worker_database: str) -> Restart:
    def again() -> None:
        db.configure(worker_database)
        db.bind_to(database)

    return again


@ALL_WAYS
def test_when_the_filter_cannot_answer_nothing_leaves(bed: Bed, way: str, restart: Restart) -> None:
    """Sabotage: answer `pass` in `_within_budget`; go on with the last list in `_look` when the database fails."""
    go = WAYS[way].prepare(bed, SECRET, REASON)
    for name, fail in failures(restart).items():
        fail()
        go()
        bed.run_jobs()
        bed.wait(timedelta(minutes=2))  # what was put off comes again, and meets the next failure
        bed.run_jobs()
        assert bed.left() == [], name


def test_a_draft_is_kept_although_nobody_can_say_what_the_filter_thinks_of_it(bed: Bed, restart: Restart) -> None:
    """Sabotage: ask for the list without a savepoint: the failed question ends the transaction of the draft."""
    author = bed.sign_in("li")
    url = f"/api/mass-messages/{author.post('/api/mass-messages', json={'title': '邀约'}).json['id']}"
    failures(restart)["it cannot be read"]()
    assert author.patch(url, json={"text": "周六来坐坐"}).status_code == 200
    assert author.get(url).json["text"] == "周六来坐坐"


@pytest.mark.parametrize("way", {way.channel: name for name, way in WAYS.items()}.values())
def test_when_the_filter_takes_too_long_nothing_leaves(bed: Bed, way: str, endless: None) -> None:
    """One way of each channel, because each check is waited for. Sabotage: wait without a limit."""
    go = WAYS[way].prepare(bed, SECRET, REASON)
    hold(Endless)
    go()
    bed.run_jobs()
    assert bed.left() == []


def test_a_filter_that_hangs_is_not_asked_again_and_again(bed: Bed, endless: None) -> None:
    """Each check that was given up may still be using the processor. Sabotage: leave `MOST_GIVEN_UP` out."""
    hold(Endless)
    running = threading.active_count()
    for _ in range(checks.MOST_GIVEN_UP + 3):
        with db.transaction() as session, pytest.raises(CheckUnavailable):
            checks.passed(session, SECRET, channel="bot", on_behalf_of="system", subject="")
    assert threading.active_count() - running == checks.MOST_GIVEN_UP


@ALL_WAYS
def test_when_the_database_is_gone_nothing_leaves(bed: Bed, way: str, database: Connection) -> None:
    go = WAYS[way].prepare(bed, SECRET, REASON)
    with suppress(DBAPIError):
        database.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    with suppress(SQLAlchemyError):
        go()
    with suppress(SQLAlchemyError):
        bed.run_jobs()
    assert bed.arrived() == []


@ALL_WAYS
def test_when_redis_is_gone_the_system_sends_nothing(bed: Bed, way: str, tmp_path: Path) -> None:
    """
    The filter itself does without Redis, so a guide may still press; whatever the system sends waits for the
    limiter. And a forbidden word is one without Redis, too.
    """
    go = WAYS[way].prepare(bed, SECRET, REASON)
    config.configure(replace(config.settings(), redis_url=f"unix://{tmp_path}/nobody.sock"))
    go()
    bed.run_jobs()
    assert bed.arrived() == []
    before = bed.left()
    words.publish(SECRET)
    go()
    bed.wait(timedelta(minutes=2))
    bed.run_jobs()
    assert bed.left() == before


@pytest.mark.parametrize("send", SENDS)
def test_no_function_of_the_client_sends_a_forbidden_word(bed: Bed, send: str) -> None:
    words.publish(SECRET)
    by_call("bot", SENDS[send])(bed, SECRET, None)()
    assert bed.arrived() == []


def test_a_reason_for_one_word_is_none_for_a_word_listed_since(bed: Bed) -> None:
    """Sabotage: leave `confirmed_for` out of the part's clearing."""
    seen, unseen = {"text": "限时", "action": "warn"}, {"text": SECRET, "action": "warn"}
    words.publish_entries(seen)
    WAYS["mass message"].prepare(bed, f"限时三天，{SECRET}", REASON)
    words.publish_entries(seen, unseen)
    bed.run_jobs()
    assert bed.left() == []
    assert outcomes()[-1] == ("needs_confirmation", None)


def test_a_reason_stays_on_record_beside_a_replacement(bed: Bed) -> None:
    words.publish_entries(
        {"text": SECRET, "action": "warn"}, {"text": "秒杀", "action": "replace", "suggestion": "特惠"}
    )
    WAYS["sidebar"].prepare(bed, f"{SECRET}，今晚秒杀", REASON)()
    assert set(outcomes()) == {("replaced", REASON), ("replaced", None)}


def test_a_reason_for_the_stores_text_is_none_for_a_codes_own(bed: Bed) -> None:
    """Sabotage: hand the store's reason on with the code's own text."""
    go = WAYS["code's welcome"].prepare(bed, SECRET, None)
    words.publish_entries({"text": SECRET, "action": "warn"})
    go()
    bed.run_jobs()
    assert bed.left() == []
