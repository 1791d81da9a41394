"""Tables as files: no cell acts as a formula, and the last line says who took the file away and when."""

from collections.abc import Iterable, Sequence

from app import clock
from app.compliance.spreadsheet import written
from app.viewer import Viewer


def named_file(header: Sequence[str], rows: Iterable[Sequence[str | int | None]], viewer: Viewer) -> bytes:
    at = f"{clock.in_shop_time(clock.now()):%Y-%m-%d %H:%M:%S}"
    return written(header, [*rows, (f"导出：{viewer.name}（{viewer.userid}），{at}",)])


def file_name(what: str) -> str:
    return f"{what} {clock.in_shop_time(clock.now()):%Y-%m-%d}.csv"
