"""The record of hits: listing, exporting, reviewing."""

from flask import Response
from sqlalchemy import Select

from app import clock
from app.audit.actions import record
from app.cases import shown
from app.cases.actions import reviewing as actions
from app.cases.api.blueprint import blueprint
from app.cases.queries import hits as queries
from app.cases.schemas.hits import HitList, HitQuery, HitRecord, ReviewBody
from app.compliance.models import Hit, Review
from app.db import transaction
from app.errors import Invalid
from app.http import attachment, route
from app.viewer import Role, Viewer

READERS = {Role.COMPLIANCE}
MOST_EXPORTED = 10_000


@route(blueprint, "GET", "/api/hits", may=READERS, query=HitQuery, answer=HitList)
def list_hits(_viewer: Viewer, query: HitQuery) -> HitList:
    """Texts that met the list, newest first."""
    with transaction() as session:
        rows, total = queries.page(session, _hits(query), offset=query.offset, limit=query.page_size)
        return HitList(items=shown.hit_records(session, rows), total=total)


@route(blueprint, "GET", "/api/hits/export.csv", may=READERS, query=HitQuery)
def export_hits(viewer: Viewer, query: HitQuery) -> Response:
    """The same as a file, without pages; recorded."""
    with transaction() as session:
        rows, total = queries.page(session, _hits(query), offset=0, limit=MOST_EXPORTED)
        if total > MOST_EXPORTED:
            raise Invalid(
                f"有 {total} 条，一次最多导出 {MOST_EXPORTED} 条，请缩小时间范围。", code="too_many_rows"
            )
        records = shown.hit_records(session, rows)
        record(session, viewer, "hits.exported", subject="hits", rows=len(records))
    content = shown.hits_as_csv(records)
    return attachment(content, name=_file_name("命中记录"), media_type="text/csv; charset=utf-8")


@route(blueprint, "POST", "/api/hits/<int:hit_id>/review", may=READERS, body=ReviewBody, answer=HitRecord)
def review_hit(viewer: Viewer, body: ReviewBody, hit_id: int) -> HitRecord:
    """Say whether the hit was right."""
    with transaction() as session:
        hit = queries.get_hit(session, hit_id)
        actions.review_hit(session, viewer, hit, Review(body.verdict), note=body.note)
        return shown.hit_records(session, [hit])[0]


def _hits(query: HitQuery) -> Select[Hit]:
    return queries.hits(
        text=query.q,
        category=query.category,
        channel=query.channel,
        outcome=query.outcome,
        entry_id=query.entry_id,
        review=query.review,
        since=query.since,
        until=query.until,
    )


def _file_name(what: str) -> str:
    return f"{what} {clock.in_shop_time(clock.now()):%Y-%m-%d}.csv"
