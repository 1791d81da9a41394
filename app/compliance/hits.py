"""Writing hits down: evidence of what was stopped, changed or confirmed, and what was only looked at."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import clock, db
from app.compliance.masking import masked_middle, masked_text
from app.compliance.models import Hit, Outcome
from app.staff.queries import member_by_userid
from sensitive_words import Action, Verdict
from sensitive_words import Hit as Found
from sensitive_words.rules import BUILT_IN

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Passage:
    """
    What is kept of a text.

    :param start: of the hit inside it, in code points.
    """

    text: str
    start: int
    end: int


CONTEXT = 40
"""Characters kept on each side of a hit."""
MOST_PER_TEXT = 50


def record(
    session: Session,
    text: str,
    verdict: Verdict,
    *,
    channel: str,
    userid: str,
    subject: str,
    outcome: Outcome,
    confirmed_reason: str | None = None,
    occasion: str | None = None,
    even_if_rolled_back: bool = False,
) -> None:
    """
    :param outcome: of the text; a hit that only records is `recorded` whatever became of the text.
    :param occasion: names the one act that the text belongs to, such as one edit of a remark: the same hit with
        the same outcome is then on record once, however many times the act is gone through.
    :param even_if_rolled_back: the refusal may end the caller's transaction, and has to be on record all the same.
    """
    if not verdict.hits:
        return
    member = member_by_userid(session, userid)
    rows = []
    for found in verdict.hits[:MOST_PER_TEXT]:
        became = Outcome.RECORDED if found.action is Action.RECORD else outcome
        said = (occasion or "", became, found.entry_id, str(found.start), found.text)
        rows.append(
            _row(
                text,
                found,
                member_id=member.id if member else None,
                channel=channel,
                subject=subject,
                lexicon_version=verdict.version,
                outcome=became,
                confirmed_reason=confirmed_reason if found.action is Action.WARN else None,
                once_key=_key_of(*said, hash_of(text).hex()) if occasion else None,
            )
        )
    _insert(session, rows)
    if even_if_rolled_back:
        db.if_rolled_back(session, f"hits of {rows[0]['text_hash'].hex()}", lambda: _record_alone(rows))


def record_preview(
    session: Session, text: str, verdict: Verdict, *, channel: str, member_id: int, subject: str
) -> None:
    """
    Somebody looked at the verdict while writing. The same passage again on the same day adds to a count, because
    a page asks at every pause in typing.
    """
    today = clock.in_shop_time(clock.now()).date().isoformat()
    rows: dict[bytes, dict[str, Any]] = {}
    for found in verdict.hits[:MOST_PER_TEXT]:
        key = _key_of(today, str(member_id), channel, subject, found.entry_id, found.text)
        rows[key] = _row(
            text,
            found,
            member_id=member_id,
            channel=channel,
            subject=subject,
            lexicon_version=verdict.version,
            outcome=Outcome.PREVIEWED,
            once_key=key,
        )
    if rows:
        written = insert(Hit).values([rows[key] for key in sorted(rows)])
        session.execute(
            written.on_conflict_do_update(
                index_elements=[Hit.once_key],
                set_={"times": Hit.times + 1, "at": written.excluded.at, "passage": written.excluded.passage},
            )
        )


def passage_around(text: str, found: Found) -> Passage:
    start, end = max(0, found.start - CONTEXT), min(len(text), found.end + CONTEXT)
    return Passage(_storable(text[start:end]), found.start - start, found.end - start)


def hash_of(text: str) -> bytes:
    """By which the hits of one text are found together."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def entry_id_of(found: Found) -> int:
    """0 for an entry of a list that is not ours."""
    return int(found.entry_id) if found.entry_id.isdecimal() else 0


def name_of(found: Found) -> str:
    """What people call the entry: of a rule not its pattern, which nobody can read."""
    if found.matched_by != "rule":
        return found.word
    built_in = BUILT_IN.get(found.word)
    return f"规则：{built_in[0] if built_in else found.reason or '自定义'}"


def _insert(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    written = insert(Hit).on_conflict_do_nothing(index_elements=[Hit.once_key])
    session.execute(written, list(rows))


def _key_of(*said: str) -> bytes:
    return hashlib.sha256("\x00".join(said).encode("utf-8", "surrogatepass")).digest()


def _record_alone(rows: Sequence[dict[str, Any]]) -> None:
    try:
        with db.transaction() as session:
            _insert(session, rows)
    except SQLAlchemyError as error:
        # The refusal itself stands; only its record is lost, and that must not go unnoticed.
        logger.error("hits of a refused text could not be recorded: %s", type(error).__name__)


def _row(text: str, found: Found, **given: Any) -> dict[str, Any]:
    kept = _covered(passage_around(text, found), found)
    return {
        "at": clock.now(),
        "times": 1,
        "passage": kept.text,
        "marked_start": kept.start,
        "marked_end": kept.end,
        "entry_id": entry_id_of(found),
        "word": name_of(found),
        "category": found.category,
        "action": found.action.value,
        "matched_by": found.matched_by,
        "why": found.why if found.matched_by != "rule" else f"这里符合{name_of(found)}。",
        "confirmed_reason": None,
        "sent_instead": found.suggestion if _is_replaced(found, given["outcome"]) else None,
        "once_key": None,
        "text_hash": hash_of(text),
        **given,
    }


def _covered(passage: Passage, found: Found) -> Passage:
    """
    Numbers of customers are nothing that a record of hits needs in full, and what a rule such as that for WeChat
    ids found is one of them. As long as before, so that the mark stays right.
    """
    text = masked_text(passage.text)
    if found.matched_by == "rule" and found.word in BUILT_IN:
        text = text[: passage.start] + masked_middle(text[passage.start : passage.end]) + text[passage.end :]
    return Passage(text, passage.start, passage.end)


def _is_replaced(found: Found, outcome: Outcome) -> bool:
    return outcome == Outcome.REPLACED and found.action is Action.REPLACE


def _storable(passage: str) -> str:
    """The same length, without what PostgreSQL cannot store."""
    return passage.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
