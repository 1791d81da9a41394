"""A client that speaks the simulated API, and a mailbox that opens its callbacks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from wecom_simulator import Simulator, envelope

CORP_ID = "ww0123456789abcdef"
AGENT_ID = "1000002"
SECRET = "app-secret"
TOKEN = "SimToken20250101"
AES_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
WANG_JIE = "wmWangJie0000000000000000000001"


@dataclass
class Mailbox:
    """Takes callbacks in place of the app; checks every signature."""

    answers: list[int | Exception] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    sealed: list[str] = field(default_factory=list)
    echo: str | None = None

    def __call__(self, method: str, url: str, body: bytes, _timeout: float) -> tuple[int, str]:
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        sealed = query.get("echostr") or re.findall(r"<Encrypt><!\[CDATA\[(.*?)\]\]>", body.decode())[0]
        signature = envelope.signature(TOKEN, query["timestamp"], query["nonce"], sealed)
        assert signature == query["msg_signature"]
        text = envelope.decrypt(AES_KEY, sealed, CORP_ID)
        if method == "GET":
            return 200, text if self.echo is None else self.echo
        self.sealed.append(sealed)
        self.plain.append(text)
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return answer, ""

    def events(self) -> list[str]:
        """ChangeType, or Event, or MsgType of what arrived."""
        found = []
        for text in self.plain:
            for tag in ("ChangeType", "Event", "MsgType"):
                if f"<{tag}>" in text:
                    found.append(value(text, tag))
                    break
        return found


def value(xml: str, tag: str) -> str:
    found = re.search(rf"<{tag}>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</{tag}>", xml, re.DOTALL)
    assert found is not None, f"{tag} is missing in {xml}"
    return found.group(1)


class Client:
    """Calls /cgi-bin with the app's token."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.session = requests.Session()
        self.session.trust_env = False
        self._token = ""
        self._expires_at = 0.0

    @property
    def token(self) -> str:
        """As the app keeps it: until it expires."""
        if self.simulator.clock.now() >= self._expires_at:
            answer = self.raw("gettoken", {"corpid": CORP_ID, "corpsecret": SECRET})
            self._token = answer["access_token"]
            self._expires_at = self.simulator.clock.now() + answer["expires_in"]
        return self._token

    def take_token_of(self, other: Client) -> None:
        self._token, self._expires_at = other.token, other._expires_at

    def raw(self, path: str, query: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.session.get(f"{self.simulator.url}/cgi-bin/{path}", params=query).json()
        return answer

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return self.raw(path, {"access_token": self.token, **query})

    def post(self, path: str, body: Any) -> dict[str, Any]:
        url = f"{self.simulator.url}/cgi-bin/{path}"
        answer: dict[str, Any] = self.session.post(url, params={"access_token": self.token}, json=body).json()
        return answer

    def upload(self, path: str, content: bytes, name: str = "a.png", **query: str) -> dict[str, Any]:
        url = f"{self.simulator.url}/cgi-bin/{path}"
        answer: dict[str, Any] = self.session.post(
            url, params={"access_token": self.token, **query}, files={"media": (name, content)}
        ).json()
        return answer

    def control(self, path: str, body: Any = None) -> dict[str, Any]:
        url = f"{self.simulator.url}/simulator/{path}"
        answer = self.session.get(url) if body is None else self.session.post(url, json=body)
        parsed: dict[str, Any] = answer.json()
        return parsed
