"""What publishing the draft would change, on scripts in use and on the texts that left last."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.compliance import queries as words
from app.compliance.lexicon import CheckUnavailable, current
from app.compliance.shown import CHANNELS
from app.errors import Invalid
from app.outbound.models import Send, SendIntent, SendIntentPart
from app.replays.schemas import BlockedScript, Impact, ImpactExample
from app.scripts import queries as scripts
from app.scripts.documents import text_of
from app.staff.models import Member
from sensitive_words import Action, InvalidEntry, Lexicon, Verdict

LAST_TEXTS = 2000
MOST_EXAMPLES = 100
CONTEXT = 15


@dataclass(frozen=True)
class _Text:
    where: str
    channel: str
    text: str
    script_id: int | None = None
    title: str = ""


def impact(session: Session) -> Impact:
    """
    :raises Invalid: if the draft cannot be used.
    """
    began = time.monotonic()
    before, after = _published(session), _drafted(session)
    counted = {"new_hits": 0, "lost_hits": 0, "changed": 0}
    blocked: list[BlockedScript] = []
    examples: list[ImpactExample] = []
    script_texts, left = list(_scripts(session)), list(_left(session))
    today = clock.in_shop_time(clock.now()).date()
    for each in [*script_texts, *left]:
        old = before.check(each.text, where={"channel": each.channel}, on=today)
        new = after.check(each.text, where={"channel": each.channel}, on=today)
        kind = _difference(old, new)
        if kind is None:
            continue
        counted[kind] += 1
        passage = _passage(each.text, new if new.hits else old)
        if len(examples) < MOST_EXAMPLES:
            examples.append(
                ImpactExample(where=each.where, passage=passage, before=old.action.value, after=new.action.value)
            )
        if each.script_id is not None and new.action is Action.BLOCK and old.action is not Action.BLOCK:
            blocked.append(BlockedScript(id=each.script_id, title=each.title, passage=passage))
    return Impact(
        texts=len(left),
        scripts=len(script_texts),
        **counted,
        blocked_scripts=blocked,
        examples=examples,
        milliseconds=int((time.monotonic() - began) * 1000),
    )


def _difference(old: Verdict, new: Verdict) -> str | None:
    if not old.hits and not new.hits:
        return None
    if not old.hits:
        return "new_hits"
    if not new.hits:
        return "lost_hits"
    same = old.action == new.action and _marks(old) == _marks(new)
    return None if same else "changed"


def _marks(said: Verdict) -> set[tuple[int, int, str]]:
    return {(hit.start, hit.end, hit.action.value) for hit in said.hits}


def _published(session: Session) -> Lexicon:
    try:
        return current(session)
    except CheckUnavailable:
        return Lexicon([])


def _drafted(session: Session) -> Lexicon:
    try:
        return Lexicon(words.drafted(session))
    except InvalidEntry as error:
        raise Invalid(f"草稿里有不能用的词条：{error}", fields={error.field: str(error)}) from error


def _scripts(session: Session) -> Iterator[_Text]:
    for row in scripts.in_use(session):
        yield _Text(f"话术「{row.title}」", "sidebar", text_of(row.parts), row.id, row.title)


def _left(session: Session) -> Iterator[_Text]:
    """The newest texts, whatever way they left by."""
    handed = session.execute(
        select(SendIntent.created_at, Member.name, SendIntentPart.text)
        .join(SendIntentPart, SendIntentPart.intent_id == SendIntent.id)
        .join(Member, Member.id == SendIntent.member_id)
        .order_by(SendIntent.created_at.desc(), SendIntent.id.desc())
        .limit(LAST_TEXTS)
    ).all()
    sent = session.execute(
        select(Send.claimed_at, Send.channel, Send.on_behalf_of, Send.text)
        .order_by(Send.claimed_at.desc(), Send.id.desc())
        .limit(LAST_TEXTS)
    ).all()
    every = [(at, f"{_day(at)} {name} 在侧边栏", "sidebar", text) for at, name, text in handed]
    every += [(at, f"{_day(at)} {CHANNELS.get(way, way)} {who}", way, text) for at, way, who, text in sent]
    every.sort(key=lambda row: row[0], reverse=True)
    for _, where, channel, text in every[:LAST_TEXTS]:
        yield _Text(where, channel, text)


def _day(at: object) -> str:
    moment = clock.in_shop_time(at)  # type: ignore[arg-type]
    return f"{moment.month}月{moment.day}日"


def _passage(text: str, said: Verdict) -> str:
    hit = said.hits[0]
    return text[max(0, hit.start - CONTEXT) : hit.end + CONTEXT]
