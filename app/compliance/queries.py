"""Reading entries and versions, and how often an entry was met."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Select, Text, cast, func, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.compliance.drafting import entry_of
from app.compliance.models import EntryStatus, Hit, LexiconEntry, LexiconVersion, Outcome
from app.errors import NotFound
from sensitive_words import Entry

SOON = timedelta(days=30)


def entries(
    *,
    text: str | None = None,
    category: str | None = None,
    action: str | None = None,
    status: str | None = None,
    expires_soon: bool = False,
) -> Select[LexiconEntry]:
    """
    Unpublished changes first, then by category.

    :param text: part of the word, its aliases, its reason or the author's userid.
    :param status: one of `EntryStatus`, or `changed` for all that is not published as it stands.
    """
    found = select(LexiconEntry)
    shown = func.coalesce(LexiconEntry.draft, LexiconEntry.published)
    if text and text.strip():
        wanted = text.strip()
        columns = (LexiconEntry.text, LexiconEntry.author, shown["reason"].astext, cast(shown["aliases"], Text))
        found = found.where(or_(*(column.icontains(wanted, autoescape=True) for column in columns)))
    if category:
        found = found.where(LexiconEntry.category == category)
    if action:
        found = found.where(LexiconEntry.action == action)
    if status == "changed":
        found = found.where(LexiconEntry.status != EntryStatus.PUBLISHED)
    elif status:
        found = found.where(LexiconEntry.status == status)
    if expires_soon:
        last_day = (clock.in_shop_time(clock.now()) + SOON).date().isoformat()
        found = found.where(shown["valid_until"].astext <= last_day)
    return found.order_by(LexiconEntry.status == EntryStatus.PUBLISHED, LexiconEntry.category, LexiconEntry.id)


def drafted(session: Session) -> list[Entry]:
    """The list as it would be published."""
    rows = session.scalars(select(LexiconEntry).where(LexiconEntry.draft.is_not(None)).order_by(LexiconEntry.id))
    return [entry_of(row.id, row.draft or {}) for row in rows]


def by_word(session: Session) -> Mapping[tuple[str, str], LexiconEntry]:
    """Drafted entries by category and word."""
    rows = session.scalars(select(LexiconEntry).where(LexiconEntry.draft.is_not(None)))
    return {(row.category, row.text): row for row in rows}


def count_changes(session: Session) -> int:
    return (
        session.scalar(
            select(func.count()).select_from(LexiconEntry).where(LexiconEntry.status != EntryStatus.PUBLISHED)
        )
        or 0
    )


def count_by_category(session: Session) -> Mapping[str, int]:
    rows = session.execute(
        select(LexiconEntry.category, func.count())
        .where(LexiconEntry.draft.is_not(None))
        .group_by(LexiconEntry.category)
    )
    return {row[0]: row[1] for row in rows}


def newest_version(session: Session) -> LexiconVersion | None:
    return session.scalar(select(LexiconVersion).order_by(LexiconVersion.version.desc()).limit(1))


def versions(session: Session) -> Sequence[LexiconVersion]:
    """The newest hundred."""
    return session.scalars(select(LexiconVersion).order_by(LexiconVersion.version.desc()).limit(100)).all()


def version(session: Session, number: int) -> LexiconVersion:
    """
    :raises NotFound:
    """
    found = session.get(LexiconVersion, number)
    if found is None:
        raise NotFound("没有这个版本的词库。")
    return found


def hits_30_days(session: Session, entry_ids: Collection[int]) -> Mapping[int, int]:
    """Of texts that were to be sent; what people only tried is left out."""
    rows = session.execute(
        select(Hit.entry_id, func.count())
        .where(
            Hit.entry_id.in_(entry_ids),
            Hit.at >= clock.now() - timedelta(days=30),
            Hit.outcome != Outcome.PREVIEWED,
        )
        .group_by(Hit.entry_id)
    )
    return {row[0]: row[1] for row in rows}


def page(
    session: Session, found: Select[LexiconEntry], *, offset: int, limit: int
) -> tuple[Sequence[LexiconEntry], int]:
    """
    :returns: the rows of one page, and how many there are in all.
    """
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    return session.scalars(found.offset(offset).limit(limit)).all(), total
