"""Rows as the pages show them."""

from app import clock
from app.audit.actions import SILENT_AFTER
from app.audit.models import AuditAnchor, AuditCheck, AuditEntry
from app.audit.schemas import AnchorView, CheckView, EntryView, ProblemView
from app.audit.verifying import from_json
from app.audit.wording import title_of

STARTERS = {"system": "系统（每夜自动）", "cli": "命令行"}


def entry_view(row: AuditEntry) -> EntryView:
    return EntryView(
        number=row.number,
        at=row.at,
        actor=row.actor,
        actor_name=row.actor_name,
        action=row.action,
        title=title_of(row.action),
        subject=row.subject,
        details=row.details,
    )


def check_view(row: AuditCheck) -> CheckView:
    is_done = row.finished_at is not None
    is_silent = not is_done and row.heard_at < clock.now() - SILENT_AFTER
    return CheckView(
        id=row.id,
        state="done" if is_done else "silent" if is_silent else "running",
        started_by_name=row.started_by_name or STARTERS.get(row.started_by, row.started_by),
        started_at=row.started_at,
        finished_at=row.finished_at,
        done=row.number,
        total=row.target,
        entries=row.entries,
        is_whole=is_done and row.problem_count == 0,
        problems=[
            ProblemView(kind=each.kind.value, first=each.first, last=each.last, what=each.what)
            for each in from_json(row.problems)
        ],
        problem_count=row.problem_count,
        anchors=row.anchors,
        head_number=row.number,
        head_hash=row.hash.hex(),
    )


def anchor_view(row: AuditAnchor) -> AnchorView:
    return AnchorView(at=row.at, number=row.number, hash=row.hash.hex(), place=row.place)
