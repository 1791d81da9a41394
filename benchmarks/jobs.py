"""
Durable jobs a second, beside bare RQ: `python -m benchmarks.jobs`.

Every job writes one row and commits. Ours is a row in the caller's transaction that survives Redis being wiped;
bare RQ is its own queue, with its forking worker and with SimpleWorker. One worker process each.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import psycopg
from rq import Queue
from rq.serializers import JSONSerializer

from app import db
from app.embedded.process import Launch, kill_session, spawn
from app.outbox import enqueue
from app.valkey import connect
from tests.faults.plant import ROOT, Plant, running_plant
from tests.support import jobs

COUNT = 300 if os.environ.get("BENCH_SIZE") == "ci" else 3_000
FORKED = COUNT // 10
"""A forked run a job takes some 16 ms: fewer of them tell as much."""


def write_row(name: str) -> None:
    """What bare RQ runs: the same effect, without our row, fence and lease."""
    with psycopg.connect(os.environ["BENCH_DATABASE"]) as connection:
        connection.execute("INSERT INTO test_effects (name, attempt) VALUES (%s, 1)", [name])


def main() -> None:
    with tempfile.TemporaryDirectory() as home, running_plant(Path(home)) as plant:
        with db.transaction() as session:
            jobs.make_table(session)
        show("durable jobs (row, relay, forked batches)", COUNT, ours(plant))
        show("bare RQ, SimpleWorker", COUNT, bare(plant, "rq.SimpleWorker", COUNT))
        show("bare RQ, forking worker", FORKED, bare(plant, "rq.Worker", FORKED))


def ours(plant: Plant) -> float:
    plant.run_worker("default")
    plant.run_relay()
    time.sleep(3)  # both must be up: what is measured is running jobs, not starting Python
    began = time.perf_counter()
    with db.transaction() as session:
        for number in range(COUNT):
            enqueue(session, "test.note", name=str(number))
    plant.wait_for(lambda: plant.ask("SELECT count(*) FROM test_effects") == COUNT, "all jobs", seconds=300)
    return time.perf_counter() - began


def bare(plant: Plant, worker: str, count: int) -> float:
    connection = connect(plant.settings.redis_url)
    queue = Queue(f"bare-{worker}", connection=connection, serializer=JSONSerializer)
    before = plant.ask("SELECT count(*) FROM test_effects")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "BENCH_DATABASE": plant.database.url()}
    argv = (sys.executable, "-c", _BARE_WORKER, plant.settings.redis_url, queue.name, worker)
    process = spawn(Launch(argv, ROOT, env), plant.log)
    time.sleep(3)
    began = time.perf_counter()
    queue.enqueue_many(
        [
            Queue.prepare_data("benchmarks.jobs.write_row", args=[str(number)], result_ttl=0)
            for number in range(count)
        ]
    )
    plant.wait_for(
        lambda: plant.ask("SELECT count(*) FROM test_effects") == before + count, "bare RQ", seconds=300
    )
    took = time.perf_counter() - began
    kill_session(process.pid)
    process.wait()
    connection.close()
    return took


_BARE_WORKER = """
import sys, redis, rq, benchmarks.jobs
from rq.serializers import JSONSerializer
url, queue, worker = sys.argv[1:]
connection = redis.Redis.from_url(url)
kind = getattr(rq, worker.split(".")[1])
kind([rq.Queue(queue, connection=connection, serializer=JSONSerializer)], connection=connection,
     serializer=JSONSerializer).work(logging_level="ERROR")
"""


def show(name: str, count: int, seconds: float) -> None:
    print(f"  {name:<44} {count / seconds:7.0f} jobs/s   ({count} jobs in {seconds:.1f} s)", flush=True)


if __name__ == "__main__":
    main()
