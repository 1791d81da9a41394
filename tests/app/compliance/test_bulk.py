"""Many entries at once: told beforehand what is touched and what not, and undone in one go."""

import pytest

WORDS = ("最低价", "秒杀", "独家")


@pytest.fixture
def entries(keeper, publish):
    """Ids of three published words, by word."""
    publish(*WORDS)
    return {each["text"]: each["id"] for each in keeper.get("/api/lexicon").json["items"]}


@pytest.fixture
def bulk(keeper):
    def asked(act, ids, *, dry_run=False, **more):
        return keeper.post(
            "/api/lexicon/entries/bulk", json={"entry_ids": ids, "act": act, "dry_run": dry_run, **more}
        )

    return asked


def test_a_dry_run_tells_and_changes_nothing(entries, bulk, keeper):
    """Sabotage: let the dry run keep what it wrote."""
    keeper.patch(f"/api/lexicon/entries/{entries['独家']}", json={"action": "warn"})
    ids = [*entries.values(), 999999]

    told = bulk("change", ids, fields={"action": "warn"}, dry_run=True).json

    assert sorted(told["touched"]) == sorted([entries["最低价"], entries["秒杀"]])
    assert {(each["text"], each["why"]) for each in told["skipped"]} == {
        ("独家", "已经是这样"),
        ("", "已被别人删除"),
    }
    assert keeper.get("/api/lexicon").json["draft_changes"] == 1
    assert bulk("change", ids, fields={"action": "warn"}).json == told
    assert keeper.get("/api/lexicon").json["draft_changes"] == 3


def test_what_one_entry_does_not_bear_leaves_the_others_alone(entries, bulk, keeper):
    """A word that must be replaced needs to say by what."""
    keeper.patch(f"/api/lexicon/entries/{entries['秒杀']}", json={"suggestion": "特惠"})
    done = bulk("change", list(entries.values()), fields={"action": "replace"}).json
    assert done["touched"] == [entries["秒杀"]]
    assert all("换成什么" in each["why"] for each in done["skipped"])


def test_a_twin_in_the_other_category_is_skipped(entries, bulk, keeper):
    keeper.post("/api/lexicon/entries", json={"text": "秒杀", "category": "custom"})
    done = bulk("change", list(entries.values()), fields={"category": "custom"}).json
    assert [each["text"] for each in done["skipped"]] == ["秒杀"]
    assert len(done["touched"]) == 2


def test_a_removal_is_undone_by_a_revert(entries, bulk, keeper):
    done = bulk("remove", list(entries.values()), why="清理").json
    assert sorted(done["revertible"]) == sorted(entries.values())
    assert keeper.get("/api/lexicon?status=draft_removed").json["total"] == 3

    assert len(bulk("revert", done["revertible"]).json["touched"]) == 3

    assert keeper.get("/api/lexicon").json["draft_changes"] == 0


def test_an_earlier_change_is_not_promised_to_come_back(entries, bulk, keeper):
    keeper.patch(f"/api/lexicon/entries/{entries['独家']}", json={"action": "warn"})
    done = bulk("remove", list(entries.values()), why="清理").json
    assert entries["独家"] in done["touched"]
    assert entries["独家"] not in done["revertible"]


def test_everything_that_the_filter_shows(entries, bulk, keeper):
    done = bulk("change", [], everything={"q": "价"}, fields={"valid_until": "2027-01-01"}).json
    assert done["touched"] == [entries["最低价"]]
    assert keeper.get("/api/lexicon?q=最低价").json["items"][0]["valid_until"] == "2027-01-01"


def test_another_person_answers_for_them(entries, bulk, keeper):
    assert bulk("give", list(entries.values()), owner="nobody").status_code == 422
    assert len(bulk("give", list(entries.values()), owner="yun").json["touched"]) == 3
    listed = keeper.get("/api/lexicon?owner=yun").json
    assert ({each["owner_name"] for each in listed["items"]}, listed["draft_changes"]) == ({"周云"}, 0)


def test_too_many_or_nothing_is_refused(entries, bulk):
    assert bulk("change", list(range(1, 2002)), fields={"action": "warn"}).status_code == 422
    assert bulk("change", list(entries.values())).json["code"] == "nothing_to_change"
    unknown = bulk("change", list(entries.values()), fields={"category": "没有的"}).json
    assert unknown["touched"] == []


def test_it_is_one_line_in_the_audit(entries, bulk, sign_in):
    bulk("change", list(entries.values()), fields={"action": "warn"}, why="统一放宽")
    (line,) = sign_in("boss").get("/api/audit?action=lexicon.entries_changed").json["items"]
    assert line["details"]["why"] == "统一放宽"
    assert [each["before"] for each in line["details"]["entries"]] == [{"action": "block"}] * 3
