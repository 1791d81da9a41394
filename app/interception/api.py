"""The comparison with WeCom's own word rules: compliance decides, administrators read."""

from flask import Blueprint

from app.db import transaction
from app.http import route
from app.interception import actions, queries, shown
from app.interception.models import Act
from app.interception.schemas import (
    Choices,
    DifferenceList,
    LeftOutList,
    LeftOutQuery,
    Overview,
    Retried,
    RunView,
    UpdateOrder,
    WordsQuery,
)
from app.viewer import Role, Viewer

blueprint = Blueprint("interception", __name__)

READERS = frozenset({Role.COMPLIANCE, Role.ADMIN})
DECIDES = frozenset({Role.COMPLIANCE})


@route(blueprint, "GET", "/api/interception", may=READERS, answer=Overview)
def see_overview(_viewer: Viewer) -> Overview:
    """The published list beside WeCom at the last look, and what an update would do."""
    with transaction() as session:
        return shown.overview(session, queries.compare(session))


@route(blueprint, "GET", "/api/interception/words", may=READERS, query=WordsQuery, answer=DifferenceList)
def list_differences(_viewer: Viewer, query: WordsQuery) -> DifferenceList:
    """Words that are only with us, only in WeCom, or not the same."""
    with transaction() as session:
        return shown.difference_list(
            queries.compare(session), query.side, query.q, offset=query.offset, limit=query.page_size
        )


@route(blueprint, "GET", "/api/interception/left-out", may=READERS, query=LeftOutQuery, answer=LeftOutList)
def list_left_out(_viewer: Viewer, query: LeftOutQuery) -> LeftOutList:
    """Words of the list that do not go to WeCom, each with its reason."""
    with transaction() as session:
        return shown.left_out_list(
            queries.compare(session), query.reason, query.q, offset=query.offset, limit=query.page_size
        )


@route(blueprint, "PUT", "/api/interception/choices", may=DECIDES, body=Choices, answer=Overview)
def choose(viewer: Viewer, body: Choices) -> Overview:
    """Turn the sync on or off, and say which risks and classes go along."""
    with transaction() as session:
        actions.choose(session, viewer, is_on=body.is_on, semantics=body.semantics, accepted=list(body.accepted))
        session.flush()
        return shown.overview(session, queries.compare(session))


@route(blueprint, "POST", "/api/interception/checks", may=DECIDES, answer=RunView, status=202)
def check_now(viewer: Viewer) -> RunView:
    """Read WeCom's rules now; nothing is written."""
    with transaction() as session:
        return shown.run_view(actions.order(session, viewer, Act.LOOK))


@route(blueprint, "POST", "/api/interception/updates", may=DECIDES, body=UpdateOrder, answer=RunView, status=202)
def update_now(viewer: Viewer, body: UpdateOrder) -> RunView:
    """Write the steps that this person has seen."""
    with transaction() as session:
        return shown.run_view(actions.order(session, viewer, Act.UPDATE, fingerprint=body.fingerprint))


@route(blueprint, "POST", "/api/interception/removals", may=DECIDES, answer=RunView, status=202)
def remove_ours(viewer: Viewer) -> RunView:
    """Delete all our rules in WeCom; only while the switch is off."""
    with transaction() as session:
        return shown.run_view(actions.order(session, viewer, Act.REMOVE))


@route(blueprint, "DELETE", "/api/interception/refused-words", may=DECIDES, answer=Retried)
def retry_refused(viewer: Viewer) -> Retried:
    """Let the words that WeCom refused be tried again at the next update."""
    with transaction() as session:
        return Retried(words=actions.forget_refused(session, viewer))
