"""Goal 18: WeCom holds at most one task for each part, whatever becomes of the calls and of who makes them."""

import random
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

import app as package
from app import config, db, outbox
from app.campaigns import actions as campaigns
from app.campaigns import queries
from app.sync_runs import actions as runs
from app.sync_runs.models import Kind
from tests.faults.plant import Plant, report, running_plant, sized
from tests.support import shop, words
from wecom_simulator import Answer, Delay, Http, Reset, Simulator, Truncated

CREATE = "externalcontact/add_msg_template"
TIMED_OUT = 7
"""Seconds: a send waits 6 for its answer."""
STORE = 22
WORKERS = ["worker-bulk-1", "worker-bulk-2", "worker-bulk-3"]

MEETS = [
    (53, Delay(0.25)),  # ok, but slow enough that a kill finds tasks whose answer nobody will read
    (6, Answer(errcode=41048)),
    (2, Answer(errcode=40014)),
    (5, Answer(errcode=-1)),
    (5, Answer(errcode=-1, after_effect=True)),
    (5, Reset()),
    (5, Reset(after_effect=True)),
    (5, Http(502)),
    (5, Http(502, after_effect=True)),
    (5, Truncated()),
    (1, Delay(TIMED_OUT, after_effect=False)),
    (1, Delay(TIMED_OUT)),
]
"""How often in a hundred, and what a call meets."""
NOTHING_HAPPENED = {40014}
"""WeCom said so itself: only after this may a call be made again."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Plant, Simulator]]:
    """A store with as many guides as there shall be parts, each with one customer; all of it is synced."""
    with (
        running_plant(tmp_path) as plant,
        Simulator(
            corp_id=plant.settings.wecom_corp_id,
            agent_id=plant.settings.wecom_agent_id,
            agent_secret=plant.settings.wecom_agent_secret,
        ) as simulator,
    ):
        simulator.seed_shop()
        simulator.switches.dispatch_seconds = 0
        for number in range(sized(200)):
            simulator.world.admin_creates_member(f"guide{number}", f"导购{number}", [STORE], position="导购")
            simulator.world.customer_adds_member(f"guide{number}", f"wmPart{number:026d}", name=f"客{number}")
        plant.settings = replace(plant.settings, wecom_api_base_url=simulator.url)
        config.configure(plant.settings)
        outbox.register_jobs_of(package)
        with db.transaction() as session:
            shop.move_in(session)
        words.publish()
        for kind in (Kind.STAFF, Kind.TAGS, Kind.CUSTOMERS):
            with db.transaction() as session:
                runs.start(session, kind, started_by="tests")
            outbox.drain()
        for number in range(len(WORKERS)):
            plant.run_worker("bulk", number + 1)
        plant.run_relay()
        plant.wait_for_workers()
        yield plant, simulator


def approved() -> int:
    """One text for all, so that only sender and customers tell the tasks apart; approved by another."""
    with db.transaction() as session:
        author, approver = shop.viewer_called(session, "wu"), shop.viewer_called(session, "yun")
        message = campaigns.create(session, author, "新品到店")
        campaigns.edit(session, author, message.id, {"text": "周六新外套到店，来坐坐？"})
        campaigns.submit(session, author, message.id, confirmed_reason=None)
        seen = queries.hash_of(message)
        campaigns.approve(session, approver, message.id, comment="", content_hash=seen)
        return message.id


def batter(plant: Plant, message_id: int) -> int:
    """Kill runs, and now and then a whole worker, until nothing moves but what nobody will answer for."""
    kills = 0
    plant.wait_for(lambda: plant.ask("SELECT count(*) > 0 FROM mass_message_parts"), "the plan")
    until = time.monotonic() + sized(120)
    while not only_orphans_left(plant, message_id) and time.monotonic() < until:
        if kills < sized(15):
            # Every other time in the middle of a call, else wherever they are.
            if kills % 2:
                plant.wait_for(lambda: plant.ask(CALLING), "a call", seconds=20)
            if kills % 5 == 4:
                plant.kill(random.choice(WORKERS))
            for victim in WORKERS:
                plant.kill_run(victim)
                kills += 1
        plant.pause(random.uniform(0.1, 0.5))
    return kills


CALLING = "SELECT count(*) > 0 FROM sends WHERE state = 'calling' AND claimed_at > now() - interval '1 s'"


def only_orphans_left(plant: Plant, message_id: int) -> bool:
    """Every part that still waits has a call, or a run, that has outlived any time-out of its own."""
    return bool(
        plant.ask(
            "SELECT count(*) = 0 FROM mass_message_parts p WHERE p.mass_message_id = %s AND p.state = 'waiting'"
            " AND NOT EXISTS (SELECT FROM sends s WHERE s.state = 'calling' AND"
            "  s.key LIKE 'mass_message:%%:part:' || p.id || ':%%' AND s.claimed_at < now() - interval '8 s')"
            " AND NOT EXISTS (SELECT FROM jobs j WHERE j.name = 'campaigns.create_part' AND j.state = 'running'"
            "  AND j.args->>'part_id' = p.id::text AND j.lease_until < now() + interval '50 s')",
            message_id,
        )
    )


def let_a_minute_pass(plant: Plant) -> None:
    """For who has to wait one: the leases of dead runs, calls without an answer, the first look for a task."""
    mine = "name IN ('campaigns.create_part', 'campaigns.reconcile')"
    with psycopg.connect(plant.database.url()) as connection:
        for change in (
            "UPDATE sends SET claimed_at = claimed_at - interval '61 s' WHERE state = 'calling'",
            f"UPDATE jobs SET lease_until = lease_until - interval '66 s' WHERE state = 'running' AND {mine}",
            f"UPDATE jobs SET due_at = due_at - interval '61 s' WHERE state = 'waiting' AND {mine}",
        ):
            connection.execute(change.encode())


def states(plant: Plant, message_id: int) -> dict[str, tuple[str, str | None]]:
    with psycopg.connect(plant.database.url()) as connection:
        rows = connection.execute(
            "SELECT m.userid, p.state, p.msgid FROM mass_message_parts p JOIN members m ON m.id = p.member_id"
            " WHERE p.mass_message_id = %s",
            (message_id,),
        ).fetchall()
    return {userid: (state, msgid) for userid, state, msgid in rows}


def ever_unknown(plant: Plant, message_id: int) -> set[str]:
    """Whose task has to be looked for, or was found already."""
    with psycopg.connect(plant.database.url()) as connection:
        rows = connection.execute(
            "SELECT DISTINCT m.userid FROM mass_message_parts p JOIN members m ON m.id = p.member_id"
            " JOIN jobs j ON j.name = 'campaigns.reconcile' AND j.args->>'part_id' = p.id::text"
            " WHERE p.mass_message_id = %s",
            (message_id,),
        ).fetchall()
    return {userid for (userid,) in rows}


def tasks(simulator: Simulator) -> dict[str, list[str]]:
    held = defaultdict(list)
    with simulator.world.lock:
        for message in simulator.world.state.mass_messages.values():
            for userid in message.tasks:
                held[userid].append(message.msgid)
    return held


def repeated(simulator: Simulator) -> list[str]:
    """Who was asked for again after an answer other than "nothing happened"."""
    answers = defaultdict(list)
    for call in simulator.calls.to(CREATE):
        answers[call.body["sender"]].append((call.answer or {}).get("errcode"))
    return [userid for userid, codes in answers.items() if not set(codes[:-1]) <= NOTHING_HAPPENED]


def without_an_answer(simulator: Simulator) -> set[str]:
    """Whose call broke off, or ended in −1."""
    return {
        call.body["sender"]
        for call in simulator.calls.to(CREATE)
        if call.answer is None or call.answer["errcode"] == -1
    }


def test_goal_18_a_part_is_created_at_most_once(world: tuple[Plant, Simulator]):
    """
    Every call meets one of twelve fates while runs and workers are SIGKILLed.

    Sabotage: release the claim on `NoAnswer` in `send_once`, so that the job is tried again.
    """
    plant, simulator = world
    weights, fates = zip(*MEETS, strict=True)
    simulator.script[CREATE] = random.choices(fates, weights=weights, k=3 * sized(200))
    message_id = approved()
    kills = batter(plant, message_id)
    assert repeated(simulator) == []
    let_a_minute_pass(plant)
    waiting = "SELECT count(*) = 0 FROM mass_message_parts WHERE state = 'waiting'"
    plant.wait_for(lambda: plant.ask(waiting), "every part's outcome", seconds=60)
    plant.wait_for(lambda: simulator.calls.in_hand == 0, "calls whose caller is dead")

    known, held, calls = states(plant, message_id), tasks(simulator), simulator.calls.count(CREATE)
    unknown = ever_unknown(plant, message_id)
    assert [userid for userid, msgids in held.items() if len(msgids) > 1] == []
    assert repeated(simulator) == []
    assert without_an_answer(simulator) <= unknown
    assert {state for state, _ in known.values()} == {"created", "refused", "unknown"}

    lost = {userid for userid in unknown if held[userid]}
    let_a_minute_pass(plant)
    plant.wait_for(lambda: found(plant, message_id, lost), "the lost tasks", seconds=60)
    for userid, (state, msgid) in states(plant, message_id).items():
        assert held[userid] == ([msgid] if state == "created" else []), (userid, state)
    assert simulator.calls.count(CREATE) == calls
    report(
        18,
        f"{len(known)} parts, {calls} calls, {kills} kills: at most {max(map(len, held.values()))} task each, "
        f"{len(unknown)} unknown, of which {len(lost)} existed and were all found again, 0 sent again by itself",
    )


def found(plant: Plant, message_id: int, lost: set[str]) -> bool:
    return all(state == "created" for userid, (state, _) in states(plant, message_id).items() if userid in lost)
