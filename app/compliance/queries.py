"""Reading entries, proposals and versions, and how often an entry was met."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal, TypeVar

from sqlalchemy import Select, Text, cast, func, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.compliance.drafting import entry_of
from app.compliance.lexicon import sha256_of
from app.compliance.models import (
    Category,
    EntryStatus,
    Hit,
    LexiconEntry,
    LexiconVersion,
    Outcome,
    Proposal,
    ProposalKind,
    ProposalState,
)
from app.errors import NotFound
from app.staff.models import Department, Member, MemberRole
from app.staff.queries import is_active
from app.viewer import HEAD_OFFICE, Role
from sensitive_words import CATEGORIES, Entry

SOON = timedelta(days=30)
RowT = TypeVar("RowT", LexiconEntry, Proposal)


def entries(
    *,
    text: str | None = None,
    category: str | None = None,
    action: str | None = None,
    status: str | None = None,
    expiry: Literal["soon", "expired"] | None = None,
    owner: str | None = None,
) -> Select[LexiconEntry]:
    """
    Unpublished changes first, then by category.

    :param text: part of the word, its aliases, its reason, or the author's or owner's name or userid.
    :param status: one of `EntryStatus`, or `changed` for all that is not published as it stands.
    """
    found = select(LexiconEntry)
    shown = func.coalesce(LexiconEntry.draft, LexiconEntry.published)
    if text and text.strip():
        wanted = text.strip()
        people = select(Member.userid).where(
            or_(Member.name.icontains(wanted, autoescape=True), Member.userid == wanted.lower())
        )
        columns = (LexiconEntry.text, shown["reason"].astext, cast(shown["aliases"], Text))
        found = found.where(
            or_(
                *(column.icontains(wanted, autoescape=True) for column in columns),
                LexiconEntry.author.in_(people),
                LexiconEntry.owner.in_(people),
            )
        )
    if category:
        found = found.where(LexiconEntry.category == category)
    if action:
        found = found.where(LexiconEntry.action == action)
    if status == "changed":
        found = found.where(LexiconEntry.status != EntryStatus.PUBLISHED)
    elif status:
        found = found.where(LexiconEntry.status == status)
    if owner:
        found = found.where(LexiconEntry.owner == owner.lower())
    today = clock.in_shop_time(clock.now()).date()
    last_day = shown["valid_until"].astext
    if expiry == "soon":
        found = found.where(last_day.between(today.isoformat(), (today + SOON).isoformat()))
    elif expiry == "expired":
        found = found.where(last_day < today.isoformat())
    return found.order_by(LexiconEntry.status == EntryStatus.PUBLISHED, LexiconEntry.category, LexiconEntry.id)


def drafted(session: Session) -> list[Entry]:
    """The list as it would be published."""
    rows = session.scalars(select(LexiconEntry).where(LexiconEntry.draft.is_not(None)).order_by(LexiconEntry.id))
    return [entry_of(row.id, row.draft or {}) for row in rows]


def draft_hash(session: Session) -> bytes:
    """Of the list as it would be published; the same as `LexiconVersion.sha256` once it is."""
    return sha256_of([{**fields, "id": str(entry_id)} for entry_id, fields in drafted_fields(session).items()])


def drafted_fields(session: Session) -> dict[int, Mapping[str, Any]]:
    """The draft as it is stored, by id."""
    rows = session.execute(
        select(LexiconEntry.id, LexiconEntry.draft)
        .where(LexiconEntry.draft.is_not(None))
        .order_by(LexiconEntry.id)
    )
    return {row.id: row.draft for row in rows}


def published_fields(session: Session, number: int | None = None) -> dict[int, Mapping[str, Any]]:
    """
    A published version in the same form; the newest, or an empty list before the first.

    :raises NotFound: if there is no version of that number.
    """
    found = newest_version(session) if number is None else version(session, number)
    if found is None:
        return {}
    return {int(each["id"]): {name: each[name] for name in each if name != "id"} for each in found.entries}


def entries_by_id(session: Session, entry_ids: Collection[int]) -> Sequence[LexiconEntry]:
    """Locked until the transaction ends, always in the same order."""
    found = select(LexiconEntry).where(LexiconEntry.id.in_(entry_ids)).order_by(LexiconEntry.id)
    return session.scalars(found.with_for_update()).all()


def ids_of(session: Session, found: Select[LexiconEntry]) -> Sequence[int]:
    return session.scalars(found.with_only_columns(LexiconEntry.id)).all()


def running_out(session: Session, on: date, *, within: timedelta = SOON) -> Sequence[LexiconEntry]:
    """
    Published entries whose last day comes within that time, or is over: their owners have to decide.

    :param on: today, in the shop's time.
    """
    last_day = LexiconEntry.published["valid_until"].astext
    found = select(LexiconEntry).where(last_day <= (on + within).isoformat())
    return session.scalars(found.order_by(last_day, LexiconEntry.id)).all()


def categories(session: Session) -> Mapping[str, str]:
    """Every category that an entry may have, with its name."""
    own = session.scalars(select(Category.name).order_by(Category.created_at, Category.name))
    return {**CATEGORIES, **{name: name for name in own}}


def submitted(session: Session) -> Proposal | None:
    """The one that waits for a decision."""
    return session.scalar(select(Proposal).where(Proposal.state == ProposalState.SUBMITTED))


def get_proposal(session: Session, proposal_id: int) -> Proposal:
    """
    Locked until the transaction ends.

    :raises NotFound:
    """
    found = select(Proposal).where(Proposal.id == proposal_id).with_for_update()
    proposal = session.scalar(found.execution_options(populate_existing=True))
    if proposal is None:
        raise NotFound("没有这份提交。")
    return proposal


def proposals() -> Select[Proposal]:
    """Newest first."""
    return select(Proposal).order_by(Proposal.id.desc())


def unconfirmed(session: Session) -> Sequence[Proposal]:
    """What went out in an emergency and no second person has looked at, oldest first."""
    open_ones = Proposal.kind == ProposalKind.URGENT, Proposal.decided_by_id.is_(None)
    return session.scalars(select(Proposal).where(*open_ones).order_by(Proposal.id)).all()


def last_turned_down(session: Session) -> Proposal | None:
    """The newest proposal, if it came to nothing and its authors should know."""
    newest = session.scalar(proposals().where(Proposal.kind == ProposalKind.REVIEW).limit(1))
    came_to_nothing = (ProposalState.REJECTED, ProposalState.VOIDED)
    return newest if newest is not None and newest.state in came_to_nothing else None


def submitters(session: Session, numbers: Collection[int]) -> Mapping[int, Proposal]:
    """The proposals behind these versions, by version."""
    rows = session.scalars(select(Proposal).where(Proposal.version.in_(numbers)))
    return {row.version: row for row in rows if row.version is not None}


def active_member(session: Session, userid: str) -> Member | None:
    return session.scalar(select(Member).where(Member.userid == userid.lower(), is_active()))


def possible_owners(session: Session) -> Sequence[Member]:
    """Who works at head office and may answer for entries."""
    return people_with(session, HEAD_OFFICE)


def people_with(session: Session, roles: Collection[Role]) -> Sequence[Member]:
    """Active members who were granted one of the roles."""
    granted = select(MemberRole.member_id).where(MemberRole.role.in_(roles))
    return session.scalars(select(Member).where(Member.id.in_(granted), is_active()).order_by(Member.id)).all()


def member(session: Session, member_id: int) -> Member | None:
    return session.get(Member, member_id)


def names_of(session: Session, userids: Collection[str]) -> Mapping[str, str]:
    rows = session.execute(select(Member.userid, Member.name).where(Member.userid.in_(set(userids))))
    return {row.userid: row.name for row in rows}


def department_names(session: Session, numbers: Collection[str]) -> Mapping[str, str]:
    """
    What the departments that entries are for are called, by number as their scope has it; those that are gone by
    the name they had. Numbers that never were are left out.
    """
    ids = {int(each) for each in numbers if each.isdecimal() and len(each) < 19}
    if not ids:
        return {}
    rows = session.execute(
        select(Department.id, Department.name, Department.deleted_at).where(Department.id.in_(ids))
    )
    return {str(row.id): f"{row.name}（已撤销）" if row.deleted_at else row.name for row in rows}


def people_by_id(session: Session, member_ids: Collection[int]) -> Mapping[int, tuple[str, str]]:
    """
    :returns: userid and name of each.
    """
    rows = session.execute(select(Member.id, Member.userid, Member.name).where(Member.id.in_(member_ids)))
    return {row.id: (row.userid, row.name) for row in rows}


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


def reasons(session: Session) -> Mapping[int, str]:
    """Why entries are drafted otherwise than they are published, as far as somebody said, by id."""
    rows = session.execute(select(LexiconEntry.id, LexiconEntry.draft_why).where(LexiconEntry.draft_why != ""))
    return {row.id: row.draft_why for row in rows}


def reasons_between(session: Session, older: int, newer: int) -> Mapping[int, str]:
    """The same of what was published after one version and up to another; the last reason counts."""
    found = select(Proposal.changes).where(Proposal.version > older, Proposal.version <= newer)
    changes = [each for row in session.scalars(found.order_by(Proposal.version)) for each in row]
    return {each["entry_id"]: each["why"] for each in changes if each.get("why")}


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


def passages_of(session: Session, entry_id: int, *, limit: int) -> Sequence[tuple[str, int, int]]:
    """
    What the entry met within 30 days in texts that were to be sent, each passage once, the newest first.

    :returns: passages with the hit's start and end.
    """
    rows = session.execute(
        select(Hit.passage, Hit.marked_start, Hit.marked_end)
        .where(
            Hit.entry_id == entry_id,
            Hit.at >= clock.now() - timedelta(days=30),
            Hit.outcome != Outcome.PREVIEWED,
        )
        .group_by(Hit.passage, Hit.marked_start, Hit.marked_end)
        .order_by(func.max(Hit.at).desc())
        .limit(limit)
    )
    return [(row.passage, row.marked_start, row.marked_end) for row in rows]


def page(session: Session, found: Select[RowT], *, offset: int, limit: int) -> tuple[Sequence[RowT], int]:
    """
    :returns: the rows of one page, and how many there are in all.
    """
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    return session.scalars(found.offset(offset).limit(limit)).all(), total
