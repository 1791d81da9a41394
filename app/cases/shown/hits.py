"""Hits as the pages and files show them; a customer's name is masked, for who reads does not serve."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.cases.queries import hits as queries
from app.cases.queries.words import WordFigures
from app.cases.schemas.hits import HitRecord, Marked, WordLine
from app.compliance.models import Hit
from app.compliance.schemas import category_name
from app.staff.models import Member

OUTCOMES = {
    "previewed": "只是试写",
    "blocked": "拦下",
    "needs_confirmation": "等确认，没有发出",
    "confirmed": "确认后发出",
    "replaced": "换词后发出",
    "recorded": "只记录",
}
REVIEWS = {"right": "正确", "false_alarm": "误伤", "training": "需要培训"}
ACTIONS = {"record": "记录", "warn": "警告", "replace": "替换", "block": "阻断"}
SUBJECTS = {
    "writing": "正在写",
    "script": "话术",
    "mass_message": "群发",
    "member": "成员",
    "welcome": "欢迎语",
    "tag": "标签",
}
"""What stands before the number of what a text belongs to."""


@dataclass(frozen=True)
class _Around:
    """What stands around hits, read once for all of them."""

    people: Mapping[int, Member]
    stores: Mapping[int, str]
    customers: Mapping[str, str]
    groups: Mapping[str, str]
    entries: Mapping[int, str]
    cases: Mapping[int, int]
    objected: Mapping[tuple[int, bytes], int]


def hit_records(session: Session, rows: Sequence[Hit]) -> list[HitRecord]:
    people = queries.members(session, [row.member_id for row in rows])
    named = [row.subject.partition(":") for row in rows]
    around = _Around(
        people,
        queries.store_names(session, people.values()),
        queries.customer_names(session, {key for kind, _, key in named if kind == "customer"}),
        queries.group_names(session, {key for kind, _, key in named if kind == "chat"}),
        queries.entry_texts(session, {row.entry_id for row in rows}),
        queries.case_ids(session, [row.id for row in rows]),
        queries.objected(session, rows),
    )
    return [_hit_record(row, around) for row in rows]


def _hit_record(row: Hit, around: _Around) -> HitRecord:
    who = around.people.get(row.member_id or 0)
    return HitRecord(
        id=row.id,
        at=row.at,
        times=row.times,
        who=who.userid if who else "system",
        who_name=who.name if who else "系统",
        store_name=around.stores.get(who.id, "") if who else "",
        channel=row.channel,
        subject=row.subject,
        subject_name=_subject_name(row.subject, around),
        passage=row.passage,
        marked=Marked(start=row.marked_start, end=row.marked_end),
        entry_id=row.entry_id,
        entry_text=around.entries.get(row.entry_id),
        word=row.word,
        category=row.category,
        category_name=category_name(row.category),
        action=row.action,
        why=row.why,
        outcome=row.outcome,
        confirmed_reason=row.confirmed_reason,
        sent_instead=row.sent_instead,
        lexicon_version=row.lexicon_version,
        review=row.review,
        review_note=row.review_note,
        reviewed_by=row.reviewed_by,
        reviewed_at=row.reviewed_at,
        case_id=around.cases.get(row.id),
        objections=around.objected.get((row.entry_id, row.text_hash), 0),
    )


def _subject_name(subject: str, around: _Around) -> str:
    kind, _, key = subject.partition(":")
    if kind == "customer":
        return f"客户 {masked(around.customers.get(key, ''))}"
    if kind == "chat":
        return f"客户群「{around.groups.get(key) or '未命名'}」"
    return f"{SUBJECTS.get(kind, kind)} {key}".strip()


def masked(name: str) -> str:
    """The first character is enough to tell two customers apart in a talk."""
    return f"{name[:1]}**" if name else "（没有名字）"


def word_lines(figures: Sequence[WordFigures]) -> list[WordLine]:
    return [
        WordLine(
            entry_id=each.entry_id,
            word=each.word,
            category=each.category,
            category_name=category_name(each.category),
            action=each.action,
            hits=each.hits,
            reviewed=each.reviewed,
            false_alarms=each.false_alarms,
            objections=each.objections,
            open_objections=each.open_objections,
            wrong=each.wrong,
            rate=each.rate,
            last_at=each.last_at,
        )
        for each in figures
    ]
