"""Asking for a file, adding to it step by step, finishing it, calling it off, letting it go."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.errors import Conflict, Forbidden, Invalid
from app.exports import queries
from app.exports.formats import FORMATS
from app.exports.models import Export, ExportPiece, ExportState
from app.exports.source import Source
from app.exports.sources import SOURCES
from app.http import Query
from app.http.schemas import plain
from app.outbox import enqueue
from app.staff.models import Member
from app.viewer import Viewer

STEP = 500
"""Rows that are read and stored together; fewer come at once, without a job."""
KEPT = timedelta(days=3)
"""How long a file can be had."""
REMEMBERED = timedelta(days=90)
"""How long the list of one's exports goes back. What was taken stays in the audit log."""
MOST_RUNNING = 3


@dataclass(frozen=True)
class Wish:
    """
    :param press_id: made by the page, one for each press.
    :param what: a name in `SOURCES`; :param filters: as that list takes them.
    """

    press_id: UUID
    what: str
    format: str
    filters: Mapping[str, Any]
    purpose: str


def ask(session: Session, viewer: Viewer, wish: Wish) -> Export:
    """
    A file with what is there now. A short one is ready at once, a job makes a long one. The same press again gives
    the same export.

    :raises Forbidden: if that list is not for the viewer.
    :raises Invalid: for filters that the list does not know, or more rows than the format holds.
    :raises Conflict: while too many of the viewer's are being made.
    """
    before = queries.asked_before(session, viewer, wish.press_id)
    if before is not None:
        return before
    source = SOURCES[wish.what]
    if not viewer.has(*source.may):
        raise Forbidden
    wanted = _parsed(source, wish.filters)
    total, newest = source.span(session, wanted)
    most = FORMATS[wish.format].most_rows
    if most is not None and total > most:
        sentence = f"有 {total} 行，Excel 文件最多 {most} 行，请选 CSV 或缩小范围。"
        raise Invalid(sentence, fields={"format": "行数太多"})
    if queries.count_running(session, viewer) >= MOST_RUNNING:
        sentence = f"你已有 {MOST_RUNNING} 份导出正在生成，请等一份完成或取消一份。"
        raise Conflict(sentence, code="too_many_exports")
    export_id = session.scalar(
        insert(Export)
        .values(
            press_id=wish.press_id,
            what=wish.what,
            format=wish.format,
            filters=wanted.model_dump(mode="json", by_alias=True, exclude_defaults=True),
            purpose=wish.purpose.strip(),
            header=list(source.header(wanted)),
            asked_by_id=viewer.member_id,
            asked_at=clock.now(),
            state=ExportState.RUNNING,
            newest=newest,
            after=newest + 1,
            total=total,
            done=0,
            pieces=0,
            size=0,
        )
        .on_conflict_do_nothing(index_elements=[Export.asked_by_id, Export.press_id])
        .returning(Export.id)
    )
    if export_id is None:  # the very same press, a moment ago, on another connection
        return session.scalars(queries.visible_to(viewer).where(Export.press_id == wish.press_id)).one()
    export = session.get_one(Export, export_id)
    if total < STEP:
        add_step(session, export)
        finish(session, export.id)
    else:
        enqueue(session, "exports.make", export_id=export.id)
    said = {"what": wish.what, "format": wish.format, "filters": export.filters, "rows": total}
    record(session, viewer, "export.asked", subject=f"export:{export.id}", purpose=export.purpose, **said)
    return export


def add_step(session: Session, export: Export) -> bool:
    """
    Read the next rows and store them: piece, figures and the place to go on are one commit.

    :returns: whether there may be more.
    """
    source, written_as = SOURCES[export.what], FORMATS[export.format]
    wanted = source.filters.model_validate(export.filters)
    found = source.read(session, wanted, export.newest, export.after, STEP)
    is_first, is_last = export.pieces == 0, len(found) < STEP
    header = [export.header] if is_first else []
    closing = [_closing_line(session, export)] if is_last else []
    content = written_as.piece([*header, *(cells for _, cells in found), *closing])
    if is_first:
        content = written_as.start + content
    _store(session, export, export.pieces, content, is_rows=not written_as.is_file)
    export.pieces, export.done = export.pieces + 1, export.done + len(found)
    export.after = 0 if is_last else found[-1][0]
    session.flush()
    return not is_last


def finish(session: Session, export_id: int) -> None:
    """Every row is stored: make the file of them, and its sum. One that was called off meanwhile stays so."""
    export = session.get_one(Export, export_id)
    made_as, sum_, size, count = FORMATS[export.format], hashlib.sha256(), 0, 0
    stored = queries.pieces(session, export, is_rows=not made_as.is_file)
    for content in stored if made_as.finish is None else made_as.finish(stored, SOURCES[export.what].title):
        if made_as.finish is not None:
            _store(session, export, count, content, is_rows=False)
        sum_.update(content)
        size, count = size + len(content), count + 1
    locked = queries.locked(session, export_id)
    if locked is None or locked.state != ExportState.RUNNING:
        _drop_pieces(session, export_id)
        return
    _drop_pieces(session, export_id, ExportPiece.is_rows.is_(True))
    locked.state, locked.finished_at, locked.expires_at = ExportState.DONE, clock.now(), clock.now() + KEPT
    locked.sha256, locked.size, locked.pieces = sum_.digest(), size, count
    session.flush()


def fail(session: Session, export_id: int, sentence: str) -> None:
    """
    :param sentence: for the person who asked.
    """
    export = queries.locked(session, export_id)
    if export is not None and export.state == ExportState.RUNNING:
        _end(session, export, ExportState.FAILED, sentence)


def cancel(session: Session, viewer: Viewer, export_id: int) -> Export:
    """One that ended already is left as it is."""
    export = queries.get(session, viewer, export_id, lock=True)
    if export.state == ExportState.RUNNING:
        _end(session, export, ExportState.CANCELLED, None)
        record(session, viewer, "export.cancelled", subject=f"export:{export.id}", what=export.what)
    return export


def taken(session: Session, viewer: Viewer, export: Export) -> None:
    """Every download is on record, with the sum of what was taken."""
    said = {"what": export.what, "rows": export.done, "sha256": (export.sha256 or b"").hex()}
    record(session, viewer, "export.downloaded", subject=f"export:{export.id}", purpose=export.purpose, **said)


def prune(session: Session) -> int:
    """
    Files go when their time is over, and after a while the memory of them.

    :returns: how many files went.
    """
    now = clock.now()
    over = session.scalars(
        update(Export)
        .where(Export.state == ExportState.DONE, Export.expires_at <= now)
        .values(state=ExportState.EXPIRED)
        .returning(Export.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.execute(delete(ExportPiece).where(ExportPiece.export_id.in_(over)))
    session.execute(delete(Export).where(Export.asked_at < now - REMEMBERED, Export.state != ExportState.RUNNING))
    return len(over)


def _end(session: Session, export: Export, state: ExportState, error: str | None) -> None:
    export.state, export.error, export.finished_at = state, error, clock.now()
    session.flush()
    _drop_pieces(session, export.id)


def _store(session: Session, export: Export, number: int, content: bytes, *, is_rows: bool) -> None:
    # Past the session: it would hold every piece until its end.
    session.execute(
        insert(ExportPiece).values(export_id=export.id, number=number, is_rows=is_rows, content=content)
    )


def _drop_pieces(session: Session, export_id: int, *which: ColumnElement[bool]) -> None:
    session.execute(delete(ExportPiece).where(ExportPiece.export_id == export_id, *which))


def _closing_line(session: Session, export: Export) -> tuple[str]:
    who = session.get_one(Member, export.asked_by_id)
    at = f"{clock.in_shop_time(export.asked_at):%Y-%m-%d %H:%M:%S}"
    return (f"导出：{who.name}（{who.userid}），{at}，用途：{export.purpose}",)


def _parsed(source: Source, filters: Mapping[str, Any]) -> Query:
    try:
        return source.filters.model_validate(filters)
    except ValidationError as error:
        fields = plain(error.errors(include_url=False, include_input=False))
        raise Invalid("筛选条件有问题，请回到列表重新筛选。", fields=fields) from None
