"""Several people press at the same moment, in a database where that really happens at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

import app as package
from app import db, outbox
from app.compliance import actions, queries
from app.compliance.models import LexiconVersion, Proposal
from app.errors import Conflict
from app.viewer import Viewer
from tests.support import shop

AT_ONCE = 4
WORD = {"text": "最低价", "category": "advertising", "action": "block"}


@pytest.fixture
def submitted(own_database: str, settings: object) -> tuple[Viewer, Viewer, Proposal]:
    """何静 and 陈思远, and what she has submitted."""
    outbox.register_jobs_of(package)
    with db.transaction() as session:
        shop.move_in(session)
    with db.transaction() as session:
        he, boss = (shop.viewer_called(session, userid) for userid in ("he", "boss"))
        actions.add_entry(session, he, WORD)
        proposal = actions.submit(session, he, note="新词", impact={}, content_hash=queries.draft_hash(session))
        session.expunge(proposal)
    return he, boss, proposal


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What became of each: `done`, or the code of its refusal."""
    line = Barrier(len(acts))

    def act(one: Callable[[], object]) -> str:
        line.wait(10)
        try:
            one()
        except Conflict as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(act, acts))


def published() -> int:
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(LexiconVersion)) or 0


def test_many_approvals_at_once_publish_one_version(submitted):
    """Sabotage: read the proposal in `get_proposal` without a lock, and the list without `PUBLISHING`."""
    _, boss, proposal = submitted

    def approve() -> None:
        with db.transaction() as session:
            actions.approve(session, boss, proposal.id, comment="", content_hash=proposal.content_hash)

    assert at_once(*[approve] * AT_ONCE) == ["done", *["wrong_state"] * (AT_ONCE - 1)]
    assert published() == 1


def test_an_edit_beside_an_approval_is_never_published_unseen(submitted):
    """Either the approval was first, and the edit is a draft again; or the edit, and nothing was published."""
    he, boss, proposal = submitted

    def approve() -> None:
        with db.transaction() as session:
            actions.approve(session, boss, proposal.id, comment="", content_hash=proposal.content_hash)

    def edit() -> None:
        with db.transaction() as session:
            actions.add_entry(session, he, {**WORD, "text": "跳楼价"})

    outcomes = at_once(approve, edit)

    with db.transaction() as session:
        newest = queries.newest_version(session)
        words = [each["text"] for each in newest.entries] if newest else []
    assert "done" in outcomes
    assert words in ([], ["最低价"])
