"""Scripts as guides see them, filled in as far as possible, and as editors see them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.customers.models import Customer
from app.scripts import queries
from app.scripts.documents import text_of
from app.scripts.models import Script
from app.scripts.queries import Found
from app.scripts.rendering import values_for
from app.scripts.schemas import Blank, FindingView, Highlight, Part, PartView, ScriptSource, ScriptView, Segment
from app.scripts.verdicts import check_of
from app.staff.queries import members_by_userid
from app.viewer import Viewer
from scripts_library import InvalidTemplate, InvalidValue, Rendered, Variable, lint, render, variables_in
from scripts_library import Part as PackPart
from scripts_library import Script as PackScript


def script_views(
    session: Session, viewer: Viewer, found: Sequence[Found], customer: Customer | None
) -> list[ScriptView]:
    ids = [each.script.id for each in found]
    values = values_for(session, viewer, customer) if found else {}
    names = queries.paths(session) if found else {}
    mine, uses = queries.favourites(session, viewer, ids), queries.uses_30_days(session, ids)
    return [
        ScriptView(
            id=each.script.id,
            title=each.script.title,
            folder_id=each.script.folder_id,
            folder_path=names.get(each.script.folder_id, []),
            parts=[_part_view(part["text"], values) for part in each.script.parts],
            blanks=_blanks(each.script, values),
            is_favourite=each.script.id in mine,
            uses_30_days=uses.get(each.script.id, 0),
            check=check_of(session, text_of(each.script.parts), by=viewer),
            highlights=[Highlight(start=start, end=end) for start, end in each.highlights],
        )
        for each in found
    ]


def sources(session: Session, rows: Sequence[Script]) -> list[ScriptSource]:
    names = queries.paths(session)
    uses = queries.uses_30_days(session, [row.id for row in rows])
    authors = members_by_userid(session, {row.updated_by for row in rows})
    return [
        ScriptSource(
            id=row.id,
            title=row.title,
            folder_id=row.folder_id,
            folder_path=names.get(row.folder_id, []),
            parts=[Part(text=part["text"]) for part in row.parts],
            shortcuts=row.shortcuts,
            situations=row.situations,
            industry=row.industry,
            position=row.position,
            archived_at=row.archived_at,
            updated_at=row.updated_at,
            updated_by=authors[row.updated_by].name if row.updated_by in authors else row.updated_by,
            uses_30_days=uses.get(row.id, 0),
            variables=[_blank(variable) for variable in _variables(row.parts)],
            findings=[
                FindingView(
                    code=each.code,
                    severity=each.severity,
                    part=each.part,
                    start=each.start,
                    end=each.end,
                    message=each.message,
                    suggestion=each.suggestion,
                )
                for each in lint(as_pack_script(row, str(row.id)))
            ],
            check=check_of(session, text_of(row.parts)),
        )
        for row in rows
    ]


def as_pack_script(row: Script, key: str) -> PackScript:
    return PackScript(
        id=key,
        title=row.title,
        parts=tuple(PackPart(part["text"]) for part in row.parts),
        shortcuts=tuple(row.shortcuts),
        situations=tuple(row.situations),
        industry=row.industry,
    )


def rendered_parts(parts: Iterable[Mapping[str, Any]], values: Mapping[str, str]) -> list[str]:
    """The texts as they would be with these values; what is missing stands as 〔身高〕."""
    return [_rendered(part["text"], values).text for part in parts]


def _rendered(text: str, values: Mapping[str, str]) -> Rendered:
    try:
        return render(text, values)
    except InvalidTemplate:
        return Rendered(text, (), ())  # a variable the catalogue has lost: people see what was written
    except InvalidValue as error:
        return _rendered(text, {name: value for name, value in values.items() if name != error.name})


def _part_view(text: str, values: Mapping[str, str]) -> PartView:
    filled = _rendered(text, values)
    choices = {variable.name: list(variable.choices) or None for variable in _variables([{"text": text}])}
    segments: list[Segment] = []
    at = 0
    for span in filled.spans:
        if span.start > at:
            segments.append(Segment(kind="text", text=filled.text[at : span.start]))
        segments.append(
            Segment(
                kind="filled" if span.filled else "blank",
                text=filled.text[span.start : span.end],
                name=span.name,
                choices=choices.get(span.name),
            )
        )
        at = span.end
    if at < len(filled.text):
        segments.append(Segment(kind="text", text=filled.text[at:]))
    return PartView(type="text", text=filled.text, segments=segments)


def _blanks(row: Script, values: Mapping[str, str]) -> list[Blank]:
    missing = {name for part in row.parts for name in _rendered(part["text"], values).missing}
    return [_blank(variable) for variable in _variables(row.parts) if variable.name in missing]


def _blank(variable: Variable) -> Blank:
    return Blank(
        name=variable.name,
        label=variable.label,
        choices=list(variable.choices) or None,
        example=variable.example or None,
    )


def _variables(parts: Iterable[Mapping[str, Any]]) -> list[Variable]:
    found: dict[str, Variable] = {}
    for part in parts:
        try:
            found |= {variable.name: variable for variable in variables_in(part["text"])}
        except InvalidTemplate:
            continue
    return list(found.values())
