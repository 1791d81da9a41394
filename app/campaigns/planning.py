"""Freezing who gets a message: one row a customer, one part for each 10,000 customers of a sender."""

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.orm import Session

from app import clock
from app.campaigns import parts, wording
from app.campaigns.choice import LEFT_OUT, chosen
from app.campaigns.models import MassMessage, MessageState, Part, PartState, Recipient, RecipientState
from app.campaigns.platform_limits import customers_per_task
from app.campaigns.queries import audience_of
from app.errors import Invalid
from app.staff.models import Department, Member
from app.viewer import Viewer


def freeze(session: Session, message: MassMessage, author: Viewer) -> int:
    """
    Choose the recipients of this moment and have their tasks created.

    :returns: how many parts there are.
    """
    left_out = _choose(session, message, author)
    made = _make_parts(session, message)
    message.state, message.planned_at, message.left_out = MessageState.SENDING, clock.now(), left_out
    session.flush()
    for part in made:
        if part.state == PartState.WAITING:
            parts.enqueue_create(session, part)
    if not made:
        message.notice = "到发送时已没有客户符合，没有发出。"
    parts.settle(session, message.id)
    return len(made)


def _choose(session: Session, message: MassMessage, author: Viewer) -> dict[str, int]:
    found = chosen(session, author, audience_of(message))
    place = func.row_number().over(partition_by=found.c.member_id, order_by=found.c.customer_id) - 1
    number = place // customers_per_task()
    gets_it = select(
        literal(message.id), found.c.customer_id, found.c.member_id, number, literal(RecipientState.UNSENT.value)
    ).where(found.c.reason.is_(None))
    columns = ["mass_message_id", "customer_id", "member_id", "number", "state"]
    counted = select(found.c.reason, func.count()).where(found.c.reason.is_not(None)).group_by(found.c.reason)
    left_out = {row[0]: row[1] for row in session.execute(counted)}
    session.execute(insert(Recipient).from_select(columns, gets_it))
    return {reason: left_out[reason] for reason in LEFT_OUT if reason in left_out}


def _make_parts(session: Session, message: MassMessage) -> list[Part]:
    shares = session.execute(
        select(Recipient.member_id, Recipient.number, func.count())
        .where(Recipient.mass_message_id == message.id)
        .group_by(Recipient.member_id, Recipient.number)
        .order_by(Recipient.member_id, Recipient.number)
    ).all()
    names = _names(session, {member_id for member_id, _, _ in shares})
    made = []
    for member_id, number, customers in shares:
        part = Part(
            mass_message_id=message.id,
            member_id=member_id,
            number=number,
            customers=customers,
            text="",
            state=PartState.WAITING,
            candidates=[],
        )
        try:
            part.text = wording.filled(message.text, names[member_id])
        except Invalid as error:
            part.state, part.error = PartState.REFUSED, error.message
        made.append(part)
    session.add_all(made)
    session.flush()
    session.execute(
        update(Recipient)
        .where(
            Recipient.mass_message_id == message.id,
            Part.mass_message_id == message.id,
            Part.member_id == Recipient.member_id,
            Part.number == Recipient.number,
        )
        .values(part_id=Part.id)
    )
    for part in made:
        if part.state == PartState.REFUSED:
            parts.refused(session, part, errcode=None, error=part.error or "")
    return made


def _names(session: Session, member_ids: set[int]) -> dict[int, dict[str, str]]:
    rows = session.execute(
        select(Member.id, Member.name, Department.name)
        .outerjoin(Department, Department.id == Member.main_department_id)
        .where(Member.id.in_(member_ids))
    )
    return {member_id: {"导购名": name, "门店名": store or ""} for member_id, name, store in rows}
