"""Remark, description and phones: kept here, written back, never silently lost on either side."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app import clock as app_clock
from app import config, db, sealing
from app.compliance.models import Hit
from app.customers import mirror
from app.customers.models import Customer, Follow, FollowPhone
from app.wecom.calls import customers as calls
from app.wecom.client import wecom
from tests.app.customers.conftest import WANG_JIE
from tests.support.words import FORBIDDEN, publish_entries
from wecom_simulator import Answer, Reset, Simulator

SignIn = Callable[[str], FlaskClient]
RunJobs = Callable[[], int]
FOLLOW = f"/api/customers/{WANG_JIE}/follow"
REVEAL = f"/api/customers/{WANG_JIE}/phones/0/reveal"


def in_wecom(shop: Simulator) -> tuple[str, str, list[str]]:
    follow = shop.world.follow_or_fail("lin", WANG_JIE)
    return follow.remark, follow.description, follow.remark_mobiles


def my_follow(browser: FlaskClient) -> dict[str, object]:
    card: dict[str, dict[str, object]] = browser.get(f"/api/sidebar/customers/{WANG_JIE}").json
    return card["my_follow"]


def read_again() -> None:
    """What a sync or an event would do at this moment."""
    read_at = app_clock.now()
    given = calls.customer(wecom(), WANG_JIE)
    with db.transaction() as session:
        mirror.upsert(session, [given], read_at=read_at, complete=True)


def test_an_edit_reaches_wecom_and_survives_reading_again(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs
) -> None:
    lin = sign_in("lin")
    edit = {"remark": "杨姐", "description": "爱穿长裙", "phones": [{"phone": "138 0000 5678"}, {"index": 0}]}
    answer = lin.patch(FOLLOW, json=edit)
    assert answer.json["my_follow"]["write_state"] == "pending"
    run_jobs()
    assert in_wecom(shop) == ("杨姐", "爱穿长裙", ["13800005678", "13800001234"])
    read_again()
    known = my_follow(lin)
    assert (known["remark"], known["description"], known["write_state"]) == ("杨姐", "爱穿长裙", "synced")
    assert known["phones"] == [{"index": 0, "masked": "138****5678"}, {"index": 1, "masked": "138****1234"}]


def test_only_what_was_edited_is_written(shop: Simulator, sign_in: SignIn, run_jobs: RunJobs) -> None:
    sign_in("lin").patch(FOLLOW, json={"description": "爱穿长裙"})
    run_jobs()
    sent = shop.calls.to("externalcontact/remark")[-1].body
    assert sent == {"userid": "lin", "external_userid": WANG_JIE, "description": "爱穿长裙"}


def test_phones_can_be_cleared(shop: Simulator, sign_in: SignIn, run_jobs: RunJobs) -> None:
    sign_in("lin").patch(FOLLOW, json={"phones": []})
    run_jobs()
    assert in_wecom(shop)[2] == []


def test_reading_again_never_overwrites_an_edit_on_its_way(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs
) -> None:
    """Sabotage that turns this red: ignore `pending_fields` in `mirror._take_over`."""
    lin = sign_in("lin")
    lin.patch(FOLLOW, json={"remark": "杨姐", "phones": []})
    read_again()
    known = my_follow(lin)
    assert (known["remark"], known["phones"]) == ("杨姐", [])


def test_what_was_changed_in_wecom_since_the_person_looked_is_shown_not_overwritten(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs
) -> None:
    lin = sign_in("lin")
    seen = {"remark": "王姐", "description": "喜欢素色连衣裙，穿 M 码"}
    shop.world.member_edits_customer("lin", WANG_JIE, remark="王阿姨")
    shop.callbacks.deliver_pending()
    run_jobs()
    answer = lin.patch(FOLLOW, json={"remark": "杨姐", "expected": seen})
    assert (answer.status_code, answer.json["code"]) == (409, "changed_in_wecom")
    assert answer.json["details"]["theirs"]["remark"] == "王阿姨"


def test_a_change_whose_callback_was_lost_is_noticed_before_writing(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs
) -> None:
    """Sabotage that turns this red: write without reading in `write_remark`."""
    lin = sign_in("lin")
    shop.callbacks.lose = 1.0
    shop.world.member_edits_customer("lin", WANG_JIE, remark="王阿姨")
    shop.callbacks.deliver_pending()
    lin.patch(FOLLOW, json={"remark": "杨姐"})
    run_jobs()
    known = my_follow(lin)
    assert in_wecom(shop)[0] == "王阿姨"
    assert known["write_state"] == "failed"
    assert "王阿姨" in str(known["write_error"])
    lin.patch(FOLLOW, json={"remark": "杨姐"})
    run_jobs()
    assert in_wecom(shop)[0] == "杨姐"


def test_a_change_whose_callback_comes_while_the_edit_waits_is_noticed_too(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs
) -> None:
    """Sabotage that turns this red: let `mirror._take_over` move the base of a field whose edit is on its way."""
    lin = sign_in("lin")
    shop.world.member_edits_customer("lin", WANG_JIE, remark="王阿姨")
    lin.patch(FOLLOW, json={"remark": "杨姐"})
    read_again()
    run_jobs()
    known = my_follow(lin)
    assert in_wecom(shop)[0] == "王阿姨"
    assert (known["remark"], known["write_state"]) == ("杨姐", "failed")
    assert "王阿姨" in str(known["write_error"])


def test_a_refused_edit_stays_here_and_says_why(shop: Simulator, sign_in: SignIn, run_jobs: RunJobs) -> None:
    lin = sign_in("lin")
    shop.script["externalcontact/remark"] = [Answer(errcode=84061)]
    lin.patch(FOLLOW, json={"remark": "杨姐"})
    run_jobs()
    read_again()
    known = my_follow(lin)
    assert (known["write_state"], known["remark"]) == ("failed", "杨姐")
    assert known["write_error"]


def test_no_answer_is_tried_again_because_writing_twice_is_the_same(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs, clock: Callable[[timedelta], None]
) -> None:
    lin = sign_in("lin")
    shop.script["externalcontact/remark"] = [Reset(after_effect=True), Reset()]
    lin.patch(FOLLOW, json={"remark": "杨姐"})
    for _ in range(4):
        run_jobs()
        clock(timedelta(minutes=2))
    assert my_follow(lin)["write_state"] == "synced"
    assert in_wecom(shop)[0] == "杨姐"


def test_a_silent_wecom_ends_in_a_sentence(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs, clock: Callable[[timedelta], None]
) -> None:
    lin = sign_in("lin")
    shop.script["externalcontact/remark"] = [Reset()] * 20
    lin.patch(FOLLOW, json={"remark": "杨姐"})
    for _ in range(8):
        run_jobs()
        clock(timedelta(minutes=20))
    known = my_follow(lin)
    assert (known["write_state"], known["remark"]) == ("failed", "杨姐")
    assert "没有回应" in str(known["write_error"])


def test_a_wecom_that_cannot_be_reached_ends_in_a_sentence_too(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs, clock: Callable[[timedelta], None]
) -> None:
    """Sabotage that turns this red: tell only of calls without an answer, not of those that never left."""
    lin = sign_in("lin")
    lin.patch(FOLLOW, json={"remark": "杨姐"})
    known_address = config.settings()
    config.configure(replace(known_address, wecom_api_base_url="http://127.0.0.1:9"))
    for _ in range(6):
        run_jobs()
        clock(timedelta(hours=1))
    config.configure(known_address)
    known = my_follow(lin)
    assert (known["write_state"], known["remark"]) == ("failed", "杨姐")
    assert known["write_error"]
    lin.patch(FOLLOW, json={"remark": "杨姐"})
    run_jobs()
    assert in_wecom(shop)[0] == "杨姐"


def test_the_newest_of_several_edits_wins(shop: Simulator, sign_in: SignIn, run_jobs: RunJobs) -> None:
    lin = sign_in("lin")
    for remark in ("甲", "乙", "丙"):
        lin.patch(FOLLOW, json={"remark": remark})
    run_jobs()
    assert in_wecom(shop)[0] == "丙"
    assert my_follow(lin)["write_state"] == "synced"


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        ({"remark": "一" * 21}, "remark"),
        ({"description": "一" * 151}, "description"),
        ({"remark": "110101199001011234"}, "remark"),
        ({"phones": [{"phone": f"1380000000{n}"} for n in range(6)]}, "phones"),
        ({"phones": [{"phone": "not a number"}]}, "phones"),
    ],
)
def test_what_wecom_would_cut_or_nobody_may_keep_is_refused(
    shop: Simulator, sign_in: SignIn, edit: dict[str, object], field: str
) -> None:
    answer = sign_in("lin").patch(FOLLOW, json=edit)
    assert answer.status_code == 422
    assert field in answer.json["details"]["fields"]


def test_a_forbidden_word_never_leaves(shop: Simulator, sign_in: SignIn, run_jobs: RunJobs) -> None:
    lin = sign_in("lin")
    answer = lin.patch(FOLLOW, json={"remark": "杨姐", "description": f"告诉她{FORBIDDEN}"})
    run_jobs()
    assert (answer.status_code, answer.json["code"]) == (422, "blocked_by_words")
    assert answer.json["details"]["check"]["hits"][0]["word"] == FORBIDDEN
    assert in_wecom(shop)[0] == "王姐"
    assert my_follow(lin)["remark"] == "王姐"


def test_without_a_word_list_nothing_leaves(shop: Simulator, sign_in: SignIn, run_jobs: RunJobs) -> None:
    from app.compliance.lexicon import look_again

    lin = sign_in("lin")
    with db.transaction() as session:
        session.execute(text("ALTER TABLE lexicon_versions DISABLE TRIGGER USER"))
        session.execute(text("DELETE FROM lexicon_versions"))
    look_again()
    answer = lin.patch(FOLLOW, json={"remark": "杨姐"})
    run_jobs()
    assert answer.status_code == 503
    assert in_wecom(shop)[0] == "王姐"


@pytest.mark.parametrize("somebody", ["zhang", "li", "wang", "boss"])
def test_only_the_own_guide_edits(shop: Simulator, sign_in: SignIn, somebody: str) -> None:
    assert sign_in(somebody).patch(FOLLOW, json={"remark": "抢来的"}).status_code == 404


def test_a_number_is_revealed_for_a_reason_and_recorded(shop: Simulator, sign_in: SignIn) -> None:
    lin = sign_in("lin")
    assert lin.post(REVEAL, json={}).status_code == 422
    assert lin.post(REVEAL, json={"reason": "contact"}).json == {"phone": "13800001234"}
    entry = sign_in("he").get("/api/audit?action=customer.phone_revealed").json["items"][0]
    assert (entry["actor"], entry["subject"]) == ("lin", f"customer:{WANG_JIE}")
    assert entry["details"]["masked"] == "138****1234"
    assert "13800001234" not in str(entry)


def test_thirty_reveals_an_hour(shop: Simulator, sign_in: SignIn, clock: Callable[[timedelta], None]) -> None:
    lin = sign_in("lin")
    answers = [lin.post(REVEAL, json={"reason": "contact"}).status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]
    clock(timedelta(hours=1, seconds=1))
    assert lin.post(REVEAL, json={"reason": "contact"}).status_code == 200


@pytest.mark.parametrize(
    ("who", "status"), [("li", 200), ("boss", 200), ("zhang", 403), ("wang", 403), ("he", 403)]
)
def test_whose_numbers_one_may_reveal(shop: Simulator, sign_in: SignIn, who: str, status: int) -> None:
    answer = sign_in(who).post(REVEAL, json={"reason": "verify", "userid": "lin"})
    assert answer.status_code == status


def test_phones_at_rest_are_unreadable_and_bound_to_their_row(shop: Simulator) -> None:
    """Sabotage that turns this red: seal without the place, or index without the key."""
    import hashlib

    with db.transaction() as session:
        rows = session.scalars(select(FollowPhone)).all()
        dump = b"".join(row.sealed + row.blind_index + row.masked.encode() for row in rows)
        first, second = rows[0], rows[1]
        with pytest.raises(sealing.Unsealable):
            sealing.unseal(first.sealed, place=f"follow_phones|sealed|{second.follow_id}:{second.position}")
    plain = b"13800001234"
    for leaked in (
        plain,
        plain.hex().encode(),
        *(hashlib.new(name, plain).digest() for name in ("md5", "sha256")),
    ):
        assert leaked not in dump


def test_two_numbers_in_one_field_of_wecom_are_masked_as_well(shop: Simulator, sign_in: SignIn) -> None:
    """Sabotage: leave all but the last eight digits in front: the first number is shown whole."""
    shop.world.member_edits_customer("lin", WANG_JIE, remark_mobiles=["13800001234/13900005678", "+85291234567"])
    read_again()
    assert my_follow(sign_in("lin"))["phones"] == [
        {"index": 0, "masked": "1380****5678"},
        {"index": 1, "masked": "+852****4567"},
    ]


def test_no_number_ever_reaches_the_log(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    lin = sign_in("lin")
    lin.patch(FOLLOW, json={"phones": [{"phone": "13800005678"}]})
    lin.post(REVEAL, json={"reason": "contact"})
    run_jobs()
    with db.transaction() as session:
        jobs = session.execute(text("SELECT string_agg(args::text, ' ') FROM jobs")).scalar_one()
    assert "13800005678" not in caplog.text + jobs


def test_the_timeline_says_what_was_edited_not_the_numbers(shop: Simulator, sign_in: SignIn) -> None:
    lin = sign_in("lin")
    lin.patch(FOLLOW, json={"remark": "杨姐", "phones": [{"phone": "13800005678"}]})
    first = lin.get(f"/api/sidebar/customers/{WANG_JIE}").json["timeline"][0]
    assert (first["kind"], first["who"], first["detail"]) == ("remark_edited", "林晓", "电话、备注")


def test_a_renamed_member_keeps_the_customers(shop: Simulator, run_jobs: RunJobs) -> None:
    shop.world.admin_updates_member("lin", new_userid="linxiao")
    shop.callbacks.deliver_pending()
    run_jobs()
    with db.transaction() as session:
        userid = session.scalar(select(Follow.userid).join(Customer).where(Customer.external_user_id == WANG_JIE))
    assert userid == "linxiao"


def hits() -> list[tuple[str, str]]:
    with db.transaction() as session:
        return [(hit.outcome, hit.word) for hit in session.scalars(select(Hit).order_by(Hit.id))]


def test_one_edit_has_one_hit_although_its_job_asks_again_and_runs_twice(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs, clock: Callable[[timedelta], None]
) -> None:
    """Sabotage: leave the occasion out of `_cleared` in `customers.jobs`."""
    publish_entries({"text": "难缠", "action": "warn"})
    shop.script["externalcontact/remark"] = [Reset(), Reset()]
    assert sign_in("lin").patch(FOLLOW, json={"remark": "难缠的杨姐"}).status_code == 200
    for _ in range(3):
        run_jobs()
        clock(timedelta(minutes=10))
    assert in_wecom(shop)[0] == "难缠的杨姐"
    assert shop.calls.count("externalcontact/remark") == 3
    assert hits() == [("confirmed", "难缠")]


def test_the_same_words_in_a_later_edit_are_another_hit(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs, clock: Callable[[timedelta], None]
) -> None:
    publish_entries({"text": "难缠", "action": "warn"})
    lin = sign_in("lin")
    for remark in ("难缠的杨姐", "杨姐", "难缠的杨姐"):
        lin.patch(FOLLOW, json={"remark": remark})
        run_jobs()
    assert hits() == [("confirmed", "难缠")] * 2


def test_each_try_of_a_forbidden_remark_is_on_record(shop: Simulator, sign_in: SignIn) -> None:
    """Whoever tries it five times was stopped five times. Sabotage: leave `is_try` out."""
    for _ in range(3):
        assert sign_in("lin").patch(FOLLOW, json={"remark": FORBIDDEN}).status_code == 422
    assert hits() == [("blocked", FORBIDDEN)] * 3


def test_a_word_listed_between_the_edit_and_its_writing_has_one_hit_of_each_kind(
    shop: Simulator, sign_in: SignIn, run_jobs: RunJobs
) -> None:
    publish_entries({"text": "难缠", "action": "warn"})
    sign_in("lin").patch(FOLLOW, json={"remark": "难缠的杨姐"})
    publish_entries({"text": "难缠", "action": "block"})
    run_jobs()
    assert my_follow(sign_in("lin"))["write_state"] == "failed"
    assert hits() == [("confirmed", "难缠"), ("blocked", "难缠")]
