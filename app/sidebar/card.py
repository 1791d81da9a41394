"""The whole card of the open customer from a handful of queries."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.acquisition.queries import channel_names
from app.compliance.lexicon import CheckUnavailable
from app.customers import phones, queries, timeline, views
from app.customers.models import Customer
from app.customers.queries import EventRow, Follower
from app.errors import Forbidden, NotFound
from app.scripts.schemas import ScriptView
from app.scripts.suggesting import suggestions
from app.sidebar.schemas import Card, CardTag, Timeline, TimelineLine
from app.tags.queries import named
from app.viewer import Viewer

LINES = 20


def card(session: Session, viewer: Viewer, external_user_id: str) -> Card:
    """
    :raises NotFound: `customer_not_synced`, if WeCom has not described this customer yet.
    :raises Forbidden: `not_your_customer`, with the name of whoever serves them.
    """
    customer = queries.by_external_user_id(session, external_user_id)
    if customer is None or customer.synced_at is None:
        raise NotFound("刚加的客户，资料还在同步，一般 1 分钟内。", code="customer_not_synced")
    rows = queries.followers(session, viewer, [customer.id]).get(customer.id, [])
    seen = [row for row in rows if row.in_scope]
    if not seen and not viewer.sees_all_stores:
        raise _somebody_elses(rows)
    return _filled(session, viewer, customer, rows, seen)


def _filled(
    session: Session, viewer: Viewer, customer: Customer, rows: Sequence[Follower], seen: Sequence[Follower]
) -> Card:
    mine = next((row.follow for row in seen if row.follow.member_id == viewer.member_id), None)
    channels = channel_names(session, [row.follow.state for row in rows if row.follow.state])
    numbers = phones.rows_of(session, [mine.id]).get(mine.id, []) if mine else []
    tag_ids = mine.tag_ids if mine else sorted({each for row in seen for each in row.follow.tag_ids})
    lines = history(session, viewer, customer)
    return Card(
        suggestions=_suggested(session, viewer, customer),
        external_user_id=customer.external_user_id,
        name=customer.name,
        avatar=customer.avatar,
        gender=customer.gender,
        type=customer.type,
        corp_name=customer.corp_name,
        display_name=(mine.remark if mine else "") or customer.name,
        is_mine=mine is not None and mine.ended_at is None,
        followers=[views.follower_view(viewer, row, channels) for row in rows],
        my_follow=views.follow_view(mine, numbers, channels) if mine else None,
        tags=[
            CardTag(id=tag.id, name=tag.name, group_id=group.id, group_name=group.name)
            for tag, group in named(session, tag_ids)
        ],
        timeline=lines.items,
        timeline_next=lines.next,
        synced_at=max((row.follow.synced_at for row in seen), default=customer.synced_at),
    )


def _suggested(session: Session, viewer: Viewer, customer: Customer) -> list[ScriptView]:
    """None while the word filter does not answer: the rest of the card is worth showing."""
    try:
        return suggestions(session, viewer, customer)
    except CheckUnavailable:
        return []


def _somebody_elses(rows: Sequence[Follower]) -> Forbidden:
    owner = next((row for row in rows if row.follow.ended_at is None), None)
    name = owner.member.name if owner else None
    store = owner.store.name if owner and owner.store else None
    whose = f"她的归属是 {name}（{store}）。" if name and store else "她不是你的客户。"
    return Forbidden(whose, code="not_your_customer", owner_name=name, owner_store=store)


def history(session: Session, viewer: Viewer, customer: Customer, *, before: str | None = None) -> Timeline:
    """
    :param before: `next` of the page that was shown last.
    """
    rows = queries.timeline(
        session, viewer, customer.id, before=_position(before) if before else None, limit=LINES + 1
    )
    shown = rows[:LINES]
    more = f"{_microseconds(shown[-1][0].at)}.{shown[-1][0].id}" if len(rows) > LINES else None
    return Timeline(items=[_line(row) for row in shown], next=more)


def _line(row: EventRow) -> TimelineLine:
    event, member = row
    return TimelineLine(
        id=event.id,
        kind=event.kind,
        at=event.at,
        title=timeline.title_of(event.kind, event.details),
        detail=timeline.detail_of(event.kind, event.details),
        who=member.name if member else None,
    )


def _microseconds(at: datetime) -> int:
    whole = int(at.astimezone(UTC).replace(microsecond=0).timestamp())
    return whole * 1_000_000 + at.microsecond


def _position(cursor: str) -> tuple[datetime, int]:
    """
    :raises NotFound: for a cursor that we never gave.
    """
    microseconds, _, event_id = cursor.partition(".")
    try:
        at = datetime.fromtimestamp(int(microseconds) // 1_000_000, UTC)
    except (OverflowError, OSError, ValueError):
        raise NotFound("没有这一页。") from None
    return at.replace(microsecond=int(microseconds) % 1_000_000), min(int(event_id), 2**63 - 1)
