"""The believable shop of `make run`: synced from the simulator, with roles, words, scripts. Twice is harmless."""

import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from app.acquisition import actions as acquisition
from app.acquisition import queries
from app.acquisition.models import WelcomeText
from app.compliance import actions as compliance
from app.compliance import queries as words
from app.db import transaction
from app.outbox import enqueue
from app.scripts import packs as scripts
from app.scripts import queries as script_queries
from app.scripts.actions import save_store_details
from app.staff import actions as staff
from app.staff import queries as people
from app.sync_runs import actions as runs
from app.sync_runs.models import Kind, RunState, SyncRun
from app.viewer import Role, Viewer
from scripts_library import starter_pack

ROLES = {"he": Role.COMPLIANCE, "yun": Role.OPERATOR, "boss": Role.ADMIN}
PATIENCE_SECONDS = 120

WELCOME = (
    "{称呼}您好，我是{品牌名}{门店名}的{导购名}，很高兴认识您。"
    "先送您{见面礼}，到店报手机号就能用。想看通勤、休闲还是约会的衣服？回我一个词，我先给您挑几套。"
)


STORES = {
    1: {"brand": "云裳", "address": "", "phone": "", "opening_hours": "10:00–22:00"},
    11: {"brand": "", "address": "南京东路 100 号 2 层", "phone": "021-5550-0111", "opening_hours": ""},
    12: {"brand": "", "address": "肇嘉浜路 200 号 1 层", "phone": "021-5550-0112", "opening_hours": ""},
    21: {"brand": "", "address": "天河路 300 号 3 层", "phone": "020-5550-0121", "opening_hours": ""},
    22: {
        "brand": "",
        "address": "福华三路 400 号 1 层",
        "phone": "0755-5550-0122",
        "opening_hours": "10:00–21:30",
    },
}
"""By department; what a store leaves empty comes from above."""


def seed(say: Callable[[str], None]) -> None:
    """
    The last step marks the whole as done: a start that was interrupted goes on, a later one is quick.

    :raises TimeoutError: if the workers do not get through the syncs.
    """
    if _is_seeded():
        say("演示数据已在，直接启动")
        return
    for kind in (Kind.STAFF, Kind.TAGS, Kind.CUSTOMERS, Kind.GROUPS):
        done = sync(kind, started_by="demo")
        say(f"已同步{NAMES[kind]}：{done} 项")
        if kind is Kind.STAFF:
            _grant_roles()
    with transaction() as session:
        _write_content(session, _viewer(session, "boss"))
    say("角色、词库、话术和欢迎语已就绪")


def _is_seeded() -> bool:
    with transaction() as session:
        return session.get(WelcomeText, queries.CORP) is not None


NAMES = {Kind.STAFF: "通讯录", Kind.TAGS: "客户标签", Kind.CUSTOMERS: "客户", Kind.GROUPS: "客户群"}


def sync(kind: Kind, *, started_by: str, progress: Callable[[SyncRun], None] | None = None) -> int:
    """
    Start a full sync and wait for the workers to finish it.

    :returns: how many things were read.
    :raises TimeoutError: if nothing moves for two minutes.
    """
    with transaction() as session:
        run_id = runs.start(session, kind, started_by=started_by)[0].id
    moved, heard = time.monotonic(), None
    while time.monotonic() - moved < PATIENCE_SECONDS:
        with transaction() as session:
            run = session.get_one(SyncRun, run_id)
            if run.state != RunState.RUNNING:
                break
            if run.heard_at != heard:
                moved, heard = time.monotonic(), run.heard_at
            if progress:
                progress(run)
        time.sleep(0.1)
    else:
        raise TimeoutError(f"同步{NAMES[kind]}两分钟没有进展：后台进程（worker、relay）在运行吗？")
    if run.state != RunState.DONE:
        raise RuntimeError(run.error or f"同步{NAMES[kind]}没有完成（{run.state}）")
    return run.done


def _grant_roles() -> None:
    with transaction() as session:
        for userid, role in ROLES.items():
            member = people.member_by_userid(session, userid)
            if member is not None:
                staff.grant_role(session, "demo", member, role)


def _viewer(session: Session, userid: str) -> Viewer:
    member = people.member_by_userid(session, userid)
    if member is None:
        raise LookupError(f"the shop has nobody called {userid}")
    return people.viewer_for(session, member)


def _write_content(session: Session, boss: Viewer) -> None:
    if words.newest_version(session) is None:
        compliance.seed(session, boss)
        session.flush()
    if not script_queries.any_exists(session):
        scripts.import_pack(session, boss, starter_pack())
    for department_id, details in STORES.items():
        save_store_details(session, boss, department_id, details)
    if session.get(WelcomeText, queries.CORP) is None:
        acquisition.save_text(
            session,
            boss,
            store_id=queries.CORP,
            text=WELCOME,
            brand="云裳",
            benefit="一张满 199 减 30 元的见面券",
            confirmed_reason=None,
        )
    enqueue(session, "acquisition.sync_codes", key="demo:contact-codes")
