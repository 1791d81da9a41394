"""Reading replays and what they found."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.compliance import queries as words
from app.errors import NotFound
from app.replays.models import Finding, Replay, ReplayState


def get(session: Session, replay_id: int) -> Replay:
    """
    :raises NotFound:
    """
    found = session.get(Replay, replay_id)
    if found is None:
        raise NotFound("没有这次影响预览，可能已过期清理。")
    return found


def locked(session: Session, replay_id: int) -> Replay | None:
    found = select(Replay).where(Replay.id == replay_id).with_for_update()
    return session.scalar(found.execution_options(populate_existing=True))


def running(session: Session) -> Replay | None:
    found = select(Replay).where(Replay.state == ReplayState.RUNNING).with_for_update()
    return session.scalar(found.execution_options(populate_existing=True))


def latest(session: Session) -> Replay | None:
    return session.scalar(select(Replay).order_by(Replay.id.desc()).limit(1))


def finished_for(session: Session, content_hash: bytes, base_version: int) -> Replay | None:
    """The newest finished replay of exactly this draft against exactly this version."""
    return session.scalar(
        select(Replay)
        .where(
            Replay.state == ReplayState.DONE,
            Replay.content_hash == content_hash,
            Replay.base_version == base_version,
        )
        .order_by(Replay.id.desc())
        .limit(1)
    )


def is_current(session: Session, replay: Replay) -> bool:
    """Whether it tried the draft as it stands now, against the list as it stands now."""
    newest = words.newest_version(session)
    return replay.base_version == (newest.version if newest else 0) and replay.content_hash == words.draft_hash(
        session
    )


def findings(
    replay_id: int, *, difference: str | None = None, is_live: bool | None = None, is_blocked: bool = False
) -> Select[Finding]:
    """
    Contents in use first.

    :param is_blocked: only what could not leave any more.
    """
    found = select(Finding).where(Finding.replay_id == replay_id)
    if difference:
        found = found.where(Finding.difference == difference)
    if is_live is not None:
        found = found.where(Finding.is_live == is_live)
    if is_blocked:
        found = found.where(Finding.after == "block", Finding.before != "block")
    return found.order_by(Finding.is_live.desc(), Finding.id)


def page(session: Session, found: Select[Finding], *, offset: int, limit: int) -> tuple[Sequence[Finding], int]:
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    return session.scalars(found.offset(offset).limit(limit)).all(), total
