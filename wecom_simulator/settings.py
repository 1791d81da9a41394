"""The simulator's settings from the environment; README.md holds the table."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class BadSetting(ValueError):
    """A setting that cannot be meant; the message is Chinese."""


@dataclass(frozen=True)
class Settings:
    corp_id: str
    agent_id: str
    agent_secret: str
    callback_token: str
    encoding_aes_key: str
    port: int
    app_url: str
    state_file: Path

    @property
    def callback_url(self) -> str:
        return f"{self.app_url}/wecom/callback"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """:raises BadSetting:"""
        port = _port(environment, "PORT", 8000)
        agent_id = environment.get("WECOM_AGENT_ID") or "1000002"
        if not agent_id.isdecimal():
            raise BadSetting("WECOM_AGENT_ID 必须是数字")
        return cls(
            corp_id=environment.get("WECOM_CORP_ID") or "wwsimulator0000001",
            agent_id=agent_id,
            agent_secret=environment.get("WECOM_AGENT_SECRET") or "simulator-agent-secret",
            callback_token=environment.get("WECOM_CALLBACK_TOKEN", ""),
            encoding_aes_key=environment.get("WECOM_ENCODING_AES_KEY", ""),
            port=_port(environment, "SIMULATOR_PORT", 8001),
            app_url=(environment.get("APP_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
            state_file=Path(environment.get("DATA_DIR") or "var") / "simulator" / "world.json",
        )


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise BadSetting(f"{name} 必须是 0 到 65535 之间的端口号")
    return int(text)
