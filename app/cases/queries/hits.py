"""Finding hits, and what stands around them."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from app.cases.models import CaseHit, Objection, ObjectionState
from app.compliance.models import Hit, LexiconEntry
from app.customers.models import Customer
from app.errors import NotFound
from app.groups.models import CustomerGroup
from app.staff.models import Department, Member
from app.staff.queries import in_stores, store_tree


def hits(
    session: Session,
    *,
    text: str | None = None,
    category: str | None = None,
    action: str | None = None,
    channel: str | None = None,
    outcome: str | None = None,
    entry_id: int | None = None,
    guides: Collection[str] = (),
    store_ids: Collection[int] = (),
    review: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Select[Hit]:
    """
    Newest first.

    :param text: part of the passage, the word, or the name or userid of who wrote it.
    :param guides: userids: hits of any of them.
    :param store_ids: departments: hits of anybody in them or below.
    :param review: one of `Review`, or `none` for what nobody has reviewed.
    """
    found = select(Hit)
    if text and text.strip():
        wanted = text.strip()
        people = select(Member.id).where(
            or_(Member.name.icontains(wanted, autoescape=True), Member.userid == wanted.lower())
        )
        passage, word = (
            Hit.passage.icontains(wanted, autoescape=True),
            Hit.word.icontains(wanted, autoescape=True),
        )
        found = found.where(or_(passage, word, Hit.member_id.in_(people)))
    for column, value in (
        (Hit.category, category),
        (Hit.action, action),
        (Hit.channel, channel),
        (Hit.outcome, outcome),
        (Hit.entry_id, entry_id),
    ):
        if value:
            found = found.where(column == value)
    if guides:
        wanted_people = {each.lower() for each in guides}
        found = found.where(Hit.member_id.in_(select(Member.id).where(Member.userid.in_(wanted_people))))
    if store_ids:
        below = set[int]().union(*(store_tree(session, each) for each in store_ids))
        found = found.where(Hit.member_id.in_(select(Member.id).where(in_stores(below))))
    if review == "none":
        found = found.where(Hit.review.is_(None))
    elif review:
        found = found.where(Hit.review == review)
    if since:
        found = found.where(Hit.at >= since)
    if until:
        found = found.where(Hit.at < until)
    return found.order_by(Hit.at.desc(), Hit.id.desc())


def get_hit(session: Session, hit_id: int, *, lock: bool = False) -> Hit:
    """
    :raises NotFound:
    """
    found = session.get(Hit, hit_id, with_for_update=lock or None)
    if found is None:
        raise NotFound("没有这条命中记录，可能已过保存期。")
    return found


def members(session: Session, ids: Collection[int | None]) -> Mapping[int, Member]:
    wanted = {each for each in ids if each is not None}
    return {each.id: each for each in session.scalars(select(Member).where(Member.id.in_(wanted)))}


def store_names(session: Session, people: Collection[Member]) -> Mapping[int, str]:
    """The main department of each member, by the member's id."""
    ids = {each.main_department_id for each in people}
    rows = session.execute(select(Department.id, Department.name).where(Department.id.in_(ids - {None})))
    names = {row[0]: row[1] for row in rows}
    return {each.id: names.get(each.main_department_id or 0, "") for each in people}


def customer_names(session: Session, external_user_ids: Collection[str]) -> Mapping[str, str]:
    rows = session.execute(
        select(Customer.external_user_id, Customer.name).where(Customer.external_user_id.in_(external_user_ids))
    )
    return {row[0]: row[1] for row in rows}


def group_names(session: Session, chat_ids: Collection[str]) -> Mapping[str, str]:
    rows = session.execute(
        select(CustomerGroup.chat_id, CustomerGroup.name).where(CustomerGroup.chat_id.in_(chat_ids))
    )
    return {row[0]: row[1] for row in rows}


def entry_texts(session: Session, entry_ids: Collection[int]) -> Mapping[int, str]:
    """How the entries that are still there are written now; of a rule its pattern."""
    rows = session.execute(select(LexiconEntry.id, LexiconEntry.text).where(LexiconEntry.id.in_(entry_ids)))
    return {row[0]: row[1] for row in rows}


def case_ids(session: Session, hit_ids: Collection[int]) -> Mapping[int, int]:
    """In which case each hit is, if in any."""
    rows = session.execute(select(CaseHit.hit_id, CaseHit.case_id).where(CaseHit.hit_id.in_(hit_ids)))
    return {row[0]: row[1] for row in rows}


def objected(session: Session, found: Collection[Hit]) -> Mapping[tuple[int, bytes], int]:
    """How many objected to an entry's hit in a text, by entry and the text's hash."""
    wanted = {(hit.entry_id, hit.text_hash) for hit in found}
    if not wanted:
        return {}
    rows = session.execute(
        select(Objection.entry_id, Objection.text_hash, func.count())
        .where(
            tuple_(Objection.entry_id, Objection.text_hash).in_(wanted),
            Objection.state != ObjectionState.WITHDRAWN,
        )
        .group_by(Objection.entry_id, Objection.text_hash)
    )
    return {(row[0], row[1]): row[2] for row in rows}
