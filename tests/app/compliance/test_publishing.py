"""A draft may be wrong for as long as it takes; what is published has been tried, and stays as it was."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app import db
from app.compliance import actions, checks, queries
from app.compliance.models import LexiconEntry

WORD = {"text": "最低价", "category": "advertising", "action": "block", "reason": "广告法第九条"}


def said(text: str) -> str:
    return checks.verdict(text).action.value


def test_a_draft_changes_nothing_until_it_is_published(keeper, publish, release):
    """Sabotage: let `current` read the drafts."""
    publish("全网最低")
    assert keeper.post("/api/lexicon/entries", json={"text": "秒杀价"}).status_code == 201
    assert said("今天秒杀价") == "pass"

    assert release("新词").json["version"] == 2

    assert said("今天秒杀价") == "block"
    assert checks.verdict("今天秒杀价").version == 2


def test_a_broken_list_never_replaces_a_good_one(keeper, publish, release):
    """An example that fails stops the whole publication, and says which and why."""
    publish(WORD)
    keeper.post("/api/lexicon/entries", json={"text": "最好", "must_not_hit": ["我们是最好的"]})
    assert keeper.get("/api/lexicon?status=draft_new").json["items"][0]["problems"]

    refused = release("坏的")

    assert (refused.status_code, refused.json["code"]) == (422, "draft_not_usable")
    (problem,) = refused.json["details"]["problems"]
    assert (problem["text"], problem["field"]) == ("最好", "must_not_hit")
    assert "我们是最好的" in problem["message"]
    assert checks.verdict("全场最低价").version == 1
    assert said("全场最低价") == "block"


def test_an_empty_list_cannot_be_published(keeper, publish, release):
    """Without a list nothing may leave: that is not something to do by accident."""
    publish(WORD)
    entry = keeper.get("/api/lexicon").json["items"][0]
    keeper.delete(f"/api/lexicon/entries/{entry['id']}", json={"why": "不再需要"})

    refused = release("清空")

    assert refused.json["code"] == "empty_lexicon"
    assert said("全场最低价") == "block"


def test_removed_changed_and_new_entries_are_told_apart_and_can_be_taken_back(keeper, publish):
    publish(WORD, "秒杀", "独家")
    ids = {each["text"]: each["id"] for each in keeper.get("/api/lexicon").json["items"]}
    keeper.delete(f"/api/lexicon/entries/{ids['秒杀']}", json={"why": "不再需要"})
    keeper.patch(f"/api/lexicon/entries/{ids['独家']}", json={"action": "warn"})
    keeper.post("/api/lexicon/entries", json={"text": "首家"})

    listed = keeper.get("/api/lexicon").json

    assert listed["draft_changes"] == 3
    assert {each["text"]: each["status"] for each in listed["items"]} == {
        "最低价": "published",
        "秒杀": "draft_removed",
        "独家": "draft_changed",
        "首家": "draft_new",
    }
    keeper.post(f"/api/lexicon/entries/{ids['秒杀']}/revert")
    keeper.post(f"/api/lexicon/entries/{ids['独家']}/revert")
    assert keeper.get("/api/lexicon").json["draft_changes"] == 1


def test_an_edit_changes_only_what_it_names(keeper, publish):
    publish({**WORD, "exceptions": ["历史最低价保护"], "must_hit": ["全场最低价"]})
    entry = keeper.get("/api/lexicon").json["items"][0]

    edited = keeper.patch(
        f"/api/lexicon/entries/{entry['id']}", json={"suggestion": "实惠价", "reason": None}
    ).json

    assert edited["suggestion"] == "实惠价"
    assert edited["reason"] == ""
    assert edited["exceptions"] == ["历史最低价保护"]
    assert edited["must_hit"] == ["全场最低价"]


def test_a_colleagues_change_is_not_overwritten(keeper, publish):
    publish(WORD)
    entry = keeper.get("/api/lexicon").json["items"][0]
    keeper.patch(f"/api/lexicon/entries/{entry['id']}", json={"reason": "改过"})

    late = keeper.patch(
        f"/api/lexicon/entries/{entry['id']}",
        json={"reason": "旧的", "expected_updated_at": entry["updated_at"]},
    )

    assert (late.status_code, late.json["code"]) == (409, "changed_meanwhile")


def test_the_same_word_twice_in_a_category_is_refused(keeper, publish):
    publish(WORD)
    again = keeper.post("/api/lexicon/entries", json={"text": "最低价", "category": "advertising"})
    assert again.status_code == 409
    assert keeper.post("/api/lexicon/entries", json={"text": "最低价", "category": "insult"}).status_code == 201


def test_an_earlier_version_comes_back_as_a_new_one(keeper, publish, release):
    publish(WORD)
    publish("秒杀")
    keeper.delete(
        f"/api/lexicon/entries/{keeper.get('/api/lexicon?q=最低价').json['items'][0]['id']}",
        json={"why": "不再需要"},
    )
    release("去掉最低价")
    assert said("最低价") == "pass"

    assert keeper.post("/api/lexicon/versions/1/restore").json == {"draft_changes": 2}
    release("恢复")

    assert said("最低价") == "block"
    assert said("秒杀") == "pass"
    versions = keeper.get("/api/lexicon/versions").json["items"]
    assert [each["version"] for each in versions] == [4, 3, 2, 1]
    assert versions[0]["sha256"] == versions[-1]["sha256"]


def test_a_published_version_is_final(publish):
    publish(WORD)
    for statement in ("UPDATE lexicon_versions SET note = 'x'", "DELETE FROM lexicon_versions"):
        with pytest.raises(DatabaseError, match="final"), db.transaction() as session:
            session.execute(text(statement))


def test_publishing_is_on_the_audit_chain(keeper, publish, sign_in):
    publish(WORD)
    (entry,) = sign_in("boss").get("/api/audit?action=lexicon.published").json["items"]
    assert (entry["actor"], entry["details"]["added"]) == ("he", 1)


def test_only_compliance_edits_and_publishes(sign_in, publish):
    publish(WORD)
    for userid in ("lin", "li", "yun", "boss"):
        browser = sign_in(userid)
        assert browser.post("/api/lexicon/entries", json={"text": "新词"}).status_code == 403
        assert browser.post("/api/lexicon/proposals", json={"note": "x"}).status_code == 403
        assert browser.post("/api/lexicon/urgent", json={"entry_ids": [1], "reason": "x"}).status_code == 403
        assert browser.get("/api/hits").status_code == 403
    assert sign_in("lin").get("/api/lexicon").status_code == 403
    assert sign_in("yun").get("/api/lexicon").status_code == 200


def test_a_new_installation_gets_the_starter_list_once(he, database):
    with db.transaction() as session:
        first = actions.seed(session, he)
    with db.transaction() as session:
        again = actions.seed(session, he)
        categories = queries.count_by_category(session)

    assert first is not None
    assert again is None
    assert {"competitor", "insult", "industry", "rude", "advertising", "superstition_politics"} <= set(categories)
    assert said("开业全场最低价") == "block"


def test_every_word_of_a_file_is_read_or_named(keeper, publish):
    publish(WORD)
    rows = (
        "词,类别,级别,允许语境",
        "秒杀,广告法,警告,秒杀活动",
        ",广告法,阻断,",
        "绝绝子,不文明,乱写,",
        "最低价,广告法,阻断,",
    )
    table = "\n".join(rows)
    ask = {"format": "csv", "text": table, "category": "custom"}

    dry = keeper.post("/api/lexicon/import", json={**ask, "dry_run": True}).json
    assert keeper.get("/api/lexicon").json["draft_changes"] == 0
    wet = keeper.post("/api/lexicon/import", json={**ask, "dry_run": False}).json

    assert dry == wet
    assert (dry["added"], dry["changed"], dry["unchanged"]) == (1, 0, 1)
    assert [(each["line"], each["field"]) for each in dry["problems"]] == [(3, "text"), (4, "action")]
    assert keeper.get("/api/lexicon?q=秒杀").json["items"][0]["exceptions"] == ["秒杀活动"]
    assert keeper.post("/api/lexicon/import", json={**ask, "dry_run": False}).json["unchanged"] == 2


def test_what_is_exported_can_be_imported(keeper, publish):
    publish({**WORD, "exceptions": ["历史最低价"], "aliases": ["全网最低"]}, "=SUM")
    exported = keeper.get("/api/lexicon/export.csv").data.decode("utf-8-sig")
    assert "\n=SUM" not in exported
    with db.transaction() as session:
        assert session.query(LexiconEntry).count() == 2

    again = keeper.post(
        "/api/lexicon/import", json={"format": "csv", "text": exported, "category": "custom", "dry_run": True}
    ).json

    assert (again["added"], again["changed"], again["unchanged"], again["problems"]) == (0, 0, 2, [])
