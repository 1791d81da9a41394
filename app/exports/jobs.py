"""Making a long file step by step, each of which stays done; and letting files go."""

import time
from datetime import timedelta

from app.db import transaction
from app.exports import actions, queries
from app.exports.models import ExportState
from app.exports.sources import SOURCES
from app.outbox import GiveUp, Lane, LostLease, Running, enqueue, job
from app.outbox.schedule import recurs
from app.staff.models import Member
from app.staff.queries import MAY_NOT_WORK, viewer_for

RUN_SECONDS = 15.0
"""Then the lane is somebody else's turn; the next run goes on where this one stopped."""

ATTEMPTS = 5


@job("exports.make", lane=Lane.BULK, attempts=ATTEMPTS, time_limit=240)
def make(running: Running, export_id: int) -> None:
    """Killed at any moment, the next run goes on after the last committed step."""
    try:
        _make(running, export_id)
    except LostLease:
        raise
    except Exception as error:
        if isinstance(error, GiveUp) or running.failures + 1 >= ATTEMPTS:
            with transaction() as session:
                actions.fail(session, export_id, "导出中途出错，已停止，请重试。")
        raise


def _make(running: Running, export_id: int) -> None:
    until = time.monotonic() + RUN_SECONDS
    while _step(running, export_id):
        if time.monotonic() > until:
            with running.finishing() as session:
                enqueue(session, "exports.make", export_id=export_id)
            return
    with running.finishing() as session:
        export = queries.running(session, export_id)
        if export is not None:
            actions.finish(session, export_id)


def _step(running: Running, export_id: int) -> bool:
    """
    :returns: whether there is more to read.
    """
    with running.transaction() as session:
        export = queries.locked(session, export_id)
        if export is None or export.state != ExportState.RUNNING or export.after == 0:
            return False
        asker = session.get_one(Member, export.asked_by_id)
        works_here = asker.left_at is None and asker.status not in MAY_NOT_WORK
        if not (works_here and viewer_for(session, asker).has(*SOURCES[export.what].may)):
            actions.fail(session, export_id, "你已没有看这份列表的权限，导出停止了。")
            return False
        return actions.add_step(session, export)


@job("exports.prune", lane=Lane.BULK)
def prune(running: Running) -> None:
    with running.finishing() as session:
        actions.prune(session)


recurs("exports.prune", every=timedelta(hours=1), offset=timedelta(minutes=23))
