"""Examples are tried all at once; what is found is what trying each entry by itself finds."""

from dataclasses import replace

from app.compliance.drafting import problems_of
from sensitive_words import starter_entries
from sensitive_words.examples import failed_examples


def test_trying_all_at_once_finds_what_trying_each_finds():
    """Sabotage: let `is_hit` count the hits of any entry."""
    entries = [replace(entry, id=str(number)) for number, entry in enumerate(starter_entries(), start=1)]
    broken = [
        replace(entries[0], must_hit=("一句没有它的话",)),
        replace(entries[1], must_not_hit=(f"这里有{entries[1].text}呢",)),
        # The word is found here, but by another entry.
        replace(entries[2], must_hit=(f"这里只有{entries[3].text}",)),
    ]
    tried = [*broken, *entries[3:]]

    found = problems_of(tried)

    assert [problem.message for problem in found] == [failed.why for failed in failed_examples(tried)]
    assert {problem.entry_id for problem in found} >= {1, 3}
