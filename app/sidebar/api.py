"""What the sidebar asks when it opens: who I am, a JS-SDK signature, the card of the open customer."""

import redis
from flask import Blueprint

from app import clock
from app.audit.actions import record
from app.config import settings
from app.customers import queries
from app.db import transaction
from app.errors import NotFound, TooMany
from app.http import route
from app.outbox import enqueue
from app.sidebar.card import card, history
from app.sidebar.schemas import (
    Card,
    JsSdk,
    Me,
    SignatureQuery,
    SignatureView,
    SyncAsked,
    Timeline,
    TimelineQuery,
)
from app.staff.models import Member
from app.staff.queries import stores_of
from app.staff.schemas import StoreRef
from app.valkey import valkey
from app.viewer import EVERY_ROLE, HEAD_OFFICE, Role, Viewer
from app.wecom import jssdk
from app.wecom.client import wecom

blueprint = Blueprint("sidebar", __name__)

SIGNATURES_PER_MINUTE = 30
SYNC_SECONDS = 30
CONSOLE = HEAD_OFFICE | {Role.STORE_MANAGER}


@route(blueprint, "GET", "/api/me", may=EVERY_ROLE, answer=Me)
def me(viewer: Viewer) -> Me:
    """Who is signed in, with what rights."""
    with transaction() as session:
        member = session.get_one(Member, viewer.member_id)
        stores = stores_of(session, [viewer.member_id]).get(viewer.member_id, [])
    return Me(
        member_id=viewer.member_id,
        userid=viewer.userid,
        name=viewer.name,
        avatar=member.avatar,
        roles=sorted(viewer.roles),
        stores=[StoreRef(id=each.id, name=each.name) for each in stores],
        sees_all_stores=viewer.sees_all_stores,
        corp_id=settings().wecom_corp_id,
        agent_id=settings().wecom_agent_id,
        pages=["sidebar", "console"] if viewer.has(*CONSOLE) else ["sidebar"],
    )


@route(blueprint, "GET", "/api/sidebar/js-sdk", may=EVERY_ROLE, query=SignatureQuery, answer=JsSdk)
def js_sdk(viewer: Viewer, query: SignatureQuery) -> JsSdk:
    """Both signatures for one of our own pages."""
    known = settings()
    page = jssdk.signable(query.url, known.origins)
    _count_signature(viewer)
    client = wecom()
    return JsSdk(
        corp_id=known.wecom_corp_id,
        agent_id=known.wecom_agent_id,
        config=SignatureView.model_validate(jssdk.config_signature(client, page, origins=known.origins)),
        agent_config=SignatureView.model_validate(
            jssdk.agent_config_signature(client, page, origins=known.origins)
        ),
    )


def _count_signature(viewer: Viewer) -> None:
    """
    :raises TooMany: beyond what a person can open in a minute.
    """
    key = f"guidedesk:js-sdk:{viewer.userid}:{int(clock.now().timestamp()) // 60}"
    try:
        with valkey().pipeline() as together:
            together.incr(key)
            together.expire(key, 120)
            count = together.execute()[0]
    except redis.RedisError:
        return  # the signature itself costs nothing; the tickets have limits of their own
    if count > SIGNATURES_PER_MINUTE:
        raise TooMany("打开得太频繁了，请一分钟后再试。", retry_after_seconds=60)


@route(blueprint, "GET", "/api/sidebar/customers/<external_user_id>", may=EVERY_ROLE, answer=Card)
def open_card(viewer: Viewer, external_user_id: str) -> Card:
    """Everything the sidebar shows about the open customer."""
    with transaction() as session:
        return card(session, viewer, external_user_id)


@route(
    blueprint,
    "GET",
    "/api/sidebar/customers/<external_user_id>/timeline",
    may=EVERY_ROLE,
    query=TimelineQuery,
    answer=Timeline,
)
def older_history(viewer: Viewer, query: TimelineQuery, external_user_id: str) -> Timeline:
    """Further lines of the timeline."""
    with transaction() as session:
        customer = queries.get(session, viewer, external_user_id)
        return history(session, viewer, customer, before=query.before)


@route(
    blueprint,
    "POST",
    "/api/sidebar/customers/<external_user_id>/sync",
    may=EVERY_ROLE,
    answer=SyncAsked,
    status=202,
)
def sync_now(viewer: Viewer, external_user_id: str) -> SyncAsked:
    """Read this customer from WeCom again, once in half a minute."""
    if not external_user_id.isascii() or len(external_user_id) > 64:
        raise NotFound
    slot = int(clock.now().timestamp()) // SYNC_SECONDS
    with transaction() as session:
        job_id = enqueue(
            session,
            "customers.contact_changed",
            key=f"sync-now:{external_user_id}:{slot}",
            order_key=f"contact:{external_user_id}",
            userid=viewer.userid,
            external_user_id=external_user_id,
        )
    if job_id is None:
        raise TooMany("刚刚已经在同步了，请稍等半分钟。", retry_after_seconds=SYNC_SECONDS)
    return SyncAsked(job_id=job_id)


@route(blueprint, "GET", "/api/customers/<external_user_id>", may=CONSOLE, answer=Card)
def open_file(viewer: Viewer, external_user_id: str) -> Card:
    """The same card for the console, read-only; that it was opened is recorded."""
    with transaction() as session:
        queries.get(session, viewer, external_user_id)
        found = card(session, viewer, external_user_id)
        record(session, viewer, "customer.opened", subject=f"customer:{external_user_id}")
        return found
