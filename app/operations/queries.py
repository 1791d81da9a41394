"""Reading the table of jobs for the person who looks after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from app import clock
from app.errors import NotFound
from app.outbox import Job, JobState, Lane

MOST_COUNTED = 10_000


@dataclass(frozen=True)
class LaneFigures:
    """
    :param waiting: due and not started; :param planned: not due yet.
    """

    waiting: int
    planned: int
    running: int
    dead: int
    oldest_seconds: int


def jobs(*, state: JobState, name: str | None = None, lane: Lane | None = None) -> Select[Job]:
    """Newest first. `name` is a whole name or the area before the dot."""
    found = select(Job).where(Job.state == state)
    if name:
        found = found.where(Job.name == name) if "." in name else found.where(Job.name.startswith(f"{name}."))
    if lane:
        found = found.where(Job.lane == lane)
    return found.order_by(Job.id.desc())


def page(session: Session, found: Select[Job], *, offset: int, limit: int) -> tuple[Sequence[Job], int]:
    """
    :returns: one page, and how many there are, at most `MOST_COUNTED` + 1.
    """
    counted = found.order_by(None).with_only_columns(Job.id).limit(MOST_COUNTED + 1)
    total = session.scalar(select(func.count()).select_from(counted.subquery())) or 0
    return session.scalars(found.offset(offset).limit(limit)).all(), total


def get(session: Session, job_id: int) -> Job:
    """
    :raises NotFound: if there is none.
    """
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound("没有这个任务，可能已完成并清理。")
    return job


def lanes(session: Session) -> Mapping[str, LaneFigures]:
    """How each lane stands."""
    now = clock.now()
    due = and_(Job.state == JobState.WAITING, Job.due_at <= now)
    rows = session.execute(
        select(
            Job.lane,
            func.count().filter(due),
            func.count().filter(and_(Job.state == JobState.WAITING, Job.due_at > now)),
            func.count().filter(Job.state == JobState.RUNNING),
            func.count().filter(Job.state == JobState.DEAD),
            func.min(Job.due_at).filter(due),
        )
        .where(Job.state.in_((JobState.WAITING, JobState.RUNNING, JobState.DEAD)))
        .group_by(Job.lane)
    )
    known = {
        lane: LaneFigures(waiting, planned, running, dead, int((now - oldest).total_seconds()) if oldest else 0)
        for lane, waiting, planned, running, dead, oldest in rows
    }
    return {lane.value: known.get(lane.value, LaneFigures(0, 0, 0, 0, 0)) for lane in Lane}


def dead_by_name(session: Session) -> Mapping[str, int]:
    """The dead letters, the most frequent name first."""
    counted = func.count()
    rows = session.execute(
        select(Job.name, counted).where(Job.state == JobState.DEAD).group_by(Job.name).order_by(counted.desc())
    )
    return {row[0]: row[1] for row in rows}


def dead_ids(session: Session, name: str) -> list[int]:
    return list(
        session.scalars(select(Job.id).where(Job.state == JobState.DEAD, Job.name == name).order_by(Job.id))
    )
