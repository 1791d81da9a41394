"""
Durable jobs: a row in the caller's transaction, handed to RQ by the relay, fenced by its attempt number.

RQ and Redis only ring the bell. What has to happen, how often it was tried and who is at it stands in the row,
so that Redis may be wiped and workers killed at any moment and nothing is lost.
"""

from app.outbox.actions import enqueue
from app.outbox.models import Job, JobState
from app.outbox.perform import drain
from app.outbox.presence import this_worker
from app.outbox.registry import GiveUp, Lane, Postpone, UnknownJob, job, names, register_jobs_of, when_gone
from app.outbox.running import LostLease, Running

__all__ = [
    "GiveUp",
    "Job",
    "JobState",
    "Lane",
    "LostLease",
    "Postpone",
    "Running",
    "UnknownJob",
    "drain",
    "enqueue",
    "job",
    "names",
    "register_jobs_of",
    "this_worker",
    "when_gone",
]
