"""By the clock: the chain's head is written down outside the database, and the whole chain is read every night."""

import logging
from datetime import timedelta

from app import clock
from app.audit import actions, anchors, queries
from app.audit.models import AuditCheck
from app.config import settings
from app.outbox import GiveUp, Lane, Running, enqueue, job
from app.outbox.schedule import recurs

logger = logging.getLogger(__name__)

STEP = 2500
"""Entries between two reports of progress: a quarter of a second's work."""
STEPS_A_RUN = 20
"""Then the rest becomes a job of its own, so that others of the lane have their turn."""


@job("audit.anchor", lane=Lane.DEFAULT)
def anchor(running: Running) -> None:
    """
    File first, row second: dying in between leaves a line that the next run finds and remembers.

    :raises GiveUp: if the chain no longer is what was written down before; a check then says where.
    """
    path = settings().audit_anchor_path
    known = anchors.read(path).anchors
    with running.transaction() as session:
        head = queries.head(session)
        if known and queries.hash_at(session, known[-1].number) != known[-1].hash:
            actions.start_check(session, "system")
            broken = True
        else:
            broken = False
    if broken:
        raise GiveUp("审计记录与库外留存的摘要对不上，已开始全面检查，请看「审计」页")
    if head is None:
        return
    made = anchors.append(path, *head, clock.now())
    with running.finishing() as session:
        actions.remember_anchor(session, made, path=path)


@job("audit.check", lane=Lane.DEFAULT)
def check_nightly(running: Running) -> None:
    with running.finishing() as session:
        actions.start_check(session, "system")


@job("audit.verify", lane=Lane.DEFAULT, time_limit=120)
def verify(running: Running, check_id: int) -> None:
    """Goes on where the run before it ended or died."""
    path = settings().audit_anchor_path
    file = anchors.read(path)
    by_number = file.by_number
    more = True
    for _ in range(STEPS_A_RUN):
        with running.transaction() as session:
            check = session.get_one(AuditCheck, check_id)
            if check.finished_at is not None:
                return
            more = actions.read_on(session, check, by_number, limit=STEP)
        if not more:
            break
    with running.finishing() as session:
        if more:
            enqueue(session, "audit.verify", check_id=check_id)
            return
        check = session.get_one(AuditCheck, check_id)
        actions.finish_check(session, check, file, path=path)
        if check.problem_count:
            logger.error("the audit chain is not whole: %s problems, check %s", check.problem_count, check_id)


recurs("audit.anchor", every=timedelta(minutes=15), offset=timedelta(minutes=7))
recurs("audit.check", every=timedelta(days=1), offset=timedelta(hours=19, minutes=20))
