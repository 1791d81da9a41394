"""Why something goes: asked of who removes it, read by who approves, kept in the audit."""

import hashlib

import pytest

WORD = "最低价"


@pytest.fixture
def entry_id(keeper, publish):
    publish(WORD, "秒杀", "独家")
    return keeper.get(f"/api/lexicon?q={WORD}").json["items"][0]["id"]


def audited(sign_in, action):
    return sign_in("boss").get(f"/api/audit?action={action}").json["items"]


def test_nothing_published_goes_without_a_reason(keeper, entry_id, sign_in):
    """Sabotage: take `require_reason` out of `remove_entry`."""
    refused = keeper.delete(f"/api/lexicon/entries/{entry_id}", json={"why": "  "})
    assert (refused.status_code, refused.json["code"]) == (422, "reason_needed")
    assert refused.json["details"]["fields"] == {"why": "必须填写"}
    assert keeper.get("/api/lexicon").json["draft_changes"] == 0

    assert keeper.delete(f"/api/lexicon/entries/{entry_id}", json={"why": "公司改了口径"}).status_code == 204

    (line,) = audited(sign_in, "lexicon.entry_removed")
    assert (line["details"]["why"], line["details"]["before"]["text"]) == ("公司改了口径", WORD)


def test_the_approver_reads_the_reason_beside_the_removal(keeper, entry_id, submit, approver):
    """Sabotage: leave `why` out of `proposals._change`."""
    keeper.delete(f"/api/lexicon/entries/{entry_id}", json={"why": "公司改了口径"})
    (drafted,) = keeper.get("/api/lexicon/diff").json["items"]
    asked = submit()
    (change,) = approver.get("/api/lexicon/review").json["waiting"]["changes"]
    assert asked.status_code == 201
    assert [(each["kind"], each["why"]) for each in (drafted, change)] == [("removed", "公司改了口径")] * 2


def test_the_history_keeps_the_reason(keeper, entry_id, release):
    keeper.delete(f"/api/lexicon/entries/{entry_id}", json={"why": "公司改了口径"})
    assert release().status_code == 200
    keeper.post("/api/lexicon/entries", json={"text": "跳楼价", "category": "advertising", "why": "直播里有人说"})
    assert release(accepts_blocked=True).status_code == 200

    def reasons(older, newer):
        items = keeper.get(f"/api/lexicon/diff?from={older}&to={newer}").json["items"]
        return {each["text"]: each["why"] for each in items}

    assert reasons(1, "published") == {WORD: "公司改了口径", "跳楼价": "直播里有人说"}
    assert reasons(2, 3) == {"跳楼价": "直播里有人说"}
    assert reasons("draft", 1) == reasons(3, 1) == {WORD: "", "跳楼价": ""}


def test_a_reason_is_of_one_change_and_goes_with_it(keeper, entry_id, release):
    path = f"/api/lexicon/entries/{entry_id}"
    keeper.patch(path, json={"action": "warn", "why": "太严"})
    keeper.patch(path, json={"reason": "改了理由"})
    assert keeper.get("/api/lexicon/diff").json["items"][0]["why"] == "太严"
    keeper.post(f"{path}/revert", json={})
    keeper.patch(path, json={"action": "record"})
    assert keeper.get("/api/lexicon/diff").json["items"][0]["why"] == ""
    keeper.patch(path, json={"action": "warn", "why": "先警告看看"})
    assert release().status_code == 200
    assert keeper.get(f"/api/lexicon?q={WORD}").json["items"][0]["draft_why"] == ""


def test_what_was_never_published_may_go_without_a_word(keeper, entry_id):
    added = keeper.post("/api/lexicon/entries", json={"text": "跳楼价", "category": "advertising"}).json["id"]
    assert keeper.delete(f"/api/lexicon/entries/{added}", json={}).status_code == 204


def test_many_go_with_one_reason(keeper, entry_id, sign_in):
    ids = [each["id"] for each in keeper.get("/api/lexicon").json["items"]]
    body = {"entry_ids": ids, "act": "remove", "dry_run": True}
    assert len(keeper.post("/api/lexicon/entries/bulk", json=body).json["touched"]) == 3
    refused = keeper.post("/api/lexicon/entries/bulk", json={**body, "dry_run": False})
    assert (refused.status_code, refused.json["code"]) == (422, "reason_needed")
    keeper.post("/api/lexicon/entries/bulk", json={**body, "dry_run": False, "why": "换新词表"})
    assert {each["why"] for each in keeper.get("/api/lexicon/diff").json["items"]} == {"换新词表"}
    (line,) = audited(sign_in, "lexicon.entries_changed")
    assert (line["details"]["why"], len(line["details"]["entries"])) == ("换新词表", 3)


def test_an_import_leaves_word_of_what_it_did_to_which_entry(keeper, entry_id, sign_in):
    """Sabotage: leave `refused_rows` out of the audit."""
    rows = (f"{WORD},广告法,警告", "跳楼价,广告法,阻断", "坏词,没有的类,阻断", ",广告法,阻断", "秒杀,广告法,阻断")
    file = "\n".join(("写法,类别,级别", *rows))
    body = {"format": "csv", "text": file, "dry_run": False}
    answer = keeper.post("/api/lexicon/import", json=body).json
    (line,) = audited(sign_in, "lexicon.imported")
    told = line["details"]
    assert (told["added"], told["changed"], told["unchanged"], told["problems"]) == (
        1,
        1,
        1,
        len(answer["problems"]),
    )
    assert told["sha256"] == hashlib.sha256(file.encode()).hexdigest()
    assert told["added_entries"] == [{"text": "跳楼价", "category": "advertising", "action": "block"}]
    (changed,) = told["changed_entries"]
    assert (changed["id"], changed["before"], changed["after"]) == (
        entry_id,
        {"action": "block"},
        {"action": "warn"},
    )
    assert any("没有的类" in each["message"] for each in told["refused_rows"])
    assert keeper.get("/api/lexicon/diff").json["items"][1]["why"] == "导入文件"


def test_a_long_import_is_counted_whole_and_named_in_part(keeper, entry_id, sign_in):
    lines = "\n".join(f"新词{number}号" for number in range(250))
    keeper.post("/api/lexicon/import", json={"format": "lines", "text": lines, "dry_run": False})
    told = audited(sign_in, "lexicon.imported")[0]["details"]
    assert (told["added"], len(told["added_entries"])) == (250, 200)
