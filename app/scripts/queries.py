"""Reading scripts. Every script is for everybody; what differs is favourites and how it is filled in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from app import clock
from app.errors import NotFound
from app.scripts.documents import document_of, wanted
from app.scripts.models import Favourite, Folder, MissedSearch, Script, ScriptUse, StoreDetails
from app.viewer import Viewer
from scripts_library import rank

MOST_CANDIDATES = 2000
MOST_FOUND = 300
RECENTLY = timedelta(days=30)


@dataclass(frozen=True)
class Found:
    """
    :param highlights: (start, end) in the title.
    """

    script: Script
    highlights: tuple[tuple[int, int], ...] = ()


def any_exists(session: Session) -> bool:
    return session.scalar(select(Folder.id).limit(1)) is not None


def search(
    session: Session,
    viewer: Viewer,
    text: str = "",
    folder_id: int | None = None,
    limit: int = 30,
    *,
    offset: int = 0,
    only_favourites: bool = False,
) -> tuple[list[Found], int]:
    """
    The scripts in use that fit, best first; without a text the viewer's favourites, then what is used most.

    :param text: words, pinyin or its initials, in any mix.
    :param folder_id: with everything below it.
    :returns: one page, and how many there are in all.
    """
    conditions: list[ColumnElement[bool]] = [Script.archived_at.is_(None)]
    if folder_id is not None:
        conditions.append(Script.folder_id.in_(tree_of(session, folder_id)))
    if only_favourites:
        conditions.append(Script.id.in_(_favourites_of(viewer)))
    if text.strip():
        return _ranked(session, text, conditions, limit, offset)
    rows = session.scalars(
        select(Script).where(*conditions).order_by(*_usual_order(viewer)).offset(offset).limit(limit)
    )
    total = session.scalar(select(func.count()).select_from(Script).where(*conditions)) or 0
    return [Found(row) for row in rows], total


def get(session: Session, script_id: int) -> Script:
    """
    Archived ones, too.

    :raises NotFound:
    """
    found = session.get(Script, script_id)
    if found is None:
        raise NotFound("没有这条话术，可能已被删除。")
    return found


def by_situations(session: Session, viewer: Viewer, situations: Sequence[str], limit: int) -> Sequence[Script]:
    """Scripts in use for any of these moments, the viewer's favourites and the most used first."""
    return session.scalars(
        select(Script)
        .where(Script.archived_at.is_(None), Script.situations.overlap(list(situations)))
        .order_by(*_usual_order(viewer))
        .limit(limit)
    ).all()


def sources(
    session: Session, *, text: str, folder_id: int | None, archived: bool, offset: int, limit: int
) -> tuple[Sequence[Script], int]:
    """For editors: by folder and position, or what a search finds."""
    conditions = [Script.archived_at.is_not(None) if archived else Script.archived_at.is_(None)]
    if folder_id is not None:
        conditions.append(Script.folder_id.in_(tree_of(session, folder_id)))
    if text.strip():
        found, total = _ranked(session, text, conditions, limit, offset)
        return [each.script for each in found], total
    rows = session.scalars(
        select(Script)
        .where(*conditions)
        .order_by(Script.folder_id, Script.position, Script.id)
        .offset(offset)
        .limit(limit)
    ).all()
    return rows, session.scalar(select(func.count()).select_from(Script).where(*conditions)) or 0


def folders(session: Session) -> Sequence[Folder]:
    return session.scalars(
        select(Folder).order_by(Folder.parent_id.nulls_first(), Folder.position, Folder.id)
    ).all()


def get_folder(session: Session, folder_id: int) -> Folder:
    """
    :raises NotFound:
    """
    found = session.get(Folder, folder_id)
    if found is None:
        raise NotFound("没有这个文件夹，可能已被删除。")
    return found


def tree_of(session: Session, folder_id: int) -> set[int]:
    """The folder and everything below it."""
    walked = select(Folder.id).where(Folder.id == folder_id).cte("tree", recursive=True)
    below = aliased(Folder)
    walked = walked.union(select(below.id).join(walked, below.parent_id == walked.c.id))
    return set(session.scalars(select(walked.c.id)))


def paths(session: Session) -> Mapping[int, list[str]]:
    """The names from the top down to each folder."""
    every = {folder.id: folder for folder in folders(session)}
    found: dict[int, list[str]] = {}
    for folder in every.values():
        names: list[str] = []
        here: Folder | None = folder
        while here is not None and len(names) < len(every):
            names.insert(0, here.name)
            here = every.get(here.parent_id or 0)
        found[folder.id] = names
    return found


def counts(session: Session) -> Mapping[int, int]:
    """Scripts in use in each folder and below it."""
    rows = session.execute(
        select(Script.folder_id, func.count()).where(Script.archived_at.is_(None)).group_by(Script.folder_id)
    )
    parents = {folder.id: folder.parent_id for folder in folders(session)}
    found = dict.fromkeys(parents, 0)
    for folder_id, count in rows:
        above: set[int] = set()
        here: int | None = folder_id
        while here is not None and here not in above:
            above.add(here)
            found[here] += count
            here = parents[here]
    return found


def favourites(session: Session, viewer: Viewer, script_ids: Collection[int]) -> set[int]:
    return set(session.scalars(_favourites_of(viewer).where(Favourite.script_id.in_(script_ids))))


def uses_30_days(session: Session, script_ids: Collection[int]) -> Mapping[int, int]:
    rows = session.execute(
        select(ScriptUse.script_id, func.count())
        .where(ScriptUse.script_id.in_(script_ids), ScriptUse.at >= clock.now() - RECENTLY)
        .group_by(ScriptUse.script_id)
    )
    return {row[0]: row[1] for row in rows}


def missed(session: Session) -> Sequence[MissedSearch]:
    """What was looked for and is not there, the most wanted first."""
    return session.scalars(
        select(MissedSearch)
        .where(MissedSearch.settled_at.is_(None))
        .order_by(MissedSearch.times.desc(), MissedSearch.last_at.desc())
        .limit(200)
    ).all()


def store_details(session: Session, department_id: int) -> StoreDetails | None:
    return session.get(StoreDetails, department_id)


def in_use(session: Session) -> Sequence[Script]:
    """All that guides can send: for previews of what a change of the word list would stop."""
    return session.scalars(select(Script).where(Script.archived_at.is_(None)).order_by(Script.id)).all()


def _favourites_of(viewer: Viewer):  # type: ignore[no-untyped-def]
    return select(Favourite.script_id).where(Favourite.member_id == viewer.member_id)


def _usual_order(viewer: Viewer) -> list[ColumnElement[Any]]:
    is_favourite = exists().where(Favourite.member_id == viewer.member_id, Favourite.script_id == Script.id)
    uses = (
        select(func.count())
        .where(ScriptUse.script_id == Script.id, ScriptUse.at >= clock.now() - RECENTLY)
        .scalar_subquery()
    )
    return [is_favourite.desc(), uses.desc(), Script.folder_id.asc(), Script.position.asc(), Script.id.asc()]


def _ranked(
    session: Session, text: str, conditions: Sequence[ColumnElement[bool]], limit: int, offset: int
) -> tuple[list[Found], int]:
    candidates = session.scalars(
        select(Script)
        .where(*conditions, _may_match(text))
        .order_by(Script.folder_id, Script.position, Script.id)
        .limit(MOST_CANDIDATES)
    ).all()
    names = paths(session) if candidates else {}
    by_key = {str(row.id): row for row in candidates}
    documents = [
        document_of(row.id, row.title, row.parts, row.shortcuts, names.get(row.folder_id, []))
        for row in candidates
    ]
    ranked = rank(text, documents, limit=MOST_FOUND)
    page = [Found(by_key[each.key], each.title_highlights) for each in ranked[offset : offset + limit]]
    return page, len(ranked)


def _may_match(text: str) -> ColumnElement[bool]:
    asked = wanted(text)
    ways: list[ColumnElement[bool]] = [Script.grams.contains(list(pairs)) for pairs in asked.grams]
    ways += [Script.pinyin.contains(list(pairs)) for pairs in asked.pinyin]
    for character in asked.characters:
        ways.append(Script.title.icontains(character, autoescape=True))
        ways.append(func.array_to_string(Script.shortcuts, " ").icontains(character, autoescape=True))
        ways.append(Script.parts[0]["text"].astext.icontains(character, autoescape=True))
    if asked.read_as:
        ways.append(Script.title.regexp_match(f"[{asked.read_as}]"))
        ways.append(func.array_to_string(Script.shortcuts, " ").regexp_match(f"[{asked.read_as}]"))
    return or_(*ways) if ways else false()
