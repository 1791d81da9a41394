"""Goals 3, 4 and 9: what was acknowledged is on disk, a database outage loses nothing, a replay does nothing."""

import random
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest

from app import clock
from app.callbacks import spool
from tests.faults.plant import Load, Plant, Sender, post_all, report, sized
from tests.support.callbacks import contact_added, sealed


@pytest.fixture
def town(plant: Plant) -> Plant:
    plant.run_web()
    plant.run_relay()  # no worker: intake alone is the question here
    return plant


def sealing(plant: Plant) -> Callable[[int], tuple[str, bytes]]:
    """Fifty events share each second, as when several people scan one code."""
    return lambda number: sealed(
        plant.settings, contact_added(plant.settings, number, created=1700000000 + number // 50)
    )


def shuffled(count: int, duplicates: int) -> list[int]:
    numbers = list(range(count)) + random.sample(range(count), duplicates)
    random.shuffle(numbers)
    return numbers


def stored(plant: Plant) -> int:
    return int(plant.ask("SELECT count(*) FROM jobs WHERE name = 'customers.contact_added'"))


def missing(plant: Plant, acknowledged: set[int]) -> int:
    wanted = [f"wm{number:030d}" for number in acknowledged]
    found = plant.ask(
        "SELECT count(DISTINCT args->>'external_user_id') FROM jobs WHERE args->>'external_user_id' = ANY(%s)",
        wanted,
    )
    return len(wanted) - int(found)


def _let_flow(town: Plant, load: Load, through: Callable[[], bool]) -> None:
    """Until events go into the database again, one after the other."""
    before = stored(town)
    while stored(town) < before + 20 and not through():
        town.tend()
    assert not load.refused


def test_goal_3_what_we_acknowledged_is_on_disk(town: Plant):
    """
    Web workers are SIGKILLed and PostgreSQL crashes while eight senders post.

    Sabotage: `synchronous_commit=off` in app/embedded/postgres.py loses rows at a crash (78 of 3,000); answering
    before the commit loses them at any kill.
    """
    count = sized(1000)
    load, through = post_all(town, sealing(town), shuffled(count, count // 10), pace=0.05)
    kills = crashes = 0
    while not through():
        time.sleep(1.2)  # a worker takes about a second to come back
        if kills % 3 == 2:
            _let_flow(town, load, through)
            town.crash_database()  # amid answers: what the last of them promised is a few milliseconds old
            town.start_database()
            crashes += 1
        town.kill_web_worker()
        kills += 1
        town.tend()
    town.wait_for(lambda: not spool.pending(), "an empty spool")
    lost = missing(town, load.acknowledged)
    report(
        3,
        f"{len(load.acknowledged)} acknowledged of {count}, {kills} web kills, {crashes} database crashes: "
        f"{lost} missing, {stored(town) - len(load.acknowledged)} rows never acknowledged, "
        f"slowest answer {load.slowest:.2f} s",
    )
    assert lost == 0
    assert stored(town) == town.ask("SELECT count(DISTINCT args->>'external_user_id') FROM jobs")


def test_goal_4_a_database_outage_loses_nothing(town: Plant):
    """
    Sabotage: let `_stored` answer 500 when the database fails: every event of the outage is gone.
    """
    count = sized(1000)
    load, through = post_all(town, sealing(town), shuffled(count, count // 10))
    down = 0.0
    for pause in (3.0, 0.0, 3.0):
        time.sleep(0.4)
        began = time.monotonic()
        town.crash_database()
        time.sleep(pause)
        town.start_database()
        down += time.monotonic() - began
    town.wait_for(through, "the senders", seconds=120)
    took = town.wait_for(lambda: not spool.pending() and stored(town) == count, "the spool to come back")
    report(
        4,
        f"{count} events, database away {down:.0f} s: {stored(town)} stored, {len(load.refused)} answers besides "
        f"200, spool empty after {took:.1f} s, slowest answer {load.slowest:.2f} s",
    )
    assert (stored(town), load.refused, load.given_up) == (count, [], 0)
    assert took <= 60


def test_goal_9_replay_does_nothing(town: Plant):
    """
    Sabotage: prune the keys after five minutes, or drop `check_window`.
    """
    path, body = sealed(town.settings, contact_added(town.settings, 1))
    repeats = sized(100)
    with closing(Sender(town)) as sender:
        _replay(town, sender, path, body, repeats)


def _replay(town: Plant, sender: Sender, path: str, body: bytes, repeats: int) -> None:
    now = {sender.send("POST", path, body) for _ in range(repeats)}
    late = sealed(town.settings, contact_added(town.settings, 2), at=clock.now() - timedelta(minutes=11))
    old = sealed(town.settings, contact_added(town.settings, 3), at=clock.now() - timedelta(days=29))
    refused = {sender.send("POST", *each) for each in (late, old)}
    honest = {
        sender.send("POST", *sealed(town.settings, contact_added(town.settings, 4), at=clock.now() + skew))
        for skew in (timedelta(minutes=-9), timedelta(minutes=9))
    }
    rows = stored(town)
    report(
        9, f"{repeats} replays at once: {rows - 1} effect; 11 min and 29 days late: {refused}; ±9 min: {honest}"
    )
    assert (now, refused, honest, rows) == ({200}, {403}, {200}, 2)
