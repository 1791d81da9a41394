"""By the clock: cases for who is blocked again and again, notices, and forgetting what is old."""

import logging
from datetime import timedelta

from app.audit.actions import record
from app.cases.actions import daily, pruning, watching
from app.cases.models import Notice
from app.config import settings
from app.outbound.telling import tell_by_card
from app.outbox import Lane, Running, job
from app.outbox.schedule import recurs
from app.staff.models import Member
from app.staff.queries import MAY_NOT_WORK

logger = logging.getLogger(__name__)

PLAIN = ("有新的提醒", "请到工作台查看。")
"""Said instead if the list stops what would be said."""


@job("cases.watch")
def watch(running: Running) -> None:
    """Twice: the hits are in a case already, and the people were told up to here."""
    with running.transaction() as session:
        opened = watching.open_for_repeated(session)
    with running.finishing() as session:
        watching.tell_at_once(session)
    if opened:
        logger.info("cases opened for who was blocked again and again: %s", opened)


@job("cases.digest")
def digest(running: Running) -> None:
    """Twice: the notice of the day is there already."""
    with running.finishing() as session:
        daily.tell(session)


@job("cases.notify")
def notify(running: Running, notice_id: int) -> None:
    """One app message, by way of the door out; the ledger sees to it that it is sent once."""
    with running.transaction() as session:
        notice = session.get(Notice, notice_id)
        member = session.get(Member, notice.member_id) if notice else None
        if notice is None or member is None or member.left_at is not None or member.status in MAY_NOT_WORK:
            return
        userid, url = member.userid, f"{settings().public_url}{notice.path}"
        title, body = notice.title, notice.body
    tell_by_card(f"hit_notice:{notice_id}", userid, title, body, url=url, plain=PLAIN)


@job("cases.prune", lane=Lane.BULK, time_limit=100)
def prune(running: Running) -> None:
    """In batches that each commit; killed in between, the next night goes on."""
    counts = {}
    steps = (pruning.prune_cases, pruning.prune_hits, pruning.prune_objections, pruning.prune_notices)
    for step in steps:
        name = step.__name__.removeprefix("prune_")
        counts[name], removed = 0, 1
        while removed:
            with running.transaction() as session:
                removed = step(session)
                counts[name] += removed
                if removed:
                    record(session, "system", "hits.pruned", subject=name, removed=removed)
    logger.info("forgotten after their time: %s", counts)


recurs("cases.watch", every=timedelta(minutes=1), offset=timedelta(seconds=40))
recurs("cases.digest", every=timedelta(minutes=15), offset=timedelta(minutes=1))
recurs("cases.prune", every=timedelta(days=1), offset=timedelta(hours=19, minutes=20))
