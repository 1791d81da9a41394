"""Who gets it, from whom, and who is left out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app import clock as app_clock
from app import db
from app.campaigns.audience import Audience, content_hash
from app.campaigns.models import MassMessage, Recipient
from app.campaigns.platform_limits import receive_cap
from app.customers.events import record_event
from app.customers.models import Customer, Follow
from app.staff.models import Member
from app.tags.models import Tag
from tests.app.campaigns.conftest import GOLD, URL, WANG_JIE, Campaign, tasks
from wecom_simulator import Simulator
from wecom_simulator.shop import fixed_id

SILVER = fixed_id("et", "会员等级/银卡")
SIZE_M = fixed_id("et", "尺码/M")
SignIn = Callable[[str], FlaskClient]
Begin = Callable[..., Campaign]
RunJobs = Callable[[], int]


@pytest.fixture
def preview(shop: Simulator, sign_in: SignIn) -> Callable[..., Any]:
    """Called with an audience: what 陈思远, who sees every store, would reach."""
    boss = sign_in("boss")

    def asked(**audience: Any) -> Any:
        answer = boss.post(f"{URL}/audience-preview", json={"audience": audience})
        assert answer.status_code == 200, answer.text
        return answer.json

    return asked


def left_out(view: Any) -> dict[str, int]:
    return {each["reason"]: each["count"] for each in view["left_out"]}


def with_tags(simulator: Simulator, meets: Callable[[set[str]], bool]) -> int:
    """How many customers have a relation whose tags meet the condition, asked of WeCom itself."""
    return sum(
        any(meets(set(follow.tags)) for follow in customer.follows.values())
        for customer in simulator.world.state.customers.values()
    )


def test_all_any_and_none_of_the_tags(preview: Callable[..., Any], shop: Simulator) -> None:
    assert preview(tag_ids_all=[GOLD, SIZE_M])["matching"] == with_tags(shop, lambda tags: {GOLD, SIZE_M} <= tags)
    assert preview(tag_ids_any=[GOLD, SILVER])["matching"] == with_tags(
        shop, lambda tags: bool({GOLD, SILVER} & tags)
    )
    everybody, without = preview()["matching"], preview(without_tag_ids=[GOLD])["matching"]
    assert without == everybody - with_tags(shop, lambda tags: GOLD in tags)


def test_stores_reach_everything_below_them(preview: Callable[..., Any]) -> None:
    east, both = preview(store_ids=[2]), preview(store_ids=[11, 12])
    assert {each["store"] for each in east["by_sender"]} == {"上海南京路店", "上海徐汇店"}
    assert east["matching"] == both["matching"] < preview()["matching"]


def test_added_from_a_day_up_to_another(preview: Callable[..., Any], shop: Simulator) -> None:
    middle = "2026-09-01T00:00:00+08:00"
    before, after = preview(added_before=middle), preview(added_after=middle)
    with db.transaction() as session:
        rows = session.execute(select(Follow.customer_id, Follow.added_at)).all()
    edge = datetime(2026, 8, 31, 16, tzinfo=UTC)
    assert before["matching"] == len({row.customer_id for row in rows if row.added_at < edge})
    assert after["matching"] == len({row.customer_id for row in rows if row.added_at >= edge})


def test_who_asked_not_to_be_written_to_is_left_out(preview: Callable[..., Any]) -> None:
    """Also when another guide heard it. Sabotage: look at the chosen relation alone."""
    with db.transaction() as session:
        tag = session.get_one(Tag, SILVER)
        session.add(
            Tag(
                id="etQUIET",
                group_id=tag.group_id,
                name="勿扰",
                order=0,
                synced_at=app_clock.now(),
                deleted_at=None,
            )
        )
        follow = session.scalars(select(Follow).order_by(Follow.id)).first()
        assert follow is not None
        follow.tag_ids = [*follow.tag_ids, "etQUIET"]
    assert left_out(preview()) == {"opted_out": 1}


def test_customers_of_who_left_are_left_out_unless_another_follows_them(preview: Callable[..., Any]) -> None:
    before = preview()
    with db.transaction() as session:
        lin = session.scalars(select(Member).where(Member.userid == "lin")).one()
        lin.left_at = app_clock.now()
        hers = select(Follow.customer_id).where(Follow.member_id == lin.id)
        shared = session.scalars(
            select(Follow.customer_id).where(Follow.customer_id.in_(hers), Follow.member_id != lin.id)
        ).all()
        count = len(set(session.scalars(hers))) - len(set(shared))
    after = preview()
    assert left_out(after)["sender_inactive"] == count > 0
    assert after["matching"] == before["matching"]
    assert "lin" not in {each["userid"] for each in after["by_sender"]}


def test_the_last_to_write_is_asked_not_the_last_to_be_added(preview: Callable[..., Any]) -> None:
    with db.transaction() as session:
        rows = session.execute(select(Follow.customer_id, Follow.member_id, Follow.added_at, Follow.userid)).all()
        by_customer: dict[int, list[Any]] = {}
        for row in rows:
            by_customer.setdefault(row.customer_id, []).append(row)
        pair = next(sorted(each, key=lambda row: row.added_at) for each in by_customer.values() if len(each) == 2)
        earlier, later = pair
    with db.transaction() as session:
        record_event(session, earlier.customer_id, "message_handed", member_id=earlier.member_id)
    counts = {each["userid"]: each["count"] for each in preview()["by_sender"]}
    with db.transaction() as session:
        record_event(
            session,
            later.customer_id,
            "message_handed",
            member_id=later.member_id,
            at=app_clock.now() + timedelta(seconds=1),
        )
    moved = {each["userid"]: each["count"] for each in preview()["by_sender"]}
    assert moved[later.userid] == counts.get(later.userid, 0) + 1
    assert moved[earlier.userid] == counts[earlier.userid] - 1


def test_nobody_gets_more_than_the_month_allows(
    preview: Callable[..., Any], begin: Begin, run_jobs: RunJobs, shop: Simulator
) -> None:
    """Tasks that may still be confirmed count like what was sent. Sabotage: count only `sent`."""
    begin().approved()
    run_jobs()
    with db.transaction() as session:
        some = session.scalars(select(Recipient)).first()
        assert some is not None
        known = session.scalars(select(MassMessage)).one()
        for number in range(receive_cap(app_clock.now()).most - 1):
            earlier = MassMessage(
                **{
                    column.name: getattr(known, column.name)
                    for column in MassMessage.__table__.columns
                    if column.name != "id"
                }
            )
            earlier.title = f"{number}"
            session.add(earlier)
            session.flush()
            session.add(
                Recipient(
                    mass_message_id=earlier.id,
                    customer_id=some.customer_id,
                    member_id=some.member_id,
                    number=0,
                    state="sent" if number % 2 else "unsent",
                    sent_at=app_clock.now() if number % 2 else None,
                )
            )
    assert left_out(preview()) == {"over_cap": 1}


def test_more_customers_than_a_task_holds_make_several(begin: Begin, run_jobs: RunJobs, shop: Simulator) -> None:
    """Sabotage: divide with rounding, and both halves are the same size."""
    campaign = begin().approved()
    with db.transaction() as session:
        lin = session.scalars(select(Member).where(Member.userid == "lin")).one()
        now = app_clock.now()
        crowd = [Customer(external_user_id=f"wmCROWD{number:024d}", name="客户") for number in range(10_000)]
        session.add_all(crowd)
        session.flush()
        session.add_all(
            Follow(
                customer_id=each.id,
                member_id=lin.id,
                userid="lin",
                added_at=now,
                synced_at=now,
                tag_ids=[GOLD],
                pending_fields=[],
            )
            for each in crowd
        )
    run_jobs()
    rows = campaign.author.get(f"{URL}/{campaign.id}/senders").json["items"]
    sizes = sorted(each["customers"] for each in rows if each["userid"] == "lin")
    assert (len(sizes), sizes[-1]) == (2, 10_000)
    assert WANG_JIE in {each for made in tasks(shop) for task in made.tasks.values() for each in task.receivers}


AUDIENCES = st.builds(
    Audience,
    store_ids=st.lists(st.integers(1, 50)).map(tuple),
    tag_ids_all=st.lists(st.text(max_size=5)).map(tuple),
    added_after=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(AUDIENCES, st.randoms())
def test_the_same_audience_has_the_same_hash_in_any_order(audience: Audience, random: Any) -> None:
    stores = list(audience.store_ids) * 2
    random.shuffle(stores)
    shuffled = Audience.from_json({**audience.as_json(), "store_ids": stores})
    assert content_hash("话", audience, None) == content_hash("话", shuffled, None)
    assert Audience.from_json(audience.as_json()).as_json() == audience.as_json()


@given(AUDIENCES, AUDIENCES)
def test_another_audience_has_another_hash(one: Audience, other: Audience) -> None:
    same = one.as_json() == other.as_json()
    assert (content_hash("话", one, None) == content_hash("话", other, None)) == same


def test_the_cap_counts_in_months_of_shanghai() -> None:
    """22:30 UTC on the last of January is February there."""
    moment = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)
    assert receive_cap(moment).most == 28
    assert receive_cap(moment).since == datetime(2026, 1, 31, 16, tzinfo=UTC)
    assert receive_cap(moment, "day").since == datetime(2026, 1, 31, 16, tzinfo=UTC)
    assert (receive_cap(moment, "week").most, receive_cap(moment, "week").since.astimezone(UTC).day) == (7, 25)
