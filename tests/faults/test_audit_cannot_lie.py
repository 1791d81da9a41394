"""Goal 40: whatever the owner of the database does to the log shows, and no act is without its entry."""

import itertools
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from psycopg.types.json import Jsonb
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import clock as app_clock
from app import config, db
from app.audit import actions, anchors, queries, rights
from app.audit.chain import GENESIS, digest_of, linked, seal_of
from app.audit.models import AuditEntry
from app.audit.verifying import Walk
from app.staff.signing_in import session_cookie
from app.web import create_app
from tests.faults import tampering
from tests.faults.acting import AFTERWARDS, AT_THE_COMMIT, AT_THE_ENTRY, Point, acting
from tests.faults.plant import SCALE, report, sized
from tests.faults.sensitive_acts import PEOPLE, Stage
from tests.support import database as databases
from tests.support.servers import Servers
from wecom_simulator import Simulator

A_TRANSACTION = 25
"""Acts of tampering that are checked together, each by its place: 24 inside, one at the end."""


def entries(count: int) -> Iterator[AuditEntry]:
    """As `actions.record` writes them, a thousand times as fast."""
    before, at = GENESIS, app_clock.now() - timedelta(days=300)
    for number in range(1, count + 1):
        entry = AuditEntry(
            number=number,
            at=at + timedelta(minutes=4, microseconds=number) * number,
            actor=random.choice(("he", "yun", "boss", "system")),
            actor_name="何静",
            action="customer.phone_revealed",
            subject=f"customer:wm{number % 5000:030d}",
            details={"reason": "送货确认", "amount": number, "share": number / 7},
            prev_hash=before,
        )
        entry.hash = before = linked(before, digest_of(entry))
        entry.seal = seal_of(entry.hash)
        yield entry


@pytest.fixture
def chain(own_database: str, settings: config.Settings) -> list[anchors.Anchor]:
    """A log of the size of years, with an anchor every so often and one at its end."""
    count = sized(10_000)
    names = [column.name for column in AuditEntry.__table__.columns]
    heads: list[tuple[int, bytes]] = []
    into = f"COPY audit_entries ({', '.join(names)}) FROM STDIN"
    with psycopg.connect(own_database) as connection, connection.cursor() as cursor, cursor.copy(into) as copy:
        for entry in entries(count):
            copy.write_row([_cell(getattr(entry, name)) for name in names])
            if entry.number % 1000 == 0 or entry.number == count:
                heads.append((entry.number, entry.hash))
    for number, entry_hash in heads:
        anchors.append(settings.audit_anchor_path, number, entry_hash, app_clock.now())
    return list(anchors.read(settings.audit_anchor_path).anchors)


def _cell(value: object) -> object:
    return Jsonb(value) if isinstance(value, dict) else value


def test_goal_40_whatever_the_databases_owner_does_shows(chain: list[anchors.Anchor]):
    """
    Edits, deletions, insertions, swaps, cut and grown ends, half of them with every hash calculated anew; each has
    to be found at its place, and nothing else may be called wrong.

    Sabotage: leave out the seal: what fits perfectly is taken for ours. Leave out the anchors: cut ends go unseen.
    """
    head = chain[-1].number
    began = time.monotonic()
    with db.engine().connect() as connection, Session(connection) as session:
        walk = queries.verify(session, anchors=chain)
    took = time.monotonic() - began
    assert (walk.is_whole, walk.entries) == (True, head)
    luck, done, found, false_alarms = random.Random(), 0, 0, 0
    for turn in range(max(1, sized(50) // A_TRANSACTION)):
        with db.engine().connect() as connection, Session(connection) as session:
            touched = _tamper(session, head, luck, turn)
            seen = _ranges(queries.verify(session, anchors=chain))
            session.rollback()
        done += len(touched)
        found += sum(any(_touch(each, near) for near in seen) for each in touched)
        false_alarms += sum(not any(_touch(each, near) for near in touched) for each in seen)
    report(
        40,
        f"{head} entries verified in {took:.1f} s; {done} edits, deletions, insertions, swaps and ends: "
        f"{found} found at their place, {false_alarms} false alarms",
    )
    assert (found, false_alarms) == (done, 0)
    assert took <= 10


def _tamper(session: Session, head: int, luck: random.Random, turn: int) -> list[tampering.Range]:
    tampering.open_the_log(session)
    places = luck.sample(range(1, (head - 400) // tampering.ROOM), A_TRANSACTION - 1)
    touched = [luck.choice(tampering.INSIDE)(session, place * tampering.ROOM, luck) for place in places]
    touched.append(tampering.AT_THE_END[turn % 2](session, head, luck))
    session.expunge_all()
    return touched


def _ranges(walk: Walk) -> list[tampering.Range]:
    return [(each.first, each.last) for each in walk.problems]


def _touch(one: tampering.Range, other: tampering.Range) -> bool:
    """The entry behind a changed one is where a broken link shows."""
    return one[0] <= other[1] + 1 and other[0] <= one[1] + 1


ROLE = "guidedesk_test_role"
ATTEMPTS = [
    *(f"UPDATE audit_entries SET {name} = {name}" for name in AuditEntry.__table__.columns.keys()),  # noqa: SIM118
    "DELETE FROM audit_entries",
    "DELETE FROM audit_entries WHERE number = (SELECT max(number) FROM audit_entries)",
    "TRUNCATE audit_entries",
    "TRUNCATE audit_entries CASCADE",
    "INSERT INTO audit_entries SELECT * FROM audit_entries ON CONFLICT (number) DO UPDATE SET actor = 'nobody'",
    "MERGE INTO audit_entries a USING (SELECT 1 AS n) b ON a.number = b.n WHEN MATCHED THEN DELETE",
    "SELECT * FROM audit_entries FOR UPDATE",
    "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
    "ALTER TABLE audit_entries OWNER TO CURRENT_USER",
    "ALTER TABLE audit_entries RENAME TO audit_entries_old",
    "DROP TABLE audit_entries",
    "DROP TRIGGER audit_entries_no_change ON audit_entries",
    "CREATE TRIGGER swallow BEFORE INSERT ON audit_entries EXECUTE FUNCTION audit_entries_are_final()",
    "CREATE RULE swallow AS ON INSERT TO audit_entries DO INSTEAD NOTHING",
    "CREATE OR REPLACE FUNCTION audit_entries_are_final() RETURNS trigger LANGUAGE sql AS ''",
    "SET session_replication_role = replica",
    "UPDATE audit_anchors SET number = 1",
    "DELETE FROM audit_anchors",
    "TRUNCATE audit_anchors",
]


@pytest.fixture
def as_app_role(own_database: str) -> Iterator[Callable[[str], None]]:
    """Called with a statement: runs it as the role that `app-role` made fit to run the product."""
    with db.transaction() as session:
        session.execute(text(f"CREATE ROLE {ROLE} NOSUPERUSER"))
        rights.grant_to(session, ROLE)

    def run(statement: str) -> None:
        with db.transaction() as session:
            session.execute(text(f"SET LOCAL ROLE {ROLE}"))
            session.execute(text(statement))

    try:
        yield run
    finally:
        with db.transaction() as session:
            session.execute(text(f"DROP OWNED BY {ROLE}"))
            session.execute(text(f"DROP ROLE {ROLE}"))


def test_goal_40_the_role_of_the_product_cannot_change_the_log(as_app_role: Callable[[str], None]):
    """Sabotage: leave the REVOKE out of `rights.grant_to`: rights no longer deny, only the trigger does."""
    with db.transaction() as session:
        session.execute(text(f"SET LOCAL ROLE {ROLE}"))
        for number in range(3):
            actions.record(session, "tests", "thing.done", subject=f"thing:{number}")
        made = anchors.made(3, b"3" * 32, app_clock.now(), previous=GENESIS)
        actions.remember_anchor(session, made, path=Path("/nowhere"))
    denied = 0
    for statement in ATTEMPTS:
        with pytest.raises(DBAPIError) as refused:
            as_app_role(statement)
        state = getattr(refused.value.orig, "sqlstate", "")
        assert state == "42501", (statement, refused.value)  # insufficient_privilege: before any trigger is asked
        denied += 1
    with db.transaction() as session:
        assert (queries.verify(session).entries, queries.verify(session).is_whole) == (3, True)
    report(40, f"{denied} of {len(ATTEMPTS)} attempts of the product's own role to change the log denied")


@pytest.fixture
def base(simulator: Simulator, own_database: str, valkey: object) -> tuple[Stage, str, dict[str, str]]:
    """A shop in a database that stays as it is, its URL, and everybody's session."""
    chosen = replace(config.settings(), database_url=own_database, log_level="ERROR")
    flask: Flask = create_app(chosen)
    simulator.reaches(flask)
    stage = Stage(flask)
    cookies = {userid: _session(stage, userid) for userid in PEOPLE}
    db.engine().dispose()
    return stage, own_database, cookies


def _session(stage: Stage, userid: str) -> str:
    cookie = stage.browsers[userid].get_cookie(session_cookie(config.settings()))
    assert cookie is not None
    return cookie.value


class Theatre:
    """A copy of the base on which acts are done, and what each leaves behind."""

    def __init__(self, server: str, base: str, name: str) -> None:
        self.server, self.base, self.name = server, base, name
        self.renew()

    def renew(self) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            # A template may have no guests, and a connection that was closed a moment ago is still one.
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self.base]
            )
        self.url = databases.recreate(self.server, self.name, template=self.base)
        self.go_on()

    def go_on(self) -> None:
        """What has happened is the past: the next act has its own."""
        self.before = self._state()

    def what_is_new(self) -> tuple[bool, bool]:
        """Whether anything but the log is different, and whether the log is longer."""
        digest, count = self._state()
        return digest != self.before[0], count > self.before[1]

    def _state(self) -> tuple[str, int]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            tables = connection.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
                " AND relname NOT IN ('audit_entries', 'sign_ins', 'lexicon_versions') ORDER BY 1"
            ).fetchall()
            one = "SELECT '{0}' AS n, md5(string_agg(t::text, ',' ORDER BY t::text)) AS d FROM \"{0}\" t"
            digests = " UNION ALL ".join(one.format(name) for (name,) in tables)
            found = connection.execute(f"SELECT string_agg(d, ' ' ORDER BY n) FROM ({digests}) d").fetchone()
            counted = connection.execute("SELECT count(*) FROM audit_entries").fetchone()
        assert found is not None
        assert counted is not None
        return str(found[0]), int(counted[0])

    def close(self) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            databases.drop(connection, self.name)


def test_goal_40_no_act_without_its_entry_and_no_entry_without_its_act(
    base: tuple[Stage, str, dict[str, str]], running_servers: Servers, worker_number: int
):
    """
    Each act dies by SIGKILL at points of its way: before a statement, before the commit, right after it.

    Sabotage: let `record` write in a transaction of its own, as an asynchronous log does.
    """
    stage, base_url, cookies = base
    template = base_url.split("?")[0].rsplit("/", 1)[1]
    theatre = Theatre(running_servers.postgres, template, f"guidedesk_test_{worker_number}_acts")
    at_work = replace(config.settings(), database_url=theatre.url, log_level="ERROR")
    kills = without_entry = without_act = 0
    idle: set[str] = set()
    acts = stage.acts()
    with acting(at_work) as actor:
        for act in acts:
            idle.add(act.name)
            for point in points():
                outcome = actor.do(act, cookie=cookies[act.userid], die_at=point)
                happened, written = theatre.what_is_new()
                if happened:
                    idle.discard(act.name)
                without_entry += happened and not written
                without_act += written and not happened
                kills += outcome.was_killed
                if not outcome.was_killed:
                    assert outcome.status // 100 == 2, (act, outcome)
                    break
                if (happened or written) and point != AFTERWARDS:
                    theatre.renew()
            theatre.go_on()
    theatre.close()
    report(
        40,
        f"{len(acts)} sensitive acts killed at {kills} points: {without_entry} acts without their entry, "
        f"{without_act} entries without their act",
    )
    assert (without_entry, without_act, idle) == (0, 0, set())
    assert kills >= 3 * len(acts)


def points() -> Iterable[Point]:
    """All of them at full size, until one lives; else those at which the log is written."""
    if SCALE >= 10:
        return itertools.count(1)
    return AT_THE_ENTRY, AT_THE_COMMIT, AFTERWARDS
