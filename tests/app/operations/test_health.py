"""Machines learn whether this process answers, and whether people can work."""

from flask import Flask
from flask.testing import FlaskClient

from app import db
from app.outbox import relay
from tests.support import words


def test_a_process_that_answers_is_healthy_whatever_else_is_down(client: FlaskClient) -> None:
    """WeCom's callbacks are taken while the database is down: no load balancer may turn them away."""
    db.configure("postgresql://127.0.0.1:1/nothing")
    assert client.get("/healthz").json == {"status": "ok", "checks": {}}


def test_ready_names_what_does_not_run(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (200, "degraded")
    assert answer.json["checks"] == {
        "database": True,
        "migrations": True,
        "redis": True,
        "word_list": False,
        "relay": False,
    }
    assert client.get("/readyz?strict=true").status_code == 503


def test_ready_is_whole_with_a_word_list_and_a_relay(app: Flask, client: FlaskClient) -> None:
    words.publish()
    relay.pass_on()
    answer = client.get("/readyz?strict=true")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")


def test_without_a_database_nobody_can_work(client: FlaskClient) -> None:
    db.configure("postgresql://127.0.0.1:1/nothing")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["status"], answer.json["checks"]["database"]) == (503, "down", False)
