"""Hits with their passages; numbers of customers in them are covered, as in evidence packs."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from app.cases.queries.hits import hits
from app.cases.rights import READERS
from app.cases.schemas.hits import HitQuery
from app.cases.shown.hits import ACTIONS, OUTCOMES, REVIEWS, hit_records
from app.compliance.masking import masked_text
from app.compliance.models import Hit
from app.compliance.shown import CHANNELS
from app.exports.formats import Row
from app.exports.source import Source, listed, shop_time

HEADER = (
    *("编号", "时间", "谁", "账号", "门店", "给谁", "场景", "原文片段", "命中", "词", "类别"),
    *("级别", "结果", "次数", "确认理由", "换成", "词库版本", "复核", "复核说明", "案件"),
)


def _cells(session: Session, rows: Sequence[Hit]) -> Iterable[Row]:
    for row in hit_records(session, rows):
        passage = masked_text(row.passage)
        yield (
            row.id,
            shop_time(row.at),
            row.who_name,
            row.who,
            row.store_name,
            row.subject_name,
            CHANNELS.get(row.channel, row.channel),
            passage,
            passage[row.marked.start : row.marked.end],
            row.word,
            row.category_name,
            ACTIONS.get(row.action, row.action),
            OUTCOMES.get(row.outcome, row.outcome),
            row.times,
            masked_text(row.confirmed_reason or ""),
            row.sent_instead,
            row.lexicon_version,
            REVIEWS.get(row.review or "", ""),
            masked_text(row.review_note or ""),
            row.case_id,
        )


_span, _read = listed(lambda session, query: hits(session, **query.as_filters()), Hit.id, _cells)

HITS = Source("命中记录", READERS, HitQuery, lambda _: HEADER, _span, _read)
