"""Taking over what WeCom says of a task: who confirmed, who got it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from app.campaigns.models import MassMessage, Part, Recipient, RecipientState
from app.customers.events import record_event
from app.customers.models import Customer
from app.wecom.calls import mass_messages as calls

STATES = {
    calls.NOT_SENT: RecipientState.UNSENT,
    calls.SENT: RecipientState.SENT,
    calls.NOT_A_FRIEND: RecipientState.NOT_FRIEND,
    calls.OVER_THE_CAP: RecipientState.OVER_CAP,
}
STATE_NAMES = {
    RecipientState.UNSENT: "未发",
    RecipientState.SENT: "已送达",
    RecipientState.NOT_FRIEND: "已不是好友",
    RecipientState.OVER_CAP: "本月次数已满",
    RecipientState.REFUSED: "企业微信没有接收",
    RecipientState.CANCELLED: "已取消",
}

GIVE_UP_AFTER = timedelta(days=30)
"""WeCom's list reaches back a month; a task that nobody confirmed by then is not asked for any more."""

_PACE = (
    (timedelta(minutes=10), timedelta(seconds=15)),
    (timedelta(hours=1), timedelta(minutes=1)),
    (timedelta(hours=6), timedelta(minutes=5)),
    (timedelta(days=2), timedelta(minutes=30)),
)
_SLOWEST = timedelta(hours=6)
_EACH_PART = timedelta(milliseconds=50)
"""With many parts the rounds take longer, so that reading stays under a tenth of 10,000 calls a minute."""


def next_read(age: timedelta, parts: int) -> timedelta:
    """
    How long until a task is asked for again: people confirm within minutes or within days.

    :param age: since it was created.
    :param parts: of the whole message.
    """
    pace = next((wait for until, wait in _PACE if age < until), _SLOWEST)
    return max(pace, _EACH_PART * parts)


def record_confirmed(session: Session, part: Part, *, is_sent: bool, sent_at: datetime | None) -> None:
    part.read_at = clock.now()
    if is_sent and part.confirmed_at is None:
        part.confirmed_at = sent_at or clock.now()
    session.flush()


def record_results(session: Session, part: Part, rows: Iterable[calls.SendResult]) -> None:
    """Some hundred at a time. Told twice, nothing changes; what was sent never becomes unsent again."""
    groups: dict[tuple[RecipientState, datetime | None], list[str]] = {}
    for row in rows:
        state = STATES.get(row.status)
        if state is not None and state != RecipientState.UNSENT:
            groups.setdefault((state, row.sent_at), []).append(row.external_user_id)
    for (state, sent_at), external_user_ids in groups.items():
        changed = session.scalars(
            update(Recipient)
            .where(
                Recipient.part_id == part.id,
                Recipient.state != state,
                Recipient.state != RecipientState.SENT,
                Recipient.customer_id.in_(
                    select(Customer.id).where(Customer.external_user_id.in_(external_user_ids))
                ),
            )
            .values(state=state, sent_at=sent_at or clock.now())
            .returning(Recipient.customer_id)
        ).all()
        if state == RecipientState.SENT:
            _tell_timelines(session, part, changed, sent_at)


def is_read_out(session: Session, part: Part) -> bool:
    """Confirmed, and nobody left of whom WeCom has yet to say something."""
    if part.confirmed_at is None:
        return False
    unsent = select(Recipient.customer_id).where(
        Recipient.part_id == part.id, Recipient.state == RecipientState.UNSENT
    )
    return session.scalar(unsent.limit(1)) is None


def _tell_timelines(session: Session, part: Part, customer_ids: Iterable[int], at: datetime | None) -> None:
    title = session.scalar(select(MassMessage.title).where(MassMessage.id == part.mass_message_id))
    for customer_id in customer_ids:
        record_event(
            session,
            customer_id,
            "mass_message",
            member_id=part.member_id,
            at=at,
            key=f"mass_message:{part.mass_message_id}:{customer_id}",
            title=f"收到群发「{title}」",
            mass_message_id=part.mass_message_id,
        )
