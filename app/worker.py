"""`python -m app.worker --lane urgent`: one RQ worker on one lane, with the app imported before it forks."""

import argparse
import importlib
import logging
import os
import socket
from typing import Any

from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

import app
import sensitive_words
from app import config, db, logs, outbox
from app.compliance import lexicon
from app.errors import AppError
from app.outbox.actions import release_of
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
    """RQ's worker, which first loads what each forked run would otherwise load again."""

    def execute_job(self, job: Job, queue: Queue) -> None:
        warm_up()
        super().execute_job(job, queue)


def warm_up() -> None:
    """The newest word list and jieba's dictionary: the child of a fork has them for nothing."""
    try:
        lexicon.current()
    except AppError:
        logger.debug("no word list to prepare; what is to be sent waits or is refused")


def work(lane: Lane) -> None:
    """Serve the lane until told to stop: a run that dies is known at once, a worker that dies after its lease."""
    name = f"{lane}-{os.getpid()}@{socket.gethostname()}"
    os.environ["GUIDEDESK_WORKER"] = name
    worker = PreparedWorker(
        [queue_of(lane)],
        name=name,
        serializer=JSONSerializer,
        worker_ttl=30,
        maintenance_interval=10,
        job_monitoring_interval=5,
        work_horse_killed_handler=_give_back(name),
        log_job_description=False,
    )
    worker.work(logging_level="WARNING", with_scheduler=False)


def _give_back(name: str) -> Any:
    def killed(*_: object) -> None:
        try:
            with db.transaction() as session:
                released = release_of(session, name)
        except SQLAlchemyError:
            logger.warning("a run was killed; its jobs come back when their lease lapses")
        else:
            logger.warning("a run was killed; jobs %s were taken back", released)

    return killed


if __name__ == "__main__":
    main()
