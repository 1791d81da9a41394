"""The audit chain refuses changes, and finds those that were made behind its back."""

import hashlib
from collections.abc import Callable, Iterable

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings, strategies
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app import db
from app.audit import actions, queries
from app.audit.chain import GENESIS, canonical, content_of, digest_of, linked
from app.audit.verifying import Walk
from app.viewer import Viewer


@pytest.fixture
def entries(database: object) -> None:
    with db.transaction() as session:
        for number in range(10):
            actions.record(session, "tests", "thing.done", subject=f"thing:{number}", amount=number, name="王姐")


def verified() -> Walk:
    with db.transaction() as session:
        session.expire_all()
        return queries.verify(session)


def behind_its_back(statement: str, **values: object) -> None:
    """As the owner of the database, with the trigger off."""
    with db.transaction() as session:
        session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
        session.execute(text(statement), values)
        session.execute(text("ALTER TABLE audit_entries ENABLE TRIGGER USER"))


def whats(found: Walk) -> list[str]:
    return [f"{each.kind} {each.first}-{each.last}" for each in found.problems]


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
        "SET LOCAL session_replication_role = replica; DELETE FROM audit_entries WHERE number = 4",
    ],
)
def test_the_table_refuses_changes(entries: None, statement: str) -> None:
    """The last one as a replica applies changes, which switches ordinary triggers off."""
    with pytest.raises(DBAPIError, match="append-only"), db.transaction() as session:
        for each in statement.split(";"):
            session.execute(text(each))
    assert verified().entries == 10


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("UPDATE audit_entries SET actor = 'somebody' WHERE number = 4", ["changed 4-4"]),
        ("UPDATE audit_entries SET actor_name = '何静' WHERE number = 4", ["changed 4-4"]),
        ("UPDATE audit_entries SET at = at + interval '1 microsecond' WHERE number = 4", ["changed 4-4"]),
        ("UPDATE audit_entries SET details = details || '{\"amount\": 5}' WHERE number = 4", ["changed 4-4"]),
        ("UPDATE audit_entries SET subject = 'thing:9' WHERE number = 1", ["changed 1-1"]),
        (
            "UPDATE audit_entries SET hash = decode(repeat('00', 32), 'hex') WHERE number = 10",
            ["changed 10-10", "forged 10-10"],
        ),
        (
            "UPDATE audit_entries SET prev_hash = decode(repeat('01', 32), 'hex') WHERE number = 1",
            ["unlinked 1-1", "changed 1-1"],
        ),
        ("UPDATE audit_entries SET seal = NULL WHERE number = 7", ["changed 7-7", "forged 7-7"]),
        ("UPDATE audit_entries SET seal = repeat('0', 64) WHERE number = 7", ["forged 7-7"]),
        ("DELETE FROM audit_entries WHERE number = 4", ["missing 4-4"]),
        ("DELETE FROM audit_entries WHERE number = 1", ["missing 1-1"]),
        ("DELETE FROM audit_entries WHERE number BETWEEN 3 AND 6", ["missing 3-6"]),
        (
            "UPDATE audit_entries SET number = number + 100 WHERE number = 10",
            ["missing 10-109", "changed 110-110"],
        ),
        (
            "INSERT INTO audit_entries SELECT 11, at, actor, actor_name, action, subject, details, prev_hash,"
            " decode(repeat('02', 32), 'hex'), seal FROM audit_entries WHERE number = 10",
            ["unlinked 11-11", "changed 11-11", "forged 11-11"],
        ),
        (
            "UPDATE audit_entries SET number = CASE number WHEN 4 THEN 105 ELSE 104 END WHERE number IN (4, 5);"
            "UPDATE audit_entries SET number = number - 100 WHERE number > 100",
            ["unlinked 4-6", "changed 4-5"],
        ),
    ],
)
def test_every_change_behind_its_back_shows_where_it_is(entries: None, statement: str, shown: list[str]) -> None:
    """Sabotage that turns this red: leave a field out of `chain.content_of`."""
    for each in statement.split(";"):
        behind_its_back(each)
    assert whats(verified()) == shown


def rewrite_from(number: int) -> None:
    """As somebody who knows how the hashes are made, but not the installation's key."""
    with db.transaction() as session:
        rows = queries.rows_between(session, number, 10)
        before = queries.hash_at(session, number - 1) or GENESIS
    for row in rows:
        after = linked(before, digest_of(row))
        behind_its_back(
            "UPDATE audit_entries SET prev_hash = :before, hash = :after WHERE number = :number",
            before=before,
            after=after,
            number=row.number,
        )
        before = after


def test_whoever_calculates_every_hash_anew_still_lacks_the_key(entries: None) -> None:
    """Sabotage that turns this red: seal with a constant key."""
    behind_its_back("UPDATE audit_entries SET actor = 'somebody' WHERE number = 4")
    rewrite_from(4)
    assert whats(verified()) == ["forged 4-10"]


def test_an_entry_well_calculated_behind_the_end_lacks_the_key(entries: None) -> None:
    behind_its_back(
        "INSERT INTO audit_entries SELECT 11, at, 'he', '何静', action, subject, details, hash, :any, seal"
        " FROM audit_entries WHERE number = 10",
        any=b"1" * 32,
    )
    with db.transaction() as session:
        (row,) = queries.rows_between(session, 11, 11)
    behind_its_back(
        "UPDATE audit_entries SET hash = :hash WHERE number = 11", hash=linked(row.prev_hash, digest_of(row))
    )
    assert whats(verified()) == ["forged 11-11"]


def test_entries_from_before_there_were_seals_still_verify(entries: None) -> None:
    """They were chained by their content itself. A chain may begin with them, but not go on with them."""
    behind_its_back("UPDATE audit_entries SET seal = NULL")
    before = GENESIS
    for number in range(1, 11):
        with db.transaction() as session:
            (row,) = queries.rows_between(session, number, number)
        after = hashlib.sha256(before + canonical(content_of(row))).digest()
        behind_its_back(
            "UPDATE audit_entries SET prev_hash = :before, hash = :after WHERE number = :number",
            before=before,
            after=after,
            number=number,
        )
        before = after
    with db.transaction() as session:
        actions.record(session, "tests", "thing.done", subject="thing:11")
    assert verified().is_whole
    behind_its_back("UPDATE audit_entries SET seal = NULL WHERE number = 11")
    assert whats(verified()) == ["changed 11-11"]


def test_an_entry_lives_and_dies_with_its_act(entries: None) -> None:
    with pytest.raises(IntegrityError), db.transaction() as session:
        actions.record(session, "tests", "thing.done", subject="thing:11")
        session.execute(text("INSERT INTO members (userid) VALUES (NULL)"))
    assert verified().entries == 10


numbers = strategies.floats(allow_nan=False, allow_infinity=False) | strategies.integers(-(2**70), 2**70)
texts = strategies.text(
    strategies.characters(exclude_characters="\x00", exclude_categories=["Cs"]),
    max_size=20,
)
json_values = strategies.recursive(
    strategies.none() | strategies.booleans() | numbers | texts,
    lambda inner: strategies.lists(inner, max_size=4) | strategies.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(json_values)
def test_whatever_an_act_says_of_itself_is_no_false_alarm(database: object, value: object) -> None:
    """PostgreSQL keeps numbers in its own way: 1e16 comes back as an integer. Sabotage: store details as given."""
    with db.transaction() as session:
        actions.record(session, "tests", "thing.done", subject="thing:1", value=value)
    assert verified().is_whole


def numbers_of(listed: Iterable[dict[str, int]]) -> list[int]:
    return [each["number"] for each in listed]


def test_compliance_reads_the_list(entries: None, sign_in: Callable[[str], FlaskClient], he: Viewer) -> None:
    browser = sign_in("he")
    listed = browser.get("/api/audit?action=thing.&page_size=5").json
    assert listed["total"] == 10
    assert numbers_of(listed["items"]) == [10, 9, 8, 7, 6]
    assert sign_in("li").get("/api/audit").status_code == 403
