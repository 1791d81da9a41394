"""Customers read again from WeCom, and edits written back to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import clock
from app.compliance.clearing import ClearedText
from app.compliance.lexicon import CheckUnavailable
from app.customers import actions, mirror, phones, queries
from app.customers.models import Customer, EndedBy, Follow, WriteState
from app.customers.wording import cleared, writing_of
from app.errors import Blocked
from app.outbox import GiveUp, Lane, Postpone, Running, enqueue, job
from app.staff.models import Member
from app.staff.queries import viewer_for
from app.sync_runs import actions as runs
from app.sync_runs import queries as run_queries
from app.sync_runs.jobs import ATTEMPTS as SYNC_ATTEMPTS
from app.sync_runs.jobs import telling
from app.wecom.calls import customers as calls
from app.wecom.client import wecom
from app.wecom.errcodes import NOT_EXTERNAL_CONTACT
from app.wecom.errors import NoAnswer, Refused, TryLater

WRITE_ATTEMPTS = 5
SOON = timedelta(seconds=10)
"""How long an edit waits for a filter that does not answer."""
GONE = frozenset({NOT_EXTERNAL_CONTACT, 40096})
"""Nobody of ours follows this customer (any more), or never did."""


@job("customers.contact_added")
def contact_added(running: Running, userid: str, external_user_id: str, state: str, happened_at: str) -> None:
    """A customer added a member, or half of it: WeCom says what is true by now."""
    del userid, state, happened_at  # the answer has them all
    _read_again(running, external_user_id)


@job("customers.contact_changed")
def contact_changed(running: Running, userid: str, external_user_id: str) -> None:
    """Remark, number, description or tags were changed in the client; the event does not say which."""
    del userid
    _read_again(running, external_user_id)


def _read_again(running: Running, external_user_id: str) -> None:
    read_at = clock.now()
    try:
        given = calls.customer(wecom(), external_user_id)
    except Refused as refused:
        if refused.errcode not in GONE:
            raise
        with running.finishing() as session:
            mirror.nobody_follows(session, external_user_id, read_at=read_at)
        return
    with running.finishing() as session:
        mirror.upsert(session, [given], read_at=read_at, complete=True)


@job("customers.contact_removed")
def contact_removed(running: Running, userid: str, external_user_id: str, by: str, happened_at: str) -> None:
    """
    One of the two deleted the other; only the event says who.

    After a customer deleted a member WeCom goes on listing them. After the member did, it does not: if they are
    listed, they are friends again since, and the news is old.
    """
    if by != EndedBy.CUSTOMER and _is_listed(userid, external_user_id):
        _read_again(running, external_user_id)
        return
    with running.finishing() as session:
        at = datetime.fromisoformat(happened_at)
        actions.record_removed(session, external_user_id, userid, by=EndedBy(by), at=at)


def _is_listed(userid: str, external_user_id: str) -> bool:
    try:
        given = calls.customer(wecom(), external_user_id)
    except Refused as refused:
        if refused.errcode in GONE:
            return False
        raise
    return any(each.userid == userid for each in given.follows)


@job("customers.member_renamed")
def member_renamed(running: Running, member_id: int) -> None:
    with running.finishing() as session:
        actions.rename_member(session, member_id)


@dataclass(frozen=True)
class _Writing:
    """An edit as it stood when its job began."""

    userid: str
    member_id: int
    external_user_id: str
    follow_id: int
    number: int
    fields: frozenset[str]
    remark: str
    description: str
    phones: tuple[str, ...]
    base: tuple[str, str]
    """WeCom's remark and description when the person edited."""

    @property
    def new_remark(self) -> str | None:
        return self.remark if "remark" in self.fields else None

    @property
    def new_description(self) -> str | None:
        return self.description if "description" in self.fields else None

    def would_overwrite(self, theirs: tuple[str, str]) -> bool:
        """Whether WeCom's text was changed meanwhile in a field that this edit would replace."""
        ours = (self.new_remark, self.new_description)
        return any(
            new is not None and now not in (before, new)
            for new, before, now in zip(ours, self.base, theirs, strict=True)
        )


@job("customers.write_remark", attempts=WRITE_ATTEMPTS)
def write_remark(running: Running, follow_id: int) -> None:
    """
    Bring an edit to WeCom. Writing twice leaves the same, so no answer is simply another try.

    Somebody may have edited in the client meanwhile and its callback may be lost, so WeCom is read first; what was
    changed there since the person looked is not overwritten.
    """
    with running.transaction() as session:
        writing = _to_write(session, follow_id)
    if not writing.fields:
        return
    try:
        with running.transaction() as session:
            texts = _cleared(session, writing)
        theirs = _theirs(writing)
        if writing.would_overwrite(theirs):
            reason = f"备注刚在企业微信里被改成「{theirs[0]}」，要用你的请再保存一次"
            with running.finishing() as session:
                actions.not_written(session, follow_id, number=writing.number, reason=reason, theirs=theirs)
            return
        _write(writing, texts)
    except CheckUnavailable as error:
        raise Postpone(SOON, str(error)) from None
    except (Blocked, Refused) as refused:
        reason = refused.message.rstrip("。")
        with running.finishing() as session:
            actions.not_written(session, follow_id, number=writing.number, reason=reason)
        return
    except (NoAnswer, TryLater) as error:
        if is_last_try(running, error):
            reason = "企业微信一直没有回应" if isinstance(error, NoAnswer) else error.message.rstrip("。")
            with running.transaction() as session:
                actions.not_written(session, follow_id, number=writing.number, reason=reason)
        raise
    with running.finishing() as session:
        actions.written(
            session,
            follow_id,
            number=writing.number,
            remark=texts["remark"].text if "remark" in texts else None,
            description=texts["description"].text if "description" in texts else None,
        )


def is_last_try(running: Running, error: NoAnswer | TryLater) -> bool:
    """Whether a write that fails so is not made again by itself. What names a time to wait is no failure."""
    return running.wait_after(error) is None and running.failures + 1 >= WRITE_ATTEMPTS


def _to_write(session: Session, follow_id: int) -> _Writing:
    follow = session.get_one(Follow, follow_id)
    customer = session.get_one(Customer, follow.customer_id)
    numbers = phones.rows_of(session, [follow_id]).get(follow_id, [])
    is_pending = follow.write_state == WriteState.PENDING
    return _Writing(
        userid=follow.userid,
        member_id=follow.member_id,
        external_user_id=customer.external_user_id,
        follow_id=follow.id,
        number=follow.write_number,
        fields=frozenset(follow.pending_fields) if is_pending else frozenset(),
        remark=follow.remark,
        description=follow.description,
        phones=tuple(phones.opened(row) for row in numbers),
        base=(follow.base_remark, follow.base_description),
    )


def _theirs(writing: _Writing) -> tuple[str, str]:
    """
    WeCom's remark and description of this relation.

    :raises Refused: if there is no such relation any more.
    """
    given = calls.customer(wecom(), writing.external_user_id)
    for follow in given.follows:
        if follow.userid == writing.userid:
            return follow.remark, follow.description
    raise Refused("她已不是你的好友。", api="externalcontact/get", code_of_wecom=NOT_EXTERNAL_CONTACT)


def _cleared(session: Session, writing: _Writing) -> dict[str, ClearedText]:
    """By the list of this moment: it may have changed since the person saved."""
    return cleared(
        session,
        {"remark": writing.new_remark, "description": writing.new_description},
        channel="remark",
        on_behalf_of=writing.userid,
        subject=f"customer:{writing.external_user_id}",
        occasion=writing_of(writing.follow_id, writing.number),
        by=viewer_for(session, session.get_one(Member, writing.member_id)),
    )


def _write(writing: _Writing, texts: Mapping[str, ClearedText]) -> None:
    calls.remark(
        wecom(),
        writing.userid,
        writing.external_user_id,
        remark=texts.get("remark"),
        description=texts.get("description"),
        remark_mobiles=writing.phones if "phones" in writing.fields else None,
    )


@job("customers.sync", lane=Lane.BULK, attempts=SYNC_ATTEMPTS)
def sync(running: Running, run_id: int) -> None:
    """Everybody's customers: one chain of pages for every hundred members."""
    with telling(running, run_id):
        serving = sorted(calls.follow_users(wecom()))
        with running.finishing() as session:
            if not run_queries.is_running(session, run_id):
                return
            known = queries.count_live_follows(session)
            if known and not serving:
                raise GiveUp("企业微信没有返回任何有「客户联系」权限的成员：请检查应用的可见范围和权限。")
            batches = [
                serving[start : start + calls.MEMBERS_PER_BATCH]
                for start in range(0, len(serving), calls.MEMBERS_PER_BATCH)
            ]
            runs.begin_parts(session, run_id, parts=len(batches), total=known or None, calls=1)
            for number, userids in enumerate(batches):
                _enqueue_page(session, run_id, f"{number}", userids, cursor="", page=0)
            if not batches:
                runs.finish(session, run_id)


@job("customers.sync_page", lane=Lane.BULK, attempts=SYNC_ATTEMPTS)
def sync_page(running: Running, run_id: int, part: str, userids: list[str], cursor: str, page: int) -> None:
    """One page; its rows and the job for the next page commit together, so a kill repeats one page at most."""
    with telling(running, run_id):
        read_at = clock.now()
        given = calls.customers_page(wecom(), userids, cursor=cursor)
        with running.finishing() as session:
            if not run_queries.is_running(session, run_id):
                return
            ordered = sorted(given.customers, key=lambda each: each.external_user_id)
            repaired = mirror.upsert(session, ordered, read_at=read_at, complete=False)
            runs.progress(session, run_id, done=len(ordered), calls=1, repaired=repaired)
            answered = [each for each in userids if each not in given.unlicensed]
            if given.next_cursor:
                _enqueue_page(session, run_id, part, userids, cursor=given.next_cursor, page=page + 1)
            elif queries.not_seen_since(session, answered, run_queries.get(session, run_id).started_at):
                enqueue(
                    session,
                    "customers.sync_gone",
                    key=f"sync:{run_id}:customers:{part}:gone",
                    run_id=run_id,
                    userids=answered,
                )
            elif runs.end_part(session, run_id):
                runs.finish(session, run_id)


def _enqueue_page(session: Session, run_id: int, part: str, userids: list[str], *, cursor: str, page: int) -> None:
    enqueue(
        session,
        "customers.sync_page",
        key=f"sync:{run_id}:customers:{part}:{page}",
        run_id=run_id,
        part=part,
        userids=userids,
        cursor=cursor,
        page=page,
    )


@job("customers.sync_gone", lane=Lane.BULK, attempts=SYNC_ATTEMPTS)
def sync_gone(running: Running, run_id: int, userids: list[str]) -> None:
    """
    Relations that WeCom no longer listed end. For a member who seems to have lost every customer WeCom is asked
    once more in another way, because an empty answer can also mean a lost right.
    """
    with telling(running, run_id):
        with running.transaction() as session:
            started_at = run_queries.get(session, run_id).started_at
            gone = queries.not_seen_since(session, userids, started_at)
            all_lost = queries.without_other_follows(session, gone)
        kept = {
            (userid, external_user_id)
            for userid in sorted(all_lost)
            for external_user_id in calls.customer_ids(wecom(), userid)
        }
        with running.finishing() as session:
            if not run_queries.is_running(session, run_id):
                return
            ended = mirror.end_gone(session, set(gone), kept, started_at=started_at)
            runs.progress(session, run_id, calls=len(all_lost), repaired={"follows_ended": ended})
            if runs.end_part(session, run_id):
                runs.finish(session, run_id)
