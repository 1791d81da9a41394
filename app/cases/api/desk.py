"""How the desk works, and who is told."""

from sqlalchemy.orm import Session

from app.cases.actions import rules as actions
from app.cases.api.blueprint import blueprint
from app.cases.models import Notice, NoticeKind, Subscription
from app.cases.queries import cases, desk
from app.cases.rights import READERS
from app.cases.schemas.desk import RulesBody, RulesView, SubscriptionBody, SubscriptionList, SubscriptionView
from app.db import transaction
from app.http import route
from app.staff.models import Member
from app.viewer import Viewer

DIGEST_HOUR = 9


@route(blueprint, "GET", "/api/desk/rules", may=READERS, answer=RulesView)
def get_rules(_viewer: Viewer) -> RulesView:
    """When a case is opened by itself, and how long hits are kept."""
    with transaction() as session:
        return _rules_view(desk.rules(session))


@route(blueprint, "PUT", "/api/desk/rules", may=READERS, body=RulesBody, answer=RulesView)
def set_rules(viewer: Viewer, body: RulesBody) -> RulesView:
    """Change that; recorded."""
    with transaction() as session:
        return _rules_view(actions.set_rules(session, viewer, **body.model_dump()))


@route(blueprint, "GET", "/api/desk/subscriptions", may=READERS, answer=SubscriptionList)
def list_subscriptions(_viewer: Viewer) -> SubscriptionList:
    """Everybody who keeps the word lists, and what each is told."""
    with transaction() as session:
        return _subscriptions(session)


@route(
    blueprint,
    "PUT",
    "/api/desk/subscriptions/<userid>",
    may=READERS,
    body=SubscriptionBody,
    answer=SubscriptionList,
)
def subscribe(viewer: Viewer, body: SubscriptionBody, userid: str) -> SubscriptionList:
    """Say what somebody is told; recorded."""
    with transaction() as session:
        actions.subscribe(session, viewer, userid, **body.model_dump())
        return _subscriptions(session)


@route(blueprint, "DELETE", "/api/desk/subscriptions/<userid>", may=READERS, answer=SubscriptionList)
def unsubscribe(viewer: Viewer, userid: str) -> SubscriptionList:
    """Tell somebody nothing more."""
    with transaction() as session:
        actions.unsubscribe(session, viewer, userid)
        return _subscriptions(session)


def _rules_view(rules: desk.Rules) -> RulesView:
    return RulesView(**vars(rules))


def _subscriptions(session: Session) -> SubscriptionList:
    chosen = desk.subscriptions(session)
    told = desk.last_notices(session, NoticeKind.DIGEST, NoticeKind.AT_ONCE)
    return SubscriptionList(
        items=[_view(each, chosen.get(each.id), told.get(each.id)) for each in cases.reviewers(session)]
    )


def _view(member: Member, chosen: Subscription | None, told: Notice | None) -> SubscriptionView:
    return SubscriptionView(
        userid=member.userid,
        name=member.name,
        is_chosen=chosen is not None,
        wants_digest=chosen.wants_digest if chosen else False,
        digest_hour=chosen.digest_hour if chosen else DIGEST_HOUR,
        categories=chosen.categories if chosen else [],
        actions=chosen.actions if chosen else [],
        last_told=None if told is None else ("日报" if told.kind == NoticeKind.DIGEST else "即时提醒"),
        last_told_at=told.at if told else None,
    )
