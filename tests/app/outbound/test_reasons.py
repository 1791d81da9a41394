"""A reason that was given once covers the words that were warned of then, and no word that is listed later."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.app.outbound.ways import SECRET, WAYS, Bed
from tests.support import words
from wecom_simulator import Simulator

REASON = "活动真实，已核对"
LATER = "周末到店"
WARNED = {"text": SECRET, "action": "warn"}
KEPT_BY = {"store's welcome": "yun", "mass message": "li"}
"""Ways on which a reason is kept for later, and who is told if it does not reach any more."""

LISTED_SINCE: dict[str, list[dict[str, Any]]] = {
    "another entry": [WARNED, {"text": LATER, "action": "warn"}],
    "an alias of the same entry": [{**WARNED, "aliases": [LATER]}],
}


@pytest.fixture
def bed(
    app: Any, clock: Any, people: Any, simulator: Simulator, run_jobs: Any, sign_in: Callable[[str], FlaskClient]
) -> Bed:
    words.publish_entries(WARNED)
    return Bed(simulator, sign_in, run_jobs, clock)


def told(bed: Bed) -> list[tuple[str, str]]:
    """What WeCom took; it refuses a token of the simulator before it."""
    taken = [call.body for call in bed.simulator.calls.to("message/send") if call.answer["errcode"] == 0]
    return [(body["touser"], body["text"]["content"]) for body in taken]


def test_every_way_that_keeps_a_reason_is_walked_here() -> None:
    assert {name for name, each in WAYS.items() if each.warned == "reason"} - set(KEPT_BY) == {
        "sidebar",
        "sidebar in a group",
    }, "those ask for the reason at the press itself; their further parts: test_presses.py"


@pytest.mark.parametrize("way", KEPT_BY)
def test_a_list_that_warns_of_nothing_new_changes_nothing(bed: Bed, way: str) -> None:
    """Else the next test would pass for the wrong reason."""
    go = WAYS[way].prepare(bed, f"{SECRET}，{LATER}", REASON)
    words.publish_entries(WARNED, {"text": "别的词", "action": "warn"})
    go()
    bed.run_jobs()
    assert bed.left()
    assert told(bed) == []


@pytest.mark.parametrize("listed", LISTED_SINCE)
@pytest.mark.parametrize("way", KEPT_BY)
def test_a_word_that_is_listed_later_needs_a_reason_of_its_own(bed: Bed, way: str, listed: str) -> None:
    """Sabotage: pass `confirmed_for=None` in `acquisition.jobs` or `campaigns.jobs`."""
    go = WAYS[way].prepare(bed, f"{SECRET}，{LATER}", REASON)
    words.publish_entries(*LISTED_SINCE[listed])
    go()
    bed.run_jobs()
    bed.wait(timedelta(minutes=2))
    bed.run_jobs()

    assert bed.left() == []
    ((userid, said),) = told(bed)
    assert userid == KEPT_BY[way]
    assert "词库第 2 版" in said
    assert SECRET not in said


def test_the_keeper_of_a_welcome_is_told_once_for_all_customers(bed: Bed) -> None:
    """Sabotage: key the job by the customer."""
    way = WAYS["store's welcome"]
    go = way.prepare(bed, f"{SECRET}，{LATER}", REASON)
    words.publish_entries(*LISTED_SINCE["another entry"])
    for _ in range(3):
        go()
        bed.run_jobs()
    assert len(told(bed)) == 1
    words.publish_entries(*LISTED_SINCE["another entry"], {"text": "别的词"})
    go()
    bed.run_jobs()
    assert len(told(bed)) == 2


def test_saved_again_with_a_reason_it_leaves_again(bed: Bed) -> None:
    WAYS["store's welcome"].prepare(bed, f"{SECRET}，{LATER}", REASON)
    words.publish_entries(*LISTED_SINCE["another entry"])
    WAYS["store's welcome"].prepare(bed, f"{SECRET}，{LATER}", "两处都核对过")()
    bed.run_jobs()
    assert bed.left()
