"""Mass messages in the console: write, preview, submit, approve, watch, remind, cancel, export."""

from typing import NoReturn

from flask import Blueprint, Response

from app import clock
from app.audit.actions import record
from app.campaigns import actions, choice, queries, spreadsheet, views
from app.campaigns.audience import Audience
from app.campaigns.models import MassMessage, MessageState, PartState
from app.campaigns.rights import MAY_WRITE
from app.campaigns.schemas import (
    ApproveBody,
    AudienceBody,
    AudiencePreview,
    DecideBody,
    ExportQuery,
    MassMessageEdit,
    MassMessageList,
    MassMessagesQuery,
    MassMessageView,
    NewMassMessage,
    PreviewBody,
    RecipientList,
    RecipientsQuery,
    RejectBody,
    RemindBody,
    SenderList,
    SubmitBody,
)
from app.db import transaction
from app.errors import AppError, Invalid
from app.http import attachment, route
from app.outbox import enqueue
from app.viewer import HEAD_OFFICE, Role, Viewer

blueprint = Blueprint("campaigns", __name__)

READERS = HEAD_OFFICE | {Role.STORE_MANAGER}
PATH = "/api/mass-messages"
ONE = f"{PATH}/<int:mass_message_id>"
MOST_EXPORTED = 200_000
READ_EVERY_SECONDS = 10


@route(blueprint, "GET", PATH, may=READERS, query=MassMessagesQuery, answer=MassMessageList)
def list_mass_messages(viewer: Viewer, query: MassMessagesQuery) -> MassMessageList:
    """What head office or the own stores wrote or send, newest first."""
    with transaction() as session:
        found = queries.search(viewer, state=MessageState(query.state) if query.state else None, text=query.q)
        messages, total = queries.page(session, found, offset=query.offset, limit=query.page_size)
        return MassMessageList(items=views.rows(session, viewer, messages), total=total)


@route(blueprint, "POST", PATH, may=MAY_WRITE, body=NewMassMessage, answer=MassMessageView, status=201)
def create_mass_message(viewer: Viewer, body: NewMassMessage) -> MassMessageView:
    """A new draft."""
    with transaction() as session:
        return views.one(session, viewer, actions.create(session, viewer, body.title))


@route(blueprint, "POST", f"{PATH}/audience-preview", may=READERS, body=PreviewBody, answer=AudiencePreview)
def preview_audience(viewer: Viewer, body: PreviewBody) -> AudiencePreview:
    """How many customers match now, who is left out and why, and some of them."""
    audience = _audience(body.audience)
    if audience.contradiction:
        raise Invalid(f"没有人会符合：{audience.contradiction}。", fields={"audience": audience.contradiction})
    with transaction() as session:
        whose = viewer
        if body.mass_message_id is not None:
            message = queries.get(session, viewer, body.mass_message_id)
            if viewer.sees_all_stores:
                whose = actions.author_of(session, message)
        return views.preview_view(choice.preview(session, whose, audience))


@route(blueprint, "GET", ONE, may=READERS, answer=MassMessageView)
def get_mass_message(viewer: Viewer, mass_message_id: int) -> MassMessageView:
    """All of one, with what the viewer can do and why not."""
    with transaction() as session:
        return views.one(session, viewer, queries.get(session, viewer, mass_message_id))


@route(blueprint, "PATCH", ONE, may=MAY_WRITE, body=MassMessageEdit, answer=MassMessageView)
def edit_mass_message(viewer: Viewer, body: MassMessageEdit, mass_message_id: int) -> MassMessageView:
    """Change what is named; an approval does not survive a change of text, audience or time."""
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    if body.audience is not None:
        changes["audience"] = _audience(body.audience)
    with transaction() as session:
        return views.one(session, viewer, actions.edit(session, viewer, mass_message_id, changes))


@route(blueprint, "DELETE", ONE, may=MAY_WRITE)
def delete_mass_message(viewer: Viewer, mass_message_id: int) -> None:
    """Throw a draft away."""
    with transaction() as session:
        actions.delete_draft(session, viewer, mass_message_id)


@route(blueprint, "POST", f"{ONE}/submit", may=MAY_WRITE, body=SubmitBody, answer=MassMessageView)
def submit_mass_message(viewer: Viewer, body: SubmitBody, mass_message_id: int) -> MassMessageView:
    """Ask another person for approval."""
    with transaction() as session:
        message = actions.submit(session, viewer, mass_message_id, confirmed_reason=body.confirmed_reason)
        return views.one(session, viewer, message)


@route(blueprint, "POST", f"{ONE}/approve", may=READERS, body=ApproveBody, answer=MassMessageView)
def approve_mass_message(viewer: Viewer, body: ApproveBody, mass_message_id: int) -> MassMessageView:
    """Let exactly what was seen go, now or at its time."""
    try:
        with transaction() as session:
            message = actions.approve(
                session,
                viewer,
                mass_message_id,
                comment=body.comment,
                content_hash=bytes.fromhex(body.content_hash),
            )
            return views.one(session, viewer, message)
    except AppError as refusal:
        _record_refusal(viewer, mass_message_id, refusal)


def _record_refusal(viewer: Viewer, mass_message_id: int, refusal: AppError) -> NoReturn:
    """Who tried to approve what they may not is on record, although nothing came of it."""
    with transaction() as session:
        subject = actions.subject_of(mass_message_id)
        record(session, viewer, "mass_message.approval_refused", subject=subject, why=refusal.message)
    raise refusal


@route(blueprint, "POST", f"{ONE}/reject", may=READERS, body=RejectBody, answer=MassMessageView)
def reject_mass_message(viewer: Viewer, body: RejectBody, mass_message_id: int) -> MassMessageView:
    """Back to the author, with what has to change."""
    with transaction() as session:
        return views.one(session, viewer, actions.reject(session, viewer, mass_message_id, comment=body.comment))


@route(blueprint, "POST", f"{ONE}/cancel", may=READERS, answer=MassMessageView)
def cancel_mass_message(viewer: Viewer, mass_message_id: int) -> MassMessageView:
    """Stop what has not been confirmed; what was sent stays sent."""
    with transaction() as session:
        return views.one(session, viewer, actions.cancel(session, viewer, mass_message_id))


@route(blueprint, "POST", f"{ONE}/remind", may=MAY_WRITE, body=RemindBody, answer=MassMessageView)
def remind_senders(viewer: Viewer, body: RemindBody, mass_message_id: int) -> MassMessageView:
    """Have WeCom remind who has not confirmed."""
    with transaction() as session:
        actions.remind(session, viewer, mass_message_id, body.userids)
        return views.one(session, viewer, queries.get(session, viewer, mass_message_id))


@route(blueprint, "POST", f"{ONE}/read-results", may=READERS, answer=MassMessageView)
def read_results(viewer: Viewer, mass_message_id: int) -> MassMessageView:
    """Ask WeCom now, instead of at the next round; at most once in ten seconds."""
    moment = int(clock.now().timestamp()) // READ_EVERY_SECONDS
    with transaction() as session:
        message = queries.get(session, viewer, mass_message_id)
        for row in queries.senders(session, viewer, message.id):
            if row.part.state == PartState.CREATED:
                key = f"mass_message_part:{row.part.id}:read:{moment}"
                enqueue(session, "campaigns.read_results", key=key, part_id=row.part.id, once=True)
        return views.one(session, viewer, message)


@route(blueprint, "GET", f"{ONE}/senders", may=READERS, answer=SenderList)
def list_senders(viewer: Viewer, mass_message_id: int) -> SenderList:
    """Each sender's task: confirmed or not, delivered, failed, reminded."""
    with transaction() as session:
        queries.get(session, viewer, mass_message_id)
        items = [views.sender_view(row) for row in queries.senders(session, viewer, mass_message_id)]
        return SenderList(items=items, total=len(items))


@route(blueprint, "GET", f"{ONE}/recipients", may=READERS, query=RecipientsQuery, answer=RecipientList)
def list_recipients(viewer: Viewer, query: RecipientsQuery, mass_message_id: int) -> RecipientList:
    """Each customer, with WeCom's own result."""
    with transaction() as session:
        queries.get(session, viewer, mass_message_id)
        found = queries.recipients(viewer, mass_message_id, state=query.state, userid=query.userid)
        rows = queries.rows(session, found.offset(query.offset).limit(query.page_size))
        items = [views.recipient_view(row) for row in rows]
        return RecipientList(items=items, total=queries.count(session, found))


@route(blueprint, "GET", f"{ONE}/recipients.csv", may=READERS, query=ExportQuery)
def export_csv(viewer: Viewer, query: ExportQuery, mass_message_id: int) -> Response:
    """The recipients as CSV; on record."""
    message, rows = _exported(viewer, query, mass_message_id, "csv")
    content = spreadsheet.as_csv(rows)
    return attachment(content, name=f"群发-{message.title}.csv", media_type="text/csv; charset=utf-8")


@route(blueprint, "GET", f"{ONE}/recipients.xlsx", may=READERS, query=ExportQuery)
def export_xlsx(viewer: Viewer, query: ExportQuery, mass_message_id: int) -> Response:
    """The recipients as an Excel file; on record."""
    message, rows = _exported(viewer, query, mass_message_id, "xlsx")
    content = spreadsheet.as_xlsx(rows)
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return attachment(content, name=f"群发-{message.title}.xlsx", media_type=media_type)


def _exported(
    viewer: Viewer, query: ExportQuery, mass_message_id: int, kind: str
) -> tuple[MassMessage, list[tuple[spreadsheet.Cell, ...]]]:
    with transaction() as session:
        message = queries.get(session, viewer, mass_message_id)
        found = queries.recipients(viewer, mass_message_id, state=query.state, userid=query.userid)
        seen = [views.recipient_view(row) for row in queries.rows(session, found.limit(MOST_EXPORTED))]
        record(
            session,
            viewer,
            "mass_message.exported",
            subject=actions.subject_of(message.id),
            rows=len(seen),
            kind=kind,
        )
    rows: list[tuple[spreadsheet.Cell, ...]] = [
        (
            each.name,
            each.external_user_id,
            each.sender,
            each.userid,
            each.store,
            each.state_name,
            clock.in_shop_time(each.sent_at).strftime("%Y-%m-%d %H:%M:%S") if each.sent_at else "",
        )
        for each in seen
    ]
    return message, rows


@route(
    blueprint,
    "POST",
    f"{ONE}/parts/<int:part_id>/decide",
    may=MAY_WRITE,
    body=DecideBody,
    answer=SenderList,
)
def decide_part(viewer: Viewer, body: DecideBody, mass_message_id: int, part_id: int) -> SenderList:
    """Say what became of a task that WeCom never confirmed; on record."""
    with transaction() as session:
        actions.decide_part(session, viewer, mass_message_id, part_id, decision=body.decision, msgid=body.msgid)
    return list_senders(viewer, mass_message_id)


def _audience(body: AudienceBody) -> Audience:
    return Audience.from_json(
        {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in body.model_dump().items()
        }
    )
