"""Finding what somebody asked for. It is theirs alone."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app import clock
from app.errors import Conflict, NotFound
from app.exports.models import Export, ExportPiece, ExportState
from app.viewer import Viewer


def visible_to(viewer: Viewer) -> Select[Export]:
    """A person's own ones, newest first."""
    return select(Export).where(Export.asked_by_id == viewer.member_id).order_by(Export.id.desc())


def get(session: Session, viewer: Viewer, export_id: int, *, lock: bool = False) -> Export:
    """
    :raises NotFound: if there is none, or it is somebody else's.
    """
    own = visible_to(viewer).where(Export.id == export_id)
    if lock:
        own = own.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(own)
    if found is None:
        raise NotFound("没有这份导出。")
    return found


def finished(session: Session, viewer: Viewer, export_id: int) -> Export:
    """
    One whose file can be had.

    :raises NotFound: as `get`; :raises Conflict: if there is no file, or not any more.
    """
    found = get(session, viewer, export_id)
    if found.state == ExportState.EXPIRED or is_over(found, clock.now()):
        raise Conflict("这份文件已过保存期，请重新导出。", code="export_expired")
    if found.state != ExportState.DONE:
        raise Conflict("文件还没有做好。", code="export_not_ready")
    return found


def is_over(export: Export, now: datetime) -> bool:
    return export.expires_at is not None and export.expires_at <= now


def page(session: Session, viewer: Viewer, *, offset: int, limit: int) -> tuple[Sequence[Export], int]:
    """
    :returns: one page of a person's own, and how many there are in all.
    """
    own = visible_to(viewer)
    total = session.scalar(select(func.count()).select_from(own.order_by(None).subquery())) or 0
    return session.scalars(own.offset(offset).limit(limit)).all(), total


def asked_before(session: Session, viewer: Viewer, press_id: object) -> Export | None:
    return session.scalar(visible_to(viewer).where(Export.press_id == press_id))


def count_running(session: Session, viewer: Viewer) -> int:
    own = select(func.count()).where(Export.asked_by_id == viewer.member_id, Export.state == ExportState.RUNNING)
    return session.scalar(own.select_from(Export)) or 0


def locked(session: Session, export_id: int) -> Export | None:
    """For the job: the row as it is now, held until the transaction ends."""
    return session.scalar(
        select(Export).where(Export.id == export_id).with_for_update().execution_options(populate_existing=True)
    )


def running(session: Session, export_id: int) -> Export | None:
    """The same without holding it, if it is still to be made."""
    found = session.get(Export, export_id)
    return found if found is not None and found.state == ExportState.RUNNING else None


def piece(session: Session, export_id: int, number: int, *, is_rows: bool = False) -> bytes:
    """
    :raises NotFound: if it was let go of meanwhile.
    """
    found = session.scalar(
        select(ExportPiece.content).where(
            ExportPiece.export_id == export_id, ExportPiece.is_rows == is_rows, ExportPiece.number == number
        )
    )
    if found is None:
        raise NotFound("这份导出的文件已经不在了，请重新导出。")
    return found


def pieces(session: Session, export: Export, *, is_rows: bool) -> Iterator[bytes]:
    """One after the other; never all of them in memory."""
    for number in range(export.pieces):
        yield piece(session, export.id, number, is_rows=is_rows)
