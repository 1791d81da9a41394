"""Once a day: what happened yesterday, to who chose so; entries that run out, to who decides about them."""

from collections import Counter
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app import clock
from app.cases import wording
from app.cases.actions import telling
from app.cases.models import NoticeKind
from app.cases.queries import cases, desk
from app.cases.queries.objections import count_open
from app.cases.queries.trends import start_of
from app.compliance.models import LexiconEntry, Outcome
from app.compliance.queries import running_out

OWNERS_HOUR = 9
"""When owners are told who chose nothing."""

AHEAD = timedelta(days=14)
TOLD_ON = frozenset({14, 7, 1, 0})
"""So many days before an entry's last one its owner is told who reads no daily list."""


def tell(session: Session) -> int:
    """
    Everybody whose hour has come, once a day, however often this runs.

    :returns: how many were told now.
    """
    here = clock.in_shop_time(clock.now())
    today = start_of(here.date())
    yesterday = today - timedelta(days=1)
    chosen = desk.subscriptions(session)
    counts = _counts(session, yesterday, today)
    entries = running_out(session, here.date(), within=AHEAD)
    running = Counter(_keeper_of(each) for each in entries)
    urgent = Counter(_keeper_of(each) for each in entries if _days_left(each, here.date()) in TOLD_ON)
    told = 0
    for member in cases.reviewers(session):
        choice, day = chosen.get(member.id), yesterday.date()
        reads_digest = choice is not None and choice.wants_digest
        if here.hour < (choice.digest_hour if choice and reads_digest else OWNERS_HOUR):
            continue
        own = ("你负责的词条快到期或已到期", "条", running[member.userid])
        if reads_digest and any(count for *_, count in (*counts, own)):
            title, body = wording.digest(day, [*counts, own])
            path = f"/console/hits?from={day}&to={day}"
        elif urgent[member.userid]:
            title, body = wording.running_out(running[member.userid])
            path = f"/console/lexicon?expiry=soon&owner={member.userid}"
        else:
            continue
        kind, key = NoticeKind.DIGEST, day.isoformat()
        told += telling.tell(session, member.id, kind, key=key, title=title, body=body, path=path)
    return told


def _keeper_of(entry: LexiconEntry) -> str:
    return entry.owner or entry.author


def _days_left(entry: LexiconEntry, today: date) -> int:
    return (date.fromisoformat((entry.published or {})["valid_until"]) - today).days


def _counts(session: Session, since: datetime, until: datetime) -> list[tuple[str, str, int]]:
    ended = desk.outcomes_between(session, since, until)
    return [
        ("拦下", "段文字", ended.get(Outcome.BLOCKED, 0)),
        ("等说明理由", "段", ended.get(Outcome.NEEDS_CONFIRMATION, 0)),
        ("确认后发出", "段", ended.get(Outcome.CONFIRMED, 0)),
        ("换词后发出", "段", ended.get(Outcome.REPLACED, 0)),
        ("只记录", "段", ended.get(Outcome.RECORDED, 0)),
        ("还没复核的命中", "条", desk.count_unreviewed(session, since, until)),
        ("待答复的误伤反馈", "条", count_open(session)),
        ("没结的案件", "件", cases.count_unfinished(session)),
    ]
