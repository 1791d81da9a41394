"""The welcome within twenty seconds, and contact codes made, ended and found in WeCom."""

import contextlib
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.acquisition import actions, queries, wording
from app.acquisition.models import CodeState, ContactCode, WelcomeResult
from app.compliance.clearing import ClearedText, clear
from app.compliance.lexicon import CheckUnavailable
from app.errors import Blocked
from app.outbound.ledger import Outcome, Underway, send_once
from app.outbound.models import SendState
from app.outbound.switches import Paused
from app.outbound.telling import tell
from app.outbox import GiveUp, Lane, Postpone, Running, job
from app.outbox.schedule import recurs
from app.staff.actions import ensure_member
from app.staff.models import Member
from app.staff.queries import viewer_for
from app.wecom.calls import contact_ways
from app.wecom.calls.customers import customer
from app.wecom.calls.welcome import send_welcome_msg
from app.wecom.client import wecom
from app.wecom.errcodes import CHAT_ALREADY_STARTED, NO_SUCH_CONTACT_WAY
from app.wecom.errors import NoAnswer, Refused, TryLater, WeComError

logger = logging.getLogger(__name__)

CODE_LIVES = timedelta(seconds=20)
"""https://developer.work.weixin.qq.com/document/path/92137"""

WORTH_TRYING = timedelta(minutes=2)
"""WeCom is the judge of its codes and our clock may be off: so long after the event we still ask."""

CLOCKS_DIFFER = timedelta(minutes=10)
"""WeCom may have made a code so long before we asked for it, by its own clock."""

SOON = timedelta(seconds=1)
INVALID_CODE = 41050


@job("acquisition.welcome", lane=Lane.URGENT, time_limit=15, back_off=(SOON, SOON * 2, SOON * 3, SOON * 4))
def welcome(
    running: Running, userid: str, external_user_id: str, state: str, happened_at: str, welcome_code: str
) -> None:
    """The customer's name is asked for with little patience; everything else is known here."""
    began = datetime.fromisoformat(happened_at).astimezone(UTC)
    code_hash = actions.hash_of(welcome_code)
    with running.transaction() as session:
        member = ensure_member(session, userid)
        chosen = queries.welcome_for(session, member, external_user_id, state)
    texts = _filled(chosen, external_user_id) if chosen else []
    result, errcode = WelcomeResult.NO_TEXT, None
    if chosen is not None and texts:
        result, errcode = _send(
            began, code_hash, welcome_code, member, texts, f"customer:{external_user_id}", chosen
        )
    with running.finishing() as session:
        if chosen is not None and result == WelcomeResult.BLOCKED:
            actions.have_keeper_told(session, chosen)
        actions.settle_welcome(
            session,
            code_hash=code_hash,
            member=member,
            external_user_id=external_user_id,
            state=state,
            result=result,
            errcode=errcode,
            happened_at=began,
        )


def _filled(chosen: queries.Chosen, external_user_id: str) -> list[str]:
    """
    With the customer's name, and without it: it may hold what must not leave. Who came a second ago is often not
    read yet; without an answer they are greeted without a name.
    """
    name = chosen.values["称呼"]
    if not name:
        try:
            name = customer(wecom().for_a_person(), external_user_id).name
        except WeComError:
            logger.info("a customer is welcomed without their name")
    filled = (wording.filled(chosen.text, {**chosen.values, "称呼": each, "昵称": each}) for each in (name, ""))
    return list(dict.fromkeys(text for text in filled if text is not None))


def _send(
    began: datetime,
    code_hash: bytes,
    welcome_code: str,
    member: Member,
    texts: Sequence[str],
    subject: str,
    chosen: queries.Chosen,
) -> tuple[WelcomeResult, int | None]:
    if clock.now() - began > WORTH_TRYING:
        return WelcomeResult.LATE, None

    def call(cleared: ClearedText) -> None:
        send_welcome_msg(wecom(), welcome_code, cleared)

    key = f"welcome:{code_hash.hex()}"

    def cleared(session: Session, text: str) -> ClearedText:
        return clear(
            session,
            text,
            channel="welcome",
            on_behalf_of=member.userid,
            subject=subject,
            confirmed_reason=chosen.confirmed_reason,
            confirmed_for=chosen.confirmed_for,
            occasion=key,
            by=viewer_for(session, member),
        )

    def cleared_from(session: Session) -> ClearedText:
        *preferred, plainest = texts
        for text in preferred:
            with contextlib.suppress(Blocked):
                return cleared(session, text)
        return cleared(session, plainest)

    try:
        outcome = send_once(key, channel="welcome", cleared_from=cleared_from, call=call)
    except Blocked:
        return WelcomeResult.BLOCKED, None
    except Paused:
        return WelcomeResult.PAUSED, None
    except (TryLater, Underway, CheckUnavailable) as error:
        # 41096, a rate limit, a filter that is just loading: worth another try while the code lives.
        if clock.now() - began > CODE_LIVES:
            return WelcomeResult.LATE, getattr(error, "errcode", None)
        raise Postpone(SOON, str(error)) from None
    return _result_of(outcome), outcome.errcode


def _result_of(outcome: Outcome) -> WelcomeResult:
    if outcome.state == SendState.ACCEPTED:
        return WelcomeResult.SENT
    if outcome.state == SendState.UNKNOWN:
        return WelcomeResult.UNKNOWN
    by_code = {CHAT_ALREADY_STARTED: WelcomeResult.ALREADY, INVALID_CODE: WelcomeResult.LATE}
    return by_code.get(outcome.errcode or 0, WelcomeResult.REFUSED)


@job("acquisition.tell_keeper")
def tell_keeper(_running: Running, edition: str, version: int, userid: str) -> None:
    """Twice: the ledger knows that it was sent."""
    said = wording.stopped(version)
    tell(f"welcome_stopped:{edition}:{version}:{userid}", userid, lambda _: said, plain=said)


@job("acquisition.create_code")
def create_code(running: Running, code_id: int) -> None:
    """Asked once. Without an answer the code may exist: the sync finds it by its state instead of asking again."""
    with running.transaction() as session:
        code = session.get(ContactCode, code_id)
        if code is None or code.config_id is not None or code.life not in (CodeState.CREATING, CodeState.ENDED):
            return
        userid = session.get_one(Member, code.member_id).userid
        # A search that has to wait is no failure, so that the note made before it counts as well.
        asked_before = running.failures > 0 or code.error is not None
        if code.life == CodeState.ENDED and not asked_before:
            return
    if asked_before:
        _find_unanswered(running, code)
        return
    try:
        with running.transaction() as session:
            remark = actions.cleared_name(session, session.get_one(ContactCode, code_id))
        config_id, qr_code = contact_ways.add_contact_way(
            wecom(), userids=[userid], state=code.state, remark=remark
        )
    except CheckUnavailable as error:
        raise Postpone(SOON * 10, str(error)) from None
    except (Blocked, Refused) as refused:
        with running.finishing() as session:
            actions.not_made(session, code_id, refused.message)
        return
    except NoAnswer:
        with running.transaction() as session:
            session.get_one(ContactCode, code_id).error = "企业微信没有回应，正在查找这个码。"
        _find_unanswered(running, code)
        return
    except TryLater as later:  # nothing happened in WeCom: asking again is no second code
        raise Postpone(later.retry_after or SOON * 10, str(later)) from None
    with running.finishing() as session:
        actions.made(session, code_id, config_id=config_id, qr_code=qr_code)


def _find_unanswered(running: Running, code: ContactCode) -> None:
    _take_over_all(running, since=code.created_at - CLOCKS_DIFFER)
    with running.finishing() as session:
        actions.not_made(session, code.id, "企业微信没有回应，也没有找到这个码。请重新创建。")


@job("acquisition.delete_code")
def delete_code(running: Running, code_id: int) -> None:
    with running.transaction() as session:
        config_id = session.get_one(ContactCode, code_id).config_id
    if config_id is None:
        return
    try:
        contact_ways.delete_contact_way(wecom(), config_id)
    except Refused as refused:
        if refused.errcode != NO_SUCH_CONTACT_WAY:  # deleted by a run that got no answer, or by somebody else
            raise GiveUp(f"WeCom refuses to delete the code: {refused}") from None


@job("acquisition.sync_codes", lane=Lane.BULK, time_limit=60)
def sync_codes(running: Running) -> None:
    """Take over codes that WeCom has and we do not, or know only as unanswered."""
    _take_over_all(running)


def _take_over_all(running: Running, *, since: datetime | None = None) -> None:
    client = wecom()
    for config_id in contact_ways.contact_way_ids(client, since=since):
        with running.transaction() as session:
            known = session.scalar(select(ContactCode.id).where(ContactCode.config_id == config_id)) is not None
        if known:
            continue
        way = contact_ways.get_contact_way(client, config_id)
        if way.state and len(way.userids) == 1:
            with running.transaction() as session:
                actions.take_over(session, way, ensure_member(session, way.userids[0]))


recurs("acquisition.sync_codes", every=timedelta(days=1), offset=timedelta(hours=20, minutes=10))
