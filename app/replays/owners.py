"""Which scripts a new version stopped, and who has to be told. Nothing of a stopped text is quoted."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.compliance import queries as words
from app.compliance.checks import verdict
from app.compliance.lexicon import built
from app.config import settings
from app.scripts.documents import text_of
from app.scripts.models import Script
from app.scripts.queries import in_use
from app.staff.models import Member, MemberRole
from app.staff.queries import is_active
from app.viewer import Role
from sensitive_words import Action, Lexicon

MOST_NAMED = 10


def stopped_by(session: Session, version: int) -> Mapping[str, list[int]]:
    """
    :returns: the scripts that this version stops and the one before did not, by the userid of who has to know.
    """
    after = built(words.version(session, version).entries, version=version)
    before = built(words.version(session, version - 1).entries) if version > 1 else Lexicon([])
    where, on = {"channel": "sidebar"}, clock.in_shop_time(clock.now()).date()
    stopped: dict[str, list[int]] = {}
    operators: Sequence[str] | None = None
    for script in in_use(session):
        text = text_of(script.parts)
        if after.check(text, where=where, on=on).action is not Action.BLOCK:
            continue
        if before.check(text, where=where, on=on).action is Action.BLOCK:
            continue
        owner = next((each for each in (script.updated_by, script.created_by) if _works_here(session, each)), None)
        if owner is None and operators is None:
            operators = _operators(session)
        for userid in [owner] if owner else operators or []:
            stopped.setdefault(userid, []).append(script.id)
    return stopped


def message(session: Session, version: int, script_ids: Sequence[int]) -> str:
    """What the owner reads. A title with a forbidden word in it would keep the message itself from leaving."""
    rows = session.scalars(select(Script).where(Script.id.in_(script_ids)).order_by(Script.id)).all()
    named = [f"· {_name(session, row)}" for row in rows[:MOST_NAMED]]
    more = [f"…… 共 {len(rows)} 条"] if len(rows) > MOST_NAMED else []
    return "\n".join((*_opening(version, len(rows)), *named, *more, *_closing()))


def _name(session: Session, script: Script) -> str:
    is_harmless = not verdict(script.title, channel="app_message", session=session).hits
    return f"「{script.title}」" if is_harmless else f"编号 {script.id}"


def plain_message(version: int, count: int) -> str:
    """The same without any title, should even a harmless one be stopped meanwhile."""
    return "\n".join((*_opening(version, count), *_closing()))


def _opening(version: int, count: int) -> Sequence[str]:
    return (f"词库第 {version} 版发布后，你负责的 {count} 条话术不能再发给客户，请改一改：",)


def _closing() -> Sequence[str]:
    return (f"在这里修改：{settings().public_url.rstrip('/')}/console/scripts",)


def _works_here(session: Session, userid: str) -> bool:
    return session.scalar(select(Member.id).where(Member.userid == userid, is_active())) is not None


def _operators(session: Session) -> Sequence[str]:
    found = select(Member.userid).join(MemberRole, MemberRole.member_id == Member.id)
    return session.scalars(found.where(MemberRole.role == Role.OPERATOR, is_active()).order_by(Member.id)).all()
