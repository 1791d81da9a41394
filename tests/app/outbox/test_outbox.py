"""Jobs as rows: written with the caller's work, run once, tried again, given up, brought back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from app import clock, db, outbox
from app.outbox import Job, JobState, LostLease, Running, actions, drain, enqueue, perform, relay
from app.outbox import jobs as upkeep  # noqa: F401  (registers what recurs)
from app.outbox.queues import queue_of
from app.outbox.registry import Lane
from app.outbox.schedule import enqueue_occurrences
from tests.support import jobs
from tests.support.jobs import Effect

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
Advance = Callable[[timedelta], None]


@pytest.fixture(autouse=True)
def _ready(database: Connection, settings: object, valkey: object) -> None:
    with db.transaction() as session:
        jobs.make_table(session)


@pytest.fixture
def advance() -> object:
    with clock.running_at(NOON) as step:
        yield step


def put(name: str, /, **args: object) -> int:
    with db.transaction() as session:
        job_id = enqueue(session, name, **args)  # type: ignore[arg-type]
    assert job_id is not None
    return job_id


def row(job_id: int) -> Job:
    with db.transaction() as session:
        return session.scalars(select(Job).where(Job.id == job_id)).one()


def effects() -> list[str]:
    with db.transaction() as session:
        return list(session.scalars(select(Effect.name).order_by(Effect.id)))


def test_a_job_exists_only_if_its_transaction_commits():
    with pytest.raises(ZeroDivisionError), db.transaction() as session:
        enqueue(session, "test.note", name="never")
        raise ZeroDivisionError
    assert drain() == 0
    assert effects() == []


def test_a_job_runs_once_and_its_row_says_so():
    job_id = put("test.note", name="hello")
    assert drain() == 1
    assert drain() == 0
    assert effects() == ["hello"]
    assert (row(job_id).state, row(job_id).attempts) == (JobState.DONE, 1)


def test_two_jobs_with_one_key_are_one_even_after_the_first_is_done():
    put("test.note", key="once", name="first")
    drain()
    with db.transaction() as session:
        assert enqueue(session, "test.note", key="once", name="second") is None
    drain()
    assert effects() == ["first"]


def test_an_unknown_name_is_refused_when_it_is_written():
    with pytest.raises(outbox.UnknownJob), db.transaction() as session:
        enqueue(session, "test.nobody_home")


def test_effect_and_done_commit_together_or_not_at_all():
    """Sabotage: let `finishing` commit before it marks the row: the effect stays and happens again."""
    job_id = put("test.note_then_raise", name="half")
    drain()
    assert effects() == []
    assert row(job_id).state == JobState.WAITING


def test_failures_back_off_and_end_as_a_dead_letter_with_the_reason(advance: Advance):
    job_id = put("test.raise", message="broken")
    waits = []
    for _ in range(4):
        drain()
        waits.append(row(job_id).due_at - clock.now())
        advance(timedelta(hours=1))
    drain()
    dead = row(job_id)
    assert (dead.state, dead.failures) == (JobState.DEAD, 5)
    assert dead.last_error is not None
    assert "broken" in dead.last_error
    assert waits == sorted(waits)
    assert timedelta(seconds=8) <= waits[0] <= timedelta(seconds=12)
    assert timedelta(minutes=24) <= waits[3] <= timedelta(minutes=36)


def test_giving_up_does_not_try_again():
    job_id = put("test.give_up")
    assert drain() == 1
    assert row(job_id).state == JobState.DEAD


def test_waiting_for_a_limit_is_no_failure(advance: Advance):
    """A job that met a rate limit eight times was not wrong eight times."""
    job_id = put("test.wait", name="patient", until_attempt=9)
    for _ in range(9):
        drain()
        advance(timedelta(minutes=2))
    assert row(job_id).state == JobState.DONE
    assert row(job_id).failures == 0
    assert effects() == ["patient"]


def test_a_dead_letter_can_be_replayed_and_runs_once(advance: Advance, tmp_path: object):
    mended = tmp_path / "mended"  # type: ignore[operator]
    job_id = put("test.misbehave", name="late", how="raise", mended=str(mended))
    for _ in range(5):
        drain()
        advance(timedelta(hours=1))
    assert row(job_id).state == JobState.DEAD
    mended.touch()
    with db.transaction() as session:
        assert actions.replay(session, job_id)
        assert not actions.replay(session, job_id)
    drain()
    assert effects() == ["late"]


def test_rows_of_one_order_key_run_oldest_first_and_others_do_not_wait(advance: Advance):
    """Sabotage: drop the order key from `claim` and `drain`: the second overtakes the failing first."""
    first = put("test.raise", order_key="customer:1")
    put("test.note", order_key="customer:1", name="after")
    put("test.note", order_key="customer:2", name="other")
    drain()
    assert effects() == ["other"]
    assert not perform.perform(first + 1, 0, worker="impatient")
    for _ in range(5):
        advance(timedelta(hours=1))
        drain()
    assert effects() == ["other", "after"]


def test_a_stale_hand_over_is_not_run_again():
    job_id = put("test.note", name="once")
    assert perform.perform(job_id, 0, worker="a")
    assert not perform.perform(job_id, 0, worker="b")
    assert effects() == ["once"]


def test_a_run_that_lost_its_lease_cannot_write(advance: Advance):
    """Sabotage: leave the attempt out of `_hold`: both runs write."""
    job_id = put("test.note", name="contested")
    with db.transaction() as session:
        slow = actions.claim(session, job_id, 0, worker="slow")
    assert slow is not None
    advance(timedelta(minutes=5))
    with db.transaction() as session:
        assert actions.take_back_silent(session) == [job_id]
    drain()
    with pytest.raises(LostLease):
        jobs.note(Running(job_id, "test.note", attempt=1, failures=0), name="contested")
    assert effects() == ["contested"]
    assert row(job_id).attempts == 2


def test_a_worker_that_keeps_dying_on_a_row_makes_it_a_dead_letter(advance: Advance):
    job_id = put("test.note", name="cursed")
    for attempt in range(5):
        with db.transaction() as session:
            assert actions.claim(session, job_id, attempt, worker="doomed") is not None
        advance(timedelta(minutes=5))
        with db.transaction() as session:
            actions.take_back_silent(session)
    assert row(job_id).state == JobState.DEAD
    assert effects() == []


def times_handed_over(job_id: int) -> int:
    pairs = [pair for each in queue_of(Lane.DEFAULT).jobs for pair in each.args[0]]
    return pairs.count([job_id, 0])


def test_the_relay_hands_over_a_due_row_once_and_again_when_redis_forgot_it(advance: Advance, valkey):
    """Sabotage: never forget a ring: a row that Redis lost stays where it is."""
    job_id = put("test.note", name="rung")
    later = put("test.note", name="later", due_at=clock.now() + timedelta(hours=1))
    relay.pass_on()
    relay.pass_on()
    assert (times_handed_over(job_id), times_handed_over(later)) == (1, 0)
    valkey.flushdb()
    advance(timedelta(seconds=11))
    relay.pass_on()
    assert times_handed_over(job_id) == 1


def test_rows_on_their_way_are_not_rung_again_while_the_queue_is_busy(advance: Advance, valkey):
    job_id = put("test.note", name="slow")
    relay.pass_on()
    advance(timedelta(minutes=5))
    relay.pass_on()
    assert times_handed_over(job_id) == 1


def test_stored_arguments_that_no_longer_fit_become_a_dead_letter():
    job_id = put("test.note", colour="red")
    drain()
    assert row(job_id).state == JobState.DEAD


def test_done_rows_are_forgotten_after_thirty_days_and_not_before(advance: Advance):
    job_id = put("test.note", key="kept", name="old")
    drain()
    advance(timedelta(days=29))
    with db.transaction() as session:
        assert actions.prune(session) == 0
    advance(timedelta(days=2))
    with db.transaction() as session:
        assert actions.prune(session) == 1
    with db.transaction() as session:
        assert session.get(Job, job_id) is None


def test_an_occurrence_that_did_not_commit_is_made_at_the_next_look(valkey):
    """Sabotage: remember it as made before the transaction ends: a night's work is left out."""
    with clock.running_at(datetime(2031, 5, 6, 4, 0, tzinfo=UTC)):
        with pytest.raises(ZeroDivisionError), db.transaction() as session:
            enqueue_occurrences(session)
            raise ZeroDivisionError
        relay.pass_on()
    with db.transaction() as session:
        made = session.scalars(select(Job.unique_key).where(Job.name == "outbox.prune")).all()
    assert made == ["outbox.prune@2031-05-06T02:10:00+00:00"]


def test_the_reason_of_a_dead_letter_holds_nothing_of_the_row_that_was_refused(advance: Advance):
    """Sabotage: leave PostgreSQL's DETAIL in the error, which shows the row, words of people and all."""
    job_id = put("test.note_null", name="王姐的备注")
    drain()
    failed = row(job_id)
    assert failed.last_error is not None
    assert "NotNullViolation" in failed.last_error
    assert "王姐" not in failed.last_error
