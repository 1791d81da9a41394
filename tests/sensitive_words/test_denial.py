"""A word that is denied, asked about or only spoken of is not said; an offer, a boast and an insult are."""

import pytest

from sensitive_words import Entry, Lexicon, Options


def found(text: str, word: str = "假货", **options: bool) -> list[str]:
    entry = Entry(id="1", text=word, negation=True)
    verdict = Lexicon([entry], options=Options(**options)).check(text)  # type: ignore[arg-type]
    return [hit.text for hit in verdict.hits]


@pytest.mark.parametrize(
    "text",
    [
        "我们从不卖假货",
        "专柜怎么会有假货呢",
        "假货我们柜台一律不进",
        "卖假货是违法的",
        "卖假货会被罚的",
        "别怕假货",
        "请问这是假货吗",
        "是不是假货可以到柜台验",
        "谨防假货",
    ],
)
def test_a_denial_a_warning_and_a_question_are_harmless(text: str) -> None:
    assert found(text) == []
    assert found(text, negation=False) == ["假货"]


@pytest.mark.parametrize(
    "text",
    [
        "他家不行，卖的是假货",
        "不好意思 隔壁是假货",
        "假货卖我们家不好惹",
        "要假货吗",
        "给您拿点假货好吗",
        "卖假货不会被罚的",
    ],
)
def test_a_denial_of_something_else_does_not_help(text: str) -> None:
    assert found(text) == ["假货"]


@pytest.mark.parametrize(
    "text",
    [
        "“神药”这个词不能写",
        "神药的说法不合规",
        "神药、灵药这类词别发",
        "违禁词：最好、神药、第一",
        "神药这种话不能说",
    ],
)
def test_a_word_that_is_only_spoken_of_is_harmless_even_without_a_negation(text: str) -> None:
    lexicon = Lexicon([Entry(id="1", text="神药")])
    (miss,) = lexicon.check(text).near_misses
    assert miss.step == "mention"
    assert lexicon.check(text).hits == ()
    assert found(text, "神药", negation=False, mentions=False) == ["神药"]


@pytest.mark.parametrize(
    "text",
    [
        "神药的话术",
        "神药的话术发您看看",
        "神药的说法一点不假",
        "请用神药的话术给顾客",
        "神药的话术不能错过",
        "“神药”“灵药”就是我们家",
        "违禁词都不怕，我们就是神药",
    ],
)
def test_a_claim_is_not_let_out_by_calling_it_a_script(text: str) -> None:
    """Sabotage: let 的话术 alone count as talk about the word, and the first four go out."""
    assert found(text, "神药")[:1] == ["神药"]


@pytest.mark.parametrize(
    "text",
    [
        "别再用全网神药的话术了",
        "全网神药的话术违规",
        "全网神药这个说法能用吗",
        "全网神药这类词，群发里不能写",
        "“全网神药”“灵药”这种词不要写",
    ],
)
def test_what_is_said_of_a_word_is_said_of_the_words_in_it_too(text: str) -> None:
    entries = [Entry(id="1", text="全网神药"), Entry(id="2", text="全网神"), Entry(id="3", text="神药")]
    assert Lexicon(entries).check(text).hits == ()
    assert Lexicon(entries).check(text + "。全网神药").hits


def test_what_is_meant_is_not_taken_for_talk_about_the_word() -> None:
    assert found("神药的话就买这个", "神药") == ["神药"]
    assert found("这是神药，词典里都有", "神药") == ["神药"]
