"""The record of hits: listing, exporting, reviewing, and which entries are wrong most often."""

from flask import Response
from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.audit.actions import record
from app.cases.actions import reviewing
from app.cases.api.blueprint import MOST_EXPORTED, READERS, as_csv, blueprint
from app.cases.queries import hits as queries
from app.cases.queries import words
from app.cases.queries.pages import page
from app.cases.schemas.hits import HitList, HitQuery, HitRecord, ReviewBody, WordList, WordQuery
from app.cases.shown.hits import hit_records, hits_as_csv, word_lines
from app.compliance.models import Hit, Review
from app.db import transaction
from app.http import route
from app.viewer import Viewer


@route(blueprint, "GET", "/api/hits", may=READERS, query=HitQuery, answer=HitList)
def list_hits(_viewer: Viewer, query: HitQuery) -> HitList:
    """Texts that met the list, newest first."""
    with transaction() as session:
        rows, total = page(session, _hits(session, query), offset=query.offset, limit=query.page_size)
        return HitList(items=hit_records(session, rows), total=total)


@route(blueprint, "GET", "/api/hits/export.csv", may=READERS, query=HitQuery)
def export_hits(viewer: Viewer, query: HitQuery) -> Response:
    """The same as a file, without pages; recorded."""
    with transaction() as session:
        rows, total = page(session, _hits(session, query), offset=0, limit=MOST_EXPORTED)
        content = hits_as_csv(hit_records(session, rows), viewer)
        answer = as_csv(content, "命中记录", total)
        record(session, viewer, "hits.exported", subject="hits", rows=len(rows))
    return answer


@route(blueprint, "GET", "/api/hits/words", may=READERS, query=WordQuery, answer=WordList)
def list_words(_viewer: Viewer, query: WordQuery) -> WordList:
    """误伤率高的词: entries with false alarms or objections, the doubtful ones first."""
    with transaction() as session:
        return WordList(items=word_lines(words.most_often_wrong(session, days=query.days)))


@route(blueprint, "GET", "/api/hits/<int:hit_id>", may=READERS, answer=HitRecord)
def get_hit(_viewer: Viewer, hit_id: int) -> HitRecord:
    """One hit, by its number."""
    with transaction() as session:
        return hit_records(session, [queries.get_hit(session, hit_id)])[0]


@route(blueprint, "POST", "/api/hits/<int:hit_id>/review", may=READERS, body=ReviewBody, answer=HitRecord)
def review_hit(viewer: Viewer, body: ReviewBody, hit_id: int) -> HitRecord:
    """Say whether the hit was right."""
    with transaction() as session:
        hit = queries.get_hit(session, hit_id, lock=True)
        reviewing.review_hit(session, viewer, hit, Review(body.verdict), note=body.note)
        return hit_records(session, [hit])[0]


def _hits(session: Session, query: HitQuery) -> Select[Hit]:
    return queries.hits(
        session,
        text=query.q,
        category=query.category,
        action=query.action,
        channel=query.channel,
        outcome=query.outcome,
        entry_id=query.entry_id,
        guide=query.guide,
        store_id=query.store_id,
        review=query.review,
        since=query.since,
        until=query.until,
    )
