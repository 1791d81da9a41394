"""Writing scripts and folders, favourites, uses, and the backlog of what was not found."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.errors import Conflict, Invalid, NotFound
from app.scripts import queries
from app.scripts.documents import grams_of, pinyin_of, text_of
from app.scripts.models import Favourite, Folder, MissedSearch, Script, ScriptUse, StoreDetails
from app.scripts.packs import MADE_HERE, import_pack
from app.viewer import Viewer
from scripts_library import SITUATIONS, template_problems, with_foreign_variables
from scripts_library.pack_file import MAX_FOLDER_DEPTH, MAX_PART_BYTES

__all__ = ["import_pack"]


def add_script(session: Session, viewer: Viewer, fields: Mapping[str, Any]) -> Script:
    """
    :raises Invalid: with the part that cannot be used.
    """
    now = clock.now()
    row = Script(
        created_by=viewer.userid,
        created_at=now,
        position=_last_position(session, fields["folder_id"]) + 1,
        pack_key=f"{MADE_HERE}/{secrets.token_hex(6)}",
        shortcuts=[],
        situations=[],
        industry="",
    )
    _put(session, viewer, row, fields)
    session.add(row)
    session.flush()
    record(session, viewer, "script.added", subject=f"script:{row.id}", title=row.title)
    return row


def change_script(session: Session, viewer: Viewer, row: Script, fields: Mapping[str, Any]) -> Script:
    """
    :param fields: only what changes; `archived` takes the script away from guides or brings it back.
    :raises Invalid: as `add_script`.
    """
    changes = dict(fields)
    if "archived" in changes:
        row.archived_at = clock.now() if changes.pop("archived") else None
    _put(session, viewer, row, changes)
    session.flush()
    record(session, viewer, "script.changed", subject=f"script:{row.id}", title=row.title, fields=sorted(fields))
    return row


def add_folder(session: Session, viewer: Viewer, fields: Mapping[str, Any]) -> Folder:
    parent_id = fields.get("parent_id")
    _refuse_depth(session, parent_id)
    last = session.scalar(
        select(func.max(Folder.position)).where(Folder.parent_id.is_not_distinct_from(parent_id))
    )
    position = fields.get("position")
    row = Folder(
        name=fields["name"].strip(),
        parent_id=parent_id,
        position=(last or 0) + 1 if position is None else position,
        pack_key=f"{MADE_HERE}/{secrets.token_hex(6)}",
    )
    session.add(row)
    session.flush()
    record(session, viewer, "script_folder.added", subject=f"script_folder:{row.id}", name=row.name)
    return row


def change_folder(session: Session, viewer: Viewer, row: Folder, fields: Mapping[str, Any]) -> Folder:
    """
    :raises Invalid: if it would lie inside itself, or too deep.
    """
    below = queries.tree_of(session, row.id)
    if "parent_id" in fields and fields["parent_id"] != row.parent_id:
        if fields["parent_id"] in below:
            raise Invalid("文件夹不能放进它自己里面。", fields={"parent_id": "请选别的文件夹"})
        _refuse_depth(session, fields["parent_id"], further=_height(session, row.id))
    for name, value in fields.items():
        if value is not None or name == "parent_id":
            setattr(row, name, value.strip() if isinstance(value, str) else value)
    session.flush()
    reindex(session, session.scalars(select(Script).where(Script.folder_id.in_(below))).all())
    record(session, viewer, "script_folder.changed", subject=f"script_folder:{row.id}", name=row.name)
    return row


def remove_folder(session: Session, viewer: Viewer, row: Folder) -> None:
    """
    :raises Conflict: unless it is empty: nothing disappears along with a folder.
    """
    filled = select(exists().where(Script.folder_id == row.id) | exists().where(Folder.parent_id == row.id))
    if session.scalar(filled):
        raise Conflict("文件夹里还有话术、已归档的话术或子文件夹，请先移走。", code="folder_not_empty")
    session.delete(row)
    record(session, viewer, "script_folder.removed", subject=f"script_folder:{row.id}", name=row.name)


def reindex(session: Session, rows: Sequence[Script]) -> None:
    """Say anew what a search can find them by."""
    names = queries.paths(session)
    for row in rows:
        row.grams = grams_of(row.title, row.shortcuts, names.get(row.folder_id, []), text_of(row.parts))
        row.pinyin = pinyin_of(row.title, row.shortcuts)


def mark_favourite(session: Session, viewer: Viewer, script_id: int) -> None:
    queries.get(session, script_id)
    session.execute(
        insert(Favourite)
        .values(member_id=viewer.member_id, script_id=script_id, at=clock.now())
        .on_conflict_do_nothing()
    )


def unmark_favourite(session: Session, viewer: Viewer, script_id: int) -> None:
    session.execute(
        delete(Favourite).where(Favourite.member_id == viewer.member_id, Favourite.script_id == script_id)
    )


def record_use(session: Session, script_id: int, member_id: int, *, was_edited: bool, key: str) -> bool:
    """
    :param key: what it was used in; told twice, it counts once.
    :returns: whether it is new.
    """
    written = session.scalar(
        insert(ScriptUse)
        .values(script_id=script_id, member_id=member_id, at=clock.now(), was_edited=was_edited, key=key)
        .on_conflict_do_nothing(index_elements=[ScriptUse.key])
        .returning(ScriptUse.id)
    )
    return written is not None


def record_missed(session: Session, query: str) -> None:
    """Somebody asks head office for a script that is not there."""
    now = clock.now()
    session.execute(
        insert(MissedSearch)
        .values(query=" ".join(query.split()), times=1, last_at=now)
        .on_conflict_do_update(
            index_elements=[MissedSearch.query],
            set_={"times": MissedSearch.times + 1, "last_at": now, "settled_at": None},
        )
    )


def settle_missed(session: Session, missed_id: int) -> None:
    found = session.get(MissedSearch, missed_id)
    if found is None:
        raise NotFound
    found.settled_at = clock.now()


def save_store_details(
    session: Session, viewer: Viewer, department_id: int, fields: Mapping[str, str]
) -> StoreDetails:
    values = {name: value.strip() for name, value in fields.items()}
    values_now = {**values, "updated_by": viewer.userid, "updated_at": clock.now()}
    session.execute(
        insert(StoreDetails)
        .values(department_id=department_id, **values_now)
        .on_conflict_do_update(index_elements=[StoreDetails.department_id], set_=values_now)
    )
    record(session, viewer, "store_details.changed", subject=f"store:{department_id}", **values)
    return session.scalars(
        select(StoreDetails)
        .where(StoreDetails.department_id == department_id)
        .execution_options(populate_existing=True)
    ).one()


def _put(session: Session, viewer: Viewer, row: Script, fields: Mapping[str, Any]) -> None:
    problems: dict[str, str] = {}
    values = {name: value for name, value in fields.items() if value is not None}
    if "parts" in values:
        parts = [{"type": "text", "text": with_foreign_variables(part["text"])} for part in values["parts"]]
        for number, part in enumerate(parts):
            sentence = _problem_of(part["text"])
            if sentence:
                problems[f"parts.{number}.text"] = sentence
        values["parts"] = parts
    unknown = set(values.get("situations", ())) - set(SITUATIONS)
    if unknown:
        problems["situations"] = f"没有这种情景：{'、'.join(sorted(unknown))}"
    if "folder_id" in values:
        queries.get_folder(session, values["folder_id"])
    if "shortcuts" in values:
        values["shortcuts"] = list(dict.fromkeys(each.strip() for each in values["shortcuts"] if each.strip()))
    if problems:
        raise Invalid(f"话术不能保存：{next(iter(problems.values()))}", fields=problems)
    for name, value in values.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    row.updated_by, row.updated_at = viewer.userid, clock.now()
    reindex(session, [row])


def _problem_of(text: str) -> str:
    problems = template_problems(text)
    if problems:
        return problems[0].message
    size = len(text.encode())
    return f"太长：最多约 {MAX_PART_BYTES // 3} 个汉字" if size > MAX_PART_BYTES else ""


def _last_position(session: Session, folder_id: int) -> int:
    return session.scalar(select(func.max(Script.position)).where(Script.folder_id == folder_id)) or 0


def _refuse_depth(session: Session, parent_id: int | None, *, further: int = 1) -> None:
    if parent_id is None:
        return
    queries.get_folder(session, parent_id)
    if len(queries.paths(session)[parent_id]) + further > MAX_FOLDER_DEPTH:
        raise Invalid(f"文件夹最多 {MAX_FOLDER_DEPTH} 层。", fields={"parent_id": "太深了"})


def _height(session: Session, folder_id: int) -> int:
    """How many levels the folder takes up, itself included."""
    names = queries.paths(session)
    own = len(names[folder_id])
    return max(len(names[each]) - own + 1 for each in queries.tree_of(session, folder_id))
