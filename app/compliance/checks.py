"""
What the published list says of a text, within a limit of time, and what follows from it. Every failure is a no.

Whatever text leaves for WeCom goes through `passed`: messages by way of `app.compliance.clearing`, remarks and tag
names directly.
"""

import queue
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import clock
from app.compliance import hits
from app.compliance.lexicon import CheckUnavailable, current
from app.compliance.models import Outcome
from app.compliance.places import place_of
from app.compliance.schemas import LONGEST_TEXT, as_details, check_view
from app.errors import Blocked, Invalid
from app.viewer import Viewer
from sensitive_words import Action, Hit, Lexicon, Verdict

BUDGET_SECONDS = 2.0
"""A check takes some microseconds. One that takes this long is given up, and with it the text."""

MOST_GIVEN_UP = 4
"""Checks that were given up and still run. With so many, no further one is begun: they would slow all else."""

MOST_ROUNDS = 3
"""A replacement may itself contain a word that has to be replaced; this often at most."""


@dataclass(frozen=True)
class Passed:
    """
    :param text: what may leave, replacements included.
    :param verdict: on the text as it was asked for.
    :param confirmed: the warned words that leave because of the reason that was given, as `warned_in` names them.
    """

    text: str
    verdict: Verdict
    confirmed: frozenset[str] = frozenset()


class NeedsConfirmation(Blocked):
    """A person has to confirm with a reason. `details["check"]` holds the verdict."""

    code = "needs_confirmation"


def verdict(text: str, *, channel: str = "", session: Session | None = None, by: Viewer | None = None) -> Verdict:
    """
    Only the verdict: nothing is recorded, nothing refused. What is about to leave asks `passed`.

    :param session: needed inside a transaction.
    :param by: in whose stores and roles the words have to hold; None where all of them shall.
    :raises CheckUnavailable: if the filter cannot answer.
    """
    return judged(current(session), text, channel=channel, session=session, by=by)


def judged(
    lexicon: Lexicon, text: str, *, channel: str = "", session: Session | None = None, by: Viewer | None = None
) -> Verdict:
    """
    The verdict by a given list, which may be a draft.

    :param session: to look up the stores of `by`; without it, entries for some stores hold.
    :raises CheckUnavailable: if it raises or takes too long.
    :raises Invalid: if the text is longer than any message may be.
    """
    if len(text) > LONGEST_TEXT:
        raise Invalid(f"文字太长：一次最多检查 {LONGEST_TEXT} 个字。")
    where = place_of(session, lexicon, channel=channel, by=by)
    on = clock.in_shop_time(clock.now()).date()
    return _within_budget(lambda: lexicon.check(text, where=where, on=on))


def passed(
    session: Session,
    text: str,
    *,
    channel: str,
    on_behalf_of: str,
    subject: str,
    confirmed_reason: str | None = None,
    confirmed_for: Collection[str] | None = None,
    occasion: str | None = None,
    is_try: bool = False,
    by: Viewer | None = None,
) -> Passed:
    """
    Let the text go, with what must be replaced replaced, or refuse it. Either way its hits are recorded, even if
    the caller's transaction is rolled back because of the refusal.

    :param on_behalf_of: the userid of who sends, or a word for what acts without a person: `system`.
    :param subject: for whom, `customer:wm…`, or from what, `mass_message:3`.
    :param confirmed_reason: why the person who saw the warnings sends it nevertheless.
    :param confirmed_for: if the reason was given earlier, the words they were warned of then, as `warned_in` names
        them: it covers no others. None for those of now.
    :param occasion: as for `hits.record`: the act that may be gone through several times.
    :param is_try: a person tries it at this moment: each refusal is on record, also of the same occasion.
    :param by: as for `verdict`.
    :raises Blocked, NeedsConfirmation, CheckUnavailable:
    """

    def ask(each: str) -> Verdict:
        return verdict(each, channel=channel, session=session, by=by)

    said = ask(text)
    if not said.hits:
        return Passed(text, said)
    leaving, outcome, warned = _decided(text, said, ask, confirmed_reason, confirmed_for)
    is_refused = outcome in (Outcome.BLOCKED, Outcome.NEEDS_CONFIRMATION)
    hits.record(
        session,
        text,
        said,
        channel=channel,
        userid=on_behalf_of,
        subject=subject,
        outcome=outcome,
        confirmed_reason=confirmed_reason if outcome in (Outcome.CONFIRMED, Outcome.REPLACED) else None,
        occasion=None if is_try and is_refused else occasion,
        even_if_rolled_back=is_refused,
    )
    details = as_details(check_view(said, replaced=with_replacements(text, said.hits)))
    if outcome == Outcome.BLOCKED:
        raise Blocked(_sentence(said.hits), **details)
    if outcome == Outcome.NEEDS_CONFIRMATION:
        raise NeedsConfirmation("有需要确认的词：请确认符合规范并选择理由，或改一改再发。", **details)
    return Passed(leaving, said, warned)


def with_replacements(text: str, found: Sequence[Hit]) -> str:
    """The text with the suggestions of those hits put in that may leave only so."""
    parts, at = [], 0
    for hit in sorted(found, key=lambda hit: (hit.start, -hit.end)):
        if hit.action is Action.REPLACE and hit.suggestion is not None and hit.start >= at:
            parts += [text[at : hit.start], hit.suggestion]
            at = hit.end
    return "".join([*parts, text[at:]])


def version_in_force(session: Session) -> int:
    """
    :raises CheckUnavailable: if nobody can say.
    """
    return current(session).version


def warned_in(found: Sequence[Hit]) -> frozenset[str]:
    """
    Entry and passage of each warning: what a reason is given for. An entry that later finds another word in the
    same text, by a new alias for instance, needs a new one.
    """
    return frozenset(f"{hits.entry_id_of(hit)}:{hit.text}" for hit in found if hit.action is Action.WARN)


def _decided(
    text: str,
    said: Verdict,
    ask: Callable[[str], Verdict],
    confirmed_reason: str | None,
    confirmed_for: Collection[str] | None,
) -> tuple[str, Outcome, frozenset[str]]:
    leaving, action, was_replaced = text, said.action, False
    for _ in range(MOST_ROUNDS):
        if action is not Action.REPLACE:
            break
        leaving, was_replaced = with_replacements(leaving, said.hits), True
        said = ask(leaving)
        action = said.action
    if action in (Action.BLOCK, Action.REPLACE):
        return text, Outcome.BLOCKED, frozenset()
    warned = warned_in(said.hits)
    has_reason = bool((confirmed_reason or "").strip())
    if warned and not (has_reason and (confirmed_for is None or warned <= set(confirmed_for))):
        return text, Outcome.NEEDS_CONFIRMATION, frozenset()
    if was_replaced:
        return leaving, Outcome.REPLACED, warned
    return leaving, Outcome.CONFIRMED if warned else Outcome.RECORDED, warned


def _sentence(found: Sequence[Hit]) -> str:
    words = dict.fromkeys(hit.text for hit in found if hit.action in (Action.BLOCK, Action.REPLACE))
    named = "、".join(f"「{word}」" for word in list(words)[:3])
    return f"含有不能发出的词{named}，请改好再发。"


_given_up: set[threading.Thread] = set()


def _within_budget(check: Callable[[], Verdict]) -> Verdict:
    answer: queue.SimpleQueue[Verdict | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            answer.put(check())
        except Exception as error:  # whatever it is, the filter has not said yes
            answer.put(error)

    _given_up.difference_update([each for each in list(_given_up) if not each.is_alive()])
    if len(_given_up) >= MOST_GIVEN_UP:
        raise CheckUnavailable
    # A thread, because only waiting can be given up; it ends by itself and never delays the process's end.
    thread = threading.Thread(target=run, name="word-check", daemon=True)
    try:
        thread.start()
        said = answer.get(timeout=BUDGET_SECONDS)
    except queue.Empty:
        _given_up.add(thread)
        raise CheckUnavailable from None
    except RuntimeError as error:  # this machine has no thread to spare
        raise CheckUnavailable from error
    if isinstance(said, Exception):
        raise CheckUnavailable from said
    return said
