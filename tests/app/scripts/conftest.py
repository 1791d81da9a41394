"""The starter pack in the library, a published list, and 林晓's customer 王姐."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection

from app import clock as app_clock
from app import db
from app.customers.models import Customer, Follow, WriteState
from app.scripts import actions
from app.tags.models import Tag, TagGroup
from app.viewer import Viewer
from scripts_library import starter_pack
from tests.support import words

WANG_JIE = "wmWangJie0000000000000000000001"


@pytest.fixture
def library(database: Connection, yun: Viewer) -> None:
    words.publish()
    with db.transaction() as session:
        actions.import_pack(session, yun, starter_pack())


@pytest.fixture
def customer_with(database: Connection, lin: Viewer) -> Callable[..., None]:
    """Called with a remark and a nickname: 王姐, followed by 林晓 for so many days, with a gold card."""

    def made(remark: str = "王姐 M码", name: str = "小鹿", days: int = 1) -> None:
        now = app_clock.now()
        with db.transaction() as session:
            session.add(TagGroup(id="etLevel", name="会员等级", synced_at=now))
            session.flush()
            session.add(Tag(id="etGold", group_id="etLevel", name="金卡", synced_at=now))
            customer = Customer(external_user_id=WANG_JIE, name=name, synced_at=now)
            session.add(customer)
            session.flush()
            session.add(
                Follow(
                    customer_id=customer.id,
                    member_id=lin.member_id,
                    userid=lin.userid,
                    remark=remark,
                    added_at=now - timedelta(days=days),
                    tag_ids=["etGold"],
                    synced_at=now,
                    write_state=WriteState.SYNCED,
                    tag_write_state=WriteState.SYNCED,
                )
            )

    return made


@pytest.fixture
def guide(sign_in: Callable[[str], FlaskClient], library: None) -> FlaskClient:
    return sign_in("lin")


@pytest.fixture
def editor(sign_in: Callable[[str], FlaskClient], library: None) -> FlaskClient:
    return sign_in("yun")
