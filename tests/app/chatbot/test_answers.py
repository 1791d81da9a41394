"""Members write to the app and get one useful answer, which passed the filter like every text."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import redis
from sqlalchemy import select, update

from app import clock as app_clock
from app import db, outbox
from app.outbound.models import Send
from app.scripts.models import MissedSearch, Script
from tests.app.chatbot.conftest import said_to
from tests.support import words
from tests.support.words import FORBIDDEN
from wecom_simulator import Answer, Reset, Simulator

Ask = Callable[..., str]
RunJobs = Callable[[], int]


def sends() -> list[Send]:
    with db.transaction() as session:
        return list(session.scalars(select(Send).where(Send.channel == "bot").order_by(Send.id)))


@pytest.mark.parametrize(
    "text", ["话术 尺码", "话术尺码", "話术：尺码".replace("話", "话"), "　话术　尺码 ", "HS 尺码"]
)
def test_the_best_scripts_come_however_it_is_typed(ask: Ask, text: str) -> None:
    said = ask(text)
    assert said.count("【") == 3
    assert "「尺码」最合适的 3 条" in said
    assert "尺码" in said.split("【")[1]


def test_a_forbidden_word_is_explained_without_being_said(ask: Ask) -> None:
    """Sabotage: quote the whole passage; the filter then stops the answer and the fallback is sent."""
    said = ask("检测 这款全网最低价")
    assert "不能发：有禁用的词" in said
    assert "第 3–7 个字「全****」" in said
    assert "广告法不许用绝对化用语" in said
    assert FORBIDDEN not in said
    assert [(each.state, FORBIDDEN in each.text) for each in sends()] == [("accepted", False)]


def test_a_harmless_text_may_be_sent(ask: Ask) -> None:
    assert ask("检测：这款新外套很好看").startswith("可以发")


def test_a_script_with_a_forbidden_word_is_not_shown(ask: Ask) -> None:
    with db.transaction() as session:
        best = session.scalars(select(Script).where(Script.title.contains("尺码"))).first()
        assert best is not None
        spoilt = [{"type": "text", "text": f"{FORBIDDEN}，{best.parts[0]['text']}"}]
        session.execute(update(Script).where(Script.id == best.id).values(parts=spoilt))
    said = ask("话术 尺码")
    assert f"【{best.title}】" not in said
    assert FORBIDDEN not in said


def test_help_lists_what_works(ask: Ask) -> None:
    said = ask("帮助")
    assert all(each in said for each in ("「话术 尺码」", "「检测 ", "「帮助」"))
    assert ask("？") == said


def test_what_is_not_understood_gets_the_closest_things(ask: Ask) -> None:
    assert "你是不是想发：「话术 尺码」" in ask("话木 尺码")
    said = ask("穿多大码合适")
    assert "最接近的是" in said
    assert "【" in said
    assert "「帮助」" in said


@pytest.mark.parametrize(
    "text", ["😀😀", "。。。", "话术", "检测 😀", "帮" * 600, "=cmd|' /C calc'!A0", "<b>a</b> &amp;"]
)
def test_odd_messages_get_an_answer_that_helps(ask: Ask, text: str) -> None:
    said = ask(text)
    assert "发「" in said or "例如「" in said
    assert len(said.encode()) <= 2048


def test_a_very_long_text_is_not_cut_in_silence(ask: Ask) -> None:
    """WeCom cuts a text at 2,048 bytes; what it still brings is judged whole or refused with the figure."""
    said = ask("检测 " + "长" * 1200)
    assert "太长了" in said or "可以发" in said


def test_a_picture_is_answered_with_what_is_possible(
    library: None, simulator: Simulator, run_jobs: RunJobs
) -> None:
    args = {"userid": "lin", "message_id": "7", "text": "", "happened_at": app_clock.now().isoformat()}
    with db.transaction() as session:
        outbox.enqueue(session, "chatbot.answer", kind="image", **args)
    run_jobs()
    assert said_to(simulator, "lin")[0].startswith("图片我还看不懂")


def test_a_message_is_answered_once_however_often_it_comes(
    library: None, simulator: Simulator, run_jobs: RunJobs
) -> None:
    """Sabotage: key the send by the job instead of the message."""
    args = {
        "userid": "lin",
        "message_id": "7",
        "kind": "text",
        "text": "帮助",
        "happened_at": app_clock.now().isoformat(),
    }
    for _ in range(3):
        with db.transaction() as session:
            outbox.enqueue(session, "chatbot.answer", **args)
        run_jobs()
    assert len(said_to(simulator, "lin")) == 1


def test_without_an_answer_from_wecom_it_is_not_said_again(
    library: None, simulator: Simulator, run_jobs: RunJobs
) -> None:
    simulator.script["message/send"] = [Reset(after_effect=True)]
    simulator.world.member_writes_to_app("lin", "帮助")
    simulator.callbacks.deliver_pending()
    run_jobs()
    run_jobs()
    assert simulator.calls.count("message/send") == 1
    assert [each.state for each in sends()] == ["unknown"]


def test_a_rate_limit_only_delays_the_answer(
    clock: Callable[[timedelta], None], library: None, simulator: Simulator, run_jobs: RunJobs, valkey: redis.Redis
) -> None:
    simulator.script["message/send"] = [Answer(errcode=45009)]
    simulator.world.member_writes_to_app("lin", "帮助")
    simulator.callbacks.deliver_pending()
    run_jobs()
    assert said_to(simulator, "lin") == []
    clock(timedelta(minutes=2))
    valkey.flushdb()  # the limiter counts by the time of Redis: its minute is over
    run_jobs()
    assert len(said_to(simulator, "lin")) == 1


def test_without_a_word_list_nothing_is_said(
    app: object, people: object, simulator: Simulator, run_jobs: RunJobs
) -> None:
    """Fail closed: the answer waits until somebody publishes one."""
    simulator.world.member_writes_to_app("lin", "帮助")
    simulator.callbacks.deliver_pending()
    run_jobs()
    assert said_to(simulator, "lin") == []


def test_who_opens_the_chat_is_greeted_once_a_day(
    clock: Callable[[timedelta], None], library: None, simulator: Simulator, run_jobs: RunJobs
) -> None:
    for wait in (timedelta(), timedelta(hours=3), timedelta(hours=20)):
        clock(wait)
        simulator.world.member_enters_app("lin")
        simulator.callbacks.deliver_pending()
        run_jobs()
    greetings = said_to(simulator, "lin")
    assert len(greetings) == 2
    assert greetings[0].startswith("林晓，你好")


def test_a_search_in_vain_is_noted_for_the_operators(ask: Ask) -> None:
    assert "没有找到「火箭发动机」" in ask("话术 火箭发动机")
    with db.transaction() as session:
        assert session.scalars(select(MissedSearch.query)).all() == ["火箭发动机"]


def test_a_search_whose_answer_had_to_wait_is_noted_once_too(
    clock: Callable[[timedelta], None], app: object, people: object, simulator: Simulator, run_jobs: RunJobs
) -> None:
    """The answer says that it was noted. Sabotage: note only at the first attempt, or at every one."""
    simulator.world.member_writes_to_app("lin", "话术 火箭发动机")
    simulator.callbacks.deliver_pending()
    run_jobs()  # there is no word list yet
    words.publish()
    simulator.script["message/send"] = [Answer(errcode=45033)]
    for _ in range(3):
        clock(timedelta(minutes=2))
        run_jobs()
    assert "已记下来" in said_to(simulator, "lin")[0]
    with db.transaction() as session:
        noted = session.execute(select(MissedSearch.query, MissedSearch.times)).all()
    assert [tuple(each) for each in noted] == [("火箭发动机", 1)]


def test_the_list_of_this_moment_decides(ask: Ask) -> None:
    assert ask("检测 送小熊").startswith("可以发")
    words.publish("送小熊")
    assert ask("检测 送小熊").startswith("不能发")
