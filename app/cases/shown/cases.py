"""Cases as the pages and files show them."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.cases.models import Case, CaseNote, CaseState, NoteKind
from app.cases.queries import cases as queries
from app.cases.queries.hits import members, store_names
from app.cases.schemas.cases import CaseLine, CaseView, NoteView
from app.cases.shown.hits import hit_records
from app.compliance.models import Review
from app.staff.queries import members_by_userid

STATES = {"open": "待处理", "reviewed": "已复核", "closed": "已结案"}


def case_lines(session: Session, rows: Sequence[Case]) -> list[CaseLine]:
    people = members(session, [each for row in rows for each in (row.member_id, row.assignee_id)])
    stores = store_names(session, people.values())
    openers = members_by_userid(session, {row.opened_by for row in rows})
    counts = queries.hit_counts(session, [row.id for row in rows])
    lines = []
    for row in rows:
        who, assignee = people.get(row.member_id or 0), people.get(row.assignee_id or 0)
        opener = openers.get(row.opened_by)
        lines.append(
            CaseLine(
                id=row.id,
                title=row.title,
                state=CaseState(row.state).value,
                who=who.userid if who else None,
                who_name=who.name if who else "系统",
                store_name=stores.get(who.id, "") if who else "",
                opened_by=row.opened_by,
                opened_by_name=opener.name if opener else "系统",
                opened_at=row.opened_at,
                assignee=assignee.userid if assignee else None,
                assignee_name=assignee.name if assignee else None,
                conclusion=Review(row.conclusion).value if row.conclusion else None,
                changed_at=row.changed_at,
                closed_at=row.closed_at,
                hits=counts.get(row.id, 0),
            )
        )
    return lines


def case_view(session: Session, row: Case) -> CaseView:
    (line,) = case_lines(session, [row])
    return CaseView(
        **line.model_dump(),
        notes=[_note_view(each) for each in queries.notes(session, row.id)],
        linked=hit_records(session, queries.linked_hits(session, row.id)),
    )


def _note_view(note: CaseNote) -> NoteView:
    return NoteView(
        id=note.id,
        at=note.at,
        author=note.author,
        author_name=note.author_name,
        kind=NoteKind(note.kind).value,
        text=note.text,
    )
