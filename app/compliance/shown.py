"""Rows as the pages show them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy.orm import Session

from app import clock
from app.compliance import queries, rights
from app.compliance.differing import CHANNELS, EntryChange, Stores, entry_change, scope_in_words, stores_in
from app.compliance.drafting import entry_of, problems_of_row
from app.compliance.models import EntryStatus, LexiconEntry, LexiconVersion, Proposal, ProposalKind, ProposalState
from app.compliance.phrasing import Reading, read
from app.compliance.schemas import (
    EntryChangeView,
    EntryView,
    FieldChangeView,
    ImpactFigures,
    PersonView,
    PhraseView,
    ProblemView,
    ProposalView,
    VersionView,
    category_name,
)
from app.compliance.tightening import loosened_by
from app.staff.models import Member
from app.viewer import Viewer
from sensitive_words import Entry

__all__ = ["CHANNELS", "change_view", "entry_views", "phrase_view", "proposal_views", "version_views"]

MOST_CHANGES = 200
"""Of one proposal, as it is shown."""


def entry_views(session: Session, rows: Sequence[LexiconEntry]) -> list[EntryView]:
    counts = queries.hits_30_days(session, [row.id for row in rows])
    names = queries.names_of(session, [userid for row in rows for userid in (row.author, row.owner)])
    stores = queries.department_names(session, stores_in([row.draft or row.published for row in rows]))
    return [_entry_view(row, counts.get(row.id, 0), names, stores) for row in rows]


def _entry_view(row: LexiconEntry, hits: int, names: Mapping[str, str], stores: Stores) -> EntryView:
    fields = row.draft if row.draft is not None else row.published or {}
    entry = entry_of(row.id, fields)
    problems = [] if row.draft is None else problems_of_row(row.id, row.draft)
    return EntryView(
        id=row.id,
        text=entry.text,
        category=entry.category,
        category_name=category_name(entry.category),
        action=entry.action.value,
        mode=entry.mode.value,
        exceptions=list(entry.exceptions),
        phrases=[
            phrase_view(read(each, words=_words(entry) if entry.kind == "word" else ()))
            for each in entry.exceptions
        ],
        counter_exceptions=list(entry.counter_exceptions),
        near=list(entry.near),
        far_action=entry.far_action.value,
        negation=entry.negation,
        aliases=list(entry.aliases),
        disguises=fields.get("disguises", {}),
        suggestion=entry.suggestion,
        reason=entry.reason,
        source=entry.source,
        must_hit=list(entry.must_hit),
        must_not_hit=list(entry.must_not_hit),
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        scope={key: list(values) for key, values in entry.scope.items()},
        scope_words=scope_in_words(entry.scope, stores),
        kind=entry.kind,
        author=row.author,
        author_name=names.get(row.author, row.author),
        owner=row.owner,
        owner_name=names.get(row.owner, row.owner),
        expiry=_expiry(entry.valid_until),
        not_urgent=None if row.status == EntryStatus.PUBLISHED else loosened_by(row.published, row.draft),
        status=EntryStatus(row.status).value,
        hits_30_days=hits,
        updated_at=row.updated_at,
        published=row.published if row.status == EntryStatus.DRAFT_CHANGED else None,
        draft_why=row.draft_why,
        problems=[ProblemView(**vars(problem)) for problem in problems],
    )


def _words(entry: Entry) -> list[str]:
    return [entry.text, *entry.aliases]


def phrase_view(reading: Reading) -> PhraseView:
    mistake = reading.mistake
    return PhraseView(
        phrase=reading.phrase,
        forms=list(reading.forms),
        count=reading.count,
        is_shorthand=reading.is_shorthand,
        plain=reading.plain,
        position=mistake.position if mistake else None,
        problem=mistake.message if mistake else None,
        note=reading.note,
    )


def _expiry(last_day: date | None) -> Literal["none", "later", "soon", "expired"]:
    today = clock.in_shop_time(clock.now()).date()
    if last_day is None:
        return "none"
    return "expired" if last_day < today else "soon" if last_day <= today + queries.SOON else "later"


def change_view(change: EntryChange) -> EntryChangeView:
    return EntryChangeView(
        entry_id=change.entry_id,
        kind=change.kind,
        text=change.text,
        category_name=change.category_name,
        changes=[FieldChangeView(**vars(each)) for each in change.changes],
        why=change.why,
    )


def proposal_views(session: Session, viewer: Viewer, rows: Sequence[Proposal]) -> list[ProposalView]:
    involved = {row.submitted_by_id for row in rows} | {author for row in rows for author in row.written_by}
    people = queries.people_by_id(session, involved | {row.decided_by_id for row in rows if row.decided_by_id})
    told = [each for row in rows for each in row.changes[:MOST_CHANGES]]
    stores = queries.department_names(
        session, stores_in(each[side] for each in told for side in ("before", "after"))
    )
    deciders = queries.people_with(session, rights.MAY_DECIDE)
    return [_proposal_view(row, viewer, people, stores, deciders) for row in rows]


def _proposal_view(
    row: Proposal,
    viewer: Viewer,
    people: Mapping[int, tuple[str, str]],
    stores: Stores,
    deciders: Sequence[Member],
) -> ProposalView:
    obstacles = {act: rights.obstacle(act, row, viewer) for act in rights.ACTS}
    return ProposalView(
        id=row.id,
        kind=ProposalKind(row.kind).value,
        state=ProposalState(row.state).value,
        state_name=rights.STATE_NAMES[ProposalState(row.state)],
        base_version=row.base_version,
        version=row.version,
        content_hash=row.content_hash.hex(),
        note=row.note,
        changes=[change_view(change) for each in row.changes[:MOST_CHANGES] if (change := _change(each, stores))],
        change_count=len(row.changes),
        written_by=[_person(people, author) for author in row.written_by],
        deciders=[
            PersonView(userid=each.userid, name=each.name) for each in deciders if each.id not in row.written_by
        ],
        impact=ImpactFigures.model_validate(row.impact) if row.impact else None,
        submitted_by=_person(people, row.submitted_by_id),
        submitted_at=row.submitted_at,
        decided_by=_person(people, row.decided_by_id) if row.decided_by_id else None,
        decided_at=row.decided_at,
        comment=row.comment,
        can=[act for act, obstacle in obstacles.items() if obstacle is None],
        why_not={act: obstacle.sentence for act, obstacle in obstacles.items() if obstacle is not None},
    )


def _change(stored: Mapping[str, Any], stores: Stores) -> EntryChange | None:
    why = stored.get("why", "")
    return entry_change(stored["entry_id"], stored["before"], stored["after"], stores=stores, why=why)


def _person(people: Mapping[int, tuple[str, str]], member_id: int) -> PersonView:
    userid, name = people.get(member_id, (str(member_id), str(member_id)))
    return PersonView(userid=userid, name=name)


def version_views(session: Session, rows: Sequence[LexiconVersion]) -> list[VersionView]:
    behind = queries.submitters(session, [row.version for row in rows])
    decided = {each.decided_by_id for each in behind.values() if each.decided_by_id}
    people = queries.people_by_id(session, decided | {each.submitted_by_id for each in behind.values()})
    return [_version_view(row, behind.get(row.version), people) for row in rows]


def _version_view(
    version: LexiconVersion, proposal: Proposal | None, people: Mapping[int, tuple[str, str]]
) -> VersionView:
    is_urgent = proposal is not None and proposal.kind == ProposalKind.URGENT
    confirmed = _person(people, proposal.decided_by_id) if proposal and proposal.decided_by_id else None
    return VersionView(
        version=version.version,
        note=version.note,
        entry_count=version.entry_count,
        published_by=version.published_by,
        published_by_name=version.published_by_name,
        submitted_by_name=_person(people, proposal.submitted_by_id).name if proposal and not is_urgent else "",
        is_urgent=is_urgent,
        confirmed_by_name=confirmed.name if is_urgent and confirmed else "",
        published_at=version.published_at,
        sha256=version.sha256.hex(),
    )
