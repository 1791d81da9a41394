"""Rows as the pages show them."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.compliance import queries
from app.compliance.drafting import entry_of, problems_of_row
from app.compliance.models import EntryStatus, LexiconEntry, LexiconVersion
from app.compliance.schemas import EntryView, ProblemView, VersionView, category_name

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
