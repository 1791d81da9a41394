"""What a draft would do to every text there is, before it does it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from app import clock, db
from app.acquisition.models import ContactCode, WelcomeText
from app.campaigns.models import MassMessage, MessageState
from app.compliance import checks
from app.errors import Blocked
from app.outbound.models import Send, SendIntent, SendIntentPart, SendState
from app.outbox import Job
from app.replays import actions, texts
from app.replays.models import Finding, Replay
from app.scripts import actions as scripts
from app.scripts import packs
from app.scripts.models import Folder
from app.tags.models import Tag, TagGroup
from scripts_library import starter_pack

WORD = "跳楼价"
EVERYWHERE = {
    "script",
    "welcome",
    "contact_code",
    "mass_message",
    "store_details",
    "tag",
    "sidebar_send",
    "send",
    "stopped",
}


@pytest.fixture
def everywhere(published, lin, yun):
    """The word stands in one text of every source."""
    now = clock.now()
    with db.transaction() as session:
        folder = Folder(name="活动")
        session.add(folder)
        session.flush()
        scripts.add_script(
            session,
            yun,
            {"folder_id": folder.id, "title": "活动开场", "parts": [{"type": "text", "text": f"今天{WORD}"}]},
        )
        session.add(
            WelcomeText(
                store_id=0, text=f"您好，{WORD}", brand="云裳", benefit="礼", updated_by="yun", updated_at=now
            )
        )
        session.add(
            ContactCode(
                state="s1",
                member_id=lin.member_id,
                name="收银台",
                welcome_text=f"{WORD}等你",
                life="live",
                created_by="yun",
                created_at=now,
            )
        )
        session.add(
            MassMessage(
                title="周末",
                text=f"周末{WORD}",
                audience={},
                state=MessageState.SCHEDULED,
                created_by_id=yun.member_id,
                created_at=now,
                updated_at=now,
                written_by=[lin.member_id],
                decided_by_id=yun.member_id,
                approved_hash=b"x",
            )
        )
        details = {"brand": "云裳", "address": f"南京东路（{WORD}专柜）", "phone": "", "opening_hours": ""}
        scripts.save_store_details(session, yun, 11, details)
        session.add(TagGroup(id="g", name="来源", synced_at=now))
        session.flush()
        session.add(Tag(id="t", group_id="g", name=WORD, synced_at=now))
        intent = SendIntent(
            press_id=uuid4(),
            member_id=lin.member_id,
            entry="single",
            customer_id=None,
            blanks={},
            was_edited=False,
            text_hash=b"",
            check={},
            created_at=now,
        )
        _give_customer(session, intent)
        session.add(intent)
        session.flush()
        session.add(
            SendIntentPart(intent_id=intent.id, index=0, type="text", text=f"姐，{WORD}，给您留了", state="handed")
        )
        session.add(_send("old", now - timedelta(days=31)))
        session.add(_send("new", now))
    with pytest.raises(Blocked), db.transaction() as session:
        checks.passed(session, f"全场最低价，{WORD}", channel="sidebar", on_behalf_of="lin", subject="customer:x")


def _give_customer(session, intent):
    from app.customers.models import Customer

    customer = Customer(external_user_id="wmX", name="王姐", synced_at=clock.now())
    session.add(customer)
    session.flush()
    intent.customer_id = customer.id


def _send(key, at):
    return Send(
        key=key,
        channel="bot",
        attempt=uuid4(),
        state=SendState.ACCEPTED,
        text=f"可以说{WORD}",
        attachments=[],
        on_behalf_of="system",
        subject="member:lin",
        lexicon_version=1,
        claimed_at=at,
    )


def findings(browser, replay, **query):
    return browser.get(f"/api/lexicon/replays/{replay['id']}/findings", query_string=query).json["items"]


def test_every_source_is_read(everywhere, keeper, draft, replay):
    """Sabotage: take any one source out of `texts.SOURCES`."""
    draft(WORD, action="warn")

    done = replay()

    assert (done["state"], done["is_current"], done["done"]) == ("done", True, done["total"])
    found = findings(keeper, done, page_size=100)
    by_source = {each["source"]: each for each in found}
    assert set(by_source) == EVERYWHERE
    assert {source.name for source in texts.SOURCES} == EVERYWHERE, "let `everywhere` hold the word there, too"
    script = by_source["script"]
    assert (script["title"], script["owner_name"], script["is_live"]) == ("话术「活动开场」", "周云", True)
    assert script["passage"][script["utf16_start"] : script["utf16_end"]] == WORD
    assert by_source["stopped"]["difference"] == "changed"
    assert (done["new_hits"], done["changed_hits"]) == (len(EVERYWHERE) - 1, 1)


def test_only_the_last_thirty_days_are_read(everywhere, keeper, draft, replay):
    draft(WORD)
    assert len([each for each in findings(keeper, replay(), page_size=100) if each["source"] == "send"]) == 1


def test_what_is_stopped_in_use_is_counted_and_has_to_be_accepted(everywhere, keeper, draft, replay):
    draft(WORD, action="block")
    done = replay()
    assert done["blocked"] == 6
    stopped = findings(keeper, done, is_blocked=1, is_live=1)
    assert {each["subject"].split(":")[0] for each in stopped} == {
        "script",
        "welcome",
        "contact_code",
        "mass_message",
        "store_details",
        "tag",
    }

    refused = keeper.post("/api/lexicon/proposals", json={"note": "直播用语"})

    assert (refused.status_code, refused.json["code"]) == (422, "blocked_contents")
    accepted = keeper.post("/api/lexicon/proposals", json={"note": "直播用语", "accepts_blocked": True})
    assert (accepted.status_code, accepted.json["impact"]["blocked"]) == (201, 6)


def test_an_exception_shows_what_it_would_let_pass(everywhere, keeper, replay):
    """Nothing of a stopped text but the passage is on record, and that is enough."""
    entry = keeper.get("/api/lexicon").json["items"][0]
    keeper.patch(f"/api/lexicon/entries/{entry['id']}", json={"exceptions": ["全场最低价"]})
    done = replay()
    assert (done["new_hits"], done["lost_hits"]) == (0, 1)
    assert [each["source"] for each in findings(keeper, done)] == ["stopped"]


def test_nothing_is_submitted_unseen(keeper, draft, replay):
    draft(WORD)
    unseen = keeper.post("/api/lexicon/proposals", json={"note": "x"})
    assert (unseen.status_code, unseen.json["code"], "先看影响" in unseen.json["message"]) == (
        409,
        "replay_needed",
        True,
    )
    done = replay()
    draft("秒杀价")
    outdated = keeper.post("/api/lexicon/proposals", json={"note": "x"})
    assert (outdated.json["code"], "又改过" in outdated.json["message"]) == ("replay_needed", True)
    assert keeper.get(f"/api/lexicon/replays/{done['id']}").json["is_current"] is False
    replay()
    assert keeper.post("/api/lexicon/proposals", json={"note": "x"}).status_code == 201


def test_a_second_press_joins_the_run_and_a_changed_draft_replaces_it(keeper, draft):
    draft(WORD)
    first = keeper.post("/api/lexicon/replays", json={}).json
    assert keeper.post("/api/lexicon/replays", json={}).json["id"] == first["id"]
    draft("秒杀价")
    second = keeper.post("/api/lexicon/replays", json={}).json
    assert second["id"] != first["id"]
    assert keeper.get(f"/api/lexicon/replays/{first['id']}").json["state"] == "cancelled"


def test_a_cancelled_one_stops(keeper, draft, run_jobs):
    draft(WORD)
    started = keeper.post("/api/lexicon/replays", json={}).json
    assert keeper.post(f"/api/lexicon/replays/{started['id']}/cancel", json={}).json["state"] == "cancelled"
    run_jobs()
    after = keeper.get(f"/api/lexicon/replays/{started['id']}").json
    assert (after["state"], after["done"]) == ("cancelled", 0)
    assert keeper.post("/api/lexicon/proposals", json={"note": "x"}).json["code"] == "replay_needed"


def test_a_run_that_died_goes_on_where_it_stopped(keeper, draft, run_jobs, yun):
    """
    Some batches are through, then the process is gone: the next run repeats nothing and leaves nothing out.

    Sabotage: forget `replay.after` in `record_batch`.
    """
    with db.transaction() as session:
        packs.import_pack(session, yun, starter_pack())
    draft("亲肤", action="warn")
    started = keeper.post("/api/lexicon/replays", json={}).json
    with db.transaction() as session:
        replay = session.get_one(Replay, started["id"])
        source = texts.SOURCES[0]
        batch = list(source.read(session, "", 10, replay.started_at))
        quiet = checks.current(session).check("")
        actions.record_batch(session, replay, source, [(each, quiet, quiet, None) for each in batch])
    run_jobs()

    done = keeper.get(f"/api/lexicon/replays/{started['id']}").json

    assert (done["state"], done["done"]) == ("done", started["total"])
    assert started["total"] > 10
    with db.transaction() as session:
        assert session.get_one(Replay, started["id"]).entries is None


def test_a_run_that_keeps_failing_says_so(keeper, draft, run_jobs):
    draft(WORD)
    started = keeper.post("/api/lexicon/replays", json={}).json
    with db.transaction() as session:
        session.execute(update(Replay).values(entries=[{"id": "1", "text": ""}]))
        session.execute(update(Job).where(Job.name == "replays.run").values(failures=4))
    run_jobs()
    failed = keeper.get(f"/api/lexicon/replays/{started['id']}").json
    assert (failed["state"], "请重试" in failed["error"]) == ("failed", True)


def test_operators_see_what_is_theirs_and_no_customers_words(everywhere, draft, replay, sign_in):
    draft(WORD)
    done = replay()
    assert {each["is_live"] for each in findings(sign_in("yun"), done, page_size=100)} == {True}
    assert {each["is_live"] for each in findings(sign_in("boss"), done, page_size=100)} == {True, False}


def test_an_unchanged_or_broken_draft_is_not_tried(keeper, draft):
    assert keeper.post("/api/lexicon/replays", json={}).json["code"] == "nothing_to_publish"
    draft("最好", must_not_hit=["我们是最好的"])
    assert keeper.post("/api/lexicon/replays", json={}).json["code"] == "draft_not_usable"


def test_passages_are_kept_for_thirty_days(everywhere, keeper, draft, replay):
    draft(WORD)
    replay()
    with db.transaction() as session:
        session.execute(update(Replay).values(started_at=clock.now() - timedelta(days=31)))
        assert actions.prune(session) == 1
        assert session.scalar(select(func.count()).select_from(Finding)) == 0
