"""What the list says of a text: of one that somebody is writing, of one that is only tried, and of examples."""

from sqlalchemy.orm import Session

from app.compliance import checks, examples, phrasing, queries, rights
from app.compliance.api.blueprint import blueprint
from app.compliance.drafting import entry_of
from app.compliance.examples import Passage
from app.compliance.hits import record_preview
from app.compliance.lexicon import current
from app.compliance.schemas import (
    CheckText,
    CheckView,
    ExampleList,
    ExamplesBody,
    ExampleView,
    FreedView,
    NewEntry,
    OfferView,
    PhraseList,
    PhrasesBody,
    StepView,
    TryAnswer,
    TryText,
    check_view,
)
from app.compliance.schemas.verdicts import utf16_length
from app.compliance.shown import phrase_view
from app.db import transaction
from app.errors import Invalid
from app.http import route
from app.viewer import EVERY_ROLE, HEAD_OFFICE, Viewer
from sensitive_words import Entry, InvalidEntry, Lexicon, Verdict
from sensitive_words.variants import MAX_PHRASES

MOST_PASSAGES = 300
"""On which an exception is tried before it is offered."""
MOST_SAMPLES = 3


@route(blueprint, "POST", "/api/checks", may=EVERY_ROLE, body=CheckText, answer=CheckView)
def check_text(viewer: Viewer, body: CheckText) -> CheckView:
    """What the published list says of a text that somebody is writing."""
    with transaction() as session:
        said = checks.verdict(body.text, channel=body.channel, session=session, by=viewer)
        if said.hits:
            record_preview(
                session, body.text, said, channel=body.channel, member_id=viewer.member_id, subject="writing"
            )
    return _view_of(body.text, said)


@route(blueprint, "POST", "/api/lexicon/try", may=HEAD_OFFICE, body=TryText, answer=TryAnswer)
def try_text(_viewer: Viewer, body: TryText) -> TryAnswer:
    """The verdict on a sentence, step by step. Nothing is recorded."""
    with transaction() as session:
        lexicon = current(session) if body.against == "published" else _draft_with(queries.drafted(session), body)
    said = checks.judged(lexicon, body.text)
    steps = [StepView(title=step.title, detail=step.detail) for step in lexicon.explain(body.text)]
    return TryAnswer(check=_view_of(body.text, said), steps=steps)


@route(blueprint, "POST", "/api/lexicon/examples", may=rights.MAY_EDIT, body=ExamplesBody, answer=ExampleList)
def judge_examples(_viewer: Viewer, body: ExamplesBody) -> ExampleList:
    """Whether the examples of an entry hold as it stands in the editor. Nothing is saved."""
    entry = _as_edited(body.entry, body.entry_id)
    try:
        found = examples.judged(entry)
    except InvalidEntry as error:
        raise _unusable(error) from error
    with transaction() as session:
        passages = _passages(session, body.entry_id) if any(each.phrase for each in found) else []
    return ExampleList(
        items=[
            ExampleView(
                text=each.text,
                should_hit=each.should_hit,
                holds=each.holds,
                why=each.why,
                offer=_offer(entry, each.phrase, passages) if each.phrase else None,
            )
            for each in found
        ]
    )


@route(blueprint, "POST", "/api/lexicon/phrases", may=HEAD_OFFICE, body=PhrasesBody, answer=PhraseList)
def read_phrases(_viewer: Viewer, body: PhrasesBody) -> PhraseList:
    """What phrases of 允许语境 stand for, and where one is wrong."""
    stored = [phrasing.as_stored(each) for each in body.phrases]
    return PhraseList(
        items=[phrase_view(phrasing.read(each, words=body.words, most=MAX_PHRASES)) for each in stored if each]
    )


def _passages(session: Session, entry_id: int | None) -> list[Passage]:
    if entry_id is None:
        return []
    return [Passage(*each) for each in queries.passages_of(session, entry_id, limit=MOST_PASSAGES)]


def _offer(entry: Entry, phrase: str, passages: list[Passage]) -> OfferView:
    freed = examples.freed_by(entry, phrase, passages)
    return OfferView(
        phrase=phrase,
        freed=len(freed),
        looked_at=len(passages),
        samples=[
            FreedView(
                passage=each.text,
                utf16_start=utf16_length(each.text[: each.start]),
                utf16_end=utf16_length(each.text[: each.end]),
            )
            for each in freed[:MOST_SAMPLES]
        ],
    )


def _view_of(text: str, said: Verdict) -> CheckView:
    return check_view(said, replaced=checks.with_replacements(text, said.hits))


def _draft_with(entries: list[Entry], body: TryText) -> Lexicon:
    """The draft, with the entry that is being edited as it stands in the editor."""
    if body.entry is not None:
        kept = [entry for entry in entries if entry.id != str(body.entry_id)]
        entries = [*kept, _as_edited(body.entry, body.entry_id)]
    try:
        return Lexicon(entries)
    except InvalidEntry as error:
        raise Invalid(f"草稿里有不能用的词条：{error}", fields={error.field: str(error)}) from error


def _as_edited(given: NewEntry, entry_id: int | None) -> Entry:
    said = given.model_dump(mode="json", exclude_unset=True, exclude={"owner", "why"})
    try:
        return entry_of(entry_id or 0, {name: value for name, value in said.items() if value is not None})
    except InvalidEntry as error:
        raise _unusable(error) from error


def _unusable(error: InvalidEntry) -> Invalid:
    return Invalid(f"这个词条不能用：{error}", fields={error.field: str(error)})
