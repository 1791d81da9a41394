"""Cases: listed, opened, noted, assigned, moved, their hits."""

from app.cases.actions import casework
from app.cases.api.blueprint import blueprint
from app.cases.models import CaseState
from app.cases.queries import cases as queries
from app.cases.queries.hits import get_hit
from app.cases.queries.pages import page
from app.cases.rights import READERS
from app.cases.schemas.cases import (
    Assignee,
    AssigneeList,
    Assignment,
    CaseList,
    CaseQuery,
    CaseView,
    MoreHits,
    Move,
    NewCase,
    NewNote,
)
from app.cases.shown.cases import case_lines, case_view
from app.compliance.models import Review
from app.db import transaction
from app.http import route
from app.viewer import Viewer


@route(blueprint, "GET", "/api/cases", may=READERS, query=CaseQuery, answer=CaseList)
def list_cases(_viewer: Viewer, query: CaseQuery) -> CaseList:
    """What was touched last first."""
    with transaction() as session:
        rows, total = page(
            session, queries.cases(**query.as_filters()), offset=query.offset, limit=query.page_size
        )
        return CaseList(items=case_lines(session, rows), total=total)


@route(blueprint, "GET", "/api/cases/assignees", may=READERS, answer=AssigneeList)
def list_assignees(_viewer: Viewer) -> AssigneeList:
    """Who may be given a case."""
    with transaction() as session:
        found = queries.reviewers(session)
    return AssigneeList(items=[Assignee(userid=each.userid, name=each.name) for each in found])


@route(blueprint, "POST", "/api/cases", may=READERS, body=NewCase, answer=CaseView, status=201)
def open_case(viewer: Viewer, body: NewCase) -> CaseView:
    """From a hit, with those that go with it."""
    with transaction() as session:
        case = casework.open_case(
            session,
            viewer,
            get_hit(session, body.hit_id, lock=True),
            gather=body.gather,
            title=body.title,
            note=body.note,
            assignee=body.assignee,
        )
        return case_view(session, case)


@route(blueprint, "GET", "/api/cases/<int:case_id>", may=READERS, answer=CaseView)
def get_case(_viewer: Viewer, case_id: int) -> CaseView:
    """With its notes, oldest first, and its hits."""
    with transaction() as session:
        return case_view(session, queries.get(session, case_id))


@route(blueprint, "POST", "/api/cases/<int:case_id>/notes", may=READERS, body=NewNote, answer=CaseView)
def add_note(viewer: Viewer, body: NewNote, case_id: int) -> CaseView:
    """A line that stays."""
    with transaction() as session:
        case = queries.get(session, case_id, lock=True)
        casework.add_note(session, viewer, case, text=body.text, press_id=body.press_id)
        return case_view(session, case)


@route(blueprint, "POST", "/api/cases/<int:case_id>/state", may=READERS, body=Move, answer=CaseView)
def move_case(viewer: Viewer, body: Move, case_id: int) -> CaseView:
    """Reviewed with a conclusion, closed, or opened again."""
    with transaction() as session:
        case = queries.get(session, case_id, lock=True)
        casework.move(
            session,
            viewer,
            case,
            to=CaseState(body.to),
            expected=CaseState(body.expected),
            conclusion=Review(body.conclusion) if body.conclusion else None,
            note=body.note,
        )
        return case_view(session, case)


@route(blueprint, "PUT", "/api/cases/<int:case_id>/assignee", may=READERS, body=Assignment, answer=CaseView)
def assign_case(viewer: Viewer, body: Assignment, case_id: int) -> CaseView:
    """Say who looks into it; null: nobody in particular."""
    with transaction() as session:
        case = queries.get(session, case_id, lock=True)
        casework.assign(session, viewer, case, body.assignee)
        return case_view(session, case)


@route(blueprint, "POST", "/api/cases/<int:case_id>/hits", may=READERS, body=MoreHits, answer=CaseView)
def link_hits(viewer: Viewer, body: MoreHits, case_id: int) -> CaseView:
    """More hits that belong here."""
    with transaction() as session:
        case = queries.get(session, case_id, lock=True)
        casework.link(session, viewer, case, get_hit(session, body.hit_id, lock=True), gather=body.gather)
        return case_view(session, case)


@route(blueprint, "DELETE", "/api/cases/<int:case_id>/hits/<int:hit_id>", may=READERS, answer=CaseView)
def unlink_hit(viewer: Viewer, case_id: int, hit_id: int) -> CaseView:
    """A hit that does not belong here; the hit itself stays."""
    with transaction() as session:
        case = queries.get(session, case_id, lock=True)
        casework.unlink(session, viewer, case, hit_id)
        return case_view(session, case)
