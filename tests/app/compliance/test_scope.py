"""Where an entry counts: chosen among places that exist, shown by name, and carried out."""

import pytest

from app.compliance.schemas import Channel
from app.compliance.shown import CHANNELS

WORD = "亲肤"
NANJING_ROAD, TIANHE = "11", "21"
"""林晓's store, and 王磊's."""


@pytest.fixture
def entry_id(keeper, publish):
    publish({"text": WORD, "scope": {"store": [NANJING_ROAD]}})
    return keeper.get("/api/lexicon").json["items"][0]["id"]


def said(browser):
    return browser.post("/api/checks", json={"text": f"特别{WORD}", "channel": "sidebar"}).json["action"]


def test_it_stops_a_guide_there_and_not_elsewhere(entry_id, keeper, release, sign_in):
    lin, wang = sign_in("lin"), sign_in("wang")
    assert (said(lin), said(wang)) == ("block", "pass")

    keeper.patch(f"/api/lexicon/entries/{entry_id}", json={"scope": {"store": [TIANHE], "role": ["guide"]}})
    assert release(accepts_blocked=True).status_code == 200

    assert (said(lin), said(wang)) == ("pass", "block")


def test_lists_diffs_and_files_name_places_and_not_numbers(entry_id, keeper):
    keeper.patch(
        f"/api/lexicon/entries/{entry_id}",
        json={"scope": {"store": [NANJING_ROAD, TIANHE], "role": ["store_manager"], "channel": ["mass_message"]}},
    )
    words = keeper.get("/api/lexicon").json["items"][0]["scope_words"]
    names = words.removeprefix("门店：").partition("；")[0].split("、")
    assert words.endswith("；角色：店长；场景：群发")
    assert len(names) == 2
    assert not any(char.isdigit() for name in names for char in name)
    (field,) = keeper.get("/api/lexicon/diff").json["items"][0]["changes"]
    assert (field["name"], field["before"], field["after"]) == ("适用范围", f"门店：{names[0]}", words)
    assert words in keeper.get("/api/lexicon/export.csv").data.decode("utf-8-sig")


def test_the_audit_names_places_too(entry_id, keeper, sign_in):
    """Departments come and go; who reads the audit later knows no numbers."""
    keeper.patch(f"/api/lexicon/entries/{entry_id}", json={"scope": {"store": [TIANHE]}})
    keeper.patch(f"/api/lexicon/entries/{entry_id}", json={"reason": "改了理由"})
    later, earlier = sign_in("boss").get("/api/audit?action=lexicon.entry_changed").json["items"]
    assert earlier["details"]["scope_before"] == "门店：上海南京路店"
    assert earlier["details"]["scope_after"] == "门店：广州天河店"
    assert "scope_after" not in later["details"]


@pytest.mark.parametrize(
    ("scope", "part"),
    [
        ({"store": ["999999"]}, "没有这样的门店：「999999」"),
        ({"store": ["南京东路店"]}, "没有这样的门店"),
        ({"role": ["boss"]}, "没有这样的角色"),
        ({"channel": ["script"]}, "没有这样的场景"),
        ({"city": ["上海"]}, "不认识「city」"),
    ],
)
def test_a_place_that_does_not_exist_is_refused(entry_id, keeper, scope, part):
    """
    There the word would stop nothing, and nobody would notice.

    Sabotage: take `_misplaced` out of `admitting._flaws`.
    """
    refused = keeper.patch(f"/api/lexicon/entries/{entry_id}", json={"scope": scope})
    assert (refused.status_code, refused.json["code"]) == (422, "unknown_place")
    assert part in refused.json["details"]["fields"]["scope"]


def test_a_file_with_such_a_place_says_so_and_the_rest_goes_in(entry_id, keeper):
    file = '[{"text": "甲甲", "scope": {"store": ["999999"]}}, {"text": "乙乙", "scope": {"store": ["21"]}}]'
    done = keeper.post("/api/lexicon/import", json={"format": "json", "text": file, "dry_run": False}).json
    assert (done["added"], "没有这样的门店" in done["problems"][0]["message"]) == (1, True)


def test_the_channels_to_choose_are_those_by_which_texts_leave():
    """An entry for a channel by which nothing leaves would stop nothing."""
    assert set(CHANNELS) == set(Channel.__args__)
