"""A press in the sidebar: checked and stored before WeCom is asked, then told what became of each part."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.compliance.checks import verdict, version_in_force, with_replacements
from app.compliance.clearing import ClearedText, clear
from app.compliance.schemas import CheckView, as_details, check_view
from app.customers import queries as customers
from app.customers.events import record_event
from app.customers.models import Customer
from app.errors import Blocked, Conflict, Invalid, NotFound
from app.groups import queries as groups
from app.groups.models import CustomerGroup
from app.outbound import states
from app.outbound.models import IntentState, SendIntent, SendIntentPart
from app.outbound.switches import refuse_if_paused
from app.scripts import queries as scripts
from app.scripts.actions import record_use
from app.scripts.rendering import values_for
from app.scripts.shown import rendered_parts
from app.viewer import Viewer

CHANNEL = "sidebar"
LONGEST_PART = 4000
"""Characters that WeCom's chat takes in one message."""
JOIN = "\n"


@dataclass(frozen=True)
class Press:
    """
    :param press_id: made by the page, one for each press.
    :param texts: as they stand on the screen, blanks filled in.
    """

    press_id: UUID
    entry: str
    external_user_id: str | None
    chat_id: str | None
    script_id: int | None
    texts: Sequence[str]
    blanks: Mapping[str, str]
    confirmed_reason: str | None


def store(session: Session, viewer: Viewer, press: Press) -> SendIntent:
    """
    The same press again gives the same intent.

    :raises NotFound: for somebody who is no customer of the viewer, or a group that is not theirs.
    :raises Blocked: a word that may not leave; `NeedsConfirmation` without a reason for a warning.
    :raises CheckUnavailable, Paused: nothing may leave now.
    :raises Conflict: if the same press comes with other words.
    """
    before = _stored(session, viewer, press)
    if before is not None:
        return before
    customer, group = _subject(session, viewer, press)
    refuse_if_paused(session, CHANNEL)
    for text in press.texts:
        _refuse_unfit(text)
    subject = f"customer:{press.external_user_id}" if customer else f"chat:{press.chat_id}"
    whole = _check(session, viewer, JOIN.join(press.texts))
    cleared = [_cleared(session, viewer, press, index, subject, whole) for index in range(len(press.texts))]
    intent_id = session.scalar(
        insert(SendIntent)
        .values(
            press_id=press.press_id,
            member_id=viewer.member_id,
            entry=press.entry,
            customer_id=customer.id if customer else None,
            group_id=group.id if group else None,
            script_id=press.script_id,
            blanks=dict(press.blanks),
            was_edited=_was_edited(session, viewer, press, customer),
            text_hash=_hash_of(press),
            check=whole.model_dump(mode="json"),
            confirmed_reason=press.confirmed_reason,
            confirmed_for=sorted(frozenset[str]().union(*(each.confirmed for each in cleared))),
            created_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=[SendIntent.member_id, SendIntent.press_id])
        .returning(SendIntent.id)
    )
    if intent_id is None:  # the very same press, a moment ago, on another connection
        stored = _stored(session, viewer, press)
        assert stored is not None
        return stored
    for index, each in enumerate(cleared):
        session.add(
            SendIntentPart(
                intent_id=intent_id, index=index, type="text", text=each.text, state=IntentState.CHECKED
            )
        )
    session.flush()
    return session.get_one(SendIntent, intent_id)


def report(
    session: Session, viewer: Viewer, intent_id: int, index: int, outcome: IntentState, raw: str | None
) -> SendIntent:
    """
    What became of one part. Told twice, or late, it changes nothing more.

    A further part asks before it is handed over: by then another list may be in force, and the guide presses for
    each part anew. What that list stops is not handed over.

    :raises NotFound: if it is not the viewer's own press.
    :raises Conflict: if it contradicts what is known for certain.
    :raises Blocked, NeedsConfirmation, CheckUnavailable: instead of handing over a further part.
    """
    intent = session.scalar(
        select(SendIntent)
        .where(SendIntent.id == intent_id, SendIntent.member_id == viewer.member_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    part = next((each for each in intent.parts if each.index == index), None) if intent else None
    if intent is None or part is None:
        raise NotFound("没有这次发送。")
    before = IntentState(part.state)
    now = states.after(before, outcome)
    if now is None:
        raise Conflict("这一段的结果已经确定，不能再改。", code="outcome_is_final", state=before)
    if outcome == IntentState.HANDING and before == IntentState.CHECKED and index > 0:
        _clear_again(session, viewer, intent, part)
    if now != before:
        part.state, part.reported_at = now, clock.now()
        part.raw = raw[:500] if raw else part.raw
        _tell(session, viewer, intent, part, before)
        session.flush()
    return intent


def stop(session: Session, viewer: Viewer, intent_id: int, index: int, why: str) -> None:
    """The list that came in between keeps this part from being handed over: it ends here, and says why."""
    part = session.scalar(
        select(SendIntentPart)
        .join(SendIntent, SendIntent.id == SendIntentPart.intent_id)
        .where(SendIntent.id == intent_id, SendIntent.member_id == viewer.member_id, SendIntentPart.index == index)
        .with_for_update(of=SendIntentPart)
    )
    if part is not None and part.state == IntentState.CHECKED:
        part.state, part.raw, part.reported_at = IntentState.CANCELLED, why[:500], clock.now()


def state_of(intent: SendIntent) -> IntentState:
    return states.whole([IntentState(part.state) for part in intent.parts])


def _subject(session: Session, viewer: Viewer, press: Press) -> tuple[Customer | None, CustomerGroup | None]:
    if press.entry == "group":
        if not press.chat_id:
            raise Invalid("缺少群的编号。", fields={"chat_id": "必须填写"})
        return None, groups.get(session, viewer, press.chat_id)
    if not press.external_user_id:
        raise Invalid("缺少客户的编号。", fields={"external_user_id": "必须填写"})
    # The viewer's own relation, whatever else they may see: the chat is theirs.
    follow = customers.own_follow(session, viewer, press.external_user_id)
    return session.get_one(Customer, follow.customer_id), None


def _refuse_unfit(text: str) -> None:
    if not text.strip():
        raise Invalid("这一段是空的，没有可以放入的文字。", code="empty_part")
    if len(text) > LONGEST_PART:
        raise Invalid(f"这一段太长：最多 {LONGEST_PART} 个字。", code="part_too_long")
    if "〔" in text and "〕" in text[text.index("〔") :]:
        raise Invalid("还有没填的空，填好再放入。", code="blank_left_open")


def _check(session: Session, viewer: Viewer, text: str) -> CheckView:
    """As the page shows it; what is refused, and recorded, each part decides by itself."""
    said = verdict(text, channel=CHANNEL, session=session, by=viewer)
    return check_view(said, replaced=with_replacements(text, said.hits))


def _cleared(
    session: Session, viewer: Viewer, press: Press, index: int, subject: str, whole: CheckView
) -> ClearedText:
    try:
        return clear(
            session,
            press.texts[index],
            channel=CHANNEL,
            on_behalf_of=viewer.userid,
            subject=subject,
            confirmed_reason=press.confirmed_reason,
            occasion=_occasion(viewer, press.press_id, index),
            by=viewer,
        )
    except Blocked as refusal:
        # The page shows one list of hits for all parts, as its own check gave it.
        refusal.details = {"check": whole.model_dump(mode="json")}
        raise


def _clear_again(session: Session, viewer: Viewer, intent: SendIntent, part: SendIntentPart) -> None:
    """
    By the list in force now, as the text was handed to the page. A replacement that became due since cannot be put
    in any more, and the reason given then covers what was warned of then: both stop the part.
    """
    if intent.check["lexicon_version"] == version_in_force(session):
        return
    said = clear(
        session,
        part.text,
        channel=CHANNEL,
        on_behalf_of=viewer.userid,
        subject=_subject_of(session, intent),
        confirmed_reason=intent.confirmed_reason,
        confirmed_for=intent.confirmed_for,
        occasion=_occasion(viewer, intent.press_id, part.index),
        by=viewer,
    )
    if said.text != part.text:
        check = _check(session, viewer, part.text)
        raise Blocked("词库刚更新，这一段要换一种说法，请重新打开话术再放。", **as_details(check))


def _subject_of(session: Session, intent: SendIntent) -> str:
    if intent.customer_id is not None:
        return f"customer:{session.get_one(Customer, intent.customer_id).external_user_id}"
    return f"chat:{session.get_one(CustomerGroup, intent.group_id).chat_id}"


def _occasion(viewer: Viewer, press_id: UUID, index: int) -> str:
    return f"press:{viewer.member_id}:{press_id}:{index}"


def _was_edited(session: Session, viewer: Viewer, press: Press, customer: Customer | None) -> bool:
    if press.script_id is None:
        return False
    script = scripts.get(session, press.script_id)
    values = values_for(session, viewer, customer) | {name: text for name, text in press.blanks.items() if text}
    return rendered_parts(script.parts, values)[: len(press.texts)] != list(press.texts)


def _stored(session: Session, viewer: Viewer, press: Press) -> SendIntent | None:
    found = session.scalar(
        select(SendIntent).where(SendIntent.member_id == viewer.member_id, SendIntent.press_id == press.press_id)
    )
    if found is not None and found.text_hash != _hash_of(press):
        raise Conflict("这次按下已经用于别的内容，请再按一次。", code="press_reused")
    return found


def _hash_of(press: Press) -> bytes:
    said: list[Any] = [press.entry, press.external_user_id, press.chat_id, *press.texts]
    return hashlib.sha256("\x00".join(str(each) for each in said).encode("utf-8", "replace")).digest()


def _tell(session: Session, viewer: Viewer, intent: SendIntent, part: SendIntentPart, before: IntentState) -> None:
    """Onto the customer's timeline, and into the script's count."""
    if part.state == IntentState.HANDED and intent.script_id is not None:
        record_use(
            session, intent.script_id, viewer.member_id, was_edited=intent.was_edited, key=f"send:{intent.id}"
        )
    if intent.customer_id is None or part.state == IntentState.HANDING:
        return
    title = scripts.get(session, intent.script_id).title if intent.script_id is not None else ""
    detail = f"「{title}」" if title else part.text[:30]
    if before == IntentState.UNKNOWN:
        detail = f"{detail}（先前结果未知，现已更正）"
    record_event(
        session,
        intent.customer_id,
        f"message_{IntentState(part.state).value}",
        member_id=viewer.member_id,
        key=f"send:{intent.id}:{part.index}:{IntentState(part.state).value}",
        detail=detail,
        intent_id=intent.id,
        part=part.index,
    )
