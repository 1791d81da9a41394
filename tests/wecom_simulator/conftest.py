"""One simulator with the seeded shop per test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.wecom_simulator.speaking import AES_KEY, AGENT_ID, CORP_ID, SECRET, TOKEN, Client, Mailbox
from wecom_simulator import Simulator


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def simulator(mailbox: Mailbox) -> Iterator[Simulator]:
    running = Simulator(
        corp_id=CORP_ID,
        agent_id=AGENT_ID,
        agent_secret=SECRET,
        contacts_sync_secret="sync-secret",
        callback_url="http://127.0.0.1:9/wecom/callback",
        callback_token=TOKEN,
        encoding_aes_key=AES_KEY,
        callback_transport=mailbox,
    )
    running.callbacks.automatic = False
    running.seed_shop()
    with running:
        yield running


@pytest.fixture
def client(simulator: Simulator) -> Iterator[Client]:
    speaking = Client(simulator)
    yield speaking
    speaking.session.close()
