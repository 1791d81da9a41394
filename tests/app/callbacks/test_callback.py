"""What WeCom posts to us: checked, stored once, acknowledged, whatever else is down."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, func, select

import app
from app import clock, config, db, outbox
from app.callbacks import api, spool
from app.callbacks.dispatch import RULES, work_for
from app.config import Settings
from app.outbox import Job, JobState, Lane, actions, drain, registry
from app.outbox.registry import accepts, handler_of
from app.wecom.envelope import encrypt, signature_of
from app.wecom.events import parse_event
from tests.support.callbacks import contact_added, event_xml, sealed


@pytest.fixture
def client(database: Connection, settings: Settings, valkey: object) -> FlaskClient:
    outbox.register_jobs_of(app)
    flask = Flask("callbacks-alone")
    flask.register_blueprint(api.blueprint)
    api._database_failed_at = float("-inf")
    return flask.test_client()


def stored() -> list[str]:
    with db.transaction() as session:
        return list(session.scalars(select(Job.name).order_by(Job.id)))


def post(client: FlaskClient, settings: Settings, plaintext: bytes, **sealing: datetime):
    path, body = sealed(settings, plaintext, **sealing)
    return client.post(path, data=body)


def test_a_callback_is_stored_and_acknowledged(client, settings):
    answer = post(client, settings, contact_added(settings, 1))
    assert (answer.status_code, answer.data) == (200, b"success")
    assert stored() == ["customers.contact_added"]


def test_a_welcome_code_makes_an_urgent_job_that_waits_for_nothing(client, settings):
    post(client, settings, contact_added(settings, 1, welcome_code="CODE"))
    with db.transaction() as session:
        welcome = session.scalars(select(Job).where(Job.name == "acquisition.welcome")).one()
    assert (welcome.lane, welcome.order_key, welcome.args["welcome_code"]) == ("urgent", None, "CODE")


def test_wecom_repeating_itself_under_a_fresh_ciphertext_changes_nothing(client, settings):
    """Sabotage: key the row by the body instead of the plaintext: three rows."""
    plaintext = contact_added(settings, 1)
    assert {post(client, settings, plaintext).data for _ in range(3)} == {b"success"}
    assert len(stored()) == 1


def test_two_customers_in_one_second_are_two_events(client, settings):
    """The official hint, FromUserName + CreateTime, would drop the second: both are `sys` at the same second."""
    post(client, settings, contact_added(settings, 1))
    post(client, settings, contact_added(settings, 2))
    assert len(stored()) == 2


def test_the_url_check_answers_the_plaintext_alone(client, settings):
    encrypted = encrypt(
        b"1616140317555161061", aes_key=settings.wecom_encoding_aes_key, receive_id=settings.wecom_corp_id
    )
    signature = signature_of(settings.wecom_callback_token, "1409659589", "263014780", encrypted)
    query = f"msg_signature={signature}&timestamp=1409659589&nonce=263014780&echostr={quote(encrypted, safe='')}"
    answer = client.get(f"/wecom/callback?{query}")
    assert (answer.status_code, answer.data) == (200, b"1616140317555161061")
    assert client.get(f"/wecom/callback?{query.replace(signature, '0' * 40)}").status_code == 403


@pytest.mark.parametrize("minutes", [-11, 11])
def test_a_captured_callback_is_refused_outside_ten_minutes(client, settings, minutes):
    answer = post(client, settings, contact_added(settings, 1), at=clock.now() + timedelta(minutes=minutes))
    assert answer.status_code == 403
    assert stored() == []


@pytest.mark.parametrize("minutes", [-9, 9])
def test_an_honest_clock_that_is_off_by_nine_minutes_is_accepted(client, settings, minutes):
    answer = post(client, settings, contact_added(settings, 1), at=clock.now() + timedelta(minutes=minutes))
    assert answer.status_code == 200


def test_every_kind_of_forgery_gets_the_same_answer(client, settings):
    path, body = sealed(settings, contact_added(settings, 1))
    other = Settings(**{**settings.__dict__, "wecom_corp_id": "wwsomebodyelse00001"})
    wrong_corp, corp_body = sealed(other, contact_added(other, 1))
    wrong_key, key_body = sealed(
        Settings(**{**settings.__dict__, "wecom_encoding_aes_key": "z" * 42 + "A"}), contact_added(settings, 1)
    )
    answers = {
        client.post(path.replace("msg_signature=", "msg_signature=0"), data=body).data,
        client.post(wrong_corp, data=corp_body).data,
        client.post(wrong_key, data=key_body).data,
        client.post("/wecom/callback", data=body).data,
    }
    assert answers == {b"refused"}
    assert stored() == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"not xml", 400),
        (b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>", 400),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><Encrypt>&a;</Encrypt></xml>', 400),
        (b"<xml>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</xml>", 400),
        (b"\x00" * 100, 400),
        (b"x" * 70_000, 413),
    ],
)
def test_broken_documents_are_refused_without_harm(client, settings, body, status):
    path, _ = sealed(settings, b"<xml/>")
    assert client.post(path, data=body).status_code == status


def test_what_is_rightly_signed_but_unreadable_is_kept_for_a_person(client, settings):
    answer = post(client, settings, b"<xml><broken")
    assert answer.status_code == 400
    drain()
    with db.transaction() as session:
        kept = session.scalars(select(Job)).one()
    assert (kept.name, kept.state) == ("callbacks.unreadable", JobState.DEAD)


def test_an_event_nobody_knows_is_acknowledged_and_counted(client, settings):
    assert post(client, settings, event_xml(settings, "something_new", "in_2027")).data == b"success"
    with db.transaction() as session:
        assert session.scalar(select(func.count()).where(Job.name == "callbacks.unknown")) == 1


def test_an_event_whose_job_this_process_lacks_is_kept_acknowledged_and_done_by_one_that_has_it(
    client, settings, monkeypatch
):
    """An old web process next to new workers. Sabotage: enqueue without asking: UnknownJob, WeCom gets a 500."""
    with monkeypatch.context() as older:
        older.delitem(registry._handlers, "customers.contact_added")
        assert post(client, settings, contact_added(settings, 1, welcome_code="CODE")).data == b"success"
        assert stored() == ["acquisition.welcome", "callbacks.unreadable"]
        drain(Lane.BULK)
        with db.transaction() as session:
            kept = session.scalars(select(Job).where(Job.name == "callbacks.unreadable")).one()
            assert (kept.state, "customers.contact_added" in kept.last_error) == (JobState.DEAD, True)
            actions.replay(session, kept.id)
    drain(Lane.BULK)
    assert stored() == ["acquisition.welcome", "callbacks.unreadable", "customers.contact_added"]


def test_a_spooled_event_whose_job_this_process_lacks_holds_nobody_up(client, settings, monkeypatch):
    for number in (1, 2):
        path, body = sealed(settings, contact_added(settings, number, welcome_code="CODE"))
        spool.append(body, dict(part.split("=") for part in path.split("?")[1].split("&")))
    monkeypatch.delitem(registry._handlers, "customers.contact_added")
    assert spool.drain() == 2
    assert stored() == ["acquisition.welcome", "callbacks.unreadable"] * 2


def test_while_the_database_is_away_callbacks_wait_on_disk_and_come_back_once(client, settings, worker_database):
    """Sabotage: answer before the spool has them: the drain finds nothing."""
    db.configure("postgresql://nobody@127.0.0.1:1/nothing")
    plaintexts = [contact_added(settings, number) for number in range(5)]
    assert {post(client, settings, each).data for each in [*plaintexts, *plaintexts]} == {b"success"}
    assert spool.pending()
    db.configure(worker_database)
    with db.engine().connect() as connection:
        outer = connection.begin()
        db.bind_to(connection)
        spool.drain()
        assert len(stored()) == 5
        assert not spool.pending()
        outer.rollback()


def test_a_half_written_spool_line_costs_nobody_else(client, settings):
    path, body = sealed(settings, contact_added(settings, 1))
    query = dict(part.split("=") for part in path.split("?")[1].split("&"))
    spool.append(body, query)
    with (settings.data_path / "spool" / "callbacks.jsonl").open("ab") as file:
        file.write(b'{"body": "half a li\n')
    spool.append(*reversed(_another(settings)))
    spool.drain()
    assert len(stored()) == 2


def test_a_line_cut_off_by_a_power_failure_does_not_swallow_the_next(client, settings):
    """Sabotage: append behind it, on the same line: an event that we acknowledged is lost."""
    (settings.data_path / "spool").mkdir()
    (settings.data_path / "spool" / "callbacks.jsonl").write_bytes(b'{"body": "half a li')
    spool.append(*reversed(_another(settings)))
    spool.drain()
    assert len(stored()) == 1


def test_what_was_sealed_with_another_key_is_kept_for_who_has_it(client, settings):
    """The key was changed while the database was away. Sabotage: only log that it cannot be opened."""
    spool.append(*reversed(_another(settings)))
    config.configure(replace(settings, wecom_encoding_aes_key="0123456789ABCDEFGHIJabcdefghijklmnopqrstuvw"))
    assert spool.drain() == 0
    assert not spool.pending()
    kept = spool.unopened()
    config.configure(settings)
    kept.rename(settings.data_path / "spool" / "callbacks.jsonl")
    assert spool.drain() == 1


def _another(settings: Settings) -> tuple[dict[str, str], bytes]:
    path, body = sealed(settings, contact_added(settings, 2))
    return dict(part.split("=") for part in path.split("?")[1].split("&")), body


def test_every_rule_names_a_job_that_exists_and_takes_what_it_is_given(settings):
    """The table promises work; somebody must take it."""
    outbox.register_jobs_of(app)
    for name in RULES:
        kind, _, change = name.partition(".")
        fields = {"UserID": "zhang", "ExternalUserID": "wm1", "ChatId": "wr1", "Id": "1", "WelcomeCode": "c"}
        if kind == "message":
            plaintext = event_xml(settings, "x").replace(b"[event]", f"[{change}]".encode())
        else:
            plaintext = event_xml(settings, kind, "" if change == "*" else change, **fields)
        for work in work_for(parse_event(plaintext)):
            assert accepts(handler_of(work.job), work.args), name


def test_a_random_body_never_breaks_the_endpoint(client, settings):
    path, _ = sealed(settings, b"<xml/>", at=datetime.now(UTC))
    assert {client.post(path, data=secrets.token_bytes(200)).status_code for _ in range(50)} == {400}
