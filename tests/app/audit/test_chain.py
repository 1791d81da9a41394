"""The audit chain refuses changes, and finds those that were made behind its back."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app import db
from app.audit import actions, queries
from app.viewer import Viewer


@pytest.fixture
def entries(database: object) -> None:
    with db.transaction() as session:
        for number in range(10):
            actions.record(session, "tests", "thing.done", subject=f"thing:{number}", amount=number, name="王姐")


def verified() -> queries.Verified:
    with db.transaction() as session:
        session.expire_all()
        return queries.verify(session)


def behind_its_back(statement: str) -> None:
    """As the owner of the database, with the trigger off."""
    with db.transaction() as session:
        session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
        session.execute(text(statement))
        session.execute(text("ALTER TABLE audit_entries ENABLE TRIGGER USER"))


def test_an_untouched_chain_is_whole(entries: None) -> None:
    found = verified()
    assert found.is_whole
    assert found.entries == 10


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET actor = 'somebody' WHERE number = 4",
        "DELETE FROM audit_entries WHERE number = 4",
        "TRUNCATE audit_entries",
    ],
)
def test_the_table_refuses_changes(entries: None, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), db.transaction() as session:
        session.execute(text(statement))
    assert verified().entries == 10


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET actor = 'somebody' WHERE number = 4",
        "UPDATE audit_entries SET actor_name = '何静' WHERE number = 4",
        "UPDATE audit_entries SET at = at + interval '1 microsecond' WHERE number = 4",
        "UPDATE audit_entries SET details = details || '{\"amount\": 5}' WHERE number = 4",
        "UPDATE audit_entries SET subject = 'thing:9' WHERE number = 1",
        "UPDATE audit_entries SET hash = decode(repeat('00', 32), 'hex') WHERE number = 10",
        "UPDATE audit_entries SET prev_hash = decode(repeat('01', 32), 'hex') WHERE number = 1",
        "DELETE FROM audit_entries WHERE number = 4",
        "DELETE FROM audit_entries WHERE number = 1",
        "UPDATE audit_entries SET number = number + 100 WHERE number = 10",
        "INSERT INTO audit_entries SELECT 11, at, actor, actor_name, action, subject, details, prev_hash,"
        " decode(repeat('02', 32), 'hex') FROM audit_entries WHERE number = 10",
        "UPDATE audit_entries SET number = CASE number WHEN 4 THEN 105 ELSE 104 END WHERE number IN (4, 5);"
        "UPDATE audit_entries SET number = number - 100 WHERE number > 100",
    ],
)
def test_every_change_behind_its_back_shows(entries: None, statement: str) -> None:
    """Sabotage that turns this red: leave a field out of `chain.hash_of`."""
    for each in statement.split(";"):
        behind_its_back(each)
    assert not verified().is_whole


def test_a_cut_end_shows_against_a_head_kept_elsewhere(entries: None) -> None:
    head = verified().head
    behind_its_back("DELETE FROM audit_entries WHERE number = 10")
    with db.transaction() as session:
        assert queries.verify(session).is_whole
        assert not queries.verify(session, anchor=head).is_whole


def test_an_entry_lives_and_dies_with_its_act(entries: None) -> None:
    with pytest.raises(IntegrityError), db.transaction() as session:
        actions.record(session, "tests", "thing.done", subject="thing:11")
        session.execute(text("INSERT INTO members (userid) VALUES (NULL)"))
    assert verified().entries == 10


def test_compliance_reads_and_verifies(entries: None, sign_in: Callable[[str], FlaskClient], he: Viewer) -> None:
    browser = sign_in("he")
    listed = browser.get("/api/audit?action=thing.&page_size=5").json
    assert listed["total"] == 10
    assert [each["number"] for each in listed["items"]] == [10, 9, 8, 7, 6]
    assert browser.get("/api/audit/verification").json["is_whole"] is True
    assert sign_in("li").get("/api/audit").status_code == 403
