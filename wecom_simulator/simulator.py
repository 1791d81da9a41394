"""The life of one simulator: its world, its server, its callback thread, its saved state."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from wecom_simulator.callbacks import Callbacks, Transport
from wecom_simulator.calls import Calls
from wecom_simulator.clock import Clock
from wecom_simulator.dispatch import Dispatcher
from wecom_simulator.faults import Script
from wecom_simulator.limits import Limits
from wecom_simulator.server import Server, create_app
from wecom_simulator.shop import fill_shop
from wecom_simulator.switches import Switches
from wecom_simulator.world import World, empty_state, load, save
from wecom_simulator.world.blobs import Blobs
from wecom_simulator.world.records import Application, State

SAVE_SECONDS = 1.0
"""Changes are gathered this long before they are written."""


class Simulator:
    """
    A WeCom on a port of 127.0.0.1, for one corp with one self-built app.

    With a `state_file` the world is loaded from it, saved shortly after each change, and on close.
    """

    def __init__(
        self,
        *,
        corp_id: str,
        agent_id: str | int,
        agent_secret: str,
        callback_url: str = "",
        callback_token: str = "",
        encoding_aes_key: str = "",
        contacts_sync_secret: str = "",
        app_url: str = "",
        state_file: Path | str | None = None,
        port: int = 0,
        callback_transport: Transport | None = None,
    ) -> None:
        self.corp_id = corp_id
        self.app_url = app_url
        self.agent_id = str(agent_id)
        self._agent_secret = agent_secret
        self._sync_secret = contacts_sync_secret
        self.state_file = Path(state_file) if state_file is not None else None
        self.clock = Clock()
        self.switches = Switches()
        self.script = Script()
        self.calls = Calls()
        self.limits = Limits()
        self.started_empty = True
        blobs = Blobs(self.state_file.parent / "media" if self.state_file else None)
        self.world = World(self._first_state(), self.clock, self.switches, blobs)
        self.callbacks = Callbacks(
            url=callback_url,
            token=callback_token,
            encoding_aes_key=encoding_aes_key,
            corp_id=corp_id,
            clock=self.clock,
            transport=callback_transport,
        )
        self.world.on_event = self.callbacks.push
        self.dispatcher = Dispatcher(self.world, self.clock, self.script, self.calls, self.limits)
        self._server = Server(create_app(self), port)
        self._closing = threading.Event()
        self._saver = threading.Thread(target=self._keep_saving, name="wecom-saver", daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    def start(self) -> Self:
        self.callbacks.start()
        self._server.start()
        if self.state_file is not None:
            self._saver.start()
        return self

    def close(self) -> None:
        self._closing.set()
        self.dispatcher.closing.set()
        self._server.close()
        self.callbacks.close()
        if self._saver.is_alive():
            self._saver.join()
        if self.state_file is not None:
            self.save()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def seed_shop(self) -> None:
        """Replaces the world by the shop 云裳服饰."""
        self.reset(seed=True)

    def reset(self, *, seed: bool) -> None:
        """A new world: tokens, chats and uploads are gone. Switches, faults and the clock stay."""
        state = self._empty()
        if seed:
            fill_shop(state, self.clock.seconds())
        self.world.blobs.clear()
        self.limits.clear()
        self.world.replace_state(state)

    def invalidate_tokens(self) -> None:
        """Tokens and tickets die before their time: 40014, then a new one is given."""
        with self.world.changing() as state:
            state.corp_ticket = None
            for application in state.applications.values():
                application.token = None
                application.tickets.clear()

    def save(self) -> None:
        assert self.state_file is not None
        with self.world.lock:
            self.world.state.clock_offset = self.clock.offset
            content = self.world.as_json()
        save(self.state_file, content)

    def _empty(self) -> State:
        applications = [Application(self.agent_id, self._agent_secret)]
        if self._sync_secret:
            applications.append(Application("contacts", self._sync_secret, "通讯录同步", contacts_sync=True))
        return empty_state(self.corp_id, applications)

    def _first_state(self) -> State:
        """The saved world with today's corp id and secrets, or an empty one."""
        fresh = self._empty()
        if self.state_file is None or not self.state_file.exists():
            return fresh
        try:
            state = load(self.state_file)
        except ValueError:
            # A file from another version: kept beside, so that nothing is lost without a trace.
            self.state_file.replace(self.state_file.with_suffix(".unreadable"))
            return fresh
        state.corp_id = self.corp_id
        for agent_id, application in fresh.applications.items():
            known = state.applications.setdefault(agent_id, application)
            known.secret = application.secret
        state.applications = {key: state.applications[key] for key in fresh.applications}
        self.clock.advance(state.clock_offset)
        self.started_empty = False
        return state

    def _keep_saving(self) -> None:
        seen, took = 0, 0.0
        while not self._closing.is_set():
            revision = self.world.wait_for_change(seen, SAVE_SECONDS)
            if revision != seen:
                # A large world is saved less often: nobody should wait for its lock all the time.
                self._closing.wait(max(SAVE_SECONDS, 20 * took))
                seen = self.world.revision
                started = time.monotonic()
                self.save()
                took = time.monotonic() - started
