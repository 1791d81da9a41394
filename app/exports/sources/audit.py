"""The audit log as a table for reading; what proves it is an evidence pack, or the chain itself."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.audit.queries import entries
from app.audit.schemas import AuditQuery
from app.audit.wording import title_of
from app.compliance.masking import masked_values
from app.exports.formats import Row
from app.exports.source import Source, listed, shop_time
from app.viewer import Role

MAY = frozenset({Role.COMPLIANCE, Role.ADMIN})
HEADER = ("编号", "时间", "谁", "账号", "做了什么", "动作", "对象", "详情", "校验值")


def _found(_: Session, query: AuditQuery) -> Select[Any]:
    return entries(
        actor=query.actor, action=query.action, subject=query.subject, since=query.since, until=query.until
    )


def _cells(_: Session, rows: Sequence[AuditEntry]) -> Iterable[Row]:
    for row in rows:
        details = json.dumps(masked_values(row.details), ensure_ascii=False, sort_keys=True)
        yield (
            row.number,
            shop_time(row.at),
            row.actor_name,
            row.actor,
            title_of(row.action),
            row.action,
            row.subject,
            details if row.details else "",
            row.hash.hex(),
        )


_span, _read = listed(_found, AuditEntry.number, _cells)

AUDIT = Source("审计记录", MAY, AuditQuery, lambda _: HEADER, _span, _read)
