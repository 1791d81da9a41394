"""
How fast a callback is acknowledged, beside a constant and beside decrypting: `python -m benchmarks.callback`.

All three behind the same server (granian, two workers), load from a process of its own on the same two cores.
"""

import os
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from subprocess import Popen
from urllib.parse import urlsplit

from app.embedded.process import Launch, kill_session, spawn, wait_until
from benchmarks.load import Measured, drive, http_post
from tests.faults.plant import ROOT, Plant, Sender, free_port, running_plant
from tests.support.callbacks import contact_added, sealed

COUNT = 2_000 if os.environ.get("BENCH_SIZE") == "ci" else 20_000
CONNECTIONS = 16


def main() -> None:
    with tempfile.TemporaryDirectory() as home, running_plant(Path(home)) as plant:
        plant.run_web()
        port = free_port()
        peers = start_peers(plant, port)
        try:
            show(
                "a view that returns a constant",
                drive(port, requests(plant, "/constant"), connections=CONNECTIONS),
            )
            show(
                "signature, AES and checks only", drive(port, requests(plant, "/decrypt"), connections=CONNECTIONS)
            )
        finally:
            kill_session(peers.pid)
            peers.wait()
        show(
            "the callback, committed to PostgreSQL",
            drive(plant.port, requests(plant, "/wecom/callback"), connections=CONNECTIONS),
        )
        stored = plant.ask("SELECT count(*) FROM jobs")
        print(f"  rows stored: {stored} of {COUNT}; WeCom's limit for an answer is 5 s")


def requests(plant: Plant, path: str) -> list[bytes]:
    made = []
    for number in range(COUNT):
        url, body = sealed(plant.settings, contact_added(plant.settings, number))
        made.append(http_post(f"{path}?{urlsplit(url).query}", body))
    return made


def start_peers(plant: Plant, port: int) -> "Popen[bytes]":
    argv = (sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port))
    options = ("--workers", "2", "--blocking-threads", "4", "--no-access-log", "--log-level", "warning")
    env = {**os.environ, **plant.environment()}
    process = spawn(Launch((*argv, *options, "benchmarks.callback_peers:application"), ROOT, env), plant.log)

    def answers() -> bool:
        with closing(Sender(plant)) as sender:
            sender.port = port
            try:
                return sender.send("GET", "/") > 0
            except OSError:
                return False

    assert wait_until(answers, process)
    return process


def show(name: str, measured: Measured) -> None:
    p50, p99 = (measured.percentile(share) * 1000 for share in (0.5, 0.99))
    rate = f"{measured.requests_per_second:7.0f} requests/s"
    print(f"  {name:<38} {rate}   p50 {p50:6.1f} ms   p99 {p99:6.1f} ms   not 200: {measured.not_ok}", flush=True)


if __name__ == "__main__":
    main()
