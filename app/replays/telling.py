"""
Who has to be told what: approvers of a submission, its author of the decision, and those whose scripts a new
version stops. Nothing is quoted that the list could stop: a message about words must not be stopped by them.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.compliance import queries as words
from app.compliance import rights
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
Event = Literal["submitted", "approved", "rejected", "urgent"]


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


def told_of(session: Session, proposal_id: int, event: Event) -> Sequence[str]:
    """The userids of who can decide, or of who waits for the decision."""
    proposal = words.get_proposal(session, proposal_id)
    found = select(Member.userid).where(is_active())
    if event in ("approved", "rejected"):
        return session.scalars(found.where(Member.id == proposal.submitted_by_id)).all()
    deciders = select(MemberRole.member_id).where(MemberRole.role.in_(rights.MAY_DECIDE))
    can_decide = found.where(Member.id.in_(deciders), Member.id.not_in(proposal.written_by))
    return session.scalars(can_decide.order_by(Member.id)).all()


def news_of(session: Session, proposal_id: int, event: Event) -> str:
    proposal = words.get_proposal(session, proposal_id)
    people = words.people_by_id(
        session, [each for each in (proposal.submitted_by_id, proposal.decided_by_id) if each]
    )
    author, count = people[proposal.submitted_by_id][1], len(proposal.changes)
    decider = people[proposal.decided_by_id][1] if proposal.decided_by_id else ""
    sentences: Mapping[Event, str] = {
        "submitted": f"{author} 提交了词库的 {count} 处改动，等你审批。",
        "approved": f"你提交的词库改动已由 {decider} 通过，词库第 {proposal.version} 版已生效。",
        "rejected": f"你提交的词库改动被 {decider} 退回，请看意见。",
        "urgent": f"{author} 紧急发布了词库第 {proposal.version} 版（{count} 处，只加严），请你确认。",
    }
    return f"{sentences[event]}\n{_lexicon_page()}"


def plain_news() -> str:
    """The same without any name, should even a name be stopped."""
    return f"词库的改动有新进展，请看：\n{_lexicon_page()}"


def _lexicon_page() -> str:
    return f"{settings().public_url.rstrip('/')}/console/lexicon"


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
