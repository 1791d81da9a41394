"""Choices, orders, and the life of a run: started, heard of, failed or finished."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.compliance import lexicon
from app.errors import Conflict
from app.interception import queries
from app.interception.models import Act, InterceptionRun, InterceptionSetting, RefusedWord, RunState
from app.interception.planning import Step, removal
from app.interception.recording import locked_run, own_setting
from app.outbox import enqueue
from app.viewer import Viewer

SILENT_AFTER = timedelta(minutes=30)
"""A run of which nothing was heard for so long does not keep another from starting."""

AGAIN_AFTER = timedelta(minutes=30)
"""So long after a failure the clock tries the same version again."""

KEEP_RUNS = timedelta(days=90)
ORDER = "interception"
SCHEDULE = "schedule"


class PlanChanged(Conflict):
    """What would be written is not what the person saw."""

    code = "plan_changed"

    def __init__(self) -> None:
        super().__init__("词库或企业微信里的规则在你确认之后又有变化，什么都没有写。请重新核对后再更新。")


def choose(
    session: Session, viewer: Viewer, *, is_on: bool, semantics: Collection[int], accepted: Collection[str]
) -> InterceptionSetting:
    """Turn it on or off, and say what goes along. While it is on, a change is carried out at once."""
    row = own_setting(session)
    row.is_on, row.semantics, row.accepted = is_on, sorted(set(semantics)), sorted(set(accepted))
    row.carried_version = None
    row.changed_by, row.changed_by_name, row.changed_at = viewer.userid, viewer.name, clock.now()
    if is_on:
        start(session, Act.KEEP, by=viewer.userid, name=viewer.name)
    record(
        session,
        viewer,
        "interception.chosen",
        subject="interception",
        is_on=is_on,
        semantics=row.semantics,
        accepted=row.accepted,
    )
    return row


def order(session: Session, viewer: Viewer, act: Act, *, fingerprint: str | None = None) -> InterceptionRun:
    """
    A person wants a look, an update of what they saw, or all our rules gone.

    :raises PlanChanged: if `fingerprint` is not that of what would be written now.
    :raises Conflict: for a removal while the switch is on.
    """
    comparison = queries.compare(session) if act == Act.UPDATE else None
    if comparison is not None and comparison.plan.fingerprint != fingerprint:
        raise PlanChanged
    if act == Act.REMOVE and queries.setting(session).is_on:
        raise Conflict("请先关闭自动同步，再移除规则；否则它们会马上重新建好。", code="still_on")
    run, is_new = start(session, act, by=viewer.userid, name=viewer.name, fingerprint=fingerprint)
    if is_new and act == Act.UPDATE:
        record(
            session,
            viewer,
            "interception.update_ordered",
            subject=f"interception_run:{run.id}",
            steps=len(comparison.plan.steps) if comparison else 0,
            fingerprint=fingerprint,
        )
    if is_new and act == Act.REMOVE:
        record(session, viewer, "interception.removal_ordered", subject=f"interception_run:{run.id}")
    return run


def start(
    session: Session, act: Act, *, by: str, name: str = "", fingerprint: str | None = None
) -> tuple[InterceptionRun, bool]:
    """
    :returns: the run, and whether it is a new one: of each act there is one at a time.
    """
    under_way = session.scalar(
        select(InterceptionRun)
        .where(InterceptionRun.act == act, InterceptionRun.state == RunState.OPEN)
        .with_for_update()
    )
    if under_way is not None:
        if under_way.heard_at > clock.now() - SILENT_AFTER:
            return under_way, False
        _end(under_way, RunState.FAILED, "很久没有进展，已由新的一次接替。")
        session.flush()
    run = InterceptionRun(
        act=act,
        started_by=by,
        started_by_name=name,
        started_at=clock.now(),
        heard_at=clock.now(),
        fingerprint=fingerprint,
        lexicon_version=_published_version(session),
    )
    session.add(run)
    session.flush()
    enqueue(session, "interception.run", order_key=ORDER, run_id=run.id)
    return run, True


def follow(session: Session) -> None:
    """After a publication, or when a day begins on which entries begin or end."""
    chosen = queries.setting(session)
    if not chosen.is_on:
        return
    version = _published_version(session)
    if version is None or (chosen.carried_version, chosen.carried_on) == (version, _today()):
        return
    last = session.scalar(
        select(InterceptionRun).where(InterceptionRun.act == Act.KEEP).order_by(InterceptionRun.id.desc()).limit(1)
    )
    has_just_failed = (
        last is not None
        and last.state == RunState.FAILED
        and last.lexicon_version == version
        and last.heard_at > clock.now() - AGAIN_AFTER
    )
    if not has_just_failed:
        start(session, Act.KEEP, by=SCHEDULE)


def nightly(session: Session) -> None:
    """Repair what changed by hand if the switch is on, else only look; forget old runs."""
    if _published_version(session) is not None:
        start(session, Act.KEEP if queries.setting(session).is_on else Act.LOOK, by=SCHEDULE)
    session.execute(delete(InterceptionRun).where(InterceptionRun.started_at < clock.now() - KEEP_RUNS))


def forget_refused(session: Session, viewer: Viewer) -> int:
    """Let every refused word be tried once more. Returns how many there were."""
    words = [each.word for each in queries.refused_words(session)]
    session.execute(delete(RefusedWord))
    if words:
        own_setting(session).carried_version = None
        record(session, viewer, "interception.refused_retried", subject="interception", words=len(words))
    return len(words)


def hear(session: Session, run_id: int) -> Act | None:
    """The run goes on; None if it is over."""
    run = locked_run(session, run_id)
    if run.state != RunState.OPEN:
        return None
    run.heard_at, run.error = clock.now(), None
    return run.act


def steps_of(session: Session, run_id: int) -> tuple[Step, ...]:
    """
    What this run has to write now.

    :raises PlanChanged: before the first step of an update that its person did not see so.
    """
    run = locked_run(session, run_id)
    run.heard_at = clock.now()
    comparison = queries.compare(session)
    run.lexicon_version = comparison.version
    if not (comparison.everybody.departments or comparison.everybody.userids):
        raise Conflict("还没有同步到部门和成员，不知道规则该对谁生效。请先到「同步」里同步成员和门店。")
    if run.act == Act.LOOK or (run.act == Act.KEEP and not comparison.setting.is_on):
        return ()
    if run.act == Act.REMOVE:
        return () if comparison.setting.is_on else removal(comparison.known)
    if run.fingerprint is not None:
        if run.fingerprint != comparison.plan.fingerprint:
            raise PlanChanged
        run.fingerprint = None  # from here on it goes to its end, whatever it finds
    return comparison.plan.steps


def note(session: Session, run_id: int, sentence: str) -> None:
    """Why it waits, for the person who looks."""
    run = locked_run(session, run_id)
    run.error, run.heard_at = sentence, clock.now()


def fail(session: Session, run_id: int, sentence: str) -> None:
    run = locked_run(session, run_id)
    if run.state == RunState.OPEN:
        _end(run, RunState.FAILED, sentence)


def finish(session: Session, run_id: int) -> None:
    """All of it is written; from now on the clock has nothing to do for this version today."""
    run = locked_run(session, run_id)
    _end(run, RunState.DONE, None)
    if run.act in (Act.KEEP, Act.UPDATE):
        row = own_setting(session)
        row.carried_version, row.carried_on = run.lexicon_version, _today()
    if run.created or run.updated or run.deleted:
        record(
            session,
            run.started_by if run.started_by != SCHEDULE else "system",
            "interception.carried_out",
            subject=f"interception_run:{run.id}",
            lexicon_version=run.lexicon_version,
            created=run.created,
            updated=run.updated,
            deleted=run.deleted,
            refused=run.refused,
        )


def _end(run: InterceptionRun, state: RunState, error: str | None) -> None:
    run.state, run.error = state, error
    run.finished_at = run.heard_at = clock.now()


def _published_version(session: Session) -> int | None:
    try:
        return lexicon.current(session).version
    except lexicon.CheckUnavailable:
        return None


def _today() -> date:
    return clock.in_shop_time(clock.now()).date()
