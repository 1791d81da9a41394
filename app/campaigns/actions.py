"""What people do with a mass message. Every change after submission takes the approval away."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.campaigns import parts, queries, wording
from app.campaigns.audience import Audience
from app.campaigns.choice import preview
from app.campaigns.models import MassMessage, MessageState, Part, PartState, Recipient, RecipientState, Reminder
from app.campaigns.platform_limits import most_reminders
from app.campaigns.rights import Act, obstacle
from app.compliance import checks
from app.errors import Conflict, Invalid, TooMany
from app.outbox import enqueue
from app.staff.models import Member
from app.staff.queries import departments_visible_to, viewer_for
from app.tags.queries import existing
from app.viewer import Viewer


def create(session: Session, viewer: Viewer, title: str) -> MassMessage:
    """A draft for everybody whom the author may see."""
    now = clock.now()
    message = MassMessage(
        title=_title(title),
        audience=Audience().as_json(),
        created_by_id=viewer.member_id,
        created_at=now,
        updated_at=now,
        written_by=[viewer.member_id],
    )
    session.add(message)
    session.flush()
    record(session, viewer, "mass_message.created", subject=subject_of(message.id))
    return message


def edit(session: Session, viewer: Viewer, mass_message_id: int, changes: Mapping[str, Any]) -> MassMessage:
    """
    Change what `changes` names. What was submitted or approved becomes a draft again.

    :param changes: of `title`, `text`, `audience` (an `Audience`), `send_at`.
    :raises Invalid: for a text, audience or time that could not be sent.
    """
    message = _for(session, viewer, mass_message_id, "edit")
    before = (message.title, queries.hash_of(message))
    if "title" in changes:
        message.title = _title(changes["title"] or "")
    if changes.get("text") is not None:
        wording.check_text(changes["text"])
        message.text = changes["text"].strip()
    if changes.get("audience") is not None:
        _check_audience(session, viewer, changes["audience"])
        message.audience = changes["audience"].as_json()
    if "send_at" in changes:
        if changes["send_at"] is not None and changes["send_at"] <= clock.now():
            raise Invalid("发送时间要在以后。", fields={"send_at": "发送时间要在以后"})
        message.send_at = changes["send_at"]
    if (message.title, queries.hash_of(message)) == before:
        return message
    message.updated_at = clock.now()
    if queries.hash_of(message) != before[1]:
        # The title is for ourselves: naming it is no writing, so that who approved it may still do that.
        message.written_by = [*{*message.written_by, viewer.member_id}]
        _void(session, viewer, message)
    session.flush()
    return message


def delete_draft(session: Session, viewer: Viewer, mass_message_id: int) -> None:
    message = _for(session, viewer, mass_message_id, "delete")
    record(session, viewer, "mass_message.deleted", subject=subject_of(message.id), title=message.title)
    session.execute(delete(MassMessage).where(MassMessage.id == message.id))


def submit(session: Session, viewer: Viewer, mass_message_id: int, *, confirmed_reason: str | None) -> MassMessage:
    """
    Ask for approval.

    :raises Invalid: if nobody would get it, or it has no text.
    :raises Blocked, NeedsConfirmation, CheckUnavailable: what the word filter says of the text.
    """
    message = _for(session, viewer, mass_message_id, "submit")
    if not message.text.strip():
        raise Invalid("请先写好内容。", fields={"text": "必须填写"})
    _require_time_ahead(message)
    _check_audience(session, viewer, queries.audience_of(message))
    author = author_of(session, message)
    if not preview(session, author, queries.audience_of(message)).recipients:
        raise Invalid("没有一位客户能收到，请改一改发给谁。", fields={"audience": "没有一位客户能收到"})
    reason = (confirmed_reason or "").strip() or None
    passed = checks.passed(
        session,
        wording.filled(message.text, {name: name for name in wording.KNOWN}),
        channel="mass_message",
        on_behalf_of=viewer.userid,
        subject=subject_of(message.id),
        confirmed_reason=reason,
    )
    message.state = MessageState.PENDING_APPROVAL
    message.confirmed_reason, message.confirmed_for = reason, sorted(passed.confirmed)
    message.submitted_at = message.updated_at = clock.now()
    message.written_by = [*{*message.written_by, viewer.member_id}]
    message.notice = None
    _record(session, viewer, message, "submitted")
    return message


def approve(
    session: Session, viewer: Viewer, mass_message_id: int, *, comment: str, content_hash: bytes
) -> MassMessage:
    """
    Let exactly this go: bound to the hash of text, audience and time as the approver saw them.

    :raises Conflict: if it was changed since, or its time has passed.
    :raises Forbidden: if the approver had a hand in writing it.
    """
    message = _for(session, viewer, mass_message_id, "approve")
    if content_hash != queries.hash_of(message):
        raise Conflict("内容、人群或时间刚被改过，请看过新的再审批。", code="changed_since_seen")
    _require_time_ahead(message)
    _decide(message, viewer, comment)
    message.approved_hash = content_hash
    waits = message.send_at is not None
    message.state = MessageState.SCHEDULED if waits else MessageState.APPROVED
    session.flush()
    enqueue(
        session,
        "campaigns.plan",
        key=f"{subject_of(message.id)}:plan:{clock.now().isoformat()}",
        due_at=message.send_at,
        mass_message_id=message.id,
        content_hash=content_hash.hex(),
    )
    _record(session, viewer, message, "approved", comment=comment)
    return message


def reject(session: Session, viewer: Viewer, mass_message_id: int, *, comment: str) -> MassMessage:
    """Back to the author, with what has to change."""
    message = _for(session, viewer, mass_message_id, "reject")
    _decide(message, viewer, comment)
    message.state = MessageState.REJECTED
    _record(session, viewer, message, "rejected", comment=comment)
    return message


def cancel(session: Session, viewer: Viewer, mass_message_id: int) -> MassMessage:
    """Nothing more is created; what is not confirmed yet is taken back. What was sent stays sent."""
    message = _for(session, viewer, mass_message_id, "cancel")
    message.state, message.finished_at = MessageState.CANCELLED, clock.now()
    message.updated_at = clock.now()
    session.flush()
    take_back_unconfirmed(session, message.id)
    _record(session, viewer, message, "cancelled")
    return message


def take_back_unconfirmed(session: Session, mass_message_id: int) -> None:
    """Parts that wait are called off here; tasks that exist are cancelled in WeCom by jobs."""
    waiting = (
        update(Part)
        .where(Part.mass_message_id == mass_message_id, Part.state == PartState.WAITING)
        .values(state=PartState.CANCELLED)
        .returning(Part.id)
    )
    called_off = list(session.scalars(waiting))
    session.execute(
        update(Recipient)
        .where(Recipient.part_id.in_(called_off), Recipient.state == RecipientState.UNSENT)
        .values(state=RecipientState.CANCELLED)
    )
    created = select(Part.id).where(Part.mass_message_id == mass_message_id, Part.state == PartState.CREATED)
    for part_id in session.scalars(created.order_by(Part.id)):
        enqueue(session, "campaigns.cancel_part", key=f"mass_message_part:{part_id}:cancel", part_id=part_id)


def remind(session: Session, viewer: Viewer, mass_message_id: int, userids: Sequence[str] | None) -> int:
    """
    Ask WeCom to remind who has not confirmed; counted before the call.

    :returns: how many will be reminded.
    :raises TooMany: if all of them were reminded as often as WeCom allows.
    """
    message = _for(session, viewer, mass_message_id, "remind")
    wanted = None if userids is None else {each.lower() for each in userids}
    open_parts = [
        row
        for row in queries.senders(session, viewer, message.id)
        if row.part.state == PartState.CREATED
        and row.part.confirmed_at is None
        and (wanted is None or row.member.userid in wanted)
    ]
    if not open_parts:
        raise Conflict("没有要催的人：都已确认，或任务还没有建好。", code="nobody_to_remind")
    most, window = most_reminders()
    since = clock.now() - window
    # The rows of the parts are the queue in which simultaneous reminders are counted.
    session.execute(select(Part.id).where(Part.id.in_([row.part.id for row in open_parts])).with_for_update())
    recent = (
        select(Reminder.part_id, func.count())
        .where(Reminder.part_id.in_([row.part.id for row in open_parts]), Reminder.at > since)
        .group_by(Reminder.part_id)
    )
    counted = {row[0]: row[1] for row in session.execute(recent)}
    due = [row.part.id for row in open_parts if counted.get(row.part.id, 0) < most]
    if not due:
        raise TooMany(f"每个人 24 小时内最多催 {most} 次，现在都催满了。", code="too_many_reminders")
    for part_id in due:
        reminder = Reminder(part_id=part_id, by_member_id=viewer.member_id, at=clock.now())
        session.add(reminder)
        session.flush()
        enqueue(session, "campaigns.remind", reminder_id=reminder.id)
    _record(session, viewer, message, "reminded", parts=len(due))
    return len(due)


def decide_part(
    session: Session, viewer: Viewer, mass_message_id: int, part_id: int, *, decision: str, msgid: str | None
) -> Part:
    """What a person found out about a task that WeCom never confirmed to have made."""
    message = _for(session, viewer, mass_message_id, "decide")
    part = queries.part_of(session, viewer, message.id, part_id, lock=True)
    if part.state not in (PartState.UNKNOWN, PartState.AMBIGUOUS, PartState.NOT_CREATED):
        raise Conflict("这个任务的结果已经清楚了，请刷新。", code="wrong_state")
    if decision == "created":
        if not msgid:
            raise Invalid("请填写企业微信里那条群发的编号。", fields={"msgid": "必须填写"})
        if session.scalar(select(Part.id).where(Part.msgid == msgid, Part.id != part.id)) is not None:
            raise Invalid("这个编号已经属于另一个任务。", fields={"msgid": "已属于另一个任务"})
        parts.bind(session, part, msgid)
    elif decision == "send_again":
        if message.state != MessageState.SENDING:
            raise Conflict("这条群发已取消，不能再建任务。", code="wrong_state")
        parts.create_again(session, part)
    else:
        parts.write_off(session, part)
    record(
        session,
        viewer,
        "mass_message.part_decided",
        subject=subject_of(message.id),
        part_id=part.id,
        decision=decision,
        msgid=msgid,
    )
    return part


def subject_of(mass_message_id: int) -> str:
    return f"mass_message:{mass_message_id}"


def author_of(session: Session, message: MassMessage) -> Viewer:
    """With roles and stores as they are now: the plan reaches no further than they do."""
    return viewer_for(session, session.get_one(Member, message.created_by_id))


def _for(session: Session, viewer: Viewer, mass_message_id: int, act: Act) -> MassMessage:
    message = queries.get(session, viewer, mass_message_id, lock=True)
    stop = obstacle(act, message, viewer)
    if stop is not None:
        stop.refuse()
    return message


def have_author_told(session: Session, part_id: int) -> None:
    """A part could not leave by the list in force: its author hears of it, once for each message and list."""
    message = session.get_one(MassMessage, session.get_one(Part, part_id).mass_message_id)
    version, author = checks.version_in_force(session), session.get_one(Member, message.created_by_id)
    enqueue(
        session,
        "campaigns.tell_author",
        key=f"campaigns.tell_author:{message.id}:{version}",
        mass_message_id=message.id,
        version=version,
        userid=author.userid,
    )


def _decide(message: MassMessage, viewer: Viewer, comment: str) -> None:
    message.decided_by_id, message.decided_at = viewer.member_id, clock.now()
    message.decision_comment, message.updated_at = comment.strip(), clock.now()


def _void(session: Session, viewer: Viewer, message: MassMessage) -> None:
    had = message.state
    back_to_draft(message)
    if had in (MessageState.PENDING_APPROVAL, MessageState.APPROVED, MessageState.SCHEDULED):
        _record(session, viewer, message, "approval_voided", was=had)


def back_to_draft(message: MassMessage) -> None:
    message.state, message.approved_hash = MessageState.DRAFT, None
    message.confirmed_reason, message.confirmed_for = None, []
    message.decided_by_id = message.decided_at = None
    message.decision_comment, message.notice = "", None


def _title(title: str) -> str:
    cleaned = title.strip()
    if not cleaned:
        raise Invalid("请写一个名称。", fields={"title": "必须填写"})
    return cleaned


def _require_time_ahead(message: MassMessage) -> None:
    if message.send_at is not None and message.send_at <= clock.now():
        raise Conflict("约定的发送时间已过，请改时间后重新提交。", code="time_passed")


def _check_audience(session: Session, viewer: Viewer, audience: Audience) -> None:
    if audience.contradiction:
        raise Invalid(f"没有人会符合：{audience.contradiction}。", fields={"audience": audience.contradiction})
    seen = {each.id for each in session.scalars(departments_visible_to(viewer))}
    if not set(audience.store_ids) <= seen:
        _refuse_field("audience.store_ids", "选的门店不存在，或不在你的范围内")
    tag_ids = {*audience.tag_ids_all, *audience.tag_ids_any, *audience.without_tag_ids}
    if tag_ids - set(existing(session, tag_ids)):
        _refuse_field("audience.tags", "选的标签有的已被删除，请重新选择")


def _refuse_field(field: str, sentence: str) -> NoReturn:
    raise Invalid(sentence + "。", fields={field: sentence})


def _record(session: Session, viewer: Viewer, message: MassMessage, what: str, **details: Any) -> None:
    session.flush()
    content_hash = queries.hash_of(message).hex()
    subject = subject_of(message.id)
    record(session, viewer, f"mass_message.{what}", subject=subject, content_hash=content_hash, **details)
