"""
Every text that a word list decides on: what is in use, and what went out within the last days.

Remarks that guides keep on customers are left out: they are written once, never sent again, and no business of a
word list's author.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session

from app.acquisition.models import CodeState, ContactCode, WelcomeText
from app.campaigns.models import MassMessage, MessageState
from app.campaigns.queries import audience_of
from app.compliance.models import Hit, Outcome
from app.outbound.models import Send, SendIntent, SendIntentPart
from app.scripts.documents import text_of
from app.scripts.models import Script, StoreDetails
from app.staff.models import Department, Member
from app.tags.models import Tag, TagGroup


@dataclass(frozen=True)
class Stored:
    """
    :param key: where the next batch goes on.
    :param subject: `script:12`; empty for what left.
    :param owner: userid of who answers for it, or who sent it.
    :param at: when it left, or will.
    :param sender: userid of who sends it, if that is one person: their stores and roles count.
    :param departments: whose people send it; none, if anybody may.
    """

    key: str
    channel: str
    text: str
    title: str
    owner: str
    subject: str = ""
    at: datetime | None = None
    sender: str = ""
    departments: tuple[int, ...] = ()


Read = Callable[[Session, str, int, datetime], Iterator[Stored]]


@dataclass(frozen=True)
class Source:
    """
    :param is_live: in use now; otherwise it left within the last days.
    :param read: called with the session, the last key (empty at first), how many, and since when.
    """

    name: str
    is_live: bool
    read: Read
    count: Callable[[Session, datetime], int]


def _scripts(session: Session, after: str, limit: int, _since: datetime) -> Iterator[Stored]:
    found = _scripts_in_use().where(Script.id > int(after or 0)).order_by(Script.id).limit(limit)
    for row in session.scalars(found):
        yield Stored(
            str(row.id), "sidebar", text_of(row.parts), f"话术「{row.title}」", row.updated_by, f"script:{row.id}"
        )


def _scripts_in_use() -> Select[Script]:
    return select(Script).where(Script.archived_at.is_(None))


def _welcomes(session: Session, after: str, limit: int, _since: datetime) -> Iterator[Stored]:
    found = (
        select(WelcomeText, Department.name)
        .join(Department, Department.id == WelcomeText.store_id, isouter=True)
        .where(WelcomeText.store_id > int(after or -1))
    )
    for row, store in session.execute(found.order_by(WelcomeText.store_id).limit(limit)):
        text = "\n".join((row.text, row.brand, row.benefit))
        key = str(row.store_id)
        title, stores = f"欢迎语（{store or '全公司'}）", (row.store_id,) if row.store_id else ()
        yield Stored(key, "welcome", text, title, row.updated_by, f"welcome:{key}", departments=stores)


def _codes(session: Session, after: str, limit: int, _since: datetime) -> Iterator[Stored]:
    found = (
        select(ContactCode, Member.userid)
        .join(Member, Member.id == ContactCode.member_id)
        .where(*_CODES_IN_USE, ContactCode.id > int(after or 0))
    )
    for row, userid in session.execute(found.order_by(ContactCode.id).limit(limit)):
        yield Stored(
            str(row.id),
            "welcome",
            row.welcome_text or "",
            f"渠道码「{row.name}」的欢迎语",
            row.created_by,
            f"contact_code:{row.id}",
            sender=userid,
        )


_CODES_IN_USE = (ContactCode.welcome_text.is_not(None), ContactCode.life != CodeState.ENDED)

_UNSENT = (
    MessageState.DRAFT,
    MessageState.REJECTED,
    MessageState.PENDING_APPROVAL,
    MessageState.APPROVED,
    MessageState.SCHEDULED,
    MessageState.SENDING,
)


def _mass_messages(session: Session, after: str, limit: int, _since: datetime) -> Iterator[Stored]:
    found = (
        select(MassMessage, Member.userid)
        .join(Member, Member.id == MassMessage.created_by_id)
        .where(*_MESSAGES_TO_COME, MassMessage.id > int(after or 0))
    )
    for row, author in session.execute(found.order_by(MassMessage.id).limit(limit)):
        stores = () if row.state in _TO_BE_SUBMITTED else audience_of(row).store_ids
        yield Stored(
            str(row.id),
            "mass_message",
            row.text,
            f"群发「{row.title}」",
            author,
            f"mass_message:{row.id}",
            row.send_at,
            departments=stores,
        )


_TO_BE_SUBMITTED = (MessageState.DRAFT, MessageState.REJECTED)
"""On the way to approval every word holds, whatever stores it is for."""

_MESSAGES_TO_COME = (MassMessage.state.in_(_UNSENT), MassMessage.text != "")


def _stores(session: Session, after: str, limit: int, _since: datetime) -> Iterator[Stored]:
    """What scripts fill in of a store."""
    found = (
        select(StoreDetails, Department.name)
        .join(Department, Department.id == StoreDetails.department_id, isouter=True)
        .where(StoreDetails.department_id > int(after or -1))
    )
    for row, store in session.execute(found.order_by(StoreDetails.department_id).limit(limit)):
        text = "\n".join((row.brand, row.address, row.phone, row.opening_hours))
        key, stores = str(row.department_id), (row.department_id,)
        title, subject = f"门店资料（{store or key}）", f"store_details:{key}"
        yield Stored(key, "sidebar", text, title, row.updated_by, subject, departments=stores)


def _tags(session: Session, after: str, limit: int, _since: datetime) -> Iterator[Stored]:
    found = (
        select(Tag, TagGroup.name)
        .join(TagGroup, TagGroup.id == Tag.group_id)
        .where(Tag.deleted_at.is_(None), Tag.id > after)
    )
    for row, group in session.execute(found.order_by(Tag.id).limit(limit)):
        yield Stored(row.id, "tag_name", row.name, f"标签「{group}」", "", f"tag:{row.id}")


def _handed(session: Session, after: str, limit: int, since: datetime) -> Iterator[Stored]:
    """What guides put into a chat."""
    intent, part = (int(each) for each in (after or "0:-1").split(":"))
    found = (
        select(SendIntentPart, SendIntent.created_at, Member.userid)
        .join(SendIntent, SendIntent.id == SendIntentPart.intent_id)
        .join(Member, Member.id == SendIntent.member_id)
        .where(SendIntent.created_at >= since)
        .where(tuple_(SendIntentPart.intent_id, SendIntentPart.index) > (intent, part))
        .order_by(SendIntentPart.intent_id, SendIntentPart.index)
    )
    for row, at, userid in session.execute(found.limit(limit)):
        key = f"{row.intent_id}:{row.index}"
        yield Stored(key, "sidebar", row.text, "侧边栏发送", userid, at=at, sender=userid)


def _sent(session: Session, after: str, limit: int, since: datetime) -> Iterator[Stored]:
    """What the system itself sent."""
    found = select(Send).where(Send.claimed_at >= since, Send.id > int(after or 0)).order_by(Send.id)
    for row in session.scalars(found.limit(limit)):
        yield Stored(
            str(row.id),
            row.channel,
            row.text,
            "系统发送",
            row.on_behalf_of,
            at=row.claimed_at,
            sender=row.on_behalf_of if row.channel in _OF_ONE_PERSON else "",
        )


def _stopped(session: Session, after: str, limit: int, since: datetime) -> Iterator[Stored]:
    """Of what was stopped only passages are on record: enough to see what a new exception would let pass."""
    found = (
        select(Hit, Member.userid)
        .join(Member, Member.id == Hit.member_id, isouter=True)
        .where(*_WAS_STOPPED, Hit.at >= since, Hit.id > int(after or 0))
    )
    for row, userid in session.execute(found.order_by(Hit.id).limit(limit)):
        sender = userid if row.channel in ("sidebar", "remark") else ""
        yield Stored(
            str(row.id), row.channel, row.passage, "拦下过的片段", userid or "", at=row.at, sender=sender or ""
        )


_OF_ONE_PERSON = ("welcome", "mass_message", "sidebar")
"""Channels by which a text leaves in the name of one member, who is on record."""


_WAS_STOPPED = (Hit.outcome.in_((Outcome.BLOCKED, Outcome.NEEDS_CONFIRMATION)),)


def _counted(table: type, *conditions: ColumnElement[bool]) -> Callable[[Session, datetime], int]:
    def count(session: Session, _since: datetime) -> int:
        return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0

    return count


def _parts_since(session: Session, since: datetime) -> int:
    found = select(func.count()).select_from(SendIntentPart).join(SendIntent)
    return session.scalar(found.where(SendIntent.created_at >= since)) or 0


def _sends_since(session: Session, since: datetime) -> int:
    return session.scalar(select(func.count()).select_from(Send).where(Send.claimed_at >= since)) or 0


def _stopped_since(session: Session, since: datetime) -> int:
    found = select(func.count()).select_from(Hit).where(*_WAS_STOPPED, Hit.at >= since)
    return session.scalar(found) or 0


SOURCES: Sequence[Source] = (
    Source("script", True, _scripts, _counted(Script, Script.archived_at.is_(None))),
    Source("welcome", True, _welcomes, _counted(WelcomeText)),
    Source("contact_code", True, _codes, _counted(ContactCode, *_CODES_IN_USE)),
    Source("mass_message", True, _mass_messages, _counted(MassMessage, *_MESSAGES_TO_COME)),
    Source("store_details", True, _stores, _counted(StoreDetails)),
    Source("tag", True, _tags, _counted(Tag, Tag.deleted_at.is_(None))),
    Source("sidebar_send", False, _handed, _parts_since),
    Source("send", False, _sent, _sends_since),
    Source("stopped", False, _stopped, _stopped_since),
)
"""In the order in which a replay reads them. Content of a new kind is added here."""

NAMES: Mapping[str, str] = {
    "script": "话术",
    "welcome": "欢迎语",
    "contact_code": "渠道码欢迎语",
    "mass_message": "群发",
    "store_details": "门店资料",
    "tag": "标签",
    "sidebar_send": "侧边栏发送",
    "send": "系统发送",
    "stopped": "拦下过的片段",
}
