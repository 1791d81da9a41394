"""The lists that come along are usable on day one, and their accuracy does not drop."""

import json
from pathlib import Path

import pytest

import sensitive_words
from sensitive_words import CATEGORIES, INDUSTRIES, Lexicon, starter_entries
from sensitive_words.examples import failed_examples
from sensitive_words.exchange import schema
from sensitive_words.score import cases, measured, ours, substrings

FLOOR = {"dev": (0.98, 0.98, 0.02), "test": (0.94, 0.97, 0.06)}
"""Precision and recall may not fall below, false alarms not rise above."""


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(starter_entries())


def test_every_example_of_every_entry_holds() -> None:
    assert list(failed_examples(starter_entries())) == []


def test_all_six_categories_have_entries_and_every_industry_builds() -> None:
    categories = {entry.category for entry in starter_entries()}
    assert categories == set(CATEGORIES) - {"custom"}
    for industry in INDUSTRIES:
        Lexicon(starter_entries(industry))


@pytest.mark.parametrize("half", ["dev", "test"])
def test_accuracy_does_not_drop(lexicon: Lexicon, half: str) -> None:
    figures = measured(ours(lexicon), cases(half))["all"]
    precision, recall, alarms = FLOOR[half]
    print(f"{half}: P {figures.precision:.3f} R {figures.recall:.3f} false alarms {figures.false_alarms:.3f}")
    assert figures.precision >= precision
    assert figures.recall >= recall
    assert figures.false_alarms <= alarms


def test_the_corpus_is_tricky_and_its_halves_share_nothing() -> None:
    dev, test = cases("dev"), cases("test")
    assert not {case.text for case in dev} & {case.text for case in test}
    for half in (dev, test):
        harmless = [case for case in half if case.category is None]
        assert 0.4 < len(harmless) / len(half) < 0.6
        assert measured(substrings(starter_entries()), half)["all"].false_alarms > 0.4


def test_the_committed_schema_is_that_of_the_code() -> None:
    committed = Path(sensitive_words.__file__).with_name("entry.schema.json")
    assert json.loads(committed.read_text(encoding="utf-8")) == schema()
