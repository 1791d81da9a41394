"""Mass messages as the console shows them."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.campaigns import queries, results, wording
from app.campaigns.choice import LEFT_OUT, Preview
from app.campaigns.models import MassMessage, MessageState, PartState
from app.campaigns.queries import SenderRow, Tally
from app.campaigns.rights import ACTS, STATE_NAMES, obstacle
from app.campaigns.schemas import (
    Approval,
    AudienceBody,
    AudiencePreview,
    Can,
    Counts,
    LeftOut,
    MassMessageRow,
    MassMessageView,
    PartCounts,
    RecipientCounts,
    RecipientView,
    SampledCustomer,
    SenderCount,
    SenderState,
    SenderView,
    Who,
)
from app.clock import now
from app.compliance import checks
from app.compliance.lexicon import CheckUnavailable
from app.compliance.schemas import CheckView, check_view
from app.errors import Invalid
from app.staff.models import Member
from app.viewer import Viewer


def rows(session: Session, viewer: Viewer, messages: Sequence[MassMessage]) -> list[MassMessageRow]:
    known = queries.members(session, [each.created_by_id for each in messages])
    tallies = queries.tallies(session, viewer, [each.id for each in messages])
    return [_row(each, known, tallies[each.id]) for each in messages]


def one(session: Session, viewer: Viewer, message: MassMessage) -> MassMessageView:
    session.flush()
    known = queries.members(session, [message.created_by_id, message.decided_by_id])
    row = _row(message, known, queries.tallies(session, viewer, [message.id])[message.id])
    obstacles = {act: obstacle(act, message, viewer) for act in ACTS}
    return MassMessageView(
        **row.model_dump(),
        text=message.text,
        audience=AudienceBody.model_validate(message.audience),
        content_hash=queries.hash_of(message).hex(),
        approval=_approval(message, known),
        check=_check(session, message.text),
        confirmed_reason=message.confirmed_reason,
        left_out=_left_out(message.left_out),
        notice=message.notice,
        can=Can(**{act: stop is None for act, stop in obstacles.items()}),
        why_not={act: stop.sentence for act, stop in obstacles.items() if stop is not None},
    )


def preview_view(found: Preview) -> AudiencePreview:
    return AudiencePreview(
        matching=found.matching,
        recipients=found.recipients,
        senders=len(found.by_sender),
        left_out=_left_out(found.left_out),
        sample=[SampledCustomer.model_validate(each) for each in found.sample],
        by_sender=[SenderCount.model_validate(each) for each in found.by_sender],
        computed_at=now(),
    )


def sender_view(row: SenderRow) -> SenderView:
    part = row.part
    return SenderView(
        part_id=part.id,
        userid=row.member.userid,
        name=row.member.name,
        store=row.store,
        customers=part.customers,
        delivered=row.delivered,
        failed=row.failed,
        state=_sender_state(row),
        is_dispatching=part.state == PartState.CREATED and part.read_at is None,
        confirmed_at=part.confirmed_at,
        last_reminded_at=row.last_reminded_at,
        read_at=part.read_at,
        reason=part.error or row.reminder_error,
        candidates=part.candidates,
    )


def recipient_view(row: queries.RecipientRow) -> RecipientView:
    recipient, customer, member, store = row
    return RecipientView(
        external_user_id=customer.external_user_id,
        name=customer.name,
        userid=member.userid,
        sender=member.name,
        store=store or "",
        state=recipient.state,
        state_name=results.STATE_NAMES[recipient.state],
        sent_at=recipient.sent_at,
    )


def _row(message: MassMessage, known: Mapping[int, Member], tally: Tally) -> MassMessageRow:
    return MassMessageRow(
        id=message.id,
        title=message.title,
        state=message.state,
        state_name=STATE_NAMES[MessageState(message.state)],
        created_by=_who(known[message.created_by_id]),
        created_at=message.created_at,
        updated_at=message.updated_at,
        send_at=message.send_at,
        counts=_counts(tally),
    )


def _counts(tally: Tally) -> Counts:
    parts = tally.parts
    needs_person = (PartState.UNKNOWN, PartState.AMBIGUOUS, PartState.NOT_CREATED)
    return Counts(
        recipients=sum(tally.recipients.values()),
        senders=tally.senders,
        confirmed=tally.confirmed,
        parts=PartCounts(
            created=parts.get(PartState.CREATED, 0),
            refused=parts.get(PartState.REFUSED, 0),
            unknown=sum(parts.get(state, 0) for state in needs_person),
            waiting=parts.get(PartState.WAITING, 0),
            cancelled=parts.get(PartState.CANCELLED, 0),
        ),
        recipients_by_state=RecipientCounts(**{str(state): count for state, count in tally.recipients.items()}),
    )


def _sender_state(row: SenderRow) -> SenderState:
    if row.part.state == PartState.CREATED:
        return "confirmed" if row.part.confirmed_at else "unconfirmed"
    return _PART_STATES[PartState(row.part.state)]


_PART_STATES: Mapping[PartState, SenderState] = {
    PartState.WAITING: "waiting",
    PartState.REFUSED: "refused",
    PartState.UNKNOWN: "unknown",
    PartState.AMBIGUOUS: "ambiguous",
    PartState.NOT_CREATED: "not_created",
    PartState.CANCELLED: "cancelled",
}


def _approval(message: MassMessage, known: Mapping[int, Member]) -> Approval | None:
    if message.decided_by_id is None or message.decided_at is None:
        return None
    return Approval(
        by=_who(known[message.decided_by_id]),
        at=message.decided_at,
        comment=message.decision_comment,
        hash=message.approved_hash.hex() if message.approved_hash else None,
        is_approved=message.approved_hash is not None,
    )


def _check(session: Session, text: str) -> CheckView | None:
    if not text.strip():
        return None
    try:
        shown = wording.filled(text, {name: name for name in wording.KNOWN})
        said = checks.verdict(shown, channel="mass_message", session=session)
    except (CheckUnavailable, Invalid):
        return None
    return check_view(said, replaced=checks.with_replacements(shown, said.hits))


def _left_out(counts: Mapping[str, int]) -> list[LeftOut]:
    return [
        LeftOut.model_validate({"reason": reason, "label": label, "count": counts[reason]})
        for reason, label in LEFT_OUT.items()
        if counts.get(reason)
    ]


def _who(member: Member) -> Who:
    return Who(userid=member.userid, name=member.name)
