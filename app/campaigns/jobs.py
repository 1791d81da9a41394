"""From an approved message to tasks in WeCom and back: plan, create, look for what got no answer, read, remind."""

import contextlib
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.campaigns import actions, parts, planning, queries, results, wording
from app.campaigns.fingerprint import same_task
from app.campaigns.models import MassMessage, MessageState, Part, PartState, Recipient, Reminder
from app.compliance.clearing import ClearedText, clear
from app.compliance.lexicon import CheckUnavailable
from app.customers.models import Customer
from app.errors import Blocked, Invalid
from app.outbound.ledger import Outcome, send_once
from app.outbound.models import SendState
from app.outbound.switches import refuse_if_paused
from app.outbound.telling import tell
from app.outbox import GiveUp, Lane, Postpone, Running, job
from app.staff.models import Member
from app.staff.queries import viewer_for
from app.wecom.calls import mass_messages as calls
from app.wecom.client import wecom
from app.wecom.errcodes import MASS_MESSAGE_CANCELLED, SET_UP, STILL_DISPATCHING
from app.wecom.errors import NoAnswer, Refused, TryLater

GRACE = timedelta(minutes=30)
"""Later than this after its time a message does not go out by itself: customers were promised no such hour."""

NEARBY = timedelta(hours=1)
"""Tasks of other parts that were called for within this time are known not to be the one looked for."""

LOOK_AGAIN = timedelta(minutes=1)
SET_UP_TAKES = timedelta(minutes=5)
"""As long as a wrong secret is not tried again; an address takes a minute to be trusted."""
NOT_READY = timedelta(seconds=10)
RESULTS_AT_ONCE = 500
REMINDERS_LIMIT = 41094
UNKNOWN_REMINDER = "提醒时程序中断，不确定有没有提醒到。"


class NoLongerWanted(Exception):
    """It was cancelled, or is not what was approved: nothing may be created."""


@job("campaigns.plan", lane=Lane.BULK, time_limit=100)
def plan(running: Running, mass_message_id: int, content_hash: str) -> None:
    """Freeze the recipients of exactly what was approved. Twice: the state has moved on."""
    with running.finishing() as session:
        message = session.get(MassMessage, mass_message_id)
        if message is None:
            return
        message = queries.locked(session, mass_message_id)
        if message.state not in (MessageState.APPROVED, MessageState.SCHEDULED):
            return
        approved_now = message.approved_hash.hex() if message.approved_hash else ""
        if approved_now != content_hash:
            return  # approved anew since: that approval has a plan of its own
        if not queries.is_approved(message):
            _stop(session, message, "内容和批准时不一样，没有发出，请重新提交。", "not_as_approved")
        elif message.send_at is not None and clock.now() > message.send_at + GRACE:
            _stop(session, message, "到点时系统没有运行，晚了半小时以上，没有发出。请重选时间。", "too_late")
        else:
            planning.freeze(session, message, actions.author_of(session, message))


def _stop(session: Session, message: MassMessage, notice: str, why: str) -> None:
    actions.back_to_draft(message)
    message.notice = notice
    session.flush()
    record(session, "system", "mass_message.not_sent", subject=actions.subject_of(message.id), why=why)


@job("campaigns.create_part", lane=Lane.BULK, time_limit=60)
def create_part(running: Running, part_id: int) -> None:
    """Claim (committed) → call → record. What got no answer is looked for, never asked for again."""
    with running.transaction() as session:
        part = session.get_one(Part, part_id)
        sender = session.get_one(Member, part.member_id).userid
        customers = _external_user_ids(session, part.id)
    key, scope = parts.ledger_key(part), actions.subject_of(part.mass_message_id)

    def call(cleared: ClearedText) -> dict[str, object]:
        try:
            made = calls.add_msg_template(wecom(), cleared, sender=sender, external_user_ids=customers)
        except Refused as refused:
            if refused.errcode not in SET_UP:
                raise
            raise _waits_for_set_up(refused) from None
        return {"msgid": made.msgid, "failed": list(made.failed)}

    is_stopped = False
    try:
        outcome = send_once(
            key,
            channel="mass_message",
            cleared_from=lambda session: _cleared(session, part_id, sender),
            call=call,
            scopes=(scope,),
        )
    except NoLongerWanted:
        return
    except CheckUnavailable as error:
        raise Postpone(LOOK_AGAIN, str(error)) from None
    except TryLater as error:  # nothing happened in WeCom
        if error.errcode in SET_UP:
            with running.transaction() as session:
                parts.get(session, part_id).error = error.message
        raise Postpone(error.retry_after or LOOK_AGAIN, str(error)) from None
    except (Blocked, Invalid) as error:
        outcome = Outcome(SendState.REFUSED, None, error.message, {}, is_repeat=False)
        is_stopped = isinstance(error, Blocked)
    with running.finishing() as session:
        if is_stopped:
            actions.have_author_told(session, part_id)
        _record_outcome(session, part_id, outcome)


def _waits_for_set_up(refused: Refused) -> TryLater:
    """No outcome of this one call: the same call works as soon as an administrator has set the app right."""
    return TryLater(
        refused.message,
        api=refused.api,
        retry_after=SET_UP_TAKES,
        code_of_wecom=refused.errcode,
        errmsg=refused.errmsg,
    )


@job("campaigns.tell_author")
def tell_author(_running: Running, mass_message_id: int, version: int, userid: str) -> None:
    """Twice: the ledger knows that it was sent."""
    said = wording.stopped(mass_message_id, version)
    tell(f"mass_message_stopped:{mass_message_id}:{version}", userid, lambda _: said, plain=said)


def _cleared(session: Session, part_id: int, sender: str) -> ClearedText:
    """In the claiming transaction: whoever cancels meanwhile waits for it, or it sees the cancellation."""
    message = session.scalars(
        select(MassMessage)
        .join(Part, Part.mass_message_id == MassMessage.id)
        .where(Part.id == part_id)
        .with_for_update(read=True, of=MassMessage)
        .execution_options(populate_existing=True)
    ).one()
    part = parts.locked(session, part_id)
    is_wanted = part.state == PartState.WAITING and message.state == MessageState.SENDING
    if not is_wanted or not queries.is_approved(message):
        raise NoLongerWanted
    cleared = clear(
        session,
        part.text,
        channel="mass_message",
        on_behalf_of=sender,
        subject=actions.subject_of(message.id),
        confirmed_reason=message.confirmed_reason,
        confirmed_for=message.confirmed_for,
        occasion=parts.ledger_key(part),
        by=viewer_for(session, session.get_one(Member, part.member_id)),
    )
    part.text, part.called_at = cleared.text, clock.now()
    return cleared


def _record_outcome(session: Session, part_id: int, outcome: Outcome) -> None:
    part = parts.get(session, part_id)
    if part.state not in (PartState.WAITING, PartState.CANCELLED):
        return  # recorded by an earlier run
    if outcome.state == SendState.ACCEPTED:
        parts.created(session, part, outcome.result["msgid"], failed=outcome.result.get("failed", ()))
        parts.settle(session, part.mass_message_id)
    elif outcome.state == SendState.UNKNOWN:
        parts.unknown(session, part, errcode=outcome.errcode, error=outcome.error)
    else:
        parts.refused(session, part, errcode=outcome.errcode, error=outcome.error)


def _external_user_ids(session: Session, part_id: int) -> list[str]:
    return list(
        session.scalars(
            select(Customer.external_user_id)
            .join(Recipient, Recipient.customer_id == Customer.id)
            .where(Recipient.part_id == part_id)
            .order_by(Customer.id)
        )
    )


@job("campaigns.reconcile", lane=Lane.BULK, time_limit=60)
def reconcile(running: Running, part_id: int, is_last: bool) -> None:
    """Look for a create without an answer: one that matches is it; of none or several a person decides."""
    with running.transaction() as session:
        part = session.get_one(Part, part_id)
        if part.state != PartState.UNKNOWN or part.called_at is None:
            return
        sender = session.get_one(Member, part.member_id).userid
        customers = set(_external_user_ids(session, part.id))
        bound = select(Part.msgid).where(Part.called_at.between(part.called_at - NEARBY, part.called_at + NEARBY))
        taken = {msgid for msgid in session.scalars(bound) if msgid}
    try:
        found = same_task(
            wecom(), text=part.text, called_at=part.called_at, sender=sender, customers=customers, taken=taken
        )
    except TryLater as error:
        raise Postpone(min(error.retry_after or LOOK_AGAIN, LOOK_AGAIN), str(error)) from None
    with running.finishing() as session:
        part = parts.get(session, part_id)
        if part.state != PartState.UNKNOWN:
            return
        if len(found) == 1:
            parts.bind(session, part, found[0])
            parts.settle(session, part.mass_message_id)
        elif found:
            parts.ambiguous(session, part, found)
        elif is_last:
            parts.not_found(session, part)


@job("campaigns.read_results", lane=Lane.BULK, time_limit=90)
def read_results(running: Running, part_id: int, once: bool = False) -> None:
    """
    Ask WeCom who confirmed and who got it, again and again until there is nothing left to learn.

    :param once: somebody is looking at the page; the row that comes back by itself goes on.
    """
    with running.transaction() as session:
        part = session.get_one(Part, part_id)
        if part.state not in (PartState.CREATED, PartState.CANCELLED) or part.msgid is None:
            return
        sender = session.get_one(Member, part.member_id).userid
        siblings = session.scalar(select(func.count()).where(Part.mass_message_id == part.mass_message_id)) or 1
    age = clock.now() - (part.called_at or clock.now())
    wait = results.next_read(age, siblings)
    try:
        is_done = _read(running, part.id, part.msgid, sender)
    except (TryLater, NoAnswer) as error:
        if once:
            return
        dispatching = isinstance(error, TryLater) and error.errcode == STILL_DISPATCHING
        waits = NOT_READY if dispatching else max(wait, getattr(error, "retry_after", None) or wait)
        raise Postpone(waits, str(error)) from None
    except Refused as refused:
        if refused.errcode == MASS_MESSAGE_CANCELLED:
            _note_cancelled(running, part_id)
            return
        if refused.errcode in SET_UP:
            if once:
                return
            raise _waits_for_set_up(refused) from None
        raise GiveUp(f"WeCom does not tell the results: {refused}") from None
    if is_done or once:
        return
    if age > results.GIVE_UP_AFTER:
        with running.finishing() as session:
            parts.expired(session, parts.get(session, part_id))
        return
    raise Postpone(wait, "not everybody has confirmed")


def _read(running: Running, part_id: int, msgid: str, sender: str) -> bool:
    client = wecom()
    task = next((each for each in calls.member_tasks(client, msgid) if each.userid == sender), None)
    rows = list(calls.send_results(client, msgid, sender)) if task is not None else []
    for start in range(0, len(rows), RESULTS_AT_ONCE):
        with running.transaction() as session:
            results.record_results(session, session.get_one(Part, part_id), rows[start : start + RESULTS_AT_ONCE])
    with running.transaction() as session:
        part = parts.get(session, part_id)
        results.record_confirmed(
            session, part, is_sent=task is not None and task.is_sent, sent_at=task.sent_at if task else None
        )
        parts.settle(session, part.mass_message_id)
        return results.is_read_out(session, part) or part.state == PartState.CANCELLED


def _note_cancelled(running: Running, part_id: int) -> None:
    with running.finishing() as session:
        part = parts.get(session, part_id)
        parts.cancelled(session, part)
        parts.settle(session, part.mass_message_id)


@job("campaigns.remind")
def remind(running: Running, reminder_id: int) -> None:
    """The row was counted before: a call without an answer is not made again."""
    with running.transaction() as session:
        reminder = session.get_one(Reminder, reminder_id)
        part = session.get_one(Part, reminder.part_id)
        message = session.get_one(MassMessage, part.mass_message_id)
        refuse_if_paused(session, "mass_message", actions.subject_of(message.id))
        sender = session.get_one(Member, part.member_id).userid
        if part.state != PartState.CREATED or part.confirmed_at is not None or part.msgid is None:
            return
        if message.state != MessageState.SENDING:
            return
    # A run that died may have reminded: the person is told that nobody knows.
    error = UNKNOWN_REMINDER if running.failures else _remind(running, part.id, part.msgid, sender)
    if error is not None:
        with running.finishing() as session:
            session.get_one(Reminder, reminder_id).error = error


def _remind(running: Running, part_id: int, msgid: str, sender: str) -> str | None:
    """What went wrong, as a sentence."""
    client = wecom()
    try:
        task = next((each for each in calls.member_tasks(client, msgid) if each.userid == sender), None)
        if task is not None and task.is_sent:
            with running.transaction() as session:
                part = parts.get(session, part_id)
                results.record_confirmed(session, part, is_sent=True, sent_at=task.sent_at)
            return None
        calls.remind(client, msgid)
    except TryLater as later:
        if later.errcode == REMINDERS_LIMIT:
            return later.message
        raise Postpone(later.retry_after or LOOK_AGAIN, str(later)) from None
    except (Refused, NoAnswer) as error:
        return error.message
    return None


@job("campaigns.cancel_part")
def cancel_part(running: Running, part_id: int) -> None:
    """Take back what is not confirmed. Safe to repeat: a second call says that it is cancelled already."""
    with running.transaction() as session:
        part = session.get_one(Part, part_id)
        if part.state != PartState.CREATED or part.msgid is None:
            return
        sender = session.get_one(Member, part.member_id).userid
    _read_if_possible(running, part.id, part.msgid, sender)  # WeCom may tell nothing of a cancelled task
    try:
        calls.cancel(wecom(), part.msgid)
    except Refused as refused:
        if refused.errcode in SET_UP:
            raise _waits_for_set_up(refused) from None
        if refused.errcode != MASS_MESSAGE_CANCELLED:
            raise GiveUp(f"WeCom does not cancel the task: {refused}") from None
    _read_if_possible(running, part.id, part.msgid, sender)
    with running.finishing() as session:
        part = parts.get(session, part_id)
        parts.cancelled(session, part)


def _read_if_possible(running: Running, part_id: int, msgid: str, sender: str) -> None:
    with contextlib.suppress(Refused, TryLater, NoAnswer):
        _read(running, part_id, msgid, sender)


@job("campaigns.cancel_all")
def cancel_all(running: Running) -> None:
    """The brake for everything: each message under way is cancelled, and its unconfirmed tasks with it."""
    with running.finishing() as session:
        under_way = select(MassMessage).where(MassMessage.state == MessageState.SENDING).with_for_update()
        for message in session.scalars(under_way.order_by(MassMessage.id)):
            message.state, message.finished_at = MessageState.CANCELLED, clock.now()
            message.notice = "发送被总开关停止，未确认的任务已撤回。"
            session.flush()
            actions.take_back_unconfirmed(session, message.id)
            record(session, "system", "mass_message.cancelled", subject=actions.subject_of(message.id))
