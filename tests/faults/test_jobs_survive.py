"""Goals 7, 11 and 12: jobs under kills, poison and forgetful Redis."""

import random
import time

from sqlalchemy import text

from app import db
from app.outbox import actions, enqueue
from app.valkey import connect
from tests.faults.plant import Plant, report, sized
from tests.support import jobs


def start(plant: Plant, *lanes: str) -> None:
    with db.transaction() as session:
        jobs.make_table(session)
    for lane in lanes:
        plant.run_worker(lane)
    plant.run_relay()


def put_many(name: str, count: int, **args: object) -> None:
    with db.transaction() as session:
        for number in range(count):
            enqueue(session, name, name=f"{name}-{number}", **args)  # type: ignore[arg-type]


def undone(plant: Plant) -> int:
    return int(plant.ask("SELECT count(*) FROM jobs WHERE state IN ('waiting', 'running') AND name LIKE 'test.%'"))


def test_goal_11_no_job_is_lost(plant: Plant):
    """
    Workers die, Redis dies and forgets, and the bell after a commit never rings.

    Sabotage: `_forget_lost_rings` returns at once (no second ring): jobs stay waiting for ever.
    """
    count, kills = sized(600), sized(10)
    start(plant, "urgent", "default", "bulk")
    for name in ("test.note_quickly", "test.note", "test.note_in_bulk"):
        put_many(name, count // 3)
    victims = ["worker-urgent-1", "worker-default-1", "worker-bulk-1"]
    for kill in range(kills):
        time.sleep(random.uniform(0.3, 1.0))
        plant.kill(victims[kill % 3])
        if kill % 5 == 2:
            plant.crash_cache()
            plant.start_cache()
        if kill % 5 == 4:
            connect(plant.settings.redis_url).flushall()
        put_many("test.note", 10)
        plant.tend()
    took = plant.wait_for(lambda: undone(plant) == 0, "all jobs to be done", seconds=180)
    lost = plant.ask("SELECT count(*) FROM jobs WHERE state <> 'done' AND name LIKE 'test.%'")
    expected = count // 3 * 3 + kills * 10
    effects = plant.ask("SELECT count(*) FROM test_effects")
    report(11, f"{expected} jobs, {kills} worker kills: {lost} lost, {effects} effects, settled in {took:.0f} s")
    assert (lost, effects) == (0, expected)


def test_goal_12_a_killed_run_is_finished_quickly(plant: Plant):
    """
    Sabotage: remove `work_horse_killed_handler` and `take_back_silent`: nothing finishes within two minutes.
    """
    start(plant, "bulk")
    rounds, waits = sized(5), []
    for number in range(rounds):
        with db.transaction() as session:
            enqueue(session, "test.note_in_bulk", name=f"round-{number}", busy_ms=1500)
        plant.wait_for(
            lambda: plant.ask("SELECT count(*) FROM jobs WHERE state = 'running' AND name LIKE 'test.%'") == 1,
            "the run",
        )
        if number % 2:
            plant.kill_run("worker-bulk-1")
        else:
            plant.kill("worker-bulk-1")
            plant.kill_run("worker-bulk-1")
        waits.append(plant.wait_for(lambda: undone(plant) == 0, "the job to be done", seconds=120))
    waits.sort()
    report(12, f"{rounds} kills mid-job: median {waits[len(waits) // 2]:.1f} s, slowest {waits[-1]:.1f} s to done")
    assert waits[-1] <= 60
    assert plant.ask("SELECT count(*) FROM test_effects") == rounds


def test_goal_7_poison_never_blocks(plant: Plant, tmp_path: object):
    """
    One in a hundred raises, crashes or hangs; the rest is not held up; mended, the dead letters run once.

    Sabotage: let `fail` keep a row waiting for ever: the poison never becomes a dead letter.
    """
    mended = tmp_path / "mended"  # type: ignore[operator]
    count, poison = sized(1000), sized(9)
    start(plant, "default")
    ways = ["raise", "crash", "exit", "hang"]
    with db.transaction() as session:
        for number in range(poison):
            how = ways[number % 4] if number < 8 else "raise"
            enqueue(session, "test.misbehave", name=f"poison-{number}", how=how, mended=str(mended))
    put_many("test.note", count - poison)
    plant.wait_for(
        lambda: plant.ask("SELECT count(*) FROM jobs WHERE state = 'dead' AND name LIKE 'test.%'") == poison,
        "dead letters",
        seconds=240,
    )
    plant.wait_for(lambda: undone(plant) == 0, "the healthy ones", seconds=60)
    failures = plant.ask("SELECT min(failures) FROM jobs WHERE state = 'dead' AND name LIKE 'test.%'")
    reasons = plant.ask(
        "SELECT count(*) FROM jobs WHERE state = 'dead' AND name LIKE 'test.%' AND last_error IS NULL"
    )
    mended.touch()
    with db.transaction() as session:
        dead = [
            int(row[0])
            for row in session.execute(text("SELECT id FROM jobs WHERE state = 'dead' AND name LIKE 'test.%'"))
        ]
        for job_id in dead:
            actions.replay(session, job_id)
    plant.wait_for(lambda: plant.ask("SELECT count(*) FROM test_effects") >= count, "the replayed", seconds=60)
    effects = plant.ask("SELECT count(*) FROM test_effects")
    report(7, f"{count} jobs, {poison} poisonous: {failures} tries each, {effects} effects after the mending")
    assert (failures, reasons, effects) == (5, 0, count)
