"""Script packs into the database and out of it: `scripts_library` knows the format, this knows the rows."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.scripts import queries
from app.scripts.documents import grams_of, pinyin_of, text_of
from app.scripts.models import Folder, Script
from app.viewer import Viewer
from scripts_library import Folder as PackFolder
from scripts_library import Pack, Part
from scripts_library import Script as PackScript

MADE_HERE = "guidedesk-export"
"""Id of the pack that an export writes, and of the one that scripts written in the console belong to."""
LONGEST_ID = 64


@dataclass
class Imported:
    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass
class _Known:
    """What is there already, by the key that the pack calls it."""

    pack_id: str
    folders: dict[str, Folder] = field(default_factory=dict)
    scripts: dict[str, Script] = field(default_factory=dict)


def import_pack(session: Session, viewer: Viewer, pack: Pack, *, dry_run: bool = False) -> Imported:
    """
    Add new scripts, bring known ones up to the pack, leave others alone. The same pack twice changes nothing.
    """
    known = _known(session, pack.id)
    result = Imported()
    for position, folder in enumerate(pack.folders, 1):
        _folder_in(
            session, viewer, known, folder, parent=None, names=(), position=position, result=result, dry=dry_run
        )
    if not dry_run:
        session.flush()
        record(
            session,
            viewer,
            "scripts.imported",
            subject=f"script_pack:{pack.id}",
            version=pack.version,
            **vars(result),
        )
    return result


def export_pack(session: Session) -> Pack:
    """Every script in use, as one pack that can be imported here or elsewhere."""
    below: dict[int | None, list[Folder]] = {}
    for folder in queries.folders(session):
        below.setdefault(folder.parent_id, []).append(folder)
    inside: dict[int, list[Script]] = {}
    for script in sorted(queries.in_use(session), key=lambda row: (row.position, row.id)):
        inside.setdefault(script.folder_id, []).append(script)

    def as_folder(row: Folder) -> PackFolder:
        return PackFolder(
            id=_exported_id(row.pack_key, f"folder-{row.id}"),
            title=row.name,
            folders=tuple(as_folder(each) for each in below.get(row.id, ())),
            scripts=tuple(
                PackScript(
                    id=_exported_id(each.pack_key, f"script-{each.id}"),
                    title=each.title,
                    parts=tuple(Part(part["text"]) for part in each.parts),
                    shortcuts=tuple(each.shortcuts),
                    situations=tuple(each.situations),
                    industry=each.industry,
                )
                for each in inside.get(row.id, ())
            ),
        )

    return Pack(
        id=MADE_HERE,
        title="导购台话术",
        version=int(f"{clock.in_shop_time(clock.now()):%Y%m%d}"),
        folders=tuple(as_folder(row) for row in below.get(None, ())),
    )


def _known(session: Session, pack_id: str) -> _Known:
    known = _Known(pack_id)
    for row in session.scalars(select(Folder)):
        known.folders[_called(pack_id, row.pack_key, f"folder-{row.id}")] = row
    for script in session.scalars(select(Script)):
        known.scripts[_called(pack_id, script.pack_key, f"script-{script.id}")] = script
    return known


def _called(pack_id: str, key: str | None, otherwise: str) -> str:
    """What a pack of this id calls the row; something no pack says, if it is none of its rows."""
    if pack_id == MADE_HERE:
        return _exported_id(key, otherwise)
    own, _, name = (key or "").partition("/")
    return name if own == pack_id else f"/{key or otherwise}"


def _exported_id(key: str | None, otherwise: str) -> str:
    pack_id, _, name = (key or f"{MADE_HERE}/{otherwise}").partition("/")
    exported = name if pack_id == MADE_HERE else f"{pack_id}-x-{name}"
    return exported if len(exported) <= LONGEST_ID else hashlib.sha256(exported.encode()).hexdigest()[:32]


def _folder_in(
    session: Session,
    viewer: Viewer,
    known: _Known,
    given: PackFolder,
    *,
    parent: Folder | None,
    names: tuple[str, ...],
    position: int,
    result: Imported,
    dry: bool,
) -> None:
    row = known.folders.get(given.id)
    if row is None and not dry:
        row = Folder(
            name=given.title,
            parent_id=parent.id if parent else None,
            position=position,
            pack_key=f"{known.pack_id}/{given.id}",
        )
        session.add(row)
        session.flush()
    path = (*names, row.name if row else given.title)
    for number, script in enumerate(given.scripts, 1):
        _script_in(session, viewer, known, script, folder=row, path=path, position=number, result=result, dry=dry)
    for number, folder in enumerate(given.folders, 1):
        _folder_in(session, viewer, known, folder, parent=row, names=path, position=number, result=result, dry=dry)


def _script_in(
    session: Session,
    viewer: Viewer,
    known: _Known,
    given: PackScript,
    *,
    folder: Folder | None,
    path: tuple[str, ...],
    position: int,
    result: Imported,
    dry: bool,
) -> None:
    content: Mapping[str, object] = {
        "title": given.title,
        "parts": [{"type": part.type, "text": part.text} for part in given.parts],
        "shortcuts": list(given.shortcuts),
        "situations": list(given.situations),
        "industry": given.industry,
    }
    row = known.scripts.get(given.id)
    if row is not None and all(getattr(row, name) == value for name, value in content.items()):
        result.unchanged += 1
        return
    result.added, result.changed = result.added + (row is None), result.changed + (row is not None)
    if dry or (row is None and folder is None):
        return
    now = clock.now()
    if row is None:
        assert folder is not None
        row = Script(
            folder_id=folder.id,
            position=position,
            pack_key=f"{known.pack_id}/{given.id}",
            created_by=viewer.userid,
            created_at=now,
        )
        session.add(row)
    for name, value in content.items():
        setattr(row, name, value)
    row.updated_by, row.updated_at = viewer.userid, now
    row.grams = grams_of(row.title, row.shortcuts, path, text_of(row.parts))
    row.pinyin = pinyin_of(row.title, row.shortcuts)
