"""`python -m app.worker --lane urgent`: one RQ worker on one lane, with the app imported before it forks."""

import argparse
import importlib
import logging
import os
import secrets
import socket
from typing import Any

import psycopg
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

import app
import sensitive_words
from app import config, db, logs, outbox
from app.compliance import lexicon
from app.errors import AppError
from app.outbox.actions import release_of, ring_again
from app.outbox.presence import Presence
from app.outbox.queues import queue_of
from app.outbox.registry import Lane

logger = logging.getLogger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lane", choices=[*Lane], required=True)
    parser.add_argument("--also-import", default="", help="a further module that registers jobs")
    arguments = parser.parse_args()
    settings = config.from_environment()
    config.configure(settings)
    logs.configure(settings, process=f"worker-{arguments.lane}")
    db.configure(settings.database_url, pool_size=2)
    outbox.register_jobs_of(app)
    if arguments.also_import:
        importlib.import_module(arguments.also_import)
    sensitive_words.warm_up()
    work(Lane(arguments.lane))


class PreparedWorker(Worker):
    """RQ's worker, which first says that it is there and loads what each forked run would load again."""

    presence: Presence

    def execute_job(self, job: Job, queue: Queue) -> None:
        self.say_that_it_is_there()
        warm_up()
        super().execute_job(job, queue)

    def say_that_it_is_there(self) -> None:
        try:
            self.presence.confirm()
        except (SQLAlchemyError, psycopg.Error):
            logger.warning("the database does not answer; should this worker die now, leases tell")


def warm_up() -> None:
    """The newest word list and jieba's dictionary: the child of a fork has them for nothing."""
    try:
        lexicon.current()
    except AppError:
        logger.debug("no word list to prepare; what is to be sent waits or is refused")


def work(lane: Lane) -> None:
    """Serve the lane until told to stop. A run that dies is known to its worker, a dead worker to the relay."""
    name = f"{lane}-{os.getpid()}@{socket.gethostname()}"
    presence = Presence(name, lane)
    worker = PreparedWorker(
        [queue_of(lane)],
        name=f"{name}-{secrets.token_hex(3)}",
        serializer=JSONSerializer,
        worker_ttl=30,
        maintenance_interval=10,
        job_monitoring_interval=5,
        work_horse_killed_handler=_give_back(presence),
        log_job_description=False,
    )
    worker.presence = presence
    worker.say_that_it_is_there()
    worker.work(logging_level="WARNING", with_scheduler=False)
    presence.leave()


def _give_back(presence: Presence) -> Any:
    def killed(job: Job, *_: object) -> None:
        try:
            with db.transaction() as session:
                released = release_of(session, presence.worker)
                ring_again(session, [row_id for row_id, _ in job.args[0]])
        except SQLAlchemyError:
            logger.warning("a run was killed; its jobs come back when their lease lapses")
        else:
            logger.warning("a run was killed; jobs %s were taken back", released)

    return killed


if __name__ == "__main__":
    main()
