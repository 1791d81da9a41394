"""Several at the same moment, each in a transaction of its own that really commits."""

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

import app as package
from app import db, outbox
from app.errors import Conflict
from app.staff import actions, queries, sessions
from app.staff.models import MemberRole, SignIn
from app.sync_runs import actions as runs
from app.sync_runs.models import Kind
from app.viewer import Role
from tests.support import shop


def test_a_state_counts_once_however_many_come_back_with_it(own_database: str) -> None:
    together = threading.Barrier(10)

    def come_back(_: int) -> bool:
        together.wait()
        with db.transaction() as session:
            return sessions.use_state(session, "0" * 32)

    with ThreadPoolExecutor(10) as browsers:
        assert sum(browsers.map(come_back, range(10))) == 1


def test_a_hundred_sign_ins_side_by_side_all_work(own_database: str) -> None:
    with db.transaction() as session:
        shop.move_in(session)
        lin = queries.member_by_userid(session, "lin")
    assert lin is not None

    def sign_in(_: int) -> str:
        with db.transaction() as session:
            return sessions.begin(session, lin)

    with ThreadPoolExecutor(10) as browsers:
        tokens = list(browsers.map(sign_in, range(100)))
    with db.transaction() as session:
        assert len(session.scalars(select(SignIn)).all()) == 100
        assert all(sessions.member_of(session, token) is not None for token in tokens)


def test_two_admins_cannot_remove_each_other(own_database: str) -> None:
    """Sabotage that turns this red: count the admins before the role is taken away."""
    with db.transaction() as session:
        shop.move_in(session)
        yun = queries.member_by_userid(session, "yun")
        assert yun is not None
        actions.grant_role(session, "tests", yun, Role.ADMIN)
        people = {userid: queries.member_by_userid(session, userid) for userid in ("boss", "yun")}
        viewers = {userid: shop.viewer_called(session, userid) for userid in people}
    together = threading.Barrier(2)

    def remove(userid: str, by: str) -> None:
        together.wait()
        member = people[userid]
        assert member is not None
        with db.transaction() as session:
            actions.set_roles(session, viewers[by], member, frozenset())

    with ThreadPoolExecutor(2) as pair:
        results = [pair.submit(remove, "boss", "yun"), pair.submit(remove, "yun", "boss")]
    refused = [each.exception() for each in results if each.exception()]
    assert [type(each) for each in refused] == [Conflict]
    with db.transaction() as session:
        admins = session.scalars(select(MemberRole.member_id).where(MemberRole.role == Role.ADMIN)).all()
    assert len(admins) == 1


def test_the_same_new_member_from_two_events_is_one_row(own_database: str) -> None:
    together = threading.Barrier(6)

    def name(_: int) -> int:
        together.wait()
        with db.transaction() as session:
            return actions.ensure_member(session, "xin", read_later=False).id

    with ThreadPoolExecutor(6) as events:
        assert len(set(events.map(name, range(6)))) == 1


def test_two_who_press_sync_start_one_run(own_database: str) -> None:
    """Sabotage that turns this red: look for a run first and insert afterwards: the second press fails."""
    outbox.register_jobs_of(package)
    together = threading.Barrier(6)

    def press(_: int) -> tuple[int, bool]:
        together.wait()
        with db.transaction() as session:
            run, is_new = runs.start(session, Kind.TAGS, started_by="tests")
            return run.id, is_new

    with ThreadPoolExecutor(6) as people:
        pressed = list(people.map(press, range(6)))
    assert len({run_id for run_id, _ in pressed}) == 1
    assert [is_new for _, is_new in pressed].count(True) == 1
