"""A customer scans a guide's code: both bubbles in the chat, within twenty seconds, once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import db
from app.acquisition import actions
from app.acquisition.models import ContactCode, Welcome
from app.outbox import Job, JobState
from tests.support.words import FORBIDDEN, publish
from wecom_simulator import Answer, Reset

TEXT = "{称呼}您好，我是{品牌名}{门店名}的{导购名}，先送您{见面礼}。"
WELCOME = {"store_id": 0, "text": TEXT, "brand": "云裳", "benefit": "一张满减券", "confirmed_reason": None}


@pytest.fixture
def desk(sign_in, run_jobs):
    """The word list is published and an operator has written a welcome text."""
    publish()
    operator = sign_in("yun")
    answer = operator.put("/api/welcome", json=WELCOME)
    assert answer.status_code == 200, answer.json
    return operator


@pytest.fixture
def code(simulator, lin):
    return next(each for each in simulator.world.state.contact_ways.values() if each.users == ["lin"])


def results() -> list[str]:
    with db.transaction() as session:
        return list(session.scalars(select(Welcome.result)))


def sent(simulator) -> list[str]:
    return [each.body["text"]["content"] for each in simulator.calls.to("externalcontact/send_welcome_msg")]


def test_who_scans_is_welcomed_by_name_and_both_sides_see_it(desk, code, simulator, run_jobs, clock):
    simulator.world.customer_scans(code.config_id, name="小鹿")
    simulator.callbacks.deliver_pending()
    run_jobs()
    assert sent(simulator) == ["小鹿您好，我是云裳上海南京路店的林晓，先送您一张满减券。"]
    assert results() == ["sent"]
    with db.transaction() as session:
        assert session.scalars(select(Welcome)).one().customer_id


def test_a_welcome_text_is_shown_with_who_wrote_it_and_what_a_customer_will_read(desk):
    (shown,) = desk.get("/api/welcome").json["items"]
    assert shown["updated_by"] == "周云"
    assert shown["preview"] == "王姐您好，我是云裳南京路店的林晓，先送您一张满减券。"


def test_without_an_answer_the_customer_is_greeted_without_a_name(desk, code, simulator, run_jobs, clock):
    """Sabotage: let the error of the question end the job."""
    simulator.script["externalcontact/get"] = [Reset(), Reset()]
    simulator.world.customer_scans(code.config_id, name="小鹿")
    simulator.callbacks.deliver_pending()
    run_jobs()
    assert sent(simulator) == ["朋友您好，我是云裳上海南京路店的林晓，先送您一张满减券。"]


def test_a_repeated_callback_welcomes_nobody_twice(desk, code, simulator, run_jobs, clock):
    """Sabotage: key the ledger by the job's id instead of the code."""
    simulator.callbacks.duplicate = 1.0
    simulator.world.customer_scans(code.config_id, name="小鹿")
    simulator.callbacks.deliver_pending()
    run_jobs()
    assert len(sent(simulator)) == 1


def test_another_app_that_was_first_is_no_error(desk, code, simulator, run_jobs, clock):
    simulator.script["externalcontact/send_welcome_msg"] = [Answer(errcode=41051)]
    simulator.world.customer_scans(code.config_id, name="小鹿")
    simulator.callbacks.deliver_pending()
    run_jobs()
    assert results() == ["already"]


def test_no_answer_is_never_repeated(desk, code, simulator, run_jobs, clock):
    """WeCom may have sent it."""
    simulator.script["externalcontact/send_welcome_msg"] = [Reset(after_effect=True)]
    simulator.world.customer_scans(code.config_id, name="小鹿")
    simulator.callbacks.deliver_pending()
    run_jobs()
    assert results() == ["unknown"]
    assert simulator.calls.count("externalcontact/send_welcome_msg") == 1


def test_a_forbidden_word_published_later_stops_the_welcome(desk, code, simulator, run_jobs, clock):
    publish("满减券")
    simulator.world.customer_scans(code.config_id, name="小鹿")
    simulator.callbacks.deliver_pending()
    run_jobs()
    assert (sent(simulator), results()) == ([], ["blocked"])


def test_a_nickname_that_the_list_forbids_costs_the_name_and_not_the_welcome(
    desk, code, simulator, run_jobs, clock
):
    """Many nicknames are advertisements. Sabotage: send with the name or not at all."""
    simulator.world.customer_scans(code.config_id, name=f"小鹿{FORBIDDEN}")
    simulator.callbacks.deliver_pending()
    run_jobs()
    assert results() == ["sent"]
    assert "小鹿" not in sent(simulator)[0]
    assert "云裳" in sent(simulator)[0]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{称呼}您好，我是{导购名}", "还缺 {品牌名}、{见面礼}"),
        (TEXT + "{身高:填写}", "没有人来填空"),
        (TEXT + "{不存在的}", "不存在的"),
        (TEXT + "全网最低价", "全网最低价"),
    ],
)
def test_a_welcome_text_that_cannot_work_is_not_saved(desk, text, complaint):
    answer = desk.put("/api/welcome", json=WELCOME | {"text": text})
    assert answer.status_code == 422
    assert complaint in answer.json["message"]


def test_a_code_is_made_in_wecom_and_its_name_becomes_the_source(desk, simulator, run_jobs, clock):
    made = desk.post("/api/contact-codes", json={"userid": "lin", "name": "收银台码"}).json
    run_jobs()
    shown = desk.get("/api/contact-codes").json["items"]
    mine = next(each for each in shown if each["id"] == made["id"])
    assert mine["life"] == "live"
    assert mine["qr_code"].startswith("http")


def test_a_code_without_an_answer_is_found_instead_of_made_twice(desk, simulator, run_jobs, clock):
    """Sabotage: call add_contact_way again after NoAnswer: two codes in WeCom."""
    before = len(simulator.world.state.contact_ways)
    simulator.script["externalcontact/add_contact_way"] = [Reset(after_effect=True)]
    made = desk.post("/api/contact-codes", json={"userid": "lin", "name": "门口海报"}).json
    run_jobs()
    with db.transaction() as session:
        code = session.get_one(ContactCode, made["id"])
    assert code.life == "live"
    assert len(simulator.world.state.contact_ways) == before + 1


def test_a_code_whose_search_must_wait_is_not_asked_for_again(desk, simulator, run_jobs, clock):
    """Sabotage: take only a failure for a sign that it was asked for: waiting is none, and there are two codes."""
    before = len(simulator.world.state.contact_ways)
    simulator.script["externalcontact/add_contact_way"] = [Reset(after_effect=True)]
    simulator.script["externalcontact/list_contact_way"] = [Answer(errcode=-1)]
    made = desk.post("/api/contact-codes", json={"userid": "lin", "name": "门口海报"}).json
    run_jobs()
    shown = next(each for each in desk.get("/api/contact-codes").json["items"] if each["id"] == made["id"])
    assert (shown["life"], "正在查找" in shown["error"]) == ("creating", True)
    clock(timedelta(minutes=2))
    run_jobs()
    shown = next(each for each in desk.get("/api/contact-codes").json["items"] if each["id"] == made["id"])
    assert (shown["life"], shown["error"]) == ("live", None)
    assert len(simulator.world.state.contact_ways) == before + 1


def test_a_code_ended_before_wecom_answered_can_be_scanned_by_nobody(desk, simulator, run_jobs, clock):
    """Sabotage: leave an ended code alone when WeCom turns out to have it."""
    before = set(simulator.world.state.contact_ways)
    simulator.script["externalcontact/add_contact_way"] = [Reset(after_effect=True)]
    simulator.script["externalcontact/list_contact_way"] = [Answer(errcode=-1)]
    made = desk.post("/api/contact-codes", json={"userid": "lin", "name": "门口海报"}).json
    run_jobs()
    assert desk.delete(f"/api/contact-codes/{made['id']}").status_code == 204
    clock(timedelta(minutes=2))
    run_jobs()
    assert set(simulator.world.state.contact_ways) == before
    assert made["id"] not in [each["id"] for each in desk.get("/api/contact-codes").json["items"]]


def test_a_code_ended_during_the_call_is_taken_back(desk, simulator, run_jobs, clock):
    """Sabotage: call whatever WeCom made alive."""
    made = desk.post("/api/contact-codes", json={"userid": "lin", "name": "门口海报"}).json
    assert desk.delete(f"/api/contact-codes/{made['id']}").status_code == 204
    config_id = next(iter(simulator.world.state.contact_ways))
    with db.transaction() as session:
        actions.made(session, made["id"], config_id=config_id, qr_code="http://127.0.0.1/qr")
    run_jobs()
    assert config_id not in simulator.world.state.contact_ways
    with db.transaction() as session:
        assert session.get_one(ContactCode, made["id"]).life == "ended"


def test_a_code_whose_deletion_got_no_answer_is_no_dead_letter(desk, simulator, run_jobs, clock):
    """Sabotage: take WeCom's word that there is no such code for a refusal."""
    made = desk.post("/api/contact-codes", json={"userid": "lin", "name": "门口海报"}).json
    run_jobs()
    simulator.script["externalcontact/del_contact_way"] = [Reset(after_effect=True)]
    desk.delete(f"/api/contact-codes/{made['id']}")
    run_jobs()
    clock(timedelta(minutes=1))
    run_jobs()
    with db.transaction() as session:
        state = session.scalar(select(Job.state).where(Job.name == "acquisition.delete_code"))
    assert state == JobState.DONE


def test_a_manager_sees_the_codes_of_the_own_store_only(desk, sign_in, run_jobs, clock):
    desk.post("/api/contact-codes", json={"userid": "wang", "name": "天河收银台"})
    desk.post("/api/contact-codes", json={"userid": "lin", "name": "南京路收银台"})
    names = {each["name"] for each in sign_in("li").get("/api/contact-codes").json["items"]}
    assert "南京路收银台" in names
    assert "天河收银台" not in names
