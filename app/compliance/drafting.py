"""What a draft has to satisfy before it may become the published list. Pure: no session, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sensitive_words import Entry, InvalidEntry, Lexicon
from sensitive_words.examples import failed_examples


@dataclass(frozen=True)
class DraftProblem:
    """
    :param field: `must_hit`, `must_not_hit`, or the field of the entry that cannot be used.
    """

    entry_id: int
    text: str
    field: str
    message: str


def entry_of(entry_id: int, fields: Mapping[str, Any]) -> Entry:
    """
    :raises InvalidEntry: with a Chinese message and the field.
    """
    return Entry.from_dict({**fields, "id": str(entry_id)})


def fields_of(entry: Entry) -> dict[str, Any]:
    """As it is stored: without the id, which is the row's."""
    fields = entry.to_dict()
    del fields["id"]
    return fields


def problems_of(entries: Sequence[Entry]) -> list[DraftProblem]:
    """Every example that does not hold."""
    return [
        DraftProblem(
            int(failed.entry_id), failed.word, "must_hit" if failed.should_hit else "must_not_hit", failed.why
        )
        for failed in failed_examples(_suspects(entries))
    ]


def _suspects(entries: Sequence[Entry]) -> list[Entry]:
    """
    Those with an example that does not seem to hold. One list of all finds them in seconds where a list for each
    of 10,000 entries takes half a minute; every hit is told, so none hides another's.
    """
    tried = [entry for entry in entries if entry.must_hit or entry.must_not_hit]
    together = Lexicon(tried)
    return [entry for entry in tried if not _holds(together, entry)]


def _holds(together: Lexicon, entry: Entry) -> bool:
    def is_hit(text: str) -> bool:
        return any(hit.entry_id == entry.id for hit in together.check(text).hits)

    return all(is_hit(text) for text in entry.must_hit) and not any(is_hit(text) for text in entry.must_not_hit)


def problems_of_row(entry_id: int, fields: Mapping[str, Any]) -> list[DraftProblem]:
    """The same for one entry, and whether it can be used at all."""
    try:
        entry = entry_of(entry_id, fields)
        Lexicon([entry])
    except InvalidEntry as error:
        return [DraftProblem(entry_id, str(fields.get("text", "")), error.field, str(error))]
    return problems_of([entry])
