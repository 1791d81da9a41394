"""`make migration m="…"`: the next migration, from the difference between the models and all migrations so far."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from app import db, schema
from app.embedded import postgres, process


def write(message: str) -> None:
    with tempfile.TemporaryDirectory(prefix="gd-") as place:
        Path(place).chmod(0o755)
        server = postgres.server_in(Path(place), durable=False)
        server.prepare()
        running = process.spawn(server.launch(), subprocess.DEVNULL)
        try:
            if not process.wait_until(server.is_ready, running):
                raise SystemExit("PostgreSQL did not start")
            schema.upgrade(server.url())
            config = Config(schema.MIGRATIONS / "alembic.ini", attributes={"url": db.normalised_url(server.url())})
            command.revision(config, message, autogenerate=True)
        finally:
            process.stop(running, signal.SIGQUIT)


if __name__ == "__main__":
    if not sys.argv[1:] or not sys.argv[1].strip():
        raise SystemExit('say what changes: make migration m="customers get a birthday"')
    write(sys.argv[1].strip())
