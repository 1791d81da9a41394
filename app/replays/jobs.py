"""A replay in batches, each of which stays done; and telling people what the list wants of them."""

import time
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from app import clock
from app.compliance import queries as words
from app.compliance.lexicon import built
from app.db import transaction
from app.outbound.telling import tell
from app.outbox import GiveUp, Lane, LostLease, Running, enqueue, job
from app.outbox.schedule import recurs
from app.replays import actions, queries, telling
from app.replays.judging import Lists
from app.replays.models import ReplayState
from app.replays.placing import Places
from app.replays.texts import SOURCES
from sensitive_words import Lexicon

BATCH = 200
RUN_SECONDS = 15.0
"""Then the lane is somebody else's turn; the next run goes on where this one stopped."""

ATTEMPTS = 5


@job("replays.run", lane=Lane.BULK, attempts=ATTEMPTS, time_limit=120)
def run(running: Running, replay_id: int) -> None:
    """Killed at any moment, the next run goes on after the last committed batch."""
    try:
        _run(running, replay_id)
    except LostLease:
        raise
    except Exception as error:
        if isinstance(error, GiveUp) or running.failures + 1 >= ATTEMPTS:
            with transaction() as session:
                actions.fail(session, replay_id, "预览中途出错，已停止，请重试。")
        raise


def _run(running: Running, replay_id: int) -> None:
    until = time.monotonic() + RUN_SECONDS
    with running.transaction() as session:
        replay = queries.locked(session, replay_id)
        if replay is None or replay.state != ReplayState.RUNNING:
            return
        lists = Lists(_published(session, replay.base_version), built(replay.entries or []))
    while time.monotonic() < until:
        with running.transaction() as session:
            if not _advance(session, replay_id, lists):
                return
    with running.finishing() as session:
        enqueue(session, "replays.run", replay_id=replay_id)


def _advance(session: Session, replay_id: int, lists: Lists) -> bool:
    """
    One batch.

    :returns: whether there is more to do.
    """
    replay = queries.locked(session, replay_id)
    if replay is None or replay.state != ReplayState.RUNNING:
        return False
    if replay.source >= len(SOURCES):
        actions.finish(replay)
        return False
    source = SOURCES[replay.source]
    since = replay.started_at - actions.LOOKS_BACK
    batch = list(source.read(session, replay.after, BATCH, since))
    places = Places(session, lists.before, lists.after)
    today = clock.in_shop_time(clock.now()).date()
    judged = []
    for stored in batch:
        # What left is tried as if it left today; what will leave, on its own day.
        leaves = max(today, clock.in_shop_time(stored.at).date()) if stored.at else today
        judged.append((stored, *lists.judge(stored.text, where=places.of(stored), on=leaves)))
    actions.record_batch(session, replay, source, judged)
    if len(batch) < BATCH:
        actions.next_source(replay)
    return True


def _published(session: Session, version: int) -> Lexicon:
    return built(words.version(session, version).entries) if version else Lexicon([])


@job("replays.tell_owners")
def tell_owners(running: Running, version: int) -> None:
    """One message for each person, once for each version."""
    with running.finishing() as session:
        for userid, script_ids in telling.stopped_by(session, version).items():
            enqueue(
                session,
                "replays.tell_owner",
                key=f"replays.tell_owner:{version}:{userid}",
                version=version,
                userid=userid,
                script_ids=script_ids,
            )


@job("replays.tell_owner")
def tell_owner(_running: Running, version: int, userid: str, script_ids: Sequence[int]) -> None:
    """Twice: the ledger knows that it was sent."""
    tell(
        f"lexicon:{version}:scripts:{userid}",
        userid,
        lambda session: telling.message(session, version, script_ids),
        plain=telling.plain_message(version, len(script_ids)),
    )


@job("replays.tell_about")
def tell_about(running: Running, proposal_id: int, event: telling.Event) -> None:
    """Whoever can decide hears of a submission, and who submitted of the decision."""
    with running.finishing() as session:
        for userid in telling.told_of(session, proposal_id, event):
            enqueue(
                session,
                "replays.tell_person",
                key=f"replays.tell_person:{proposal_id}:{event}:{userid}",
                proposal_id=proposal_id,
                event=event,
                userid=userid,
            )


@job("replays.tell_person")
def tell_person(_running: Running, proposal_id: int, event: telling.Event, userid: str) -> None:
    tell(
        f"lexicon_proposal:{proposal_id}:{event}:{userid}",
        userid,
        lambda session: telling.news_of(session, proposal_id, event),
        plain=telling.plain_news(),
    )


@job("replays.prune", lane=Lane.BULK)
def prune(running: Running) -> None:
    with running.finishing() as session:
        actions.prune(session)


recurs("replays.prune", every=timedelta(days=1), offset=timedelta(hours=19, minutes=47))
