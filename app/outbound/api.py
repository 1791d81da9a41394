"""Presses in the sidebar and their outcomes, the list of sends, and the switch."""

from typing import Any

from flask import Blueprint
from sqlalchemy import func, select

from app.compliance.schemas import CheckView
from app.db import transaction
from app.errors import Blocked, Invalid, NotFound
from app.http import route
from app.outbound import intents, switches
from app.outbound.models import IntentState, Send, SendIntent, SendSwitch
from app.outbound.schemas import (
    IntentPart,
    SendIntentView,
    SendList,
    SendOutcome,
    SendsQuery,
    SendView,
    SidebarSend,
    SwitchBody,
    SwitchView,
)
from app.viewer import EVERY_ROLE, HEAD_OFFICE, Role, Viewer

blueprint = Blueprint("outbound", __name__)


@route(
    blueprint,
    "POST",
    "/api/outbound/sidebar-sends",
    may=EVERY_ROLE,
    body=SidebarSend,
    answer=SendIntentView,
    status=201,
)
def store_press(viewer: Viewer, body: SidebarSend) -> SendIntentView:
    """Check and keep what a guide is about to hand over to WeCom."""
    press = intents.Press(
        press_id=body.press_id,
        entry=body.entry,
        external_user_id=body.external_user_id,
        chat_id=body.chat_id,
        script_id=body.script_id,
        texts=[part.text for part in body.parts],
        blanks=body.blanks,
        confirmed_reason=body.confirmed_reason,
    )
    with transaction() as session:
        return _view(intents.store(session, viewer, press))


@route(
    blueprint,
    "POST",
    "/api/outbound/sidebar-sends/<intent_id>/outcome",
    may=EVERY_ROLE,
    body=SendOutcome,
    answer=SendIntentView,
)
def report_outcome(viewer: Viewer, body: SendOutcome, intent_id: str) -> SendIntentView:
    """What WeCom made of one part; a further part that is about to be handed over is checked once more."""
    if not (intent_id.isascii() and intent_id.isdecimal() and len(intent_id) < 19):
        raise NotFound("没有这次发送。")
    number, outcome = int(intent_id), IntentState(body.outcome)
    try:
        with transaction() as session:
            return _view(intents.report(session, viewer, number, body.part, outcome, _storable(body.raw)))
    except Blocked as refusal:
        with transaction() as session:
            intents.stop(session, viewer, number, body.part, refusal.message)
        raise


@route(blueprint, "GET", "/api/operations/sends", may=HEAD_OFFICE, query=SendsQuery, answer=SendList)
def list_sends(_viewer: Viewer, query: SendsQuery) -> SendList:
    """What the system itself sent, newest first; `unknown` needs somebody."""
    found = select(Send).order_by(Send.claimed_at.desc(), Send.id.desc())
    wanted: dict[Any, Any] = {Send.state: query.state, Send.channel: query.channel, Send.subject: query.subject}
    found = found.where(*(column == value for column, value in wanted.items() if value))
    if query.since:
        found = found.where(Send.claimed_at >= query.since)
    if query.until:
        found = found.where(Send.claimed_at < query.until)
    with transaction() as session:
        total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
        rows = session.scalars(found.offset(query.offset).limit(query.page_size)).all()
        return SendList(items=[_send_view(row) for row in rows], total=total)


@route(blueprint, "GET", "/api/operations/send-switch", may=HEAD_OFFICE, answer=SwitchView)
def get_switch(_viewer: Viewer) -> SwitchView:
    """Whether everything is stopped."""
    with transaction() as session:
        return _switch_view(switches.get(session))


@route(
    blueprint,
    "PUT",
    "/api/operations/send-switch",
    may={Role.OPERATOR, Role.COMPLIANCE, Role.ADMIN},
    body=SwitchBody,
    answer=SwitchView,
)
def turn_switch(viewer: Viewer, body: SwitchBody) -> SwitchView:
    """Stop everything that leaves, or go on; recorded."""
    if body.paused and not body.reason.strip():
        raise Invalid("请写明为什么暂停，同事会看到。", fields={"reason": "必须填写"})
    with transaction() as session:
        return _switch_view(switches.turn(session, viewer, paused=body.paused, reason=body.reason.strip()))


def _view(intent: SendIntent) -> SendIntentView:
    return SendIntentView(
        id=str(intent.id),
        state=intents.state_of(intent).value,
        parts=[
            IntentPart(index=part.index, type="text", text=part.text, state=IntentState(part.state).value)
            for part in intent.parts
        ],
        check=CheckView.model_validate(intent.check),
    )


def _send_view(row: Send) -> SendView:
    return SendView.model_validate(row, extra="ignore")


def _switch_view(switch: SendSwitch | None) -> SwitchView:
    if switch is None:
        return SwitchView(paused=False, reason="", changed_by=None, changed_at=None)
    return SwitchView(
        paused=switch.paused,
        reason=switch.reason,
        changed_by=switch.changed_by_name,
        changed_at=switch.changed_at,
    )


def _storable(raw: str | None) -> str | None:
    return raw.replace("\x00", "").encode("utf-8", "replace").decode() if raw else None
