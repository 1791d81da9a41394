"""`python -m app.worker --lane urgent`: one RQ worker on one lane, with the app imported before it forks."""

import argparse
import importlib
import logging
import os
import socket
from typing import Any

from rq import Worker
from rq.serializers import JSONSerializer

import app
from app import config, db, logs, outbox
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
    warm_up()
    work(Lane(arguments.lane))


def warm_up() -> None:
    """Load what every forked run would otherwise load again: jieba's dictionary above all."""
    import sensitive_words

    sensitive_words.warm_up()


def work(lane: Lane) -> None:
    """Serve the lane until told to stop: a run that dies is known at once, a worker that dies after its lease."""
    name = f"{lane}-{os.getpid()}@{socket.gethostname()}"
    os.environ["GUIDEDESK_WORKER"] = name
    worker = Worker(
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
        with db.transaction() as session:
            released = release_of(session, name)
        logger.warning("a run was killed; jobs %s were taken back", released)

    return killed


if __name__ == "__main__":
    main()
