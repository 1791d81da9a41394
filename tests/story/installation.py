"""What `make run` starts, on a fresh database: servers, web, workers, relay; WeCom is played in this process."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.faults.plant import ROOT, Plant, free_port
from wecom_simulator import Simulator

LANES = ("urgent", "default", "bulk")
SETTING_UP_SECONDS = 180


@dataclass
class Installation:
    plant: Plant
    wecom: Simulator

    @property
    def console_url(self) -> str:
        return f"{self.plant.settings.public_url}/console/"

    def command(self, *words: str) -> str:
        """
        What somebody types in a shell of this installation.

        :returns: what it printed.
        :raises AssertionError: with that, if it failed.
        """
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *words],
            cwd=ROOT,
            env=self.plant.environment(),
            capture_output=True,
            text=True,
            timeout=SETTING_UP_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stdout}\n{done.stderr}\n{self.plant_log()}"
        return done.stdout

    def plant_log(self) -> str:
        """The end of what all processes of the installation wrote."""
        return (self.plant.home / "plant.log").read_text(errors="replace")[-6000:]


@contextmanager
def running_installation(home: Path) -> Iterator[Installation]:
    """Started, migrated and seeded, as the person finds it who has typed `make run`."""
    wecom_port = free_port()
    wecom_url = f"http://127.0.0.1:{wecom_port}"
    plant = Plant(home, wecom_url=wecom_url)
    plant.settings = replace(plant.settings, trusted_origins=wecom_url)
    settings = plant.settings
    wecom = Simulator(
        corp_id=settings.wecom_corp_id,
        agent_id=settings.wecom_agent_id,
        agent_secret=settings.wecom_agent_secret,
        callback_url=f"{settings.public_url}/wecom/callback",
        callback_token=settings.wecom_callback_token,
        encoding_aes_key=settings.wecom_encoding_aes_key,
        app_url=settings.public_url,
        port=wecom_port,
    )
    installation = Installation(plant, wecom)
    try:
        plant.start_database()
        plant.start_cache()
        installation.command("migrate")
        wecom.seed_shop()
        with wecom:
            for lane in LANES:
                plant.run_worker(lane)
            plant.run_relay()
            plant.run_web()
            installation.command("seed-demo")
            yield installation
    finally:
        plant.stop()
