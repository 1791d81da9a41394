"""What becomes of one part: created, refused, unknown, found again, called off; and when all is settled."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from app import clock
from app.campaigns.models import MassMessage, MessageState, Part, PartState, Recipient, RecipientState
from app.customers.models import Customer
from app.outbound.ledger import decide_unknown
from app.outbound.models import SendState
from app.outbox import enqueue

LOOKS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
"""After a create without an answer: when to look for it in WeCom's list."""

FIRST_READ = timedelta(seconds=5)
"""WeCom hands a task out for a moment before it can be read."""


def ledger_key(part: Part) -> str:
    return f"mass_message:{part.mass_message_id}:part:{part.id}:{part.round}"


def get(session: Session, part_id: int) -> Part:
    """The row, locked after its message: in the other order, whoever cancels would wait for us and we for them."""
    session.execute(
        select(MassMessage.id)
        .join(Part, Part.mass_message_id == MassMessage.id)
        .where(Part.id == part_id)
        .with_for_update(key_share=True, of=MassMessage)
    )
    return locked(session, part_id)


def locked(session: Session, part_id: int) -> Part:
    """The row, locked, for whoever holds its message already."""
    return session.scalars(
        select(Part).where(Part.id == part_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def enqueue_create(session: Session, part: Part) -> None:
    """Once for each round, however often it is asked for."""
    key = f"mass_message_part:{part.id}:create:{part.round}"
    enqueue(session, "campaigns.create_part", key=key, part_id=part.id)


def created(session: Session, part: Part, msgid: str, *, failed: Collection[str] = ()) -> None:
    """
    :param failed: external_user_ids that WeCom left out although it made the task.
    """
    part.state, part.msgid, part.errcode, part.error, part.candidates = PartState.CREATED, msgid, None, None, []
    session.flush()
    # Called off while the call was under way: its customers are in the task nevertheless.
    _change(session, part, RecipientState.CANCELLED, RecipientState.UNSENT)
    if failed:
        left_out = select(Customer.id).where(Customer.external_user_id.in_(failed))
        session.execute(
            update(Recipient)
            .where(Recipient.part_id == part.id, Recipient.customer_id.in_(left_out))
            .values(state=RecipientState.REFUSED)
        )
    if _message_state(session, part) == MessageState.CANCELLED:
        enqueue(session, "campaigns.cancel_part", key=f"mass_message_part:{part.id}:cancel", part_id=part.id)
    enqueue(
        session,
        "campaigns.read_results",
        key=f"mass_message_part:{part.id}:read",
        due_at=clock.now() + FIRST_READ,
        part_id=part.id,
    )


def refused(session: Session, part: Part, *, errcode: int | None, error: str) -> None:
    """WeCom, or our word filter, said no: nobody of this part gets it."""
    part.state, part.errcode, part.error = PartState.REFUSED, errcode, error
    _change(session, part, RecipientState.UNSENT, RecipientState.REFUSED)
    settle(session, part.mass_message_id)


def unknown(session: Session, part: Part, *, errcode: int | None, error: str) -> None:
    """Never created again by itself: it is looked for four times, then a person decides."""
    part.state, part.errcode, part.error = PartState.UNKNOWN, errcode, error
    began = part.called_at or clock.now()
    for number, wait in enumerate(LOOKS):
        enqueue(
            session,
            "campaigns.reconcile",
            key=f"mass_message_part:{part.id}:look:{part.round}:{number}",
            due_at=began + wait,
            part_id=part.id,
            is_last=number == len(LOOKS) - 1,
        )


def bind(session: Session, part: Part, msgid: str) -> None:
    """The task of an unknown part was found."""
    decide_unknown(session, ledger_key(part), SendState.ACCEPTED, result={"msgid": msgid})
    created(session, part, msgid)


def ambiguous(session: Session, part: Part, candidates: Collection[str]) -> None:
    part.state, part.candidates = PartState.AMBIGUOUS, sorted(candidates)
    part.error = f"企业微信里有 {len(candidates)} 条群发和它一样，请到企业微信核对后选定。"
    session.flush()


def not_found(session: Session, part: Part) -> None:
    """Looked for an hour in vain. Whether it is created again, a person decides."""
    part.state = PartState.NOT_CREATED
    part.error = "一小时内没有在企业微信里找到它。请到企业微信核对，再决定要不要重新建。"
    session.flush()


def write_off(session: Session, part: Part) -> None:
    """A person saw that there is none, and leaves it at that."""
    decide_unknown(session, ledger_key(part), SendState.REFUSED)
    part.error, part.candidates = "已由人工确认没有建成。", []
    cancelled(session, part)
    settle(session, part.mass_message_id)


def create_again(session: Session, part: Part) -> None:
    """A person saw that there is none: a new round has a new key in the send ledger."""
    decide_unknown(session, ledger_key(part), SendState.REFUSED)
    part.state, part.round, part.candidates = PartState.WAITING, part.round + 1, []
    part.error = part.errcode = part.called_at = None
    session.flush()
    enqueue_create(session, part)


def cancelled(session: Session, part: Part) -> None:
    """Whoever has not got it will not get it."""
    part.state = PartState.CANCELLED
    _change(session, part, RecipientState.UNSENT, RecipientState.CANCELLED)


def expired(session: Session, part: Part) -> None:
    """WeCom does not tell of it any more, be it that nobody confirmed or that it never said what became of all."""
    if part.confirmed_at is None:
        part.error = "一个月内没有确认，不再等待。"
        cancelled(session, part)
    else:
        part.error = "已确认，但一个月内企业微信没有给出每位客户的结果，不再等待。"
        _change(session, part, RecipientState.UNSENT, RecipientState.CANCELLED)
    settle(session, part.mass_message_id)


def settle(session: Session, mass_message_id: int) -> None:
    """The message is done when no part of it can change any more."""
    session.flush()
    open_parts = exists().where(
        Part.mass_message_id == mass_message_id,
        Part.state.in_((PartState.WAITING, PartState.UNKNOWN, PartState.AMBIGUOUS, PartState.NOT_CREATED)),
    )
    unsent = exists().where(
        Recipient.mass_message_id == mass_message_id,
        Recipient.state == RecipientState.UNSENT,
    )
    session.execute(
        update(MassMessage)
        .where(MassMessage.id == mass_message_id, MassMessage.state == MessageState.SENDING, ~open_parts, ~unsent)
        .values(state=MessageState.DONE, finished_at=clock.now())
    )


def _change(session: Session, part: Part, before: RecipientState, after: RecipientState) -> None:
    session.execute(
        update(Recipient).where(Recipient.part_id == part.id, Recipient.state == before).values(state=after)
    )


def _message_state(session: Session, part: Part) -> str | None:
    return session.scalar(select(MassMessage.state).where(MassMessage.id == part.mass_message_id))
