"""Which text welcomes whom; the codes a person may see."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.acquisition.models import CodeState, ContactCode, WelcomeText
from app.customers.models import Customer
from app.errors import NotFound
from app.staff.models import Department, Member
from app.staff.queries import seen_by
from app.viewer import Viewer

CORP = 0


@dataclass(frozen=True)
class Chosen:
    """
    :param values: for the variables of `text`.
    :param confirmed_for: what the reason was given for.
    :param kept_by: the userid of who answers for the text.
    :param edition: names the text as it stands; another one once it is saved again.
    """

    text: str
    values: Mapping[str, str]
    confirmed_reason: str | None
    confirmed_for: Sequence[str]
    kept_by: str
    edition: str


def welcome_for(session: Session, member: Member, external_user_id: str, state: str) -> Chosen | None:
    """The code's own text, else the store's, else the corp's; None if nobody wrote one."""
    texts = {
        each.store_id: each
        for each in session.scalars(
            select(WelcomeText).where(WelcomeText.store_id.in_((CORP, member.main_department_id or CORP)))
        )
    }
    general = texts.get(member.main_department_id or CORP) or texts.get(CORP)
    code = session.scalar(
        select(ContactCode).where(
            ContactCode.state == state, ContactCode.life == CodeState.LIVE, ContactCode.welcome_text.is_not(None)
        )
    )
    own = code.welcome_text if code else None
    if not own and general is None:
        return None
    store = session.get(Department, member.main_department_id) if member.main_department_id else None
    name = session.scalar(select(Customer.name).where(Customer.external_user_id == external_user_id)) or ""
    values = {
        "称呼": name,
        "昵称": name,
        "导购名": member.name,
        "门店名": store.name if store else "",
        "品牌名": general.brand if general else "",
        "见面礼": general.benefit if general else "",
    }
    if code is not None and own:
        # What was confirmed is the store's text; nobody was asked about the code's own.
        edition = hashlib.sha256(own.encode()).hexdigest()[:12]
        return Chosen(own, values, None, (), code.created_by, f"contact_code:{code.id}:{edition}")
    assert general is not None
    return Chosen(
        general.text,
        values,
        general.confirmed_reason,
        general.confirmed_for,
        general.updated_by,
        f"welcome:{general.store_id}:{general.updated_at.isoformat()}",
    )


def visible_to(viewer: Viewer) -> Select[ContactCode]:
    """Codes of the members the viewer may see."""
    return (
        select(ContactCode)
        .join(Member, Member.id == ContactCode.member_id)
        .where(seen_by(viewer), ContactCode.life != CodeState.ENDED)
        .order_by(ContactCode.id.desc())
    )


def get(session: Session, viewer: Viewer, code_id: int) -> ContactCode:
    """
    :raises NotFound: if there is none, or none that the viewer may see.
    """
    found = session.scalar(visible_to(viewer).where(ContactCode.id == code_id).with_for_update(of=ContactCode))
    if found is None:
        raise NotFound
    return found


def channel_names(session: Session, states: Sequence[str]) -> Mapping[str, str]:
    """The name of the code behind each `state`, ended ones too: customers stay when codes go."""
    rows = session.execute(select(ContactCode.state, ContactCode.name).where(ContactCode.state.in_(set(states))))
    return {row.state: row.name for row in rows}


def members_of(session: Session, codes: Sequence[ContactCode]) -> Mapping[int, Member]:
    wanted = {code.member_id for code in codes}
    return {each.id: each for each in session.scalars(select(Member).where(Member.id.in_(wanted)))}
