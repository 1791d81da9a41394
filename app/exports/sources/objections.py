"""What guides objected to, and the answers."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from app.cases.models import Objection
from app.cases.queries.objections import objections
from app.cases.rights import READERS
from app.cases.schemas.objections import ObjectionQuery
from app.cases.shown.objections import STATES, objection_views
from app.compliance.masking import masked_text
from app.compliance.shown import CHANNELS
from app.exports.formats import Row
from app.exports.source import Source, listed, shop_time

HEADER = (
    *("编号", "时间", "谁", "账号", "门店", "场景", "词", "类别"),
    *("原文片段", "命中", "状态", "允许语境", "答复", "答复人", "答复时间"),
)


def _cells(session: Session, rows: Sequence[Objection]) -> Iterable[Row]:
    for row in objection_views(session, rows):
        passage = masked_text(row.passage)
        yield (
            row.id,
            shop_time(row.at),
            row.who_name,
            row.who,
            row.store_name,
            CHANNELS.get(row.channel, row.channel),
            row.word,
            row.category_name,
            passage,
            passage[row.marked.start : row.marked.end],
            STATES[row.state],
            row.exception,
            masked_text(row.answer or ""),
            row.answered_by,
            shop_time(row.answered_at) if row.answered_at else None,
        )


_span, _read = listed(
    lambda _, query: objections(entry_id=query.entry_id, state=query.state), Objection.id, _cells
)

OBJECTIONS = Source("误伤反馈", READERS, ObjectionQuery, lambda _: HEADER, _span, _read)
