"""Cases, one a line; what was written in them stays in the evidence packs."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from app.cases.models import Case
from app.cases.queries.cases import cases
from app.cases.rights import READERS
from app.cases.schemas.cases import CaseQuery
from app.cases.shown.cases import STATES, case_lines
from app.cases.shown.hits import REVIEWS
from app.compliance.masking import masked_text
from app.exports.formats import Row
from app.exports.source import Source, listed, shop_time

HEADER = (
    *("编号", "案件", "状态", "谁", "账号", "门店", "命中条数"),
    *("结论", "处理人", "由谁建立", "建立时间", "最近变动", "结案时间"),
)


def _cells(session: Session, rows: Sequence[Case]) -> Iterable[Row]:
    for row in case_lines(session, rows):
        yield (
            row.id,
            masked_text(row.title),
            STATES[row.state],
            row.who_name,
            row.who,
            row.store_name,
            row.hits,
            REVIEWS.get(row.conclusion or "", ""),
            row.assignee_name,
            row.opened_by_name,
            shop_time(row.opened_at),
            shop_time(row.changed_at),
            shop_time(row.closed_at) if row.closed_at else None,
        )


_span, _read = listed(lambda _, query: cases(**query.as_filters()), Case.id, _cells)

CASES = Source("案件", READERS, CaseQuery, lambda _: HEADER, _span, _read)
