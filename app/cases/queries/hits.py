"""Finding hits."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.compliance.models import Hit
from app.errors import NotFound
from app.staff.models import Member


def hits(
    *,
    text: str | None = None,
    category: str | None = None,
    channel: str | None = None,
    outcome: str | None = None,
    entry_id: int | None = None,
    review: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Select[Hit]:
    """
    Newest first.

    :param text: part of the passage, the word, or the name or userid of who wrote it.
    :param review: one of `Review`, or `none` for what nobody has reviewed.
    """
    found = select(Hit)
    if text and text.strip():
        wanted = text.strip()
        people = select(Member.id).where(
            or_(Member.name.icontains(wanted, autoescape=True), Member.userid == wanted.lower())
        )
        passage, word = (
            Hit.passage.icontains(wanted, autoescape=True),
            Hit.word.icontains(wanted, autoescape=True),
        )
        found = found.where(or_(passage, word, Hit.member_id.in_(people)))
    for column, value in (
        (Hit.category, category),
        (Hit.channel, channel),
        (Hit.outcome, outcome),
        (Hit.entry_id, entry_id),
    ):
        if value:
            found = found.where(column == value)
    if review == "none":
        found = found.where(Hit.review.is_(None))
    elif review:
        found = found.where(Hit.review == review)
    if since:
        found = found.where(Hit.at >= since)
    if until:
        found = found.where(Hit.at < until)
    return found.order_by(Hit.at.desc(), Hit.id.desc())


def get_hit(session: Session, hit_id: int) -> Hit:
    """
    :raises NotFound:
    """
    found = session.get(Hit, hit_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这条命中记录。")
    return found


def members_of(session: Session, found: Collection[Hit]) -> Mapping[int, Member]:
    ids = {hit.member_id for hit in found if hit.member_id is not None}
    return {member.id: member for member in session.scalars(select(Member).where(Member.id.in_(ids)))}


def page(session: Session, found: Select[Hit], *, offset: int, limit: int) -> tuple[Sequence[Hit], int]:
    """
    :returns: the rows of one page, and how many there are in all.
    """
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    return session.scalars(found.offset(offset).limit(limit)).all(), total
