"""How the desk works, and who is told: chosen by compliance, on the record."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.cases.models import DeskRules, Subscription
from app.cases.queries import cases, desk
from app.errors import NotFound
from app.staff.models import Member
from app.viewer import Viewer


def set_rules(
    session: Session, viewer: Viewer, *, entry_times: int, category_times: int, keep_days: int
) -> desk.Rules:
    """The same again is no change and leaves no trace."""
    before = desk.rules(session)
    values = {"entry_times": entry_times, "category_times": category_times, "keep_days": keep_days}
    known = {name: getattr(before, name) for name in values}
    changed = {name: [known[name], value] for name, value in values.items() if known[name] != value}
    if not changed:
        return before
    stamped = {**values, "changed_by": viewer.userid, "changed_at": clock.now()}
    written = insert(DeskRules).values(id=1, **stamped)
    session.execute(written.on_conflict_do_update(index_elements=[DeskRules.id], set_=stamped))
    session.expire_all()
    record(session, viewer, "desk.rules_changed", subject="desk", **changed)
    return desk.rules(session)


def subscribe(
    session: Session,
    viewer: Viewer,
    userid: str,
    *,
    wants_digest: bool,
    digest_hour: int,
    categories: Sequence[str],
    actions: Sequence[str],
) -> None:
    """
    What happened before somebody chose to be told at once is not told afterwards; what is still to be told is.

    :raises NotFound: if that person does not keep the word lists.
    """
    member = _keeper(session, userid)
    chosen = {
        "wants_digest": wants_digest,
        "digest_hour": digest_hour,
        "categories": sorted(set(categories)),
        "actions": sorted(set(actions)),
    }
    before = session.get(Subscription, member.id, with_for_update=True, populate_existing=True)
    goes_on = before is not None and before.actions
    stamped = {**chosen, "changed_by": viewer.userid, "changed_at": clock.now()}
    if not goes_on:
        stamped["told_until"] = clock.now()
    written = insert(Subscription).values(member_id=member.id, **{"told_until": clock.now(), **stamped})
    session.execute(written.on_conflict_do_update(index_elements=[Subscription.member_id], set_=stamped))
    record(session, viewer, "desk.subscribed", subject=f"member:{member.userid}", **chosen)


def unsubscribe(session: Session, viewer: Viewer, userid: str) -> None:
    """
    Twice changes nothing more.

    :raises NotFound: as above.
    """
    member = _keeper(session, userid)
    gone = delete(Subscription).where(Subscription.member_id == member.id).returning(Subscription.member_id)
    if session.scalar(gone) is not None:
        record(session, viewer, "desk.unsubscribed", subject=f"member:{member.userid}")


def _keeper(session: Session, userid: str) -> Member:
    found = next((each for each in cases.reviewers(session) if each.userid == userid.lower()), None)
    if found is None:
        raise NotFound("没有这位合规同事。")
    return found
