"""Objections as their author and as compliance see them."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.cases.models import Objection, ObjectionState
from app.cases.queries.hits import members, store_names
from app.cases.schemas.hits import Marked
from app.cases.schemas.objections import ObjectionView, OwnObjection
from app.compliance.schemas import category_name

STATES = {"open": "待答复", "accepted": "已采纳", "declined": "不采纳", "withdrawn": "已撤回"}


def own(row: Objection) -> OwnObjection:
    return OwnObjection(
        id=row.id,
        at=row.at,
        entry_id=row.entry_id,
        word=row.word,
        category_name=category_name(row.category),
        passage=row.passage,
        marked=Marked(start=row.marked_start, end=row.marked_end),
        state=ObjectionState(row.state).value,
        answer=row.answer,
        answered_at=row.answered_at,
    )


def objection_views(session: Session, rows: Sequence[Objection]) -> list[ObjectionView]:
    people = members(session, [row.member_id for row in rows])
    stores = store_names(session, people.values())
    return [
        ObjectionView(
            **own(row).model_dump(),
            who=people[row.member_id].userid,
            who_name=people[row.member_id].name,
            store_name=stores.get(row.member_id, ""),
            channel=row.channel,
            action=row.action,
            lexicon_version=row.lexicon_version,
            exception=row.exception,
            answered_by=row.answered_by,
        )
        for row in rows
    ]
