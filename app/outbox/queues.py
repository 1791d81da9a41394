"""The RQ side: one queue a lane, JSON only, jobs that carry `(id, attempt)` pairs and nothing else."""

from rq import Queue
from rq.serializers import JSONSerializer

from app.outbox.registry import Lane
from app.valkey import valkey

PERFORM = "app.outbox.perform.perform_batch"

BATCH = {Lane.URGENT: 4, Lane.DEFAULT: 40, Lane.BULK: 20}
"""Rows in one RQ job: a forked run costs about 11 ms, a row about 2 ms; an urgent row must not queue for long."""

WINDOW = {Lane.URGENT: 400, Lane.DEFAULT: 800, Lane.BULK: 400}
"""Rows that may be handed over and not yet started: enough to keep workers busy, few enough to ring again."""

RQ_TIMEOUT = 120
"""Seconds after which RQ's parent process starts to end a run that neither its row's limit nor the batch's did."""


def queue_of(lane: Lane) -> Queue:
    return Queue(f"guidedesk-{lane}", connection=valkey(), serializer=JSONSerializer, default_timeout=RQ_TIMEOUT)
