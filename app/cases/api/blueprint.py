"""What the routes of this domain share: the blueprint, who may read, how a file is answered."""

from flask import Blueprint, Response

from app.cases.shown.files import file_name
from app.errors import Invalid
from app.http import attachment
from app.viewer import Role

blueprint = Blueprint("cases", __name__)

READERS = frozenset({Role.COMPLIANCE})
"""Who sees what people wrote. Everybody else sees counts at most."""

MOST_EXPORTED = 10_000


def as_csv(content: bytes, what: str, total: int) -> Response:
    """
    :raises Invalid: if there are more rows than a file holds: half a file would be taken for the whole.
    """
    if total > MOST_EXPORTED:
        raise Invalid(f"有 {total} 条，一次最多导出 {MOST_EXPORTED} 条，请缩小时间范围。", code="too_many_rows")
    return attachment(content, name=file_name(what), media_type="text/csv; charset=utf-8")
