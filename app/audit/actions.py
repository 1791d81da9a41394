"""Writing the audit chain, in the transaction of the act itself; remembering anchors; checking step by step."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.audit import queries
from app.audit.anchors import Anchor, AnchorFile, place_of
from app.audit.chain import GENESIS, digest_of, linked, seal_of
from app.audit.models import AuditAnchor, AuditBreak, AuditCheck, AuditEntry
from app.audit.verifying import Problem, Walk, as_json, from_json, problems_of_file
from app.outbox import enqueue
from app.viewer import Viewer

CHAIN_LOCK = 4_713_227_012
"""Advisory lock: entries get their number and predecessor one at a time."""

SILENT_AFTER = timedelta(minutes=2)
"""A check of which nothing was heard for so long no longer keeps a new one from starting."""


def record(session: Session, actor: Viewer | str, action: str, *, subject: str, **details: Any) -> AuditEntry:
    """
    Add an entry; it exists if, and only if, the act commits.

    Others who write entries wait until this transaction ends, so call it last.

    :param actor: who did it, or a word for what acted without a person: `system`, `cli`.
    :param action: `area.verb`.
    :param details: JSON values; never a whole phone number, a token or a message's text.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    number, prev_hash = queries.head(session) or (0, GENESIS)
    userid, name = (actor.userid, actor.name) if isinstance(actor, Viewer) else (actor, "")
    entry = AuditEntry(
        number=number + 1,
        at=clock.now(),
        actor=userid,
        actor_name=name,
        action=action,
        subject=subject,
        details=_as_stored(details),
        prev_hash=prev_hash,
    )
    entry.hash = linked(prev_hash, digest_of(entry))
    entry.seal = seal_of(entry.hash)
    session.add(entry)
    session.flush()
    return entry


def _as_stored(details: Mapping[str, Any]) -> Any:
    """As PostgreSQL will give it back: it knows one kind of number, so 1e16 comes back as an integer."""

    def number(written: str) -> float | int:
        value = float(written)
        return int(value) if value.is_integer() else value

    return json.loads(json.dumps(details, allow_nan=False), parse_float=number)


def remember_anchor(session: Session, anchor: Anchor, *, path: Path) -> None:
    """It is in the file; doing this again changes nothing."""
    session.execute(
        insert(AuditAnchor)
        .values(
            link=anchor.link,
            previous=anchor.previous,
            number=anchor.number,
            hash=anchor.hash,
            at=anchor.at,
            place=place_of(path),
        )
        .on_conflict_do_nothing()
    )


def start_check(session: Session, started_by: Viewer | str) -> AuditCheck:
    """Begin to read the whole chain, or find the reading that is under way."""
    under_way = session.scalar(
        select(AuditCheck)
        .where(AuditCheck.finished_at.is_(None), AuditCheck.heard_at > clock.now() - SILENT_AFTER)
        .order_by(AuditCheck.id.desc())
        .limit(1)
    )
    if under_way is not None:
        return under_way
    userid, name = (started_by.userid, started_by.name) if isinstance(started_by, Viewer) else (started_by, "")
    head = queries.head(session)
    check = AuditCheck(
        started_by=userid,
        started_by_name=name,
        started_at=clock.now(),
        heard_at=clock.now(),
        target=head[0] if head else 0,
        hash=GENESIS,
        problems=[],
    )
    session.add(check)
    session.flush()
    enqueue(session, "audit.verify", check_id=check.id)
    return check


def read_on(
    session: Session,
    check: AuditCheck,
    anchors: Mapping[int, Sequence[Anchor]],
    *,
    limit: int,
) -> bool:
    """
    Take the next `limit` entries.

    :returns: whether there may be more.
    """
    walk = _walk_of(check)
    before = walk.entries
    entries = queries.entries_after(walk.number, until=check.target, limit=limit)
    walk.take(session.execute(entries), anchors)
    _note(check, walk)
    return walk.entries - before == limit


def finish_check(session: Session, check: AuditCheck, file: AnchorFile, *, path: Path) -> None:
    """Every entry was read: compare the end with the anchors, and the file with what was written into it."""
    walk = _walk_of(check)
    known = queries.links_kept_in(session, place_of(path))
    walk.finish(file.anchors, file_problems=problems_of_file(file, known_links=known, place=place_of(path)))
    _note(check, walk)
    _end(session, check, walk, anchors=len(file.anchors) if file.exists else None)


def keep_reading(session: Session, started_by: str, walk: Walk, *, anchors: int) -> AuditCheck:
    """
    What somebody found who read the chain by themselves, perhaps beside anchors that only they have: the page
    shows it, and the others hear of it.
    """
    now = clock.now()
    check = AuditCheck(
        started_by=started_by, started_by_name="", started_at=now, heard_at=now, target=walk.number, problems=[]
    )
    _note(check, walk)
    session.add(check)
    session.flush()
    _end(session, check, walk, anchors=anchors)
    return check


def _end(session: Session, check: AuditCheck, walk: Walk, *, anchors: int | None) -> None:
    check.anchors, check.finished_at = anchors, clock.now()
    if walk.problems and _are_news(session, check, walk.problems):
        enqueue(session, "operations.tell_of_break", key=f"operations.tell_of_break:{check.id}", check_id=check.id)


def _are_news(session: Session, check: AuditCheck, problems: Sequence[Problem]) -> bool:
    """Whether people were not told of one of them yet: each is news once, not every night."""
    rows = [
        {"fingerprint": each, "check_id": check.id, "found_at": clock.now()}
        for each in sorted({problem.fingerprint for problem in problems})
    ]
    written = insert(AuditBreak).values(rows).on_conflict_do_nothing(index_elements=[AuditBreak.fingerprint])
    return bool(session.scalars(written.returning(AuditBreak.check_id)).all())


def _walk_of(check: AuditCheck) -> Walk:
    return Walk(
        check.number,
        check.hash,
        check.entries,
        check.is_sealed,
        from_json(check.problems),
        check.problem_count,
    )


def _note(check: AuditCheck, walk: Walk) -> None:
    check.number, check.hash, check.entries, check.is_sealed = walk.number, walk.hash, walk.entries, walk.is_sealed
    check.problems, check.problem_count = as_json(walk.problems), walk.problem_count
    check.heard_at = clock.now()
