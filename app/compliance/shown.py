"""Rows as the pages show them."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.compliance import queries, spreadsheet
from app.compliance.drafting import entry_of, problems_of_row
from app.compliance.models import EntryStatus, Hit, LexiconEntry, LexiconVersion
from app.compliance.schemas import EntryView, HitRecord, Marked, ProblemView, VersionView, category_name
from app.staff.models import Member

CHANNELS = {
    "sidebar": "侧边栏",
    "welcome": "欢迎语",
    "mass_message": "群发",
    "bot": "机器人",
    "app_message": "应用消息",
    "remark": "备注",
    "tag_name": "标签",
    "script": "话术",
}
OUTCOMES = {
    "previewed": "只是试写",
    "blocked": "拦下",
    "needs_confirmation": "等确认，没有发出",
    "confirmed": "确认后发出",
    "replaced": "换词后发出",
    "recorded": "只记录",
}
REVIEWS = {"right": "正确", "false_alarm": "误伤", "training": "需要培训"}
_ACTIONS = {"record": "记录", "warn": "警告", "replace": "替换", "block": "阻断"}


def entry_views(session: Session, rows: Sequence[LexiconEntry]) -> list[EntryView]:
    counts = queries.hits_30_days(session, [row.id for row in rows])
    return [_entry_view(row, counts.get(row.id, 0)) for row in rows]


def _entry_view(row: LexiconEntry, hits: int) -> EntryView:
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
        kind=entry.kind,
        author=row.author,
        status=EntryStatus(row.status).value,
        hits_30_days=hits,
        updated_at=row.updated_at,
        published=row.published if row.status == EntryStatus.DRAFT_CHANGED else None,
        problems=[ProblemView(**vars(problem)) for problem in problems],
    )


def version_view(version: LexiconVersion) -> VersionView:
    return VersionView(
        version=version.version,
        note=version.note,
        entry_count=version.entry_count,
        published_by=version.published_by,
        published_by_name=version.published_by_name,
        published_at=version.published_at,
        sha256=version.sha256.hex(),
    )


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
                _ACTIONS.get(row.action, row.action),
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
