"""What every sync job shares: telling the run when it fails for good; and the daily reconciliation."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.db import transaction
from app.errors import AppError
from app.outbox import GiveUp, Lane, LostLease, Postpone, Running, job
from app.sync_runs import actions
from app.sync_runs.models import Kind
from app.wecom.errors import Refused

ATTEMPTS = 5
"""Of every sync job: handed to `@job` and asked here whether a failure was the last."""


@contextmanager
def telling(running: Running, run_id: int) -> Iterator[None]:
    """Run a step of a sync; if it fails for good, the run says so to the person who watches it."""
    try:
        yield
    except (LostLease, Postpone):
        raise
    except Exception as error:
        final = isinstance(error, GiveUp | Refused) or running.failures + 1 >= ATTEMPTS
        if final and running.wait_after(error) is None:
            with transaction() as session:
                actions.fail(session, run_id, _sentence(error))
        raise


def _sentence(error: Exception) -> str:
    if isinstance(error, AppError):
        return error.message
    if isinstance(error, GiveUp):
        return str(error)
    return "同步中途出错，已停止；可在「任务与队列」里查看并重试。"


@job("sync_runs.nightly", lane=Lane.BULK)
def nightly(running: Running) -> None:
    """Read everything anew, because callbacks may be lost and our own writes send none."""
    with running.finishing() as session:
        for kind in Kind:
            actions.start(session, kind, started_by="schedule")
        actions.plan_nightly(session)
