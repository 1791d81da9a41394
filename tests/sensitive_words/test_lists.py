"""The lists that come along are usable on day one, and their accuracy does not drop."""

import json
from pathlib import Path

import pytest

import sensitive_words
from sensitive_words import CATEGORIES, INDUSTRIES, Disguises, Entry, Lexicon, starter_entries
from sensitive_words.command import main
from sensitive_words.entry_schema import schema
from sensitive_words.examples import failed_examples
from sensitive_words.folding import Fold, folded, table_for
from sensitive_words.regression import committed, drops, scores
from sensitive_words.score import cases, measured, substrings
from sensitive_words.variants import phrases, unread_in


def test_every_example_of_every_entry_holds() -> None:
    assert list(failed_examples(starter_entries())) == []


def test_all_six_categories_have_entries_and_every_industry_builds() -> None:
    categories = {entry.category for entry in starter_entries()}
    assert categories == set(CATEGORIES) - {"custom"}
    for industry in INDUSTRIES:
        Lexicon(starter_entries(industry))


def test_accuracy_is_not_below_what_was_committed() -> None:
    assert list(drops(scores(), committed())) == []


@pytest.mark.parametrize("figure", ["precision", "recall", "f1", "false_alarms"])
def test_a_figure_that_gets_worse_or_is_gone_is_told(figure: str) -> None:
    before = {"dev all": {figure: 0.5}}
    worse = 0.6 if figure == "false_alarms" else 0.4
    assert list(drops({"dev all": {figure: 0.5}}, before)) == []
    assert len(list(drops({"dev all": {figure: worse}}, before))) == 1
    assert len(list(drops({}, before))) == 1


def test_no_exception_is_the_word_itself() -> None:
    """It would make the entry stop nothing."""
    table = table_for(Fold())
    for entry in starter_entries():
        forms = {folded(form, table) for form in (entry.text, *entry.aliases)}
        meant = {folded(phrase, table) for exception in entry.exceptions for phrase in phrases(exception)}
        assert not forms & meant, entry.id


def test_no_exception_is_cut_short_or_read_otherwise_than_written() -> None:
    """Sabotage: nest brackets, or let one exception stand for more phrases than are read."""
    for entry in starter_entries():
        for phrase in (*entry.exceptions, *entry.counter_exceptions):
            assert unread_in(phrase) == "", (entry.id, phrase)


@pytest.mark.parametrize(
    ("phrase", "problem"),
    [
        ("他妈(说|的[生手])", "括号不成对，或括号里还有括号"),
        ("最[近", "括号不成对，或括号里还有括号"),
        ("[一二三四五六七八](甲|乙|丙|丁|戊|己|庚)?[东南西北中左右]", "一条展开有 448 种说法，最多 400 种"),
        ("最[近后](的)?", ""),
        ("~(药膏|药片)", ""),
    ],
)
def test_the_validator_knows_what_is_not_read(phrase: str, problem: str, tmp_path: Path, capsys) -> None:
    assert unread_in(phrase) == problem
    path = tmp_path / "list.yaml"
    entry = {"text": "最坏", "category": "rude", "exceptions": [phrase]}
    path.write_text(json.dumps({"entries": [entry]}), encoding="utf-8")
    assert main(["validate", str(path)]) == bool(problem)
    assert problem in capsys.readouterr().out


def test_the_corpus_is_tricky_and_its_halves_share_nothing() -> None:
    dev, test = cases("dev"), cases("test")
    assert not {case.text for case in dev} & {case.text for case in test}
    for half in (dev, test):
        harmless = [case for case in half if case.category is None]
        assert 0.4 < len(harmless) / len(half) < 0.7
        assert measured(substrings(starter_entries()), half)["all"].false_alarms > 0.4


def test_the_committed_schema_is_that_of_the_code() -> None:
    committed = Path(sensitive_words.__file__).with_name("entry.schema.json")
    assert json.loads(committed.read_text(encoding="utf-8")) == schema()


def test_every_field_and_switch_of_an_entry_is_described_with_an_example_that_is_accepted() -> None:
    described = schema()["properties"]
    assert set(described) == set(Entry.__dataclass_fields__)
    switches = described["disguises"]["properties"]
    assert set(switches) == set(Disguises.__dataclass_fields__)
    for name, told in {**described, **switches}.items():
        assert told["title"], name
        assert len(told["description"]) > 10, name
    for name, told in described.items():
        Entry.from_dict({"text": "词", "suggestion": "话", name: told["examples"][0]})
    for name, told in switches.items():
        Entry.from_dict({"text": "词", "disguises": {name: told["examples"][0]}})
