"""Signing in through WeCom, and what the console asks about members, stores and roles."""

from collections.abc import Sequence

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app import clock
from app.config import origin_of, settings
from app.db import transaction
from app.errors import Invalid
from app.http import PUBLIC, route
from app.staff import actions, pages, queries, sessions, signing_in
from app.staff.models import Member
from app.staff.schemas import (
    MemberList,
    MembersQuery,
    MemberView,
    ReturnQuery,
    RolesBody,
    StartQuery,
    StoreList,
    StoreRef,
    StoreView,
)
from app.viewer import EVERY_ROLE, HEAD_OFFICE, Role, Viewer
from app.wecom.calls import contacts, oauth
from app.wecom.client import wecom
from app.wecom.errcodes import NO_SUCH_MEMBER
from app.wecom.errors import Refused, WeComError

blueprint = Blueprint("staff", __name__)

SIGNING_IN = PUBLIC("nobody is signed in yet; WeCom says who it is")


def viewer_of_request() -> Viewer | None:
    """Who holds the session of this request, with roles and scope as they are now."""
    token = request.cookies.get(signing_in.session_cookie(settings()))
    if not token:
        return None
    with transaction() as session:
        member = sessions.member_of(session, token)
        return queries.viewer_for(session, member) if member else None


@route(blueprint, "GET", "/api/sign-in/start", may=SIGNING_IN, query=StartQuery)
def start(query: StartQuery) -> Response:
    """To WeCom: silently inside its client, by its QR page in another browser."""
    known = settings()
    begun = signing_in.begin(query.next, clock.now())
    inside = signing_in.is_inside_wecom(request.headers.get("User-Agent", ""), begun.next)
    back = f"{_our_origin()}/api/sign-in/callback"
    if inside:
        url = oauth.authorize_url(known.authorize_url, wecom(), redirect_uri=back, state=begun.state)
    else:
        url = oauth.web_login_url(known.web_login_url, wecom(), redirect_uri=back, state=begun.state)
    answer = _to(url)
    answer.set_cookie(
        signing_in.state_cookie(known, begun.state),
        signing_in.as_cookie(begun),
        max_age=int(signing_in.STATE_LIVES.total_seconds()),
        httponly=True,
        secure=signing_in.is_secure(known),
        samesite="Lax",
        path="/",
    )
    return answer


@route(blueprint, "GET", "/api/sign-in/callback", may=SIGNING_IN, query=ReturnQuery)
def come_back(query: ReturnQuery) -> Response:
    """From WeCom: the code is exchanged once, and only for the browser that began it."""
    begun = _begun_here(query.state)
    if begun is None:
        return pages.stopped(
            400,
            "登录没有完成",
            "这次登录不是从这个浏览器开始的，或已超过 5 分钟。请重新登录。",
            next_page=signing_in.HOME,
        )
    with transaction() as session:
        first_time = sessions.use_state(session, query.state)
    if not first_time or not query.code:
        return pages.stopped(400, "登录没有完成", "这次登录已经用过了，请重新登录。", next_page=begun.next)
    try:
        userid = oauth.userinfo(wecom(), query.code).userid
        known = _member_named(userid)
    except WeComError as error:
        return pages.stopped(error.status, "没能登录", error.message, next_page=begun.next)
    if known is None:
        return pages.stopped(
            403,
            "你还不能使用导购台",
            "只有本企业的在职成员，并且在这个应用的可见范围内，才能使用。请把这一页发给企业微信管理员。",
            next_page=begun.next,
        )
    return _signed_in(known, begun)


def _begun_here(state: str) -> signing_in.Begun | None:
    if not signing_in.is_state(state):
        return None
    kept = request.cookies.get(signing_in.state_cookie(settings(), state), "")
    return signing_in.from_cookie(kept, state, clock.now())


def _member_named(userid: str) -> Member | None:
    """The member, read from WeCom if they joined after the last sync. None for everybody else."""
    if not userid:
        return None
    with transaction() as session:
        known = queries.member_by_userid(session, userid)
        if known is not None and known.main_department_id is not None:
            return known if known.left_at is None and known.status not in queries.MAY_NOT_WORK else None
    try:
        given = contacts.user_get(wecom().for_a_person(), userid)
    except Refused as refused:
        if refused.errcode in NO_SUCH_MEMBER:
            return None
        raise
    with transaction() as session:
        actions.upsert_member(session, given)
        known = queries.member_by_userid(session, userid)
    return known if known and known.status not in queries.MAY_NOT_WORK else None


def _signed_in(member: Member, begun: signing_in.Begun) -> Response:
    known = settings()
    cookie = signing_in.session_cookie(known)
    with transaction() as session:
        token = sessions.begin(session, member, replacing=request.cookies.get(cookie))
    answer = _to(begun.next)
    secure = signing_in.is_secure(known)
    answer.set_cookie(cookie, token, httponly=True, secure=secure, samesite="Lax", path="/")
    answer.delete_cookie(
        signing_in.state_cookie(known, begun.state), httponly=True, secure=secure, samesite="Lax", path="/"
    )
    return answer


def _our_origin() -> str:
    """Where the browser found us, if that is an address of ours; WeCom sends the code nowhere else."""
    origin = origin_of(request.host_url)
    return origin if origin in settings().origins else settings().public_url.rstrip("/")


def _to(url: str) -> Response:
    answer = Response(status=302)
    answer.headers["Location"] = url
    answer.autocorrect_location_header = False
    return answer


@route(blueprint, "POST", "/api/sign-out", may=EVERY_ROLE)
def sign_out(_viewer: Viewer) -> Response:
    """End this browser's session."""
    known = settings()
    cookie = signing_in.session_cookie(known)
    with transaction() as session:
        sessions.end(session, request.cookies.get(cookie, ""))
    answer = Response(status=204)
    answer.delete_cookie(cookie, httponly=True, secure=signing_in.is_secure(known), samesite="Lax", path="/")
    return answer


@route(
    blueprint,
    "GET",
    "/api/staff/members",
    may=HEAD_OFFICE | {Role.STORE_MANAGER},
    query=MembersQuery,
    answer=MemberList,
)
def list_members(viewer: Viewer, query: MembersQuery) -> MemberList:
    """The members a manager is responsible for, or all."""
    with transaction() as session:
        store_ids = queries.store_tree(session, query.store_id) if query.store_id is not None else None
        found = queries.search(
            viewer, text=query.q, store_ids=store_ids, role=query.role, with_left=query.with_left
        )
        members, total = queries.page(session, found, offset=query.offset, limit=query.page_size)
        return MemberList(items=_views(session, members), total=total)


@route(
    blueprint,
    "PUT",
    "/api/staff/members/<userid>/roles",
    may={Role.ADMIN},
    body=RolesBody,
    answer=MemberView,
)
def set_roles(viewer: Viewer, body: RolesBody, userid: str) -> MemberView:
    """Grant exactly these roles; recorded."""
    wanted = frozenset(body.roles)
    if not wanted <= actions.GRANTABLE:
        raise Invalid(
            "导购和店长由企业微信里的部门和负责人决定，不能在这里授予。",
            fields={"roles": "只能选合规、运营、系统管理员"},
        )
    with transaction() as session:
        member = queries.get_member(session, viewer, userid)
        if wanted and member.left_at is not None:
            raise Invalid("这位成员已离职，不能授予角色。", fields={"roles": "成员已离职"})
        actions.set_roles(session, viewer, member, wanted)
        return _views(session, [member])[0]


@route(blueprint, "GET", "/api/staff/stores", may=HEAD_OFFICE | {Role.STORE_MANAGER}, answer=StoreList)
def list_stores(viewer: Viewer) -> StoreList:
    """The departments in the viewer's scope, as a flat tree."""
    with transaction() as session:
        guides = queries.guides_per_department(session)
        return StoreList(
            items=[
                StoreView(
                    id=each.id,
                    name=each.name,
                    parent_id=each.parent_id,
                    guides=guides.get(each.id, 0),
                    is_store=guides.get(each.id, 0) > 0,
                )
                for each in session.scalars(queries.departments_visible_to(viewer))
            ]
        )


def _views(session: Session, members: Sequence[Member]) -> list[MemberView]:
    ids = [member.id for member in members]
    stores, granted, leaders = (
        queries.stores_of(session, ids),
        queries.granted_roles(session, ids),
        queries.leaders(session, ids),
    )
    return [
        MemberView(
            userid=each.userid,
            name=each.name,
            alias=each.alias,
            position=each.position,
            avatar=each.avatar,
            stores=[StoreRef(id=store.id, name=store.name) for store in stores.get(each.id, [])],
            roles=sorted(
                {Role.GUIDE}
                | ({Role.STORE_MANAGER} if each.id in leaders else set())
                | granted.get(each.id, set())
            ),
            granted_roles=sorted(granted.get(each.id, set())),
            serves_customers=each.serves_customers,
            is_active=each.left_at is None and each.status not in queries.MAY_NOT_WORK,
            left_at=each.left_at,
            synced_at=each.synced_at,
        )
        for each in members
    ]
