"""What the list says of a text: of one that somebody is writing, and of one that is only tried."""

from app.compliance import checks, queries
from app.compliance.api.blueprint import blueprint
from app.compliance.drafting import entry_of
from app.compliance.hits import record_preview
from app.compliance.lexicon import current
from app.compliance.schemas import CheckText, CheckView, StepView, TryAnswer, TryText, check_view
from app.db import transaction
from app.errors import Invalid
from app.http import route
from app.viewer import EVERY_ROLE, HEAD_OFFICE, Viewer
from sensitive_words import Entry, InvalidEntry, Lexicon, Verdict


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


def _view_of(text: str, said: Verdict) -> CheckView:
    return check_view(said, replaced=checks.with_replacements(text, said.hits))


def _draft_with(entries: list[Entry], body: TryText) -> Lexicon:
    """The draft, with the entry that is being edited as it stands in the editor."""
    if body.entry is not None:
        given = body.entry.model_dump(mode="json", exclude_unset=True, exclude={"owner", "why"})
        fields = {name: value for name, value in given.items() if value is not None}
        kept = [entry for entry in entries if entry.id != str(body.entry_id)]
        try:
            entries = [*kept, entry_of(body.entry_id or 0, fields)]
        except InvalidEntry as error:
            raise Invalid(f"这个词条不能用：{error}", fields={error.field: str(error)}) from error
    try:
        return Lexicon(entries)
    except InvalidEntry as error:
        raise Invalid(f"草稿里有不能用的词条：{error}", fields={error.field: str(error)}) from error
