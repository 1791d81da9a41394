"""A call that sends is made at most once, whatever happens around it."""

import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app import clock as app_clock
from app import db, outbox
from app.compliance import actions as compliance
from app.compliance.clearing import clear
from app.errors import Blocked, Invalid
from app.outbound import ledger, switches
from app.outbound.ledger import CALL_TIMEOUT, Underway
from app.outbound.models import Send, SendState
from app.outbound.switches import Paused
from app.outbox import relay
from app.wecom.errors import NoAnswer, Refused, TryLater
from tests.support import shop

ROOT = Path(__file__).parents[3]
API = "externalcontact/add_msg_template"


def send(key, call, *, text="您好", scopes=()):
    def cleared(session):
        return clear(session, text, channel="mass_message", on_behalf_of="system", subject="mass_message:1")

    return ledger.send_once(key, channel="mass_message", cleared_from=cleared, call=call, scopes=scopes)


def never(_cleared):
    raise AssertionError("called again")


def raising(error):
    def call(_cleared):
        raise error

    return call


def stored(key):
    with db.transaction() as session:
        return session.scalar(select(Send).where(Send.key == key))


def test_an_accepted_send_is_never_made_again(listed):
    first = send("a", lambda cleared: {"msgid": f"msg of {cleared.text}"})
    again = send("a", never)
    assert (first.state, first.result, first.is_repeat) == ("accepted", {"msgid": "msg of 您好"}, False)
    assert (again.state, again.result, again.is_repeat) == ("accepted", {"msgid": "msg of 您好"}, True)


def test_no_answer_is_unknown_and_never_repeated(listed):
    """Sabotage: release the claim on NoAnswer."""
    assert send("a", raising(NoAnswer("没有回应", api=API))).state == "unknown"
    assert send("a", never).state == "unknown"


def test_a_refusal_is_final(listed):
    outcome = send("a", raising(Refused("没有权限", api=API, code_of_wecom=48002)))
    assert (outcome.state, outcome.errcode, outcome.error) == ("refused", 48002, "没有权限")
    assert send("a", never).errcode == 48002


@pytest.mark.parametrize("error", [TryLater("稍后", api=API, code_of_wecom=45009), Invalid("太长")])
def test_what_certainly_did_nothing_may_be_tried_again(listed, error):
    with pytest.raises(type(error)):
        send("a", raising(error))
    assert send("a", lambda _: None).state == "accepted"


def test_what_breaks_in_the_middle_is_unknown(listed):
    with pytest.raises(ZeroDivisionError):
        send("a", lambda _: 1 / 0)
    assert send("a", never).state == "unknown"


def test_a_blocked_text_claims_nothing(listed):
    with pytest.raises(Blocked):
        send("a", never, text="最低价")
    assert stored("a") is None


def test_the_list_of_the_moment_of_sending_decides(listed, he):
    """Written and approved before the word was forbidden."""
    with db.transaction() as session:
        compliance.add_entry(session, he, {"text": "您好"})
        compliance.publish(session, he, note="")
    with pytest.raises(Blocked):
        send("a", never)


def test_a_stop_is_read_right_before_the_call(listed, boss):
    with db.transaction() as session:
        switches.turn(session, boss, paused=True, reason="停", scope="mass_message:7")
    assert send("other", lambda _: None, scopes=("mass_message:8",)).state == "accepted"
    with pytest.raises(Paused) as paused:
        send("a", never, scopes=("mass_message:7",))
    assert paused.value.retry_after > timedelta()
    assert send("other", never, scopes=("mass_message:8",)).state == "accepted"

    for scope in ("mass_message", "all"):
        with db.transaction() as session:
            switches.turn(session, boss, paused=True, reason="停", scope=scope)
        with pytest.raises(Paused):
            send("b", never)
        with db.transaction() as session:
            switches.turn(session, boss, paused=False, reason="", scope=scope)
    assert send("b", lambda _: None).state == "accepted"


def test_nothing_is_held_open_during_the_call(listed):
    def call(_cleared):
        assert not db.in_transaction()
        assert stored("a").state == SendState.CALLING

    assert send("a", call).state == "accepted"


def test_a_call_under_way_is_not_made_beside_it(listed):
    def call(_cleared):
        with pytest.raises(Underway):
            send("a", never)

    assert send("a", call).state == "accepted"


def test_a_call_whose_process_died_becomes_unknown(listed, valkey, clock, run_jobs):
    """Sabotage: let a lapsed claim be taken over."""

    class Died(BaseException):
        pass

    with pytest.raises(Died):
        send("a", raising(Died()))
    with pytest.raises(Underway):
        send("a", never)
    clock(CALL_TIMEOUT + timedelta(seconds=1))

    with db.transaction() as session:
        outbox.enqueue(session, "outbound.settle")
    run_jobs()

    assert stored("a").state == SendState.UNKNOWN
    assert send("a", never).state == "unknown"


def test_a_late_answer_of_the_run_that_called_corrects_unknown(listed, clock):
    def slow(_cleared):
        clock(CALL_TIMEOUT + timedelta(seconds=1))
        assert send("a", never).state == "unknown"
        return {"msgid": "m1"}

    assert send("a", slow).state == "accepted"
    assert stored("a").result == {"msgid": "m1"}


def test_what_was_found_out_about_an_unknown_send_is_kept(listed):
    send("a", raising(NoAnswer("没有回应", api=API)))
    with db.transaction() as session:
        assert ledger.decide_unknown(session, "a", SendState.ACCEPTED, result={"msgid": "m1"})
        assert not ledger.decide_unknown(session, "a", SendState.REFUSED)
    assert send("a", never).result == {"msgid": "m1"}


DIE = """
import os, sys
from app import db
from app.outbound import ledger
from app.compliance.clearing import clear
db.configure(sys.argv[1])
def cleared(session):
    return clear(session, "您好", channel="mass_message", on_behalf_of="system", subject="")
ledger.send_once("died", channel="mass_message", cleared_from=cleared, call=lambda _: os._exit(9))
"""


@pytest.fixture
def shop_of_its_own(own_database):
    with db.transaction() as session:
        shop.move_in(session)
        he = shop.viewer_called(session, "he")
        compliance.add_entry(session, he, {"text": "最低价"})
        compliance.publish(session, he, note="")
    return own_database


def test_a_killed_process_leaves_its_claim_behind(shop_of_its_own):
    assert subprocess.run([sys.executable, "-c", DIE, shop_of_its_own], cwd=ROOT).returncode == 9
    assert stored("died").state == SendState.CALLING
    with app_clock.running_at(app_clock.now() + CALL_TIMEOUT + timedelta(seconds=1)):
        assert send("died", never).state == "unknown"


def test_the_call_of_a_worker_that_died_is_unknown_at_the_relays_next_look(shop_of_its_own, valkey):
    """
    Sabotage: do not register `end_calls`: a campaign's part waits a minute for its outcome.
    """
    script = DIE.replace(
        "def cleared", "held = presence.Presence('bulk-1@here', 'bulk'); held.confirm()\ndef cleared"
    )
    script = "from app.outbox import presence\n" + script
    assert subprocess.run([sys.executable, "-c", script, shop_of_its_own], cwd=ROOT).returncode == 9
    assert stored("died").state == SendState.CALLING

    relay.pass_on()

    assert stored("died").state == SendState.UNKNOWN
    assert send("died", never).state == "unknown"


def test_many_at_once_make_one_call_for_each_key(shop_of_its_own):
    """Sabotage: look for the key without a unique constraint. 8 threads, 40 keys."""
    calls: Counter[str] = Counter()
    lock = threading.Lock()

    def attempt(number: int) -> str:
        key = f"key {number % 40}"

        def call(_cleared):
            with lock:
                calls[key] += 1
            if number % 3 == 0:
                raise NoAnswer("没有回应", api=API)
            return {}

        try:
            return send(key, call).state
        except Underway:
            return "underway"

    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(attempt, range(320)))

    assert len(calls) == 40
    assert set(calls.values()) == {1}
    assert set(states) <= {"accepted", "unknown", "underway"}
