"""Reading mass messages. What a manager sees of a message of head office is the share of the own stores."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, exists, func, or_, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql import ColumnElement

from app.campaigns.audience import Audience, content_hash
from app.campaigns.models import MassMessage, MessageState, Part, PartState, Recipient, Reminder
from app.customers.models import Customer
from app.errors import NotFound
from app.staff.models import Department, Member, MemberDepartment
from app.viewer import Viewer

NOT_FOUND = "没有这条群发，或不在你的范围内。"


def visible_to(viewer: Viewer) -> Select[MassMessage]:
    """Head office: all. A manager: what the own stores wrote, and what the own stores send."""
    found = select(MassMessage)
    if viewer.sees_all_stores:
        return found
    sent_here = exists().where(Part.mass_message_id == MassMessage.id, may_see_part(viewer))
    return found.where(or_(_is_here(viewer, MassMessage.created_by_id), sent_here))


def may_see_part(viewer: Viewer) -> ColumnElement[bool]:
    """For `where` on a select that has `Part` in it."""
    return true() if viewer.sees_all_stores else _is_here(viewer, Part.member_id)


def _is_here(viewer: Viewer, member_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    in_stores = select(MemberDepartment.member_id).where(MemberDepartment.department_id.in_(viewer.store_ids))
    return or_(member_id == viewer.member_id, member_id.in_(in_stores))


def get(session: Session, viewer: Viewer, mass_message_id: int, *, lock: bool = False) -> MassMessage:
    """
    :raises NotFound: if there is none, or none that viewer may see.
    """
    found = visible_to(viewer).where(MassMessage.id == mass_message_id)
    if lock:
        found = found.with_for_update(of=MassMessage).execution_options(populate_existing=True)
    message = session.scalar(found)
    if message is None:
        raise NotFound(NOT_FOUND)
    return message


def locked(session: Session, mass_message_id: int) -> MassMessage:
    """For jobs, never for a person."""
    return session.scalars(
        select(MassMessage)
        .where(MassMessage.id == mass_message_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def audience_of(message: MassMessage) -> Audience:
    return Audience.from_json(message.audience)


def hash_of(message: MassMessage) -> bytes:
    """Of what it says, to whom and when, as it stands now."""
    return content_hash(message.text, audience_of(message), message.send_at)


def is_approved(message: MassMessage) -> bool:
    """Whether somebody approved exactly what stands there now."""
    return message.approved_hash is not None and message.approved_hash == hash_of(message)


def search(viewer: Viewer, *, state: MessageState | None, text: str | None) -> Select[MassMessage]:
    """
    :param text: part of the title.
    """
    found = visible_to(viewer)
    if state is not None:
        found = found.where(MassMessage.state == state)
    if text and text.strip():
        found = found.where(MassMessage.title.icontains(text.strip(), autoescape=True))
    return found.order_by(MassMessage.id.desc())


def page(
    session: Session, found: Select[MassMessage], *, offset: int, limit: int
) -> tuple[Sequence[MassMessage], int]:
    """
    :returns: one page, and how many there are in all.
    """
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    return session.scalars(found.offset(offset).limit(limit)).all(), total


def members(session: Session, member_ids: Collection[int | None]) -> Mapping[int, Member]:
    wanted = {each for each in member_ids if each is not None}
    return {each.id: each for each in session.scalars(select(Member).where(Member.id.in_(wanted)))}


@dataclass(frozen=True)
class Tally:
    """
    :param parts: part state → parts; `recipients`: recipient state → customers.
    """

    senders: int
    confirmed: int
    parts: Mapping[str, int]
    recipients: Mapping[str, int]


def tallies(session: Session, viewer: Viewer, mass_message_ids: Collection[int]) -> Mapping[int, Tally]:
    """How far each message has come, as far as the viewer may see."""
    parts: dict[int, dict[str, int]] = {each: {} for each in mass_message_ids}
    recipients: dict[int, dict[str, int]] = {each: {} for each in mass_message_ids}
    senders: dict[int, tuple[int, int]] = {}
    visible = and_(Part.mass_message_id.in_(mass_message_ids), may_see_part(viewer))
    counted = select(Part.mass_message_id, Part.state, func.count()).where(visible)
    for message_id, state, count in session.execute(counted.group_by(Part.mass_message_id, Part.state)):
        parts[message_id][state] = count
    people = select(
        Part.mass_message_id,
        func.count(Part.member_id.distinct()),
        func.count(Part.member_id.distinct()).filter(Part.confirmed_at.is_not(None)),
    ).where(visible)
    for message_id, all_senders, confirmed in session.execute(people.group_by(Part.mass_message_id)):
        senders[message_id] = (all_senders, confirmed)
    received = (
        select(Recipient.mass_message_id, Recipient.state, func.count())
        .join(Part, Part.id == Recipient.part_id)
        .where(visible)
        .group_by(Recipient.mass_message_id, Recipient.state)
    )
    for message_id, reached, customers in session.execute(received):
        recipients[message_id][reached] = customers
    return {
        each: Tally(*senders.get(each, (0, 0)), parts=parts[each], recipients=recipients[each])
        for each in mass_message_ids
    }


@dataclass(frozen=True)
class SenderRow:
    part: Part
    member: Member
    store: str
    delivered: int
    failed: int
    last_reminded_at: datetime | None
    reminder_error: str | None


def senders(session: Session, viewer: Viewer, mass_message_id: int) -> list[SenderRow]:
    """By store; who has something wrong or has not confirmed comes first."""
    counted = (
        select(
            Recipient.part_id,
            func.count().filter(Recipient.state == "sent").label("delivered"),
            func.count().filter(Recipient.state.in_(("not_friend", "over_cap", "refused"))).label("failed"),
        )
        .where(Recipient.mass_message_id == mass_message_id)
        .group_by(Recipient.part_id)
        .subquery()
    )
    reminded = (
        select(Reminder.part_id, Reminder.at, Reminder.error)
        .ext(distinct_on(Reminder.part_id))
        .order_by(Reminder.part_id, Reminder.at.desc(), Reminder.id.desc())
        .subquery()
    )
    rows = session.execute(
        select(
            Part,
            Member,
            Department.name,
            counted.c.delivered,
            counted.c.failed,
            reminded.c.at,
            reminded.c.error,
        )
        .join(Member, Member.id == Part.member_id)
        .outerjoin(Department, Department.id == Member.main_department_id)
        .outerjoin(counted, counted.c.part_id == Part.id)
        .outerjoin(reminded, reminded.c.part_id == Part.id)
        .where(Part.mass_message_id == mass_message_id, may_see_part(viewer))
        .order_by(
            (Part.state == PartState.CREATED),
            Part.confirmed_at.is_not(None),
            Department.name,
            Member.name,
            Part.number,
        )
    )
    return [
        SenderRow(part, member, store or "", delivered or 0, failed or 0, at, error)
        for part, member, store, delivered, failed, at, error in rows
    ]


def part_of(session: Session, viewer: Viewer, mass_message_id: int, part_id: int, *, lock: bool = False) -> Part:
    """
    :raises NotFound: if there is none, or none that viewer may see.
    """
    found = select(Part).where(Part.mass_message_id == mass_message_id, Part.id == part_id, may_see_part(viewer))
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    part = session.scalar(found)
    if part is None:
        raise NotFound("没有这个发送任务，或不在你的范围内。")
    return part


RecipientRow = tuple[Recipient, Customer, Member, str | None]
RecipientSelect = Select[Recipient, Customer, Member, str]


def recipients(
    viewer: Viewer, mass_message_id: int, *, state: str | None = None, userid: str | None = None
) -> RecipientSelect:
    found = (
        select(Recipient, Customer, Member, Department.name)
        .join(Part, Part.id == Recipient.part_id)
        .join(Customer, Customer.id == Recipient.customer_id)
        .join(Member, Member.id == Recipient.member_id)
        .outerjoin(Department, Department.id == Member.main_department_id)
        .where(Recipient.mass_message_id == mass_message_id, may_see_part(viewer))
        .order_by(Member.id, Recipient.customer_id)
    )
    if state:
        found = found.where(Recipient.state == state)
    if userid:
        found = found.where(Member.userid == userid.lower())
    return found


def rows(session: Session, found: RecipientSelect) -> list[RecipientRow]:
    return [(recipient, customer, member, store) for recipient, customer, member, store in session.execute(found)]


def count(session: Session, found: RecipientSelect) -> int:
    return session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
