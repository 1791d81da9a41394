"""An incident as JSON values, for programs and for the page beside them; customers' numbers are covered."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.audit import anchors
from app.audit.models import AuditEntry
from app.audit.wording import title_of
from app.cases.shown.cases import STATES, case_view
from app.cases.shown.hits import hit_records
from app.compliance.masking import masked_values
from app.compliance.models import LexiconVersion
from app.evidence.proof import span_as_json
from app.evidence.queries import Chain, Incident
from app.outbound.models import Send, SendIntent
from app.viewer import Viewer

FORMAT = 1


def incident_as_json(session: Session, incident: Incident, viewer: Viewer, *, reason: str) -> dict[str, Any]:
    """Everything but the proof."""
    values = {
        "hits": [each.model_dump(mode="json") for each in hit_records(session, incident.hits)],
        "rules": _rules(incident),
        "case": _case(session, incident),
        "objections": [
            {"id": each.id, "at": _at(each.at), "hit_word": each.word, "state": each.state, "answer": each.answer}
            for each in incident.objections
        ],
        "intents": [_intent(each) for each in incident.intents],
        "sends": [_send(each) for each in incident.sends],
        "audit": [_entry(each) for each in incident.entries],
    }
    return {
        "format": FORMAT,
        "title": incident.title,
        "made_at": _at(clock.now()),
        "made_by": viewer.userid,
        "made_by_name": viewer.name,
        "reason": reason,
        "left_out": incident.cut,
        **masked_values(values),
    }


def proof_as_json(chain: Chain, incident: Incident) -> dict[str, Any]:
    concerned = frozenset(each.number for each in incident.entries if not _is_covered(each))
    anchored = frozenset(each.number for each in chain.anchors)
    return {
        "format": FORMAT,
        "spans": [span_as_json(rows, concerned, anchored) for rows in chain.spans if rows],
        "anchors": [
            {
                "number": each.number,
                "hash": each.hash.hex(),
                "at": _at(each.at),
                "previous": each.previous.hex(),
                "link": each.link.hex(),
            }
            for each in chain.anchors
        ],
    }


def _at(moment: Any) -> str:
    return anchors.written(moment)


def _rules(incident: Incident) -> list[dict[str, Any]]:
    """Of each version that decided, the entries that were met, with reason and source."""
    rules = []
    for version in incident.versions:
        met = {str(hit.entry_id) for hit in incident.hits if hit.lexicon_version == version.version}
        rules.append(_version(version) | {"entries": [each for each in version.entries if each.get("id") in met]})
    return rules


def _version(version: LexiconVersion) -> dict[str, Any]:
    return {
        "version": version.version,
        "published_at": _at(version.published_at),
        "published_by": version.published_by,
        "published_by_name": version.published_by_name,
        "note": version.note,
        "sha256": version.sha256.hex(),
    }


def _case(session: Session, incident: Incident) -> Mapping[str, Any] | None:
    if incident.case is None:
        return None
    view = case_view(session, incident.case)
    return view.model_dump(mode="json", exclude={"linked"}) | {"state_name": STATES[view.state]}


def _intent(intent: SendIntent) -> dict[str, Any]:
    return {
        "id": intent.id,
        "at": _at(intent.created_at),
        "entry": intent.entry,
        "confirmed_reason": intent.confirmed_reason,
        "lexicon_version": intent.check.get("version"),
        "parts": [
            {
                "text": part.text,
                "state": part.state,
                "reported_at": _at(part.reported_at) if part.reported_at else None,
            }
            for part in intent.parts
        ],
    }


def _send(send: Send) -> dict[str, Any]:
    return {
        "id": send.id,
        "channel": send.channel,
        "on_behalf_of": send.on_behalf_of,
        "subject": send.subject,
        "text": send.text,
        "state": send.state,
        "error": send.error,
        "lexicon_version": send.lexicon_version,
        "claimed_at": _at(send.claimed_at),
        "settled_at": _at(send.settled_at) if send.settled_at else None,
    }


def _is_covered(entry: AuditEntry) -> bool:
    """Whether a number in it has to be covered: then the proof cannot show the content that was hashed."""
    return bool(masked_values(dict(entry.details)) != entry.details)


def _entry(entry: AuditEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": _at(entry.at),
        "actor": entry.actor,
        "actor_name": entry.actor_name,
        "action": entry.action,
        "title": title_of(entry.action),
        "subject": entry.subject,
        "details": entry.details,
        "hash": entry.hash.hex(),
        "covered": _is_covered(entry),
    }


_HIT_CELLS = (
    *("id", "at", "who_name", "who", "store_name", "subject_name", "passage", "word", "category_name", "why"),
    *("outcome", "lexicon_version", "confirmed_reason", "review", "review_note"),
)
_LOG_CELLS = ("number", "at", "actor_name", "actor", "title", "subject", "hash")


def tables(values: Mapping[str, Any]) -> Mapping[str, tuple[Sequence[str], list[list[Any]]]]:
    """File name → header and rows, for who works in a spreadsheet."""
    hits = [[each[name] for name in _HIT_CELLS] for each in values["hits"]]
    log = [[each[name] for name in _LOG_CELLS] for each in values["audit"]]
    header = ["编号", "时间", "谁", "账号", "门店", "给谁", "原文片段", "词", "类别", "为什么命中", "结果"]
    return {
        "hits.csv": ([*header, "词库版本", "确认理由", "复核", "复核说明"], hits),
        "audit.csv": (["编号", "时间", "谁", "账号", "做了什么", "对象", "校验值"], log),
    }
