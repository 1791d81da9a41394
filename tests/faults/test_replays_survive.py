"""A replay of a draft over many texts, while the process that runs it is killed again and again."""

from sqlalchemy import text

import app as package
from app import db, outbox
from app.compliance import actions as compliance
from app.replays import actions
from tests.faults.plant import Plant, report, sized
from tests.support import shop

WORD = "跳楼价"
EVERY = 7
STOPPED_TEXTS = """
INSERT INTO hits (at, times, channel, subject, passage, marked_start, marked_end, entry_id, word, category, action,
                  matched_by, why, lexicon_version, outcome, text_hash)
SELECT now(), 1, 'sidebar', 'customer:x',
       repeat('这款面料亲肤透气，', 20) || CASE WHEN n % :every = 0 THEN '最低价，今天跳楼价' ELSE '最低价' END,
       180, 183, 1, '最低价', 'advertising', 'block', 'word', '', 1, 'blocked', ''
FROM generate_series(1, :count) AS n
"""


def test_a_killed_replay_counts_every_text_once(plant: Plant) -> None:
    """
    Each batch commits its findings, figures and place together.

    Sabotage: keep the place in the job's arguments instead of the replay's row, or commit it before the findings.
    """
    count, kills = sized(6_000), 3
    outbox.register_jobs_of(package)
    with db.transaction() as session:
        shop.move_in(session)
    with db.transaction() as session:
        he = shop.viewer_called(session, "he")
        compliance.add_entry(session, he, {"text": "最低价", "category": "advertising", "action": "block"})
        compliance.publish(session, he, note="一")
        compliance.add_entry(session, he, {"text": WORD, "category": "advertising", "action": "block"})
        session.execute(text(STOPPED_TEXTS), {"count": count, "every": EVERY})
    plant.run_worker("bulk")
    plant.run_relay()
    with db.transaction() as session:
        replay_id = actions.start(session, he)[0].id

    def done() -> int:
        return int(plant.ask("SELECT done FROM lexicon_replays WHERE id = %s", replay_id))

    for kill in range(kills):
        plant.wait_for(lambda at=count * kill // (kills + 2): done() > at, "some batches")  # type: ignore[misc]
        plant.kill_run("worker-bulk-1")
    state = "SELECT state FROM lexicon_replays WHERE id = %s"
    took = plant.wait_for(lambda: plant.ask(state, replay_id) == "done", "the replay", seconds=180)
    changed = plant.ask("SELECT changed_hits FROM lexicon_replays WHERE id = %s", replay_id)
    runs = plant.ask("SELECT sum(attempts) FROM jobs WHERE name = 'replays.run'")
    report(11, f"replay of {count} texts, {kills} kills, {runs} runs: {done()} counted, settled in {took:.0f} s")
    assert (done(), changed) == (count, count // EVERY)
