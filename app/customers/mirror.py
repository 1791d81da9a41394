"""
What WeCom says about customers, taken over into our rows. An edit of ours that is on its way is left alone.

Rows are locked with FOR NO KEY UPDATE: whoever only points at one, with a line in the timeline, does not wait.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.customers import phones
from app.customers.events import Happening, record_event, record_events
from app.customers.models import Customer, EndedBy, Follow, FollowPhone, WriteState
from app.staff.actions import ensure_member
from app.staff.models import Member
from app.staff.queries import members_by_userid
from app.wecom.calls import customers as calls

Given = tuple[calls.Customer, calls.Follow]


def upsert(
    session: Session, given: Sequence[calls.Customer], *, read_at: datetime, complete: bool
) -> "Counter[str]":
    """
    Take over what WeCom answered.

    :param read_at: taken before WeCom was asked: a row that was read later than this stays as it is.
    :param complete: the answer names every follower, so that whom it does not name has stopped following.
    :returns: what had to be repaired.
    """
    repaired: Counter[str] = Counter()
    customers = _customers(session, given, read_at, repaired)
    members = _members(session, (follow.userid for each in given for follow in each.follows))
    pairs: dict[tuple[int, int], Given] = {
        (customers[each.external_user_id].id, members[follow.userid].id): (each, follow)
        for each in given
        for follow in each.follows
    }
    follows = _follows(session, pairs, members, read_at, repaired)
    numbers = phones.rows_of(session, (follow.id for follow in follows.values()))
    for pair, (customer, follow) in pairs.items():
        row = follows[pair]
        _take_over(session, row, follow, numbers.get(row.id, []), read_at, repaired)
        known = customers[customer.external_user_id]
        known.first_added_at = min(filter(None, (known.first_added_at, row.added_at)))
    if complete:
        _end_unnamed(session, {each.id for each in customers.values()}, set(pairs), read_at, repaired)
    session.flush()
    return repaired


def ensure_customer(session: Session, external_user_id: str) -> Customer:
    """The row of somebody whom an event named, made if there is none yet."""
    _make_known(session, [external_user_id])
    return session.scalars(select(Customer).where(Customer.external_user_id == external_user_id)).one()


def _make_known(session: Session, external_user_ids: Iterable[str]) -> None:
    empty = {"name": "", "avatar": "", "type": 1, "gender": 0, "corp_name": "", "position": "", "unionid": ""}
    session.execute(
        insert(Customer).on_conflict_do_nothing(index_elements=[Customer.external_user_id]),
        [{"external_user_id": each, **empty} for each in sorted(set(external_user_ids))],
    )


def _customers(
    session: Session, given: Sequence[calls.Customer], read_at: datetime, repaired: "Counter[str]"
) -> Mapping[str, Customer]:
    if not given:
        return {}
    ids = [each.external_user_id for each in given]
    _make_known(session, ids)
    rows = session.scalars(
        select(Customer)
        .where(Customer.external_user_id.in_(ids))
        .order_by(Customer.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    known = {row.external_user_id: row for row in rows}
    for each in given:
        row = known[each.external_user_id]
        if row.synced_at is not None and row.synced_at > read_at:
            continue
        values = {
            "name": each.name,
            "avatar": each.avatar,
            "type": each.kind or 1,
            "gender": each.gender,
            "corp_name": each.corp_name,
            "position": each.position,
            "unionid": each.unionid,
        }
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if row.synced_at is None:
            repaired["customers_added"] += 1
        elif changed:
            repaired["customers_changed"] += 1
        for name, value in changed.items():
            setattr(row, name, value)
        row.synced_at = clock.now()
    return known


def _members(session: Session, userids: Iterable[str]) -> Mapping[str, Member]:
    wanted = sorted(set(userids))
    known = dict(members_by_userid(session, wanted))
    for userid in wanted:
        if userid not in known:
            known[userid] = ensure_member(session, userid)
    return known


def _follows(
    session: Session,
    pairs: Mapping[tuple[int, int], Given],
    members: Mapping[str, Member],
    read_at: datetime,
    repaired: "Counter[str]",
) -> Mapping[tuple[int, int], Follow]:
    """The row of every pair, locked; new ones are made."""
    if not pairs:
        return {}
    userids = {member.id: member.userid for member in members.values()}
    rows = {(row.customer_id, row.member_id): row for row in session.scalars(_locked(pairs))}
    added: dict[tuple[int, int], Follow] = {}
    for customer_id, member_id in sorted(set(pairs) - set(rows)):
        _, follow = pairs[(customer_id, member_id)]
        row = Follow(
            customer_id=customer_id,
            member_id=member_id,
            userid=userids[member_id],
            added_at=follow.added_at or read_at,
            synced_at=read_at,
            tag_ids=[],
            pending_fields=[],
        )
        added[(customer_id, member_id)] = row
    session.add_all(added.values())
    session.flush()
    record_events(session, [_beginning(row, pairs[pair][1], read_at) for pair, row in added.items()])
    repaired["follows_added"] += len(added)
    return rows | added


def _locked(pairs: Iterable[tuple[int, int]]) -> Select[Follow]:
    return (
        select(Follow)
        .where(tuple_(Follow.customer_id, Follow.member_id).in_(list(pairs)))
        .order_by(Follow.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _take_over(
    session: Session,
    row: Follow,
    given: calls.Follow,
    numbers: Sequence[FollowPhone],
    read_at: datetime,
    repaired: "Counter[str]",
) -> None:
    if row.synced_at > read_at:
        return
    _begin_again(session, row, given, read_at, repaired)
    before = (row.remark, row.description, row.tag_ids, row.state, row.add_way)
    # The base of an edit on its way stays what the person saw, so that its job notices what was changed since.
    if "remark" not in row.pending_fields:
        row.remark = row.base_remark = given.remark
    if "description" not in row.pending_fields:
        row.description = row.base_description = given.description
    if row.tag_write_state != WriteState.PENDING:
        row.tag_ids = sorted(given.tag_ids)
    row.state, row.add_way, row.oper_userid = given.state, given.add_way, given.oper_userid
    renumbered = "phones" not in row.pending_fields and phones.replace(
        session, row.id, given.remark_mobiles, known=numbers
    )
    if row.synced_at < read_at and (
        renumbered or before != (row.remark, row.description, row.tag_ids, row.state, row.add_way)
    ):
        repaired["follows_changed"] += 1
    row.synced_at = clock.now()


def _begin_again(
    session: Session, row: Follow, given: calls.Follow, read_at: datetime, repaired: "Counter[str]"
) -> None:
    """
    WeCom goes on listing a customer who deleted the member, so being listed does not make them friends again; a
    later beginning does.
    """
    if row.ended_at is None:
        if given.added_at is not None:
            row.added_at = given.added_at
        return
    is_newer = given.added_at is not None and given.added_at > row.ended_at
    if is_newer or row.ended_by == EndedBy.SYNC:
        row.ended_at = row.ended_by = None
        row.added_at = given.added_at or row.added_at
        repaired["follows_reopened"] += 1
        record_events(session, [_beginning(row, given, read_at)])


def _beginning(row: Follow, given: calls.Follow, read_at: datetime) -> Happening:
    at = given.added_at or read_at
    return Happening(
        customer_id=row.customer_id,
        kind="added",
        member_id=row.member_id,
        at=at,
        key=f"added:{row.customer_id}:{row.member_id}:{int(at.timestamp())}",
        details={"add_way": given.add_way, "state": given.state},
    )


def _end_unnamed(
    session: Session,
    customer_ids: set[int],
    named: set[tuple[int, int]],
    read_at: datetime,
    repaired: "Counter[str]",
) -> None:
    live = session.scalars(
        select(Follow)
        .where(Follow.customer_id.in_(customer_ids), Follow.ended_at.is_(None), Follow.synced_at <= read_at)
        .order_by(Follow.id)
        .with_for_update(key_share=True)
    )
    for row in live:
        if (row.customer_id, row.member_id) not in named:
            end_by_sync(session, row)
            repaired["follows_ended"] += 1


def end_by_sync(session: Session, row: Follow) -> None:
    """WeCom no longer lists the relation and no callback said why."""
    now = clock.now()
    row.ended_at, row.ended_by, row.synced_at = now, EndedBy.SYNC, now
    record_event(session, row.customer_id, "removed_by_sync", member_id=row.member_id, at=now)


def nobody_follows(session: Session, external_user_id: str, *, read_at: datetime) -> None:
    """WeCom knows no relation to this person any more, or not yet: a half-made contact."""
    customer = session.scalar(
        select(Customer).where(Customer.external_user_id == external_user_id).with_for_update(key_share=True)
    )
    if customer is not None:
        _end_unnamed(session, {customer.id}, set(), read_at, Counter())


def end_gone(session: Session, follow_ids: set[int], kept: set[tuple[str, str]], *, started_at: datetime) -> int:
    """
    End what a full sync did not meet.

    :param kept: `(userid, external_user_id)` that WeCom still lists when asked in another way.
    :returns: how many were ended.
    """
    rows = session.execute(
        select(Follow, Customer.external_user_id)
        .join(Customer, Customer.id == Follow.customer_id)
        .where(Follow.id.in_(follow_ids), Follow.ended_at.is_(None), Follow.synced_at < started_at)
        .order_by(Follow.id)
        .with_for_update(key_share=True, of=Follow)
    ).all()
    gone = [follow for follow, external_user_id in rows if (follow.userid, external_user_id) not in kept]
    for follow in gone:
        end_by_sync(session, follow)
    return len(gone)
