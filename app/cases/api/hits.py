"""The record of hits: listing, reviewing, and which entries are wrong most often."""

from app.cases.actions import reviewing
from app.cases.api.blueprint import blueprint
from app.cases.queries import hits as queries
from app.cases.queries import words
from app.cases.queries.pages import page
from app.cases.rights import READERS
from app.cases.schemas.hits import HitList, HitQuery, HitRecord, ReviewBody, WordList, WordQuery
from app.cases.shown.hits import hit_records, word_lines
from app.compliance.models import Review
from app.db import transaction
from app.http import route
from app.viewer import Viewer


@route(blueprint, "GET", "/api/hits", may=READERS, query=HitQuery, answer=HitList)
def list_hits(_viewer: Viewer, query: HitQuery) -> HitList:
    """Texts that met the list, newest first."""
    with transaction() as session:
        rows, total = page(
            session, queries.hits(session, **query.as_filters()), offset=query.offset, limit=query.page_size
        )
        return HitList(items=hit_records(session, rows), total=total)


@route(blueprint, "GET", "/api/hits/words", may=READERS, query=WordQuery, answer=WordList)
def list_words(_viewer: Viewer, query: WordQuery) -> WordList:
    """误伤率高的词: entries with false alarms or objections, the doubtful ones first unless asked otherwise."""
    with transaction() as session:
        found, total = words.often_wrong(
            session,
            days=query.days,
            text=query.q,
            category=query.category,
            entry_id=query.entry_id,
            sort=query.sort,
            offset=query.offset,
            limit=query.page_size,
        )
        return WordList(items=word_lines(found), total=total)


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
