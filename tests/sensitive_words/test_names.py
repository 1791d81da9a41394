"""Names of the shop's own products and stores are never read for words in them."""

import pytest

from sensitive_words import Entry, Lexicon
from sensitive_words.exchange import export_json, import_entries

NAME = Entry(id="n", text="第一眼之选S·B面霜", kind="name")
LEXICON = Lexicon([NAME, Entry(id="1", text="第一"), Entry(id="2", text="SB"), Entry(id="3", text="霜降价")])


def found(text: str) -> list[str]:
    return [hit.text for hit in LEXICON.check(text).hits]


def test_no_word_counts_inside_a_name_and_the_near_miss_names_it() -> None:
    verdict = LEXICON.check("新到第一眼之选S·B面霜两瓶")
    assert verdict.hits == ()
    assert {miss.step for miss in verdict.near_misses} == {"name"}
    assert all("第一眼之选S·B面霜" in miss.why for miss in verdict.near_misses)


@pytest.mark.parametrize("text", ["第 一 眼之选S·B面霜", "第一眼之選S·B面霜", "第一眼之选"])
def test_a_name_in_disguise_or_in_part_protects_nothing(text: str) -> None:
    assert found(text + "销量第一")[-1] == "第一"
    assert len(found(text)) >= 1


def test_a_word_beside_the_name_counts_and_none_is_put_together_with_its_end() -> None:
    assert found("第一眼之选S·B面霜销量第一") == ["第一"]
    assert found("第一眼之选S·B面霜 降 价") == []


def test_a_name_travels_through_export_and_import() -> None:
    assert import_entries(export_json([NAME]), name="a.json").entries == [NAME]
