"""
Whatever leaves, by whatever way: a forbidden word stays, and when the filter cannot answer, everything stays.

The ways are found in the code. A module that begins to send needs a line in `WAYS`, or this file is red.
"""

import ast
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import db
from app.compliance import lexicon
from app.compliance.schemas import Channel
from app.errors import AppError
from app.outbound.clearing import ClearedText, clear
from app.outbound.ledger import send_once
from app.outbound.models import SendIntent
from app.sync_runs import actions as runs
from app.sync_runs.models import Kind
from app.wecom.calls import mass_messages, messages, robot, welcome
from app.wecom.client import SENDING_APIS, wecom
from sensitive_words import Entry, Lexicon
from tests.support import words
from wecom_simulator import Simulator

APP = Path(__file__).parents[3] / "app"
WANG_JIE = "wmWangJie0000000000000000000001"
SECRET = "天下第一衫"
"""Nobody minds it while the text is written; it is forbidden when the text is about to leave."""


class Bed:
    """The shop of 云裳服饰 with everything that a way out needs."""

    def __init__(
        self,
        simulator: Simulator,
        sign_in: Callable[[str], FlaskClient],
        run_jobs: Callable[[], int],
        wait: Callable[[timedelta], None],
    ):
        self.simulator, self.sign_in, self.run_jobs, self.wait = simulator, sign_in, run_jobs, wait

    def sync(self, *kinds: Kind) -> None:
        with db.transaction() as session:
            for kind in kinds:
                runs.start(session, kind, started_by="tests")
        self.run_jobs()

    def texts_in_wecom(self) -> list[str]:
        """Every text that reached WeCom by an API that can carry one."""
        carrying = (*SENDING_APIS, "externalcontact/remark", "externalcontact/add_corp_tag")
        return [str(call.body) for api in carrying for call in self.simulator.calls.to(api)]

    def presses(self) -> int:
        with db.transaction() as session:
            return session.scalar(select(func.count()).select_from(SendIntent)) or 0


@pytest.fixture
def bed(
    app: Any, clock: Any, people: Any, simulator: Simulator, run_jobs: Any, sign_in: Callable[[str], FlaskClient]
) -> Bed:
    words.publish()
    return Bed(simulator, sign_in, run_jobs, clock)


Go = Callable[[], None]


def sidebar(bed: Bed, text: str) -> Go:
    bed.sync(Kind.CUSTOMERS)
    browser = bed.sign_in("lin")
    body = {"entry": "single", "external_user_id": WANG_JIE, "parts": [{"text": text}]}

    def go() -> None:
        browser.post("/api/outbound/sidebar-sends", json={"press_id": str(uuid4()), **body})

    return go


def welcome_text(bed: Bed, text: str) -> Go:
    whole = f"{{称呼}}您好，我是{{品牌名}}的{{导购名}}，先送您{{见面礼}}。{text}"
    saved = {"store_id": 0, "text": whole, "brand": "云裳", "benefit": "一张券", "confirmed_reason": None}
    assert bed.sign_in("yun").put("/api/welcome", json=saved).status_code == 200
    ways = bed.simulator.world.state.contact_ways.values()
    code = next(each for each in ways if each.users == ["lin"])

    def go() -> None:
        bed.simulator.world.customer_scans(code.config_id, name="小鹿")
        bed.simulator.callbacks.deliver_pending()

    return go


def mass_message(bed: Bed, text: str) -> Go:
    bed.sync(Kind.CUSTOMERS)
    author, approver = bed.sign_in("li"), bed.sign_in("yun")
    url = f"/api/mass-messages/{author.post('/api/mass-messages', json={'title': '邀约'}).json['id']}"
    assert author.patch(url, json={"text": text, "audience": {}}).status_code == 200
    assert author.post(f"{url}/submit", json={}).status_code == 200
    seen = {"comment": "", "content_hash": author.get(url).json["content_hash"]}
    assert approver.post(f"{url}/approve", json=seen).status_code == 200
    return lambda: None


def remark(bed: Bed, text: str) -> Go:
    bed.sync(Kind.CUSTOMERS)
    browser = bed.sign_in("lin")

    def go() -> None:
        browser.patch(f"/api/customers/{WANG_JIE}/follow", json={"remark": text})

    return go


def tag_name(bed: Bed, text: str) -> Go:
    browser = bed.sign_in("yun")

    def go() -> None:
        browser.post("/api/tags/groups", json={"name": "偏好", "tags": [text]})

    return go


def bot(bed: Bed, text: str) -> Go:
    yun = bed.sign_in("yun")
    folder_id = yun.post("/api/scripts/folders", json={"name": "售前"}).json["id"]
    script = {"title": "试衣邀请", "folder_id": folder_id, "parts": [{"text": f"{text}，来店里试试"}]}
    assert yun.post("/api/scripts", json=script).status_code == 201

    def go() -> None:
        bed.simulator.world.member_writes_to_app("lin", "话术 试衣邀请")
        bed.simulator.callbacks.deliver_pending()

    return go


def by_call(channel: str, call: Callable[[ClearedText], object]) -> Callable[[Bed, str], Go]:
    """A way of which only the last step exists yet, as whoever uses it has to walk it."""

    def prepare(_bed: Bed, text: str) -> Go:
        def made(cleared: ClearedText) -> None:
            call(cleared)

        def go() -> None:
            def ask(session: Any) -> ClearedText:
                return clear(session, text, channel=channel, on_behalf_of="system", subject="")

            try:
                send_once(f"{channel} {uuid4()}", channel=channel, cleared_from=ask, call=made)
            except AppError:
                return

        return go

    return prepare


CALLS: dict[str, Callable[[ClearedText], object]] = {
    "welcome.send_welcome_msg": lambda text: welcome.send_welcome_msg(wecom(), "code", text),
    "mass_messages.add_msg_template": lambda text: mass_messages.add_msg_template(
        wecom(), text, sender="lin", external_user_ids=[WANG_JIE]
    ),
    "mass_messages.add_msg_template_for_groups": lambda text: mass_messages.add_msg_template_for_groups(
        wecom(), text, sender="lin"
    ),
    "messages.send_text": lambda text: messages.send_text(wecom(), ["lin"], text),
    "messages.send_markdown": lambda text: messages.send_markdown(wecom(), ["lin"], text),
    "messages.send_card": lambda text: messages.send_card(
        wecom(), ["lin"], messages.Card(text, text, "https://desk.example.com/")
    ),
    "robot.send_text": lambda text: robot.send_text(wecom(), "key", text),
    "robot.send_markdown": lambda text: robot.send_markdown(wecom(), "key", text),
}
"""Every function of the client that puts a text before a person."""

WAYS: dict[str, tuple[str | None, Callable[[Bed, str], Go]]] = {
    "sidebar": (None, sidebar),
    "welcome": ("app/acquisition/jobs.py", welcome_text),
    "mass_message": ("app/campaigns/jobs.py", mass_message),
    "remark": (None, remark),
    "tag_name": (None, tag_name),
    "bot": ("app/chatbot/jobs.py", bot),
    "app_message": (None, by_call("app_message", CALLS["messages.send_card"])),
}
"""Channel → the module that calls one of the client's sending functions, if it needs one, and how to walk it."""

ALL_WAYS = pytest.mark.parametrize("way", WAYS)


@ALL_WAYS
def test_an_allowed_text_leaves(bed: Bed, way: str) -> None:
    """Else the tests below would pass for the wrong reason."""
    go = WAYS[way][1](bed, SECRET)
    go()
    bed.run_jobs()
    assert bed.presses() == 1 if way == "sidebar" else any(SECRET in text for text in bed.texts_in_wecom())


@ALL_WAYS
def test_a_forbidden_word_does_not_leave(bed: Bed, way: str) -> None:
    """Forbidden only after the text was written and approved: the list of the moment of sending decides."""
    go = WAYS[way][1](bed, SECRET)
    words.publish(SECRET)
    go()
    bed.run_jobs()
    assert bed.presses() == 0
    assert not any(SECRET in text for text in bed.texts_in_wecom())


class Raising(Lexicon):
    def check(self, text: str, **_: Any) -> Any:
        raise MemoryError(text)


class Endless(Lexicon):
    def check(self, text: str, **_: Any) -> Any:
        threading.Event().wait(20)
        return super().check(text)


def no_list() -> None:
    with db.transaction() as session:
        connection = session.connection()
        connection.exec_driver_sql("ALTER TABLE lexicon_versions DISABLE TRIGGER ALL")
        connection.exec_driver_sql("DELETE FROM lexicon_versions")
    lexicon.look_again()


def broken(kind: type[Lexicon]) -> Callable[[], None]:
    def put() -> None:
        now = lexicon.current()
        with db.transaction() as session:
            newest = session.execute(select(lexicon.LexiconVersion.sha256)).scalars().all()[-1]
        lexicon.hold(kind([Entry(id="1", text="最低价")], version=now.version), newest)

    return put


FAILURES = (broken(Raising), broken(Endless), no_list)


@ALL_WAYS
def test_when_the_filter_cannot_answer_nothing_leaves(bed: Bed, way: str) -> None:
    """Sabotage: answer `pass` in `_within_budget`."""
    go = WAYS[way][1](bed, SECRET)
    for failure in FAILURES:
        failure()
        go()
        bed.run_jobs()
        bed.wait(timedelta(minutes=2))  # what was put off comes again, and meets the next failure
        bed.run_jobs()
        assert bed.presses() == 0
        assert bed.texts_in_wecom() == []


@pytest.mark.parametrize("call", CALLS)
def test_no_function_of_the_client_sends_a_forbidden_word(bed: Bed, call: str) -> None:
    words.publish(SECRET)
    by_call("bot", CALLS[call])(bed, SECRET)()
    assert bed.texts_in_wecom() == []


def functions_that_send() -> set[str]:
    """`module.function` of every public function in `app/wecom/calls` that takes a cleared text or card."""
    found = set()
    for path in (APP / "wecom" / "calls").glob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                takes = [ast.unparse(each.annotation) for each in node.args.args if each.annotation]
                calls = {ast.unparse(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}
                if {"Cleared", "Card"} & set(takes) or "client.send" in calls:
                    found.add(f"{path.stem}.{node.name}")
    return found - {"texts.message_parts"}


def modules_that_send() -> Iterator[tuple[str, str]]:
    """Modules of ours that name one of those functions, with their source."""
    names = {each.partition(".")[2] for each in functions_that_send()}
    modules = {each.partition(".")[0] for each in functions_that_send()}
    for path in sorted(APP.rglob("*.py")):
        if path.is_relative_to(APP / "wecom"):
            continue
        source = path.read_text("utf-8")
        tree = ast.parse(source)
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app.wecom.calls")
            for alias in node.names
        }
        used = {ast.unparse(node).rsplit(".", 1)[-1] for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        if imported & names or (imported & modules and used & names):
            yield path.relative_to(APP.parent).as_posix(), source


def test_every_function_that_sends_is_walked() -> None:
    assert functions_that_send() == set(CALLS)


def test_every_module_that_sends_is_walked_and_uses_filter_and_ledger() -> None:
    senders = dict(modules_that_send())
    assert set(senders) == {module for module, _ in WAYS.values() if module}
    for source in senders.values():
        assert "send_once(" in source
        assert "clear(" in source


def test_every_channel_has_a_way() -> None:
    assert set(get_args(Channel)) == set(WAYS)
