"""Nobody publishes what they wrote: the draft goes out exactly as another person saw it, or not at all."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app import db
from app.compliance import actions, checks
from app.compliance.models import LexiconVersion
from app.staff.actions import grant_role
from app.staff.queries import member_by_userid
from app.viewer import Role
from tests.support.browser import signed_in_browser

WORD = {"text": "最低价", "category": "advertising", "action": "block", "exceptions": ["历史最低价"]}


def said(words: str) -> str:
    return checks.verdict(words).action.value


def draft(keeper, text: str, **fields) -> int:
    answer = keeper.post("/api/lexicon/entries", json={"text": text, "category": "advertising", **fields})
    assert answer.status_code == 201, answer.json
    return answer.json["id"]


def act(browser, proposal, verb: str, **body):
    return browser.post(f"/api/lexicon/proposals/{proposal['id']}/{verb}", json=body)


@pytest.fixture
def second_keeper(app, people):
    """周云 keeps the words, too."""
    people("yun")
    with db.transaction() as session:
        member = member_by_userid(session, "yun")
        assert member
        grant_role(session, "tests", member, Role.COMPLIANCE)
    return signed_in_browser(app, "yun")


def test_what_is_submitted_waits_for_another_person(keeper, approver, publish, submit):
    """Sabotage: let `rights.obstacle` forget `written_by`."""
    publish(WORD)
    draft(keeper, "秒杀价")

    proposal = submit("直播用语").json

    assert proposal["state"] == "submitted"
    assert proposal["can"] == ["withdraw"]
    assert "不能审批自己的改动" in proposal["why_not"]["approve"]
    own = act(keeper, proposal, "approve", content_hash=proposal["content_hash"])
    assert (own.status_code, said("今天秒杀价")) == (403, "pass")

    seen = approver.get("/api/lexicon/review").json["waiting"]
    assert seen["can"] == ["approve", "reject"]
    assert [each["name"] for each in seen["deciders"]] == ["陈思远"]
    assert [(each["kind"], each["text"]) for each in seen["changes"]] == [("added", "秒杀价")]
    assert seen["impact"]["new_hits"] == 0
    approved = act(approver, seen, "approve", comment="可以", content_hash=seen["content_hash"]).json

    assert (approved["state"], approved["version"], approved["decided_by"]["name"]) == ("published", 2, "陈思远")
    assert said("今天秒杀价") == "block"
    (newest, _) = approver.get("/api/lexicon/versions").json["items"]
    assert (newest["submitted_by_name"], newest["published_by_name"]) == ("何静", "陈思远")
    assert newest["sha256"] == approved["content_hash"]


def test_whoever_wrote_a_part_may_not_approve_what_another_submitted(keeper, second_keeper, publish, submit):
    publish(WORD)
    draft(keeper, "秒杀价")
    draft(second_keeper, "跳楼价")

    proposal = submit().json

    assert {each["name"] for each in proposal["written_by"]} == {"何静", "周云"}
    refused = act(second_keeper, proposal, "approve", content_hash=proposal["content_hash"])
    assert refused.status_code == 403


def test_the_database_itself_refuses_an_approval_by_an_author(keeper, he, publish, submit):
    publish(WORD)
    draft(keeper, "秒杀价")
    proposal = submit().json

    statement = text("UPDATE lexicon_proposals SET state = 'rejected', decided_by_id = :he WHERE id = :id")
    with pytest.raises(IntegrityError, match="decided_by_another"), db.transaction() as session:
        session.execute(statement, {"he": he.member_id, "id": proposal["id"]})


@pytest.mark.parametrize("change", ["edit", "add", "remove", "bulk", "restore", "import"])
def test_any_change_after_submission_voids_it(change, keeper, approver, publish, submit):
    """Sabotage: leave `void_proposals` out of any one of the six."""
    publish(WORD)
    entry_id = draft(keeper, "秒杀价")
    proposal = submit().json

    if change == "edit":
        keeper.patch(f"/api/lexicon/entries/{entry_id}", json={"action": "warn"})
    elif change == "add":
        draft(keeper, "跳楼价")
    elif change == "remove":
        keeper.delete(f"/api/lexicon/entries/{entry_id}", json={"why": "不再需要"})
    elif change == "bulk":
        body = {"entry_ids": [entry_id], "act": "change", "fields": {"action": "record"}, "dry_run": False}
        keeper.post("/api/lexicon/entries/bulk", json=body)
    elif change == "restore":
        keeper.post("/api/lexicon/versions/1/restore", json={})
    else:
        body = {"format": "lines", "text": "新词一个", "category": "custom", "dry_run": False}
        keeper.post("/api/lexicon/import", json=body)

    refused = act(approver, proposal, "approve", content_hash=proposal["content_hash"])
    assert refused.status_code == 409
    assert "内容在提交后改过，需要重新提交" in refused.json["message"]
    review = approver.get("/api/lexicon/review").json
    assert review["waiting"] is None
    assert (review["turned_down"]["state"], review["turned_down"]["id"]) == ("voided", proposal["id"])
    assert said("今天秒杀价") == "pass"


def test_a_change_of_owner_voids_nothing(keeper, publish, submit):
    """It is no part of what is published."""
    publish(WORD)
    entry_id = draft(keeper, "秒杀价")
    submit()
    assert keeper.patch(f"/api/lexicon/entries/{entry_id}", json={"owner": "yun"}).json["owner_name"] == "周云"
    assert keeper.get("/api/lexicon/review").json["waiting"] is not None


def test_nobody_approves_what_they_did_not_see(keeper, approver, publish, submit):
    publish(WORD)
    draft(keeper, "秒杀价")
    proposal = submit().json
    refused = act(approver, proposal, "approve", content_hash="00" * 32)
    assert (refused.status_code, refused.json["code"]) == (409, "changed_since_submitted")


def test_two_approvals_publish_once(keeper, approver, publish, submit):
    publish(WORD)
    draft(keeper, "秒杀价")
    proposal = submit().json
    first, second = (act(approver, proposal, "approve", content_hash=proposal["content_hash"]) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 409)
    with db.transaction() as session:
        assert session.query(LexiconVersion).count() == 2


def test_what_comes_back_says_why_and_the_draft_stays(keeper, approver, publish, submit):
    publish(WORD)
    draft(keeper, "秒杀价")
    proposal = submit().json
    assert act(approver, proposal, "reject", comment=" ").status_code == 422

    act(approver, proposal, "reject", comment="理由写法条")

    review = keeper.get("/api/lexicon/review").json
    assert (review["turned_down"]["comment"], review["turned_down"]["state_name"]) == ("理由写法条", "已退回")
    assert keeper.get("/api/lexicon").json["draft_changes"] == 1
    assert submit("理由补了").status_code == 201


def test_what_was_withdrawn_cannot_be_approved(keeper, approver, publish, submit):
    publish(WORD)
    draft(keeper, "秒杀价")
    proposal = submit().json
    assert act(keeper, proposal, "withdraw").json["state"] == "withdrawn"
    assert act(approver, proposal, "approve", content_hash=proposal["content_hash"]).status_code == 409


def test_the_same_draft_is_submitted_once(keeper, publish, submit):
    publish(WORD)
    draft(keeper, "秒杀价")
    submit()
    again = keeper.post("/api/lexicon/proposals", json={"note": "再来"})
    assert (again.status_code, again.json["code"]) == (409, "submitted_already")


def test_who_may_look_and_who_may_decide(keeper, publish, submit, sign_in):
    publish(WORD)
    draft(keeper, "秒杀价")
    proposal = submit().json
    operator = sign_in("yun")
    assert operator.get("/api/lexicon/review").json["waiting"]["can"] == []
    assert act(operator, proposal, "approve", content_hash=proposal["content_hash"]).status_code == 403
    assert sign_in("lin").get("/api/lexicon/review").status_code == 403


def test_a_new_word_may_go_out_at_once_and_is_confirmed_afterwards(keeper, approver, publish):
    """Only what was chosen goes; the rest of the draft stays a draft."""
    publish(WORD)
    urgent, other = draft(keeper, "跳楼价"), draft(keeper, "秒杀价")

    done = keeper.post("/api/lexicon/urgent", json={"entry_ids": [urgent], "reason": "监管来电"})

    assert (done.status_code, done.json["kind"], done.json["version"]) == (201, "urgent", 2)
    assert (said("跳楼价"), said("秒杀价")) == ("block", "pass")
    assert [each["id"] for each in keeper.get("/api/lexicon?status=changed").json["items"]] == [other]
    (open_one,) = approver.get("/api/lexicon/review").json["unconfirmed"]
    assert (open_one["note"], open_one["can"]) == ("监管来电", ["confirm"])
    assert act(keeper, open_one, "confirm").status_code == 403

    assert act(approver, open_one, "confirm", comment="知道了").status_code == 200

    assert approver.get("/api/lexicon/review").json["unconfirmed"] == []
    assert act(approver, open_one, "confirm").status_code == 409
    (newest, _) = approver.get("/api/lexicon/versions").json["items"]
    assert (newest["is_urgent"], newest["confirmed_by_name"]) == (True, "陈思远")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"exceptions": ["历史最低价", "最低价保护"]}, "加了允许语境"),
        ({"action": "warn"}, "级别放松了"),
        ({"mode": "word"}, "改了别的"),
        ({"valid_until": "2030-01-01"}, "有效期变短了"),
        ({"scope": {"channel": ["welcome"]}}, "改了别的"),
        ({"negation": True}, "改了别的"),
        (None, "删除词条会放行"),
    ],
)
def test_nothing_is_loosened_in_an_emergency(change, why, keeper, publish):
    """Sabotage: let `loosened_by` answer None for any one of these."""
    publish(WORD)
    entry_id = keeper.get("/api/lexicon").json["items"][0]["id"]
    if change is None:
        draft(keeper, "跳楼价")
        keeper.delete(f"/api/lexicon/entries/{entry_id}", json={"why": "不再需要"})
    else:
        keeper.patch(f"/api/lexicon/entries/{entry_id}", json=change)

    refused = keeper.post("/api/lexicon/urgent", json={"entry_ids": [entry_id], "reason": "急"})

    assert (refused.status_code, refused.json["code"]) == (422, "not_only_tightening")
    assert why in refused.json["details"]["entries"][0]["why"]
    assert checks.verdict("全场最低价").version == 1


def test_a_stricter_word_may_go_out_at_once(keeper, publish):
    publish({**WORD, "action": "warn"})
    entry = keeper.get("/api/lexicon").json["items"][0]
    changed = keeper.patch(
        f"/api/lexicon/entries/{entry['id']}", json={"action": "block", "exceptions": [], "aliases": ["全网最低"]}
    ).json
    assert changed["not_urgent"] is None

    assert keeper.post("/api/lexicon/urgent", json={"entry_ids": [entry["id"]], "reason": "急"}).status_code == 201

    assert (said("历史最低价"), said("全网最低")) == ("block", "block")


def test_an_emergency_voids_what_waits(keeper, approver, publish, submit):
    """It was written against a list that is no longer the published one."""
    publish(WORD)
    draft(keeper, "秒杀价")
    proposal = submit().json
    urgent = keeper.get("/api/lexicon?q=秒杀价").json["items"][0]["id"]
    keeper.post("/api/lexicon/urgent", json={"entry_ids": [urgent], "reason": "急"})
    refused = act(approver, proposal, "approve", content_hash=proposal["content_hash"])
    assert (refused.status_code, "发布过新的一版" in refused.json["message"]) == (409, True)


def test_every_step_is_on_the_audit_chain(keeper, approver, publish, release):
    publish(WORD)
    entry = keeper.get("/api/lexicon").json["items"][0]
    keeper.patch(f"/api/lexicon/entries/{entry['id']}", json={"action": "warn", "why": "太严了"})
    release("放宽")

    entries = approver.get("/api/audit?action=lexicon").json["items"]
    steps = {each["action"]: each for each in reversed(entries)}
    assert {"lexicon.entry_changed", "lexicon.submitted", "lexicon.published", "lexicon.approved"} <= set(steps)
    changed = steps["lexicon.entry_changed"]["details"]
    assert changed == {"before": {"action": "block"}, "after": {"action": "warn"}, "why": "太严了"}
    assert steps["lexicon.published"]["details"]["submitted_by"] == "he"


def test_seeding_needs_nobody_else(database, boss):
    """A new installation must be able to send before there is a second person."""
    with db.transaction() as session:
        assert actions.seed(session, boss) is not None
