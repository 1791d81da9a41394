"""A guide edits while WeCom is being read, in a database where that really happens at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sqlalchemy import select, text

import app as package
from app import clock, db, outbox
from app.customers import actions, mirror
from app.customers.models import Follow
from app.wecom.calls import customers as calls
from tests.support import shop


def described(external_user_id: str) -> calls.Customer:
    follow = calls.Follow(
        userid="lin",
        remark="",
        description="",
        remark_company="",
        remark_mobiles=(),
        added_at=datetime(2026, 1, 1, tzinfo=UTC),
        tag_ids=(),
        personal_tags=(),
        state="",
        add_way=1,
        oper_userid="lin",
    )
    return calls.Customer(external_user_id, external_user_id, 1, 0, "", "", "", "", (follow,))


def read_both() -> None:
    read_at = clock.now()
    with db.transaction() as session:
        mirror.upsert(session, [described("wm1"), described("wm2")], read_at=read_at, complete=False)


def until_somebody_waits() -> None:
    for _ in range(1000):
        with db.transaction() as session:
            if session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
        threading.Event().wait(0.01)
    raise AssertionError("nobody waits")


def test_a_sync_that_is_held_up_does_not_hold_up_an_edit(own_database: str) -> None:
    """
    Sabotage: lock customers with FOR UPDATE in `mirror`: the edit's line in the timeline waits for the customer
    and the sync for the edit's relation, until PostgreSQL ends one of them.
    """
    outbox.register_jobs_of(package)
    with db.transaction() as session:
        shop.move_in(session)
    with db.transaction() as session:
        lin = shop.viewer_called(session, "lin")
    read_both()

    def edit() -> None:
        with db.transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = '5s'"))
            actions.edit_follow(session, lin, "wm2", actions.Edit(remark="杨姐"))

    with ThreadPoolExecutor(3) as others:
        with db.transaction() as session:
            session.execute(
                select(Follow.id).order_by(Follow.id).limit(1).with_for_update()
            )  # another edit, of wm1
            syncing = others.submit(read_both)
            others.submit(until_somebody_waits).result(20)
            others.submit(edit).result(20)
        syncing.result(20)
    with db.transaction() as session:
        assert session.scalars(select(Follow.remark).order_by(Follow.id)).all() == ["", "杨姐"]
