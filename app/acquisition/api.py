"""Contact codes for managers and operators; welcome texts for operators."""

from collections.abc import Mapping

from flask import Blueprint
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.acquisition import actions, queries, wording
from app.acquisition.models import ContactCode, WelcomeText
from app.acquisition.schemas import (
    CodeEdit,
    CodeList,
    CodeView,
    NewCode,
    StoreChoice,
    WelcomeEdit,
    WelcomeList,
    WelcomeView,
)
from app.db import transaction
from app.errors import NotFound
from app.http import Page, route
from app.staff.models import Member
from app.staff.queries import departments_visible_to, get_member, members_by_userid
from app.viewer import EVERY_ROLE, Role, Viewer

blueprint = Blueprint("acquisition", __name__)

MAY_MAKE_CODES = {Role.STORE_MANAGER, Role.OPERATOR, Role.ADMIN}
MAY_WRITE_WELCOMES = {Role.OPERATOR, Role.ADMIN}


@route(blueprint, "GET", "/api/contact-codes", may=EVERY_ROLE, query=Page, answer=CodeList)
def list_codes(viewer: Viewer, query: Page) -> CodeList:
    """Codes of oneself, one's store or all, newest first."""
    with transaction() as session:
        found = queries.visible_to(viewer)
        total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
        codes = session.scalars(found.offset(query.offset).limit(query.page_size)).all()
        members = queries.members_of(session, codes)
        return CodeList(items=[_view(code, members[code.member_id]) for code in codes], total=total)


@route(blueprint, "POST", "/api/contact-codes", may=MAY_MAKE_CODES, body=NewCode, answer=CodeView, status=201)
def add_code(viewer: Viewer, body: NewCode) -> CodeView:
    """Make a code for a guide; WeCom draws it a moment later."""
    with transaction() as session:
        member = get_member(session, viewer, body.userid)
        return _view(
            actions.add_code(session, viewer, member, name=body.name, welcome_text=body.welcome_text), member
        )


@route(blueprint, "PATCH", "/api/contact-codes/<int:code_id>", may=MAY_MAKE_CODES, body=CodeEdit, answer=CodeView)
def edit_code(viewer: Viewer, body: CodeEdit, code_id: int) -> CodeView:
    """Rename it or give it a welcome text of its own."""
    with transaction() as session:
        code = queries.get(session, viewer, code_id)
        actions.edit_code(session, viewer, code, name=body.name, welcome_text=body.welcome_text)
        return _view(code, session.get_one(Member, code.member_id))


@route(blueprint, "DELETE", "/api/contact-codes/<int:code_id>", may=MAY_MAKE_CODES)
def end_code(viewer: Viewer, code_id: int) -> None:
    """Nobody can scan it any more."""
    with transaction() as session:
        actions.end_code(session, viewer, queries.get(session, viewer, code_id))


@route(blueprint, "GET", "/api/welcome", may=MAY_WRITE_WELCOMES, answer=WelcomeList)
def list_welcomes(viewer: Viewer) -> WelcomeList:
    """The corp's text and those of stores, each with what a customer would read."""
    with transaction() as session:
        stores = {each.id: each.name for each in session.scalars(departments_visible_to(viewer))}
        texts = session.scalars(select(WelcomeText).order_by(WelcomeText.store_id)).all()
        authors = members_by_userid(session, {each.updated_by for each in texts})
        return WelcomeList(
            items=[_welcome_view(each, stores, authors) for each in texts],
            stores=[StoreChoice(id=number, name=name) for number, name in stores.items()],
        )


@route(blueprint, "PUT", "/api/welcome", may=MAY_WRITE_WELCOMES, body=WelcomeEdit, answer=WelcomeList)
def save_welcome(viewer: Viewer, body: WelcomeEdit) -> WelcomeList:
    """Save a text after the word filter has seen it."""
    with transaction() as session:
        if body.store_id != queries.CORP and not _exists(session, viewer, body.store_id):
            raise NotFound
        actions.save_text(session, viewer, **body.model_dump())
    return list_welcomes(viewer)


@route(blueprint, "DELETE", "/api/welcome/<int:store_id>", may=MAY_WRITE_WELCOMES)
def remove_welcome(viewer: Viewer, store_id: int) -> None:
    """The store goes back to the corp's text; without a text nobody is welcomed."""
    with transaction() as session:
        text = session.get(WelcomeText, store_id)
        if text is None:
            raise NotFound
        actions.remove_text(session, viewer, text)


def _exists(session: Session, viewer: Viewer, store_id: int) -> bool:
    return any(each.id == store_id for each in session.scalars(departments_visible_to(viewer)))


def _view(code: ContactCode, member: Member) -> CodeView:
    return CodeView(
        id=code.id,
        name=code.name,
        state=code.state,
        userid=member.userid,
        member_name=member.name,
        qr_code=code.qr_code,
        welcome_text=code.welcome_text,
        life=code.life,
        error=code.error,
        created_at=code.created_at,
    )


def _welcome_view(each: WelcomeText, stores: Mapping[int, str], authors: Mapping[str, Member]) -> WelcomeView:
    sample = {"称呼": "王姐", "导购名": "林晓", "品牌名": each.brand, "见面礼": each.benefit}
    store = stores.get(each.store_id, "全部门店")
    shown = store if each.store_id != queries.CORP else "南京路店"
    author = authors.get(each.updated_by)
    return WelcomeView(
        store_id=each.store_id,
        store_name=store,
        text=each.text,
        brand=each.brand,
        benefit=each.benefit,
        preview=wording.filled(each.text, {**sample, "门店名": shown}) or each.text,
        updated_by=author.name if author else each.updated_by,
        updated_at=each.updated_at,
    )
