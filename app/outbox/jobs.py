"""The outbox's own upkeep."""

from datetime import timedelta

from app.outbox import actions
from app.outbox.registry import Lane, job
from app.outbox.running import Running
from app.outbox.schedule import recurs


@job("outbox.prune", lane=Lane.BULK)
def prune(running: Running) -> None:
    """Forget done jobs after 30 days, in batches that each commit."""
    removed = 1
    while removed:
        with running.transaction() as session:
            removed = actions.prune(session)


recurs("outbox.prune", every=timedelta(hours=6), offset=timedelta(hours=2, minutes=10))
