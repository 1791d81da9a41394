"""What belongs to an incident: its hits, the rules that decided, what was sent around it, acts on record."""

import bisect
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select, tuple_
from sqlalchemy.orm import Session

from app.audit import queries as audit
from app.audit.anchors import Anchor
from app.audit.models import AuditAnchor, AuditEntry
from app.cases.models import Case, Objection
from app.cases.queries import cases
from app.cases.queries.hits import get_hit
from app.compliance.models import Hit, LexiconVersion
from app.errors import Invalid, NotFound
from app.evidence.proof import spans
from app.outbound.models import Send, SendIntent
from app.staff.models import Member
from app.staff.queries import member_by_userid

AROUND = timedelta(minutes=10)
"""Before and after a hit: what its author sent and did then belongs to it."""
MOST_HITS = 500
MOST_SENDS = 200
MOST_ENTRIES = 1000
MOST_STEPS = 20_000


@dataclass
class Incident:
    """
    :param title: what it is about, in Chinese.
    :param cut: what there is more of than a pack holds, in Chinese.
    """

    title: str
    hits: Sequence[Hit] = ()
    case: Case | None = None
    person: Member | None = None
    entries: Sequence[AuditEntry] = ()
    intents: Sequence[SendIntent] = ()
    sends: Sequence[Send] = ()
    objections: Sequence[Objection] = ()
    versions: Sequence[LexiconVersion] = ()
    cut: list[str] = field(default_factory=list)


def of_hit(session: Session, hit_id: int) -> Incident:
    """The hit with all others of its text."""
    hit = get_hit(session, hit_id)
    same = select(Hit).where(Hit.text_hash == hit.text_hash, Hit.member_id.is_not_distinct_from(hit.member_id))
    rows = session.scalars(same.order_by(Hit.at, Hit.id).limit(MOST_HITS)).all()
    incident = Incident(f"命中记录 {hit.id}", hits=rows if hit in rows else [hit, *rows])
    return _completed(session, incident, subjects=[f"hit:{each.id}" for each in incident.hits])


def of_case(session: Session, case_id: int) -> Incident:
    case = cases.get(session, case_id)
    rows = cases.linked_hits(session, case_id)
    incident = Incident(f"案件 {case.id}《{case.title}》", hits=rows[:MOST_HITS], case=case)
    if len(rows) > MOST_HITS:
        incident.cut.append(f"命中记录共 {len(rows)} 条，收入前 {MOST_HITS} 条")
    subjects = [f"case:{case.id}", *(f"hit:{each.id}" for each in incident.hits)]
    return _completed(session, incident, subjects=subjects)


def of_entry(session: Session, number: int) -> Incident:
    """An audit entry, and the others about the same thing."""
    entry = session.get(AuditEntry, number)
    if entry is None:
        raise NotFound(f"没有第 {number} 条审计记录。")
    incident = Incident(f"审计记录第 {number} 条", entries=[entry])
    kind, _, key = entry.subject.partition(":")
    if kind == "hit" and key.isdecimal() and (hit := session.get(Hit, int(key))):
        incident.hits = [hit]
    if kind == "case" and key.isdecimal():
        incident.case = session.get(Case, int(key))
    return _completed(session, incident, subjects=[entry.subject])


def of_person(session: Session, userid: str, since: datetime, until: datetime) -> Incident:
    """Everything that a member's texts met in a period, and what they did."""
    member = member_by_userid(session, userid.lower())
    if member is None:
        raise NotFound(f"没有成员 {userid}。")
    during = select(Hit).where(Hit.member_id == member.id, Hit.at >= since, Hit.at < until)
    rows = session.scalars(during.order_by(Hit.at, Hit.id).limit(MOST_HITS + 1)).all()
    incident = Incident(f"{member.name}（{member.userid}）", hits=rows[:MOST_HITS], person=member)
    if len(rows) > MOST_HITS:
        incident.cut.append(f"命中记录超过 {MOST_HITS} 条，收入最早的 {MOST_HITS} 条")
    acts = and_(AuditEntry.actor == member.userid, AuditEntry.at >= since, AuditEntry.at < until)
    incident.entries = session.scalars(select(AuditEntry).where(acts).limit(MOST_ENTRIES)).all()
    sent = and_(SendIntent.member_id == member.id, SendIntent.created_at.between(since, until))
    incident.intents = session.scalars(select(SendIntent).where(sent).limit(MOST_SENDS)).all()
    return _completed(session, incident, subjects=[f"hit:{each.id}" for each in rows[:MOST_HITS]])


def _completed(session: Session, incident: Incident, *, subjects: Sequence[str]) -> Incident:
    hits = incident.hits
    incident.versions = _versions(session, {each.lexicon_version for each in hits})
    incident.objections = _objections(session, hits)
    if not incident.intents:
        incident.intents = _intents(session, hits)
    incident.sends = _sends(session, hits)
    rules = [f"lexicon:{each.version}" for each in incident.versions]
    rules += [f"lexicon_entry:{each}" for each in {hit.entry_id for hit in hits}]
    found = _entries(session, [*subjects, *rules], hits)
    merged = {each.number: each for each in [*incident.entries, *found]}
    incident.entries = [merged[number] for number in sorted(merged)][:MOST_ENTRIES]
    if len(merged) > MOST_ENTRIES:
        incident.cut.append(f"有关的审计记录超过 {MOST_ENTRIES} 条，收入最早的 {MOST_ENTRIES} 条")
    return incident


def _versions(session: Session, numbers: Collection[int]) -> Sequence[LexiconVersion]:
    found = select(LexiconVersion).where(LexiconVersion.version.in_(numbers)).order_by(LexiconVersion.version)
    return session.scalars(found).all()


def _objections(session: Session, hits: Sequence[Hit]) -> Sequence[Objection]:
    wanted = {(each.entry_id, each.text_hash) for each in hits}
    if not wanted:
        return []
    found = select(Objection).where(tuple_(Objection.entry_id, Objection.text_hash).in_(wanted))
    return session.scalars(found.order_by(Objection.at)).all()


def _windows(hits: Sequence[Hit]) -> dict[tuple[int | None, str], tuple[datetime, datetime]]:
    """By author and subject, from before the first hit to after the last."""
    windows: dict[tuple[int | None, str], tuple[datetime, datetime]] = {}
    for hit in hits:
        key = (hit.member_id, hit.subject)
        first, last = windows.get(key, (hit.at, hit.at))
        windows[key] = (min(first, hit.at), max(last, hit.at))
    return {key: (first - AROUND, last + AROUND) for key, (first, last) in windows.items()}


def _intents(session: Session, hits: Sequence[Hit]) -> Sequence[SendIntent]:
    """What the authors handed over in the sidebar around their hits."""
    near = [
        and_(SendIntent.member_id == member_id, SendIntent.created_at.between(*window))
        for (member_id, _), window in _windows(hits).items()
        if member_id is not None
    ]
    if not near:
        return []
    return session.scalars(select(SendIntent).where(or_(*near)).order_by(SendIntent.id).limit(MOST_SENDS)).all()


def _sends(session: Session, hits: Sequence[Hit]) -> Sequence[Send]:
    """What left through the system to the same customers, groups or messages around the hits."""
    near = [
        and_(Send.subject == subject, Send.claimed_at.between(*window))
        for (_, subject), window in _windows(hits).items()
    ]
    if not near:
        return []
    return session.scalars(select(Send).where(or_(*near)).order_by(Send.id).limit(MOST_SENDS)).all()


def _entries(session: Session, subjects: Sequence[str], hits: Sequence[Hit]) -> Sequence[AuditEntry]:
    """About the subjects, or done by the authors around their hits."""
    near: list[ColumnElement[bool]] = [AuditEntry.subject.in_(subjects)]
    members = {each.id: each for each in session.scalars(select(Member).where(Member.id.in_(_authors(hits))))}
    near += [
        and_(AuditEntry.actor == members[member_id].userid, AuditEntry.at.between(*window))
        for (member_id, _), window in _windows(hits).items()
        if member_id in members
    ]
    found = select(AuditEntry).where(or_(*near)).order_by(AuditEntry.number).limit(MOST_ENTRIES + 1)
    return session.scalars(found).all()


def _authors(hits: Sequence[Hit]) -> set[int]:
    return {each.member_id for each in hits if each.member_id is not None}


@dataclass(frozen=True)
class Chain:
    """
    :param spans: the plain rows of each.
    """

    spans: Sequence[Sequence[Row[Any]]]
    anchors: Sequence[Anchor]


def chain_of(session: Session, numbers: Sequence[int]) -> Chain:
    """
    From each entry to the anchor that vouches for it; to the chain's end where none does yet.

    :raises Invalid: if that is more than a pack holds.
    """
    head = audit.head(session)
    if head is None or not numbers:
        return Chain((), ())
    known = audit.anchors_from(session, min(numbers))
    found = {number: _vouching(known, number) for number in numbers}
    ends = {number: anchor.number if anchor else head[0] for number, anchor in found.items()}
    found_spans = spans(numbers, ends)
    steps = sum(last - first + 1 for first, last in found_spans)
    if steps > MOST_STEPS:
        raise Invalid(
            f"要证明的审计记录有 {steps} 条，一个证据包最多 {MOST_STEPS} 条，请缩小范围。", code="too_much"
        )
    shown = [audit.rows_between(session, first, last) for first, last in found_spans]
    return Chain(shown, [_as_anchor(each) for each in {a.link: a for a in found.values() if a}.values()])


def _vouching(known: Sequence[AuditAnchor], number: int) -> AuditAnchor | None:
    at = bisect.bisect_left(known, number, key=lambda each: each.number)
    return known[at] if at < len(known) else None


def _as_anchor(row: AuditAnchor) -> Anchor:
    return Anchor(row.number, row.hash, row.at, row.previous, row.link)
