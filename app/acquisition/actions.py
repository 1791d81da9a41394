"""Making and ending codes, saving welcome texts, writing down what became of a welcome."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.acquisition import wording
from app.acquisition.models import CodeState, ContactCode, Welcome, WelcomeResult, WelcomeText
from app.acquisition.queries import Chosen
from app.audit.actions import record
from app.compliance import checks
from app.compliance.clearing import ClearedText
from app.customers.events import record_event
from app.customers.mirror import ensure_customer
from app.customers.wording import cleared
from app.outbox import enqueue
from app.staff.models import Member
from app.staff.queries import MAY_NOT_WORK, member_by_userid, with_role
from app.viewer import Role, Viewer
from app.wecom.calls.contact_ways import ContactWay


def add_code(
    session: Session, viewer: Viewer, member: Member, *, name: str, welcome_text: str | None
) -> ContactCode:
    """The row now, the code a moment later: a job asks WeCom for it."""
    _cleared_name(session, name, on_behalf_of=viewer.userid, subject="contact_code")
    code = ContactCode(
        state=f"gd{secrets.token_hex(8)}",
        member_id=member.id,
        name=name,
        welcome_text=_own_text(session, viewer, welcome_text),
        life=CodeState.CREATING,
        created_by=viewer.userid,
        created_at=clock.now(),
    )
    session.add(code)
    session.flush()
    enqueue(session, "acquisition.create_code", key=f"contact-code:{code.id}", code_id=code.id)
    record(
        session, viewer, "contact_code.added", subject=f"contact_code:{code.id}", member=member.userid, name=name
    )
    return code


def edit_code(
    session: Session, viewer: Viewer, code: ContactCode, *, name: str | None, welcome_text: str | None
) -> None:
    """
    :param welcome_text: empty to go back to the store's text; None leaves it.
    """
    if name is not None:
        code.name = name
    if welcome_text is not None:
        code.welcome_text = _own_text(session, viewer, welcome_text or None)
    record(session, viewer, "contact_code.edited", subject=f"contact_code:{code.id}", name=code.name)


def end_code(session: Session, viewer: Viewer, code: ContactCode) -> None:
    """Nobody can scan it any more; customers who did keep its name as their source."""
    code.life, code.ended_at = CodeState.ENDED, clock.now()
    if code.config_id:
        _delete_in_wecom(session, code)
    record(session, viewer, "contact_code.ended", subject=f"contact_code:{code.id}", name=code.name)


def made(session: Session, code_id: int, *, config_id: str, qr_code: str) -> None:
    """WeCom made it. Was it ended meanwhile, WeCom is told to delete it: nobody shall scan it."""
    code = session.get_one(ContactCode, code_id, with_for_update={"key_share": True}, populate_existing=True)
    code.config_id, code.qr_code, code.error = config_id, qr_code, None
    if code.life == CodeState.ENDED:
        _delete_in_wecom(session, code)
    else:
        code.life = CodeState.LIVE


def not_made(session: Session, code_id: int, error: str) -> None:
    """
    :param error: why, in Chinese. An ended code stays ended, and one that was found meanwhile stays alive.
    """
    code = session.get_one(ContactCode, code_id, with_for_update={"key_share": True}, populate_existing=True)
    if code.life == CodeState.CREATING and code.config_id is None:
        code.life, code.error = CodeState.FAILED, error


def _delete_in_wecom(session: Session, code: ContactCode) -> None:
    enqueue(session, "acquisition.delete_code", key=f"contact-code-end:{code.id}", code_id=code.id)


def take_over(session: Session, way: ContactWay, member: Member) -> None:
    """A code that WeCom has: one of ours that got no answer, or one made elsewhere."""
    ours = session.scalar(select(ContactCode.id).where(ContactCode.state == way.state))
    if ours is not None:
        made(session, ours, config_id=way.config_id, qr_code=way.qr_code)
        return
    session.execute(
        insert(ContactCode)
        .values(
            state=way.state,
            config_id=way.config_id,
            qr_code=way.qr_code,
            life=CodeState.LIVE,
            member_id=member.id,
            name=way.remark or way.state,
            created_by="wecom",
            created_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=[ContactCode.state])
    )


def save_text(
    session: Session,
    viewer: Viewer,
    *,
    store_id: int,
    text: str,
    brand: str,
    benefit: str,
    confirmed_reason: str | None,
) -> None:
    """
    :raises Invalid: if it does not introduce brand, guide and benefit, or has blanks.
    :raises Blocked, NeedsConfirmation, CheckUnavailable: by the word filter.
    """
    sample = {"品牌名": brand, "见面礼": benefit, "导购名": "导购", "门店名": "门店"}
    passed = _checked(session, viewer, text, whole=True, reason=confirmed_reason, sample=sample)
    values = {
        "text": text,
        "brand": brand,
        "benefit": benefit,
        "confirmed_reason": confirmed_reason,
        "confirmed_for": sorted(passed.confirmed),
        "updated_by": viewer.userid,
        "updated_at": clock.now(),
    }
    session.execute(
        insert(WelcomeText)
        .values(store_id=store_id, **values)
        .on_conflict_do_update(index_elements=[WelcomeText.store_id], set_=values)
    )
    record(session, viewer, "welcome.saved", subject=f"welcome:{store_id}", brand=brand, benefit=benefit)


def remove_text(session: Session, viewer: Viewer, text: WelcomeText) -> None:
    session.delete(text)
    record(session, viewer, "welcome.removed", subject=f"welcome:{text.store_id}")


def settle_welcome(
    session: Session,
    *,
    code_hash: bytes,
    member: Member,
    external_user_id: str,
    state: str,
    result: WelcomeResult,
    errcode: int | None,
    happened_at: datetime,
) -> None:
    """Once for each code, with a line in the customer's timeline when something reached them."""
    customer = ensure_customer(session, external_user_id)
    session.execute(
        insert(Welcome)
        .values(
            code_hash=code_hash,
            member_id=member.id,
            customer_id=customer.id,
            state=state,
            result=result,
            errcode=errcode,
            happened_at=happened_at,
            settled_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=[Welcome.code_hash])
    )
    if result == WelcomeResult.SENT:
        record_event(
            session,
            customer.id,
            "welcomed",
            member_id=member.id,
            key=f"welcome:{code_hash.hex()}",
            title="欢迎语已发出",
            detail="",
        )


def have_keeper_told(session: Session, chosen: Chosen) -> None:
    """
    Whoever answers for a text that could not leave hears of it: once for each text and list, however many
    customers were not welcomed. If they are gone, those who may write another one.
    """
    version = checks.version_in_force(session)
    keeper = member_by_userid(session, chosen.kept_by)
    works_here = keeper is not None and keeper.left_at is None and keeper.status not in MAY_NOT_WORK
    for userid in [chosen.kept_by] if works_here else with_role(session, Role.OPERATOR):
        key = f"acquisition.tell_keeper:{chosen.edition}:{version}:{userid}"
        enqueue(
            session, "acquisition.tell_keeper", key=key, edition=chosen.edition, version=version, userid=userid
        )


def cleared_name(session: Session, code: ContactCode) -> ClearedText:
    """
    What WeCom is told of the code: members see it there.

    :raises Blocked, CheckUnavailable: by the word filter.
    """
    return _cleared_name(session, code.name, on_behalf_of=code.created_by, subject=f"contact_code:{code.id}")


def _cleared_name(session: Session, name: str, *, on_behalf_of: str, subject: str) -> ClearedText:
    texts = {"name": name}
    return cleared(session, texts, channel="remark", on_behalf_of=on_behalf_of, subject=subject)["name"]


def hash_of(welcome_code: str) -> bytes:
    return hashlib.sha256(welcome_code.encode()).digest()


def _own_text(session: Session, viewer: Viewer, text: str | None) -> str | None:
    """A code's own text as it came, once it is clear that it can be sent."""
    if text is not None:
        _checked(session, viewer, text, whole=False, reason=None, sample={})
    return text


def _checked(
    session: Session, viewer: Viewer, text: str, *, whole: bool, reason: str | None, sample: dict[str, str]
) -> checks.Passed:
    """What will be filled in is checked with the text."""
    wording.check_text(text, whole=whole)
    shown = wording.filled(text, {**sample, "称呼": "朋友"}) or text
    return checks.passed(
        session, shown, channel="welcome", on_behalf_of=viewer.userid, subject="welcome", confirmed_reason=reason
    )
