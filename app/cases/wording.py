"""What the desk tells people: counts and where to look, never the words themselves."""

from collections.abc import Sequence
from datetime import date

from app.cases.models import CaseState
from app.compliance.models import Review

STATES = {CaseState.OPEN: "待处理", CaseState.REVIEWED: "已复核", CaseState.CLOSED: "已结案"}
CONCLUSIONS = {Review.RIGHT: "拦得对", Review.FALSE_ALARM: "误伤", Review.TRAINING: "需要培训"}


def accepted(note: str) -> str:
    said = "谢谢反馈，说得对。已经给这个词加了允许语境，下次发布词库后这样写就不会再提示。"
    return f"{said}{note.strip()}" if note.strip() else said


def answered(count: int, *, accepted: bool) -> tuple[str, str]:
    """
    :returns: title and text of the message to the guide.
    """
    what = "已采纳，词库下次发布后生效。" if accepted else "合规看过了，写明了为什么不改。"
    return "你的反馈有答复了", f"你反馈的 {count} 处：{what}点开看全部。"


def digest(day: date, counts: Sequence[tuple[str, str, int]]) -> tuple[str, str]:
    """
    :param counts: what is counted, as it is said before and after the number, and how many; 0 is left out.
    """
    lines = [f"{what} {count} {unit}" for what, unit, count in counts if count]
    return f"检查日报 {day.month}月{day.day}日", "；".join(lines) + "。点开看明细。"


def running_out(count: int) -> tuple[str, str]:
    return "你负责的词条快到期了", f"有 {count} 条词条快到期或已到期，到期后不再生效。点开决定要不要延长。"


def at_once(count: int) -> tuple[str, str]:
    return "有新的检查记录", f"按你选的范围，刚刚新增 {count} 条。点开看明细。"
