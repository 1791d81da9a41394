"""Who is told what about the word list, once and without a word that it stops."""

import pytest

from app import db
from app.compliance import actions
from app.scripts import actions as scripts
from app.scripts.models import Folder, Script
from wecom_simulator import Simulator

WORD = "跳楼价"


@pytest.fixture
def script(published, yun):
    """周云 wrote two with the word, one of them in its title, too."""
    with db.transaction() as session:
        folder = Folder(name="活动")
        session.add(folder)
        session.flush()
        for title in ("活动开场", f"{WORD}专场"):
            parts = [{"type": "text", "text": f"今天{WORD}"}]
            scripts.add_script(session, yun, {"folder_id": folder.id, "title": title, "parts": parts})


def told(simulator: Simulator, userid: str = "yun") -> list[str]:
    sent = simulator.calls.to("message/send")
    return [call.body["text"]["content"] for call in sent if call.body["touser"] == userid]


def urgently(keeper, entry_id: int) -> None:
    assert keeper.post("/api/lexicon/urgent", json={"entry_ids": [entry_id], "reason": "急"}).status_code == 201


def test_the_author_is_told_what_can_no_longer_be_sent(script, keeper, draft, simulator, run_jobs):
    """A forbidden title would keep the message from leaving, so it stands there by its number."""
    urgently(keeper, draft(WORD))
    run_jobs()

    (message,) = told(simulator)

    assert "词库第 2 版发布后，你负责的 2 条话术" in message
    assert "「活动开场」" in message
    assert WORD not in message
    assert "/console/scripts" in message


def test_once_for_a_version(script, keeper, draft, simulator, run_jobs):
    urgently(keeper, draft(WORD))
    run_jobs()
    urgently(keeper, draft("别的词"))
    run_jobs()
    assert len(told(simulator)) == 1


def test_a_warning_stops_nothing_so_nobody_is_told(script, keeper, draft, simulator, run_jobs):
    urgently(keeper, draft(WORD, action="warn"))
    run_jobs()
    assert told(simulator) == []


def test_if_its_author_has_left_the_operators_are_told(script, keeper, draft, simulator, run_jobs):
    with db.transaction() as session:
        for row in session.query(Script):
            row.created_by = row.updated_by = "gone"
    urgently(keeper, draft(WORD))
    run_jobs()
    assert len(told(simulator)) == 1


def test_what_was_stopped_before_is_no_news(script, he, keeper, draft, simulator, run_jobs):
    with db.transaction() as session:
        actions.add_entry(session, he, {"text": f"今天{WORD}", "category": "advertising", "action": "block"})
        actions.publish(session, he, note="先前")
    urgently(keeper, draft(WORD))
    run_jobs()
    assert told(simulator) == []


def test_whoever_can_decide_hears_of_a_submission_and_its_author_of_the_decision(
    keeper, draft, replay, sign_in, simulator, run_jobs
):
    draft(WORD)
    replay()
    proposal = keeper.post("/api/lexicon/proposals", json={"note": f"不许说{WORD}"}).json
    run_jobs()
    (asked,) = told(simulator, "boss")
    assert "何静 提交了词库的 1 处改动，等你审批" in asked
    assert told(simulator, "he") == [], "who wrote it cannot decide"
    assert told(simulator, "yun") == []

    body = {"content_hash": proposal["content_hash"]}
    sign_in("boss").post(f"/api/lexicon/proposals/{proposal['id']}/approve", json=body)
    run_jobs()

    (answered,) = told(simulator, "he")
    assert "已由 陈思远 通过，词库第 2 版已生效" in answered


def test_an_emergency_asks_for_its_confirmation(keeper, draft, simulator, run_jobs):
    urgently(keeper, draft(WORD))
    run_jobs()
    (asked,) = told(simulator, "boss")
    assert "何静 紧急发布了词库第 2 版（1 处，只加严），请你确认" in asked


def test_even_a_forbidden_name_keeps_nobody_from_hearing_of_it(keeper, draft, simulator, run_jobs):
    urgently(keeper, draft("何静"))
    run_jobs()
    (asked,) = told(simulator, "boss")
    assert "何静" not in asked
    assert "/console/lexicon" in asked
