"""A draft is tried on each text where and when that text leaves; where nobody knows, it counts as inside."""

from uuid import uuid4

import pytest

from app import clock, db
from app.acquisition.models import ContactCode, WelcomeText
from app.campaigns.models import MassMessage, MessageState
from app.customers.models import Customer
from app.outbound.models import SendIntent, SendIntentPart
from app.scripts import actions as scripts
from app.scripts.models import Folder

WORD = "跳楼价"
SHANGHAI, NANJING_ROAD, XUHUI, TIANHE = 2, 11, 12, 21


@pytest.fixture
def found(keeper, draft, replay):
    """Called with what the word is limited to: what the replay finds, by title."""

    def tried(**fields):
        draft(WORD, **fields)
        done = replay()
        path = f"/api/lexicon/replays/{done['id']}/findings?page_size=100"
        return {each["title"]: each["assumed"] for each in keeper.get(path).json["items"]}

    return tried


@pytest.fixture
def stores(published):
    """Two stores have a welcome of their own."""
    with db.transaction() as session:
        for store in (NANJING_ROAD, TIANHE):
            session.add(
                WelcomeText(
                    store_id=store, text=WORD, brand="云裳", benefit="礼", updated_by="yun", updated_at=clock.now()
                )
            )


@pytest.fixture
def guides(published, lin, wang):
    """林晓 in 南京路店 and 王磊 elsewhere each have a code and put the word into a chat."""
    with db.transaction() as session:
        customer = Customer(external_user_id="wmX", name="王姐", synced_at=clock.now())
        session.add(customer)
        session.flush()
        for userid, member_id in (("lin", lin.member_id), ("wang", wang.member_id)):
            session.add(
                ContactCode(
                    state=userid,
                    member_id=member_id,
                    name=userid,
                    welcome_text=WORD,
                    life="live",
                    created_by="yun",
                    created_at=clock.now(),
                )
            )
            intent = SendIntent(
                press_id=uuid4(),
                member_id=member_id,
                entry="single",
                customer_id=customer.id,
                blanks={},
                was_edited=False,
                text_hash=b"",
                check={},
                created_at=clock.now(),
            )
            session.add(intent)
            session.flush()
            text = f"{userid}：{WORD}"
            session.add(SendIntentPart(intent_id=intent.id, index=0, type="text", text=text, state="handed"))


def message(yun, boss, title, *, state=MessageState.SCHEDULED, store_ids=(), send_at=None):
    row = MassMessage(
        title=title,
        text=WORD,
        audience={"store_ids": list(store_ids)},
        state=state,
        send_at=send_at,
        created_by_id=yun.member_id,
        created_at=clock.now(),
        updated_at=clock.now(),
        written_by=[yun.member_id],
    )
    if state == MessageState.SCHEDULED:
        row.approved_hash, row.decided_by_id = b"x", boss.member_id
    return row


def test_a_word_of_one_store_is_tried_on_that_stores_texts(stores, found):
    """Sabotage: leave `departments` out of `texts._welcomes`."""
    assert found(scope={"store": [str(NANJING_ROAD)]}) == {"欢迎语（上海南京路店）": []}


def test_a_word_of_the_region_is_tried_on_its_stores(stores, found):
    assert set(found(scope={"store": [str(SHANGHAI)]})) == {"欢迎语（上海南京路店）"}


def test_what_one_guide_sends_is_tried_in_their_store_and_role(guides, found, keeper):
    """Sabotage: leave `sender` out of `texts._handed`."""
    by_title = found(scope={"store": [str(NANJING_ROAD), str(XUHUI)], "role": ["guide"]})
    assert by_title == {"渠道码「lin」的欢迎语": [], "侧边栏发送": []}


def test_what_nobody_knows_of_a_text_counts_as_inside_and_is_said(published, yun, found):
    """A script belongs to no store: whoever opens it there is stopped."""
    with db.transaction() as session:
        folder = Folder(name="活动")
        session.add(folder)
        session.flush()
        parts = [{"type": "text", "text": WORD}]
        scripts.add_script(session, yun, {"folder_id": folder.id, "title": "开场", "parts": parts})
    scope = {"store": [str(TIANHE)], "role": ["guide"], "channel": ["sidebar"]}
    assert found(scope=scope) == {"话术「开场」": ["门店", "角色"]}


def test_a_mass_message_is_of_the_stores_that_it_is_for(published, yun, boss, found):
    with db.transaction() as session:
        for each in (
            message(yun, boss, "上海", store_ids=[SHANGHAI]),
            message(yun, boss, "天河", store_ids=[TIANHE]),
            message(yun, boss, "大家"),
            message(yun, boss, "草稿", store_ids=[TIANHE], state=MessageState.DRAFT),
        ):
            session.add(each)
    assert found(scope={"store": [str(NANJING_ROAD)]}) == {
        "群发「上海」": [],
        "群发「大家」": ["门店"],
        "群发「草稿」": ["门店"],
    }


def test_a_word_that_begins_next_week_does_not_look_harmless(stores, found):
    """Sabotage: let `Lists.judge` try today alone."""
    later = clock.now().date().replace(year=clock.now().year + 1)
    assert set(found(valid_from=later.isoformat())) == {"欢迎语（上海南京路店）", "欢迎语（广州天河店）"}


def test_a_message_of_next_year_is_tried_by_the_list_of_next_year(published, yun, boss, found):
    """The word ends before it leaves."""
    now = clock.now()
    with db.transaction() as session:
        for title, send_at in (("今天", now), ("明年", now.replace(year=now.year + 1))):
            session.add(message(yun, boss, title, send_at=send_at))
    assert set(found(valid_until=f"{now.year}-12-31")) == {"群发「今天」"}
