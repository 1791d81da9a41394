"""Hits as the pages and files show them."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.cases.queries import hits as queries
from app.cases.schemas.hits import HitRecord, Marked
from app.compliance import spreadsheet
from app.compliance.models import Hit
from app.compliance.schemas import category_name
from app.compliance.shown import CHANNELS
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


def hit_records(session: Session, rows: Sequence[Hit]) -> list[HitRecord]:
    people = queries.members_of(session, rows)
    return [_hit_record(row, people) for row in rows]


def _hit_record(row: Hit, people: Mapping[int, Member]) -> HitRecord:
    who = people.get(row.member_id or 0)
    return HitRecord(
        id=row.id,
        at=row.at,
        times=row.times,
        who=who.userid if who else "system",
        who_name=who.name if who else "系统",
        channel=row.channel,
        subject=row.subject,
        passage=row.passage,
        marked=Marked(start=row.marked_start, end=row.marked_end),
        entry_id=row.entry_id,
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
    )


def hits_as_csv(records: Sequence[HitRecord]) -> bytes:
    header = ["时间", "谁", "账号", "给谁", "场景", "原文片段", "命中", "词", "类别", "级别", "结果", "次数"]
    header += ["确认理由", "换成", "词库版本", "复核", "复核说明"]
    return spreadsheet.written(
        header,
        (
            (
                row.at.isoformat(timespec="seconds"),
                row.who_name,
                row.who,
                row.subject,
                CHANNELS.get(row.channel, row.channel),
                row.passage,
                row.passage[row.marked.start : row.marked.end],
                row.word,
                row.category_name,
                ACTIONS.get(row.action, row.action),
                OUTCOMES.get(row.outcome, row.outcome),
                row.times,
                row.confirmed_reason,
                row.sent_instead,
                row.lexicon_version,
                REVIEWS.get(row.review or "", ""),
                row.review_note,
            )
            for row in records
        ),
    )
