"""A shop with word list and scripts, in which members write to the app and read its answers."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app import db
from app.scripts import packs
from app.viewer import Viewer
from scripts_library import starter_pack
from tests.support import words
from wecom_simulator import Simulator

Ask = Callable[..., str]


@pytest.fixture
def library(app: Flask, people: Callable[[str], Viewer]) -> None:
    words.publish()
    boss = people("boss")
    with db.transaction() as session:
        packs.import_pack(session, boss, starter_pack())


def said_to(simulator: Simulator, userid: str) -> list[str]:
    """What the app told the member, oldest first."""
    shown: list[Any] = simulator.world.state.chats.get(f"app:{userid}", [])
    return [each.content["content"] for each in shown if each.sender_kind == "app"]


@pytest.fixture
def ask(library: None, simulator: Simulator, run_jobs: Callable[[], int]) -> Ask:
    """Called with a text: what the bot answers 林晓."""

    def asked(text: str, userid: str = "lin") -> str:
        before = len(said_to(simulator, userid))
        simulator.world.member_writes_to_app(userid, text)
        simulator.callbacks.deliver_pending()
        run_jobs()
        answers = said_to(simulator, userid)[before:]
        assert len(answers) == 1, answers
        return answers[0]

    return asked
