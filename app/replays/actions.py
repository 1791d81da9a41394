"""Starting a replay, recording what a batch found, and submitting a draft on the strength of one."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.compliance import actions as compliance
from app.compliance import queries as words
from app.compliance.actions.publishing import usable_entries
from app.compliance.models import Proposal
from app.errors import Conflict, Invalid
from app.outbox import enqueue
from app.replays import queries
from app.replays.judging import Judged
from app.replays.models import Difference, Finding, Replay, ReplayState
from app.replays.texts import SOURCES, Source, Stored
from app.viewer import Viewer
from sensitive_words import Action, Verdict

LOOKS_BACK = timedelta(days=30)
SILENT_AFTER = timedelta(minutes=10)
"""A replay of which nothing was heard for so long no longer keeps a new one from starting."""

KEPT = timedelta(days=30)
MOST_SAMPLES = 200
"""Of texts that left. Of contents in use each is kept."""


def start(session: Session, viewer: Viewer) -> tuple[Replay, bool]:
    """
    Try the draft as it stands on every text, or find the run that is at it. A run of an older draft is called off.

    :returns: the replay, and whether it is a new one.
    :raises Conflict: if the draft changes nothing.
    :raises Invalid: if an entry cannot be used or an example does not hold.
    """
    changes = words.count_changes(session)
    if not changes:
        raise Conflict("草稿没有改动，没有影响可看。", code="nothing_to_publish")
    entries = usable_entries(words.drafted_fields(session))
    content_hash, newest = words.draft_hash(session), words.newest_version(session)
    base = newest.version if newest else 0
    under_way = queries.running(session)
    if under_way is not None:
        is_same = (under_way.content_hash, under_way.base_version) == (content_hash, base)
        if is_same and under_way.heard_at > clock.now() - SILENT_AFTER:
            return under_way, False
        _end(under_way, ReplayState.CANCELLED, "草稿改过，已由新的一次接替。")
        session.flush()
    since = clock.now() - LOOKS_BACK
    replay = Replay(
        content_hash=content_hash,
        base_version=base,
        changes=changes,
        entries=[entry.to_dict() for entry in entries],
        started_by_id=viewer.member_id,
        started_at=clock.now(),
        heard_at=clock.now(),
        total=sum(source.count(session, since) for source in SOURCES),
    )
    session.add(replay)
    session.flush()
    enqueue(session, "replays.run", key=f"replays.run:{replay.id}:0", replay_id=replay.id)
    record(session, viewer, "lexicon.replay_started", subject=f"lexicon_replay:{replay.id}", changes=changes)
    return replay, True


def cancel(session: Session, viewer: Viewer, replay_id: int) -> Replay:
    """What was found so far stays. A replay that ended already is left as it is."""
    queries.get(session, replay_id)
    replay = queries.locked(session, replay_id)
    if replay is None or replay.state != ReplayState.RUNNING:
        return queries.get(session, replay_id)
    _end(replay, ReplayState.CANCELLED, None)
    session.flush()
    record(session, viewer, "lexicon.replay_cancelled", subject=f"lexicon_replay:{replay.id}", done=replay.done)
    return replay


def record_batch(
    session: Session,
    replay: Replay,
    source: Source,
    judged: Iterable[tuple[Stored, Verdict, Verdict, Judged | None]],
) -> None:
    """Findings, figures and the place to go on, in one transaction: a killed run repeats nothing."""
    for stored, before, after, found in judged:
        replay.done += 1
        replay.live += source.is_live
        replay.after = stored.key
        if found is None:
            continue
        replay.new_hits += found.difference == Difference.NEW
        replay.lost_hits += found.difference == Difference.LOST
        replay.changed_hits += found.difference == Difference.CHANGED
        is_stopped_now = after.action is Action.BLOCK and before.action is not Action.BLOCK
        replay.blocked += source.is_live and is_stopped_now
        if source.is_live or replay.samples < MOST_SAMPLES:
            replay.samples += not source.is_live
            session.add(_finding(replay, source, stored, before, after, found))
    replay.heard_at = clock.now()


def _finding(
    replay: Replay, source: Source, stored: Stored, before: Verdict, after: Verdict, found: Judged
) -> Finding:
    return Finding(
        replay_id=replay.id,
        difference=found.difference,
        is_live=source.is_live,
        source=source.name,
        subject=stored.subject,
        title=stored.title,
        channel=stored.channel,
        owner=stored.owner,
        at=stored.at,
        passage=found.passage,
        marked_start=found.marked[0],
        marked_end=found.marked[1],
        entry_id=int(found.hit.entry_id),
        word=found.hit.word,
        before=before.action.value,
        after=after.action.value,
        assumed=list(found.assumed),
    )


def next_source(replay: Replay) -> None:
    """The one that was read is through."""
    replay.source, replay.after, replay.heard_at = replay.source + 1, "", clock.now()


def finish(replay: Replay) -> None:
    _end(replay, ReplayState.DONE, None)


def fail(session: Session, replay_id: int, sentence: str) -> None:
    """
    :param sentence: for the person who started it.
    """
    replay = queries.locked(session, replay_id)
    if replay is not None and replay.state == ReplayState.RUNNING:
        _end(replay, ReplayState.FAILED, sentence)


def _end(replay: Replay, state: ReplayState, error: str | None) -> None:
    replay.state, replay.error, replay.finished_at = state, error, clock.now()
    replay.entries = None


def submit(session: Session, viewer: Viewer, *, note: str, accepts_blocked: bool) -> Proposal:
    """
    Ask for approval of the draft. Whoever asks has seen what it does to the texts there are.

    :param accepts_blocked: contents in use that could not leave any more shall be stopped.
    :raises Conflict: without a finished replay of this very draft.
    :raises Invalid: if contents in use would be stopped and nobody said that they shall.
    """
    compliance.refuse_unchanged(session)
    newest = words.newest_version(session)
    content_hash = words.draft_hash(session)
    replay = queries.finished_for(session, content_hash, newest.version if newest else 0)
    if replay is None:
        earlier = queries.latest(session)
        sentence = "草稿在上次看影响之后又改过，请重新看影响。" if earlier else "提交之前请先看影响。"
        raise Conflict(sentence, code="replay_needed")
    if replay.blocked and not accepts_blocked:
        raise Invalid(
            f"有 {replay.blocked} 条在用内容发布后会被拦下，请先改好，或确认就让它们被拦。",
            code="blocked_contents",
            fields={"accepts_blocked": "请确认"},
        )
    figures = {
        "replay_id": replay.id,
        "texts": replay.done - replay.live,
        "live": replay.live,
        "new_hits": replay.new_hits,
        "lost_hits": replay.lost_hits,
        "changed_hits": replay.changed_hits,
        "blocked": replay.blocked,
        "finished_at": (replay.finished_at or clock.now()).isoformat(),
    }
    return compliance.submit(session, viewer, note=note, impact=figures, content_hash=content_hash)


def prune(session: Session) -> int:
    """
    Passages of what people wrote are kept for as long as they help to decide, and no longer.

    :returns: how many replays went.
    """
    old = delete(Replay).where(Replay.started_at < clock.now() - KEPT).returning(Replay.id)
    return len(session.scalars(old).all())
