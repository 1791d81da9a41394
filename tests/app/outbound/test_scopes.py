"""An entry for some stores, roles or channels holds for who sends there, whatever way the text leaves."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from app import db
from app.staff.models import MemberDepartment
from app.viewer import Viewer
from tests.app.outbound.ways import SECRET, WAYS, Bed
from tests.support import words
from wecom_simulator import Simulator

NANJING_ROAD, SHANGHAI, TIANHE = "11", "2", "21"
"""林晓's store, the region above it, and a store elsewhere."""

PERSONAL = {
    *("sidebar", "sidebar in a group", "store's welcome", "code's welcome", "mass message"),
    *("remark", "description", "remark saved earlier"),
    *("bot quotes a script", "bot repeats a question", "bot greets"),
}
"""Ways by which 林晓's texts leave, or texts to her. By the others leaves what people of every store read."""


@pytest.fixture
def bed(
    app: Any, clock: Any, people: Any, simulator: Simulator, run_jobs: Any, sign_in: Callable[[str], FlaskClient]
) -> Bed:
    words.publish()
    return Bed(simulator, sign_in, run_jobs, clock)


def gone(bed: Bed, way: str, **scope: list[str]) -> bool:
    """Whether the text left although it is forbidden in that scope."""
    go = WAYS[way].prepare(bed, SECRET, None)
    words.publish_entries({"text": SECRET, "scope": scope})
    go()
    bed.run_jobs()
    return bool(bed.left())


@pytest.mark.parametrize("way", WAYS)
def test_a_word_of_another_store_stops_only_what_every_store_reads(bed: Bed, way: str) -> None:
    """Sabotage: leave `by` out of one of the calls of `clear`."""
    assert gone(bed, way, store=[TIANHE]) == (way in PERSONAL)


@pytest.mark.parametrize("way", sorted(PERSONAL))
def test_a_word_of_ones_own_store_stops_it(bed: Bed, way: str) -> None:
    assert not gone(bed, way, store=[TIANHE, NANJING_ROAD], role=["guide"], channel=[WAYS[way].channel])


@pytest.mark.parametrize("way", sorted({way.channel: name for name, way in WAYS.items()}.values()))
def test_a_word_of_another_channel_does_not(bed: Bed, way: str) -> None:
    others = {each.channel for each in WAYS.values()} - {WAYS[way].channel}
    assert gone(bed, way, channel=sorted(others))


def test_a_word_of_the_region_holds_in_its_stores(bed: Bed) -> None:
    assert not gone(bed, "sidebar", store=[SHANGHAI])


def test_a_word_for_other_roles_does_not_hold(bed: Bed) -> None:
    assert gone(bed, "sidebar", role=["operator", "admin"])


def test_a_page_shows_what_the_press_will_say(bed: Bed, sign_in: Callable[[str], FlaskClient]) -> None:
    """Sabotage: leave `by` out of `POST /api/checks`, or out of `script_views`."""
    WAYS["bot quotes a script"].prepare(bed, SECRET, None)
    words.publish_entries({"text": SECRET, "scope": {"store": [TIANHE]}})

    def seen(userid: str) -> tuple[str, str]:
        browser = sign_in(userid)
        said = browser.post("/api/checks", json={"text": SECRET, "channel": "sidebar"}).json["action"]
        (script,) = browser.get("/api/scripts", query_string={"q": "试衣邀请"}).json["items"]
        return said, script["check"]["action"]

    assert seen("wang") == ("block", "block")
    assert seen("lin") == ("pass", "pass")


def test_who_belongs_to_no_store_is_not_exempt(
    bed: Bed, lin: Viewer, sign_in: Callable[[str], FlaskClient]
) -> None:
    """What is not known exempts nobody."""
    words.publish_entries({"text": SECRET, "scope": {"store": [TIANHE]}})
    with db.transaction() as session:
        session.execute(delete(MemberDepartment).where(MemberDepartment.member_id == lin.member_id))
    answer = sign_in("lin").post("/api/checks", json={"text": SECRET, "channel": "sidebar"}).json
    assert answer["action"] == "block"
